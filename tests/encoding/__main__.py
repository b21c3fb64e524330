"""`make encoder-bench`: runs the model in each runtime and precision, and writes what they gave."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

from rag.adapters.sentence_transformers.runtime import precisions
from tests.encoding.measuring import Task, best, quality, timed
from tests.encoding.peak import product_rate
from tests.encoding.report import ROUNDS, Measured, page
from tests.encoding.runtimes import prepare

_MODEL = "all-MiniLM-L6-v2"
_QUESTIONS = 200


def _main(report: Path, benchmark: Path | None) -> int:
    busy = os.getloadavg()[0]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        tasks = [Task(runtime, _MODEL, place) for runtime, place in prepare(folder, _MODEL).items()]
        rounds = [[timed(task) for task in tasks] for _ in range(ROUNDS)]
        products = {precision: product_rate(precision) for precision in precisions()}
        found = {
            task.name: quality(task, benchmark, _QUESTIONS, folder / task.name)
            for task in tasks
            if benchmark is not None
        }
    measured = Measured(list(map(best, zip(*rounds, strict=True))), products, found, busy)
    given = benchmark.name if benchmark else None
    told = page(measured, given, _QUESTIONS)
    report.write_text(told, encoding="utf-8")
    sys.stdout.write(told)
    return 0


if __name__ == "__main__":
    sys.exit(_main(Path(sys.argv[1]), Path(sys.argv[2]) if len(sys.argv) > 2 else None))
