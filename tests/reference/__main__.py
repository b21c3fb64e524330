"""Write the reference pages, or check them with `--check`: `python -m tests.reference docs/reference`."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from pathlib import Path

from tests.reference import PAGES


def main() -> int:
    """Write each page, or with `--check` name the stale ones. Return the exit code."""
    parser = ArgumentParser(prog="python -m tests.reference", description="Write the reference pages.")
    parser.add_argument("folder", type=Path, help="The folder of the pages.")
    parser.add_argument("--check", action="store_true", help="Write nothing; exit with 1 if a page is stale.")
    given = parser.parse_args()
    stale = [name for name, page in PAGES.items() if _text(given.folder / name) != page()]
    if given.check:
        for name in stale:
            sys.stderr.write(f"{given.folder / name} is stale: run 'make reference'\n")
        return 1 if stale else 0
    for name in stale:
        (given.folder / name).write_text(PAGES[name](), encoding="utf-8")
    return 0


def _text(path: Path) -> str | None:
    return path.read_text(encoding="utf-8") if path.is_file() else None


if __name__ == "__main__":
    sys.exit(main())
