"""Builds an index of 100,000 passages for `make scale`, makes small changes, and writes their cost."""

from __future__ import annotations

import logging
import sys
import tempfile
import time
from pathlib import Path

from tests.scale.changes import changes, killed_build
from tests.scale.report import Measured, page


def _main(report: Path, passages: int) -> int:
    began = time.monotonic()
    logging.disable()
    with tempfile.TemporaryDirectory() as folder:
        measured = Measured(killed_build(Path(folder), passages), changes(Path(folder)))
    text = page(measured, time.monotonic() - began)
    report.write_text(text, encoding="utf-8")
    sys.stdout.write(text)
    return 0 if measured.met else 1


if __name__ == "__main__":
    sys.exit(_main(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 100_000))
