"""`make mutants`: test a sample of mutants, and write the report into the named file.

The next run continues a stopped one, unless the code or its tests have changed.
"""

from __future__ import annotations

import shutil
import sys
from concurrent.futures import ThreadPoolExecutor
from hashlib import blake2b
from importlib.metadata import version
from pathlib import Path
from queue import Queue

from tests.mutants import cosmic
from tests.mutants.report import LEAST_KILLED, Result, killed_share, page, reasons

COUNT = 150
PARALLEL = 2

BUILD = cosmic.ROOT / "build" / "mutants"


def _main(report: Path) -> int:
    _prepare()
    sessions = sorted(BUILD.glob("*.sqlite"), key=lambda session: -session.stat().st_size)
    copies: Queue[Path] = Queue()
    for number in range(PARALLEL):
        copies.put(BUILD / f"copy-{number}")
        cosmic.copy(BUILD / f"copy-{number}")

    def run(session: Path) -> list[Result]:
        copy = copies.get()
        cosmic.run(session, copy)
        copies.put(copy)
        return list(cosmic.results(session))

    with ThreadPoolExecutor(PARALLEL) as executor:
        results = [result for found in executor.map(run, sessions) for result in found]
    text = page(results, reasons(), f"Cosmic Ray {version('cosmic-ray')}", " ".join(["python", *cosmic.command()[1:]]))
    report.write_text(text, encoding="utf-8")
    sys.stdout.write(text)
    return 0 if killed_share(results) >= LEAST_KILLED else 1


def _prepare() -> None:
    """Write a session for each module, unless a stopped run has left sessions for the same code and tests."""
    state = BUILD / "state"
    current = _state()
    if state.exists() and state.read_text(encoding="utf-8") == current:
        return
    shutil.rmtree(BUILD, ignore_errors=True)
    BUILD.mkdir(parents=True)
    mutants = cosmic.sample(COUNT)
    for file in {mutant.file for mutant in mutants}:
        session = BUILD / Path(file).with_suffix(".sqlite").name
        cosmic.plan(session, [mutant for mutant in mutants if mutant.file == file])
    state.write_text(current, encoding="utf-8")


def _state() -> str:
    """Return a hash of the code and its tests."""
    digest = blake2b(repr(cosmic.TESTS).encode())
    for folder in ("src", "tests/answer"):
        for path in sorted((cosmic.ROOT / folder).rglob("*.py")):
            digest.update(path.read_bytes())
    return digest.hexdigest()


if __name__ == "__main__":
    sys.exit(_main(Path(sys.argv[1])))
