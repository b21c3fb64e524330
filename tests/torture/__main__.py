"""`make torture`: every trial at full length, and the report into the file that is named."""

from __future__ import annotations

import logging
import sys
import tempfile
import time
from pathlib import Path

from tests.torture import damage, kills, refusals, swaps
from tests.torture.report import Trial, page


def _trials(folder: Path) -> list[Trial | None]:
    made = iter(folder / str(number) for number in range(10))

    def place() -> Path:
        path = next(made)
        path.mkdir()
        return path

    return [
        kills.run(place(), moments=200),
        damage.run(place(), times=1_000),
        swaps.swaps(place(), times=20, clients=50, idle_seconds=20),
        swaps.rollback(place(), questions=100),
        refusals.two_writers(place()),
        refusals.full_disk(place()),
    ]


def _main(report: Path) -> int:
    began = time.monotonic()
    logging.disable()  # the store warns of each damage, a thousand times
    with tempfile.TemporaryDirectory() as folder:
        trials = [trial for trial in _trials(Path(folder)) if trial is not None]
    told = page(trials, time.monotonic() - began)
    report.write_text(told, encoding="utf-8")
    sys.stdout.write(told)
    return 0 if all(trial.held for trial in trials) else 1


if __name__ == "__main__":
    sys.exit(_main(Path(sys.argv[1])))
