"""Measure all scenes, or those whose numbers follow the page, and write the page."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.load.measuring import SCENES, measure
from benchmarks.load.page import page

_ROOT = Path(__file__).parents[2]


def main() -> None:
    """Ingest the example articles, measure, and write the page."""
    target, load = Path(sys.argv[1]), os.getloadavg()[0]
    scenes = [SCENES[int(number)] for number in sys.argv[2:]] or SCENES
    with TemporaryDirectory() as folder:
        index = Path(folder) / "index"
        command = [sys.executable, "-c", "from rag.cli import main; main()", "ingest", str(_ROOT / "examples/articles")]
        environment = {**os.environ, "RAG_INDEX_DIR": str(index)}
        subprocess.run(command, check=True, env=environment, stdout=subprocess.DEVNULL)  # noqa: S603 - this program
        results = []
        for scene in scenes:
            results.append(measure(index, scene))
            target.write_text(page(results, load), encoding="utf-8")  # a run that is stopped keeps its results


if __name__ == "__main__":
    main()
