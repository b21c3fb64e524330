"""Runs the model in each runtime and precision for `make encoder-bench`, and writes the figures."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from rag.adapters.sentence_transformers.runtime import precisions
from tests.encoding.measuring import Task, best, quality, timed
from tests.encoding.peak import product_rate
from tests.encoding.report import ROUNDS, Measured, page
from tests.encoding.runtimes import prepare

_MODEL = "all-MiniLM-L6-v2"
_QUESTIONS = 200


def _main(report: Path, benchmarks: Sequence[Path]) -> int:
    busy = os.getloadavg()[0]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        tasks = [Task(runtime, _MODEL, place) for runtime, place in prepare(folder, _MODEL).items()]
        rounds, products = [], dict.fromkeys(precisions(), 0.0)
        for _ in range(ROUNDS):
            rounds.append([timed(task) for task in tasks])
            products = {precision: max(rate, product_rate(precision)) for precision, rate in products.items()}
        found = {
            benchmark.name: {
                task.name: quality(task, benchmark, _QUESTIONS, folder / benchmark.name / task.name) for task in tasks
            }
            for benchmark in benchmarks
        }
    text = page(Measured(list(map(best, zip(*rounds, strict=True))), products, found, busy), _QUESTIONS)
    report.write_text(text, encoding="utf-8")
    sys.stdout.write(text)
    return 0


if __name__ == "__main__":
    sys.exit(_main(Path(sys.argv[1]), list(map(Path, sys.argv[2:]))))
