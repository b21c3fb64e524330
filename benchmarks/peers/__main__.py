"""Installs each system in its own environment, runs them one after the other, and writes the comparison."""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.peers import corpus
from benchmarks.peers.report import Compared, Row, page, row
from benchmarks.peers.systems import OURS, PEERS, ROOT, NotMeasured, Run, System, install, run
from rag.errors import RagError
from rag.evaluation.benchmarks import Benchmark, read

EXAMPLES = "examples"


def _main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.peers", description=__doc__)
    parser.add_argument("page", type=Path, help="the file of the page")
    parser.add_argument(
        "folders", type=Path, nargs="*", help="benchmarks in BEIR's layout; default: the example articles"
    )
    parser.add_argument("--questions", type=int, default=300, help="the most questions to ask from each benchmark")
    parser.add_argument("--environments", type=Path, default=ROOT / ".venv-peers", help="the folder of environments")
    parser.add_argument("--keep", action="store_true", help="keep the environments")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as scratch:
        folders = options.folders or [corpus.write(Path(scratch) / EXAMPLES)]
        try:
            text = _measure(read(folders), folders, options.questions, options.environments)
        except (RagError, NotMeasured) as error:
            parser.exit(1, f"{error}\n")
        finally:
            if not options.keep:
                shutil.rmtree(options.environments, ignore_errors=True)
    options.page.write_text(text, encoding="utf-8")
    sys.stdout.write(text)
    return 0


def _measure(benchmarks: Sequence[Benchmark], folders: Sequence[Path], questions: int, environments: Path) -> str:
    began, load = datetime.now(UTC), os.getloadavg()[0]
    rows: dict[str, list[Row]] = {one.name: [] for one in benchmarks}
    versions: dict[str, dict[str, str]] = {}
    missing: dict[str, str] = {}
    for system in (OURS, *PEERS):
        try:
            python = install(system, environments)
            for benchmark, folder in zip(benchmarks, folders, strict=True):
                for variant, ran in _runs(system, python, folder, questions):
                    rows[benchmark.name].append(row(system.name, variant, ran, _relevant(benchmark)))
                    versions[system.name] = dict(ran.versions)
        except NotMeasured as reason:
            if system is OURS:
                raise
            missing[system.name] = str(reason)
    compared = [
        Compared(one.name, len(one.documents), min(questions, len(one.questions)), rows[one.name]) for one in benchmarks
    ]
    return page(compared, versions, missing, _command(folders), began, load)


def _runs(system: System, python: Path, folder: Path, questions: int) -> Iterator[tuple[str, Run]]:
    for variant in system.variants:
        ran = run(system, variant, python, folder.resolve(), questions)
        sys.stderr.write(f"{folder.name}: {system.name}, {variant}, took {ran.ingest + sum(ran.times):.0f} s\n")
        yield variant, ran


def _relevant(benchmark: Benchmark) -> dict[str, frozenset[str]]:
    return {
        question: frozenset(document for document, score in judged.items() if score > 0)
        for question, judged in benchmark.relevance.items()
    }


def _command(folders: Sequence[Path]) -> str:
    """Return the command that writes the page, without the paths of this machine."""
    named = " ".join(f".../{folder.name}" for folder in folders if folder.name != EXAMPLES)
    return f'make bench-peers BENCHMARKS="{named}"' if named else "make bench-peers"


if __name__ == "__main__":
    sys.exit(_main(sys.argv[1:]))
