"""Measures each size and writes the page: `python -m benchmarks.postgres docs/postgres.md 20000 100000`."""

from __future__ import annotations

import argparse
import logging
import os
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.postgres import changes, dense, reading, words
from benchmarks.postgres.made import WORDS, make
from benchmarks.postgres.page import Measured, page
from benchmarks.postgres.server import megabytes, running, versions
from benchmarks.postgres.signs import Signs
from rag.settings import Settings

_GRAPH_OF_WORDS = 2_000
"""The most passages for which a graph of their words is built. For 20,000 it takes more than five minutes."""


def _main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.postgres", description=__doc__)
    parser.add_argument("page", type=Path, help="the file of the page")
    parser.add_argument("sizes", type=int, nargs="*", default=[2_000, 20_000, 100_000], help="the numbers of passages")
    parser.add_argument("--with-model", type=int, nargs="*", default=[], help="the same for the default encoder")
    parser.add_argument("--work", type=Path, help="a folder for the local indexes, to use them again")
    options = parser.parse_args()
    logging.disable()
    load = os.getloadavg()[0]
    with TemporaryDirectory() as scratch:
        found = []
        runs = [(size, WORDS) for size in options.sizes]
        runs += [(size, Settings().encoder) for size in options.with_model]
        for size, encoder in runs:
            found.append(measure_all(options.work or Path(scratch), size, encoder))
            options.page.write_text(page(found, load), encoding="utf-8")  # a run that is stopped keeps its figures
    sys.stdout.write(page(found, load))


def measure_all(work: Path, size: int, encoder: str, questions: int = 200) -> Measured:
    """Build an index of `size` passages in the folder `work`, and measure every part with it."""
    made = make(work / f"{encoder.replace(':', '-')}-{size}", size, encoder, questions)
    with TemporaryDirectory() as scratch, running(Path(scratch) / "data") as connection:
        found = Measured(size, encoder, versions(connection))
        found.loaded = dense.load(connection, made)
        found.megabytes = megabytes(connection, "dense")
        found.whole += [dense.local(connection, made), dense.exact(connection, made)]
        by_signs = Signs.of(connection, made)
        found.whole += [*by_signs.in_client(), *by_signs.in_table()]
        found.graphs += dense.graphs(connection, made)
        found.conditions += [*dense.conditions(connection, made), *by_signs.with_conditions()]
        trial = words.Trial(connection, made, words.postings(made))
        found.words.append(trial.local())
        found.words += [*trial.sparse(graph=size <= _GRAPH_OF_WORDS), *trial.rows(), *trial.packed()]
        found.tokens += reading.ways(connection, made)
        found.steps += changes.publish(connection, made, trial.postings)
    return found


if __name__ == "__main__":
    _main()
