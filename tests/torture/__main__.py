"""Runs every trial of `make torture` at full length, and writes the report."""

from __future__ import annotations

import logging
import sys
import tempfile
import time
from pathlib import Path

from tests.torture import damage, kills, refusals, swaps
from tests.torture.report import Trial, page


def _trials(folder: Path) -> list[Trial | None]:
    folders = iter(folder / str(number) for number in range(10))

    def new_folder() -> Path:
        path = next(folders)
        path.mkdir()
        return path

    return [
        kills.run(new_folder(), moments=200),
        damage.run(new_folder(), times=1_000),
        swaps.swaps(new_folder(), times=20, clients=50, idle_seconds=20),
        swaps.rollback(new_folder(), questions=100),
        refusals.two_writers(new_folder()),
        refusals.full_disk(new_folder()),
    ]


def _main(report: Path) -> int:
    began = time.monotonic()
    logging.disable()  # the store warns of each damaged file, a thousand times
    with tempfile.TemporaryDirectory() as folder:
        trials = [trial for trial in _trials(Path(folder)) if trial is not None]
    text = page(trials, time.monotonic() - began)
    report.write_text(text, encoding="utf-8")
    sys.stdout.write(text)
    return 0 if all(trial.met for trial in trials) else 1


if __name__ == "__main__":
    sys.exit(_main(Path(sys.argv[1])))
