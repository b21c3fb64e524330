"""Builds the index, kills and resumes the build, then makes small changes. Each run is a separate process."""

from __future__ import annotations

import multiprocessing
import os
import resource
import signal
import time
from collections.abc import Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from threading import Event

from threadpoolctl import threadpool_limits

from rag.adapters.faiss import FaissStore
from rag.ingest.ingestion import Ingestion
from rag.snapshots import Builder, SnapshotStore
from tests.scale import corpus
from tests.scale.encoder import WordEncoder, encoded

_processes = multiprocessing.get_context("spawn")


@dataclass(frozen=True)
class Run:
    """One run of ingestion: encoded passages, total seconds, seconds in the encoder, and peak memory in MiB."""

    name: str
    encoded: int
    seconds: float
    encoding: float
    peak: float


@dataclass(frozen=True)
class Build:
    """The first build: its passages and size, the passages encoded in all runs, the number of kills, the last run."""

    passages: int
    megabytes: float
    encoded: int
    kills: int
    last: Run


@dataclass(frozen=True)
class Place:
    """The paths of the articles, the index and the encoder's log."""

    folder: Path

    @property
    def articles(self) -> Path:
        """The folder of articles."""
        return self.folder / "articles"

    @property
    def log(self) -> Path:
        """The log of the encoder."""
        return self.folder / "encoded.log"

    def store(self) -> SnapshotStore:
        """Open the index as another process would."""
        return SnapshotStore(self.folder / "index", FaissStore())


def killed_build(folder: Path, passages: int, kills: int = 2) -> Build:
    """Build an index of `passages`. Kill the build at evenly spaced points, then resume it."""
    place = Place(folder)
    corpus.write(place.articles, passages // corpus.SECTIONS)
    for kill in range(kills):
        _kill_when(place, passages * (kill + 1) // (kills + 1))
    last = run(place, "the first build, resumed", [place.articles])
    snapshot = place.store().current()
    size = sum(file.size for file in snapshot.manifest.files.values())
    return Build(len(snapshot), size / 1e6, encoded(place.log), kills, last)


def changes(folder: Path) -> list[Run]:
    """Make small changes to the index and publish each."""
    place = Place(folder)
    files = sorted(place.articles.rglob("*.md"))
    file = files[len(files) // 2]
    runs = [run(place, "nothing changed", [place.articles])]
    _change(file, "shall", "must")
    runs.append(run(place, "one sentence changed, whole folder read", [place.articles]))
    _change(file, "must", "should")
    runs.append(run(place, "one sentence changed, only its file read", [file]))
    (place.articles / "new.md").write_text(corpus.article(10**6), encoding="utf-8")
    runs.append(run(place, "a document of 20 passages added", [place.articles]))
    file.unlink()
    runs.append(run(place, "a document of 20 passages removed", [place.articles]))
    return runs


def _change(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


def run(place: Place, name: str, paths: Sequence[Path]) -> Run:
    """Ingest in a separate process, so that its memory is measured alone."""
    receiving, sending = _processes.Pipe(duplex=False)
    process = _processes.Process(target=_ingest, args=(place, name, paths, sending))
    process.start()
    found: Run = receiving.recv()
    process.join()
    return found


def _ingest(place: Place, name: str, paths: Sequence[Path], sending: Connection) -> None:
    threadpool_limits(1, user_api="blas")  # as the service does
    encoder, store = WordEncoder(place.log), place.store()
    ingestion = Ingestion(store, Builder(store, encoder, 200, keep=1))
    began = time.perf_counter()
    report = ingestion.ingest(paths, lambda *_: None, prune=True)
    seconds = time.perf_counter() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    sending.send(Run(name, report.encoded, seconds, encoder.clock.seconds, peak))


def _kill_when(place: Place, count: int) -> None:
    """Start a build, and kill it with `kill -9` once the encoder has received `count` passages."""
    _, sending = _processes.Pipe(duplex=False)
    process = _processes.Process(target=_ingest, args=(place, "killed", [place.articles], sending))
    process.start()
    never = Event()
    while encoded(place.log) < count:
        assert process.is_alive(), "the run ended before it could be killed"
        never.wait(0.05)
    assert process.pid is not None
    os.kill(process.pid, signal.SIGKILL)
    process.join()
