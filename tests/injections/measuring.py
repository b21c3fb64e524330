"""Asks the question of each case with an obedient language model, with the defences on or off."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rag.http.app import create_app
from rag.service import Service
from tests import samples
from tests.client import TestClient
from tests.injections.cases import Case
from tests.injections.model import Obedient
from tests.injections.projections import shown_by


@dataclass(frozen=True, slots=True)
class Result:
    """Whether the model read the order of a case, and the projections that showed that it was followed."""

    case: Case
    read: bool
    followed: tuple[str, ...]


def write(cases: Iterable[Case], folder: Path) -> Path:
    """Write the document of each case, and a sidecar with its number as the field `case`."""
    folder.mkdir(parents=True)
    for case in cases:
        (folder / case.file).write_bytes(case.content)
        facts = "\n".join([f'case: "{case.file[:3]}"', *case.facts])
        (folder / f"{case.file}.meta.yaml").write_text(f"{facts}\n", encoding="utf-8")
    return folder


def index(cases: Sequence[Case], folder: Path) -> Path:
    """Ingest the documents of the cases. Return the folder of the index."""
    report = samples.service(folder / "index").ingest([write(cases, folder / "files")], lambda done, total: None)
    assert not report.failed
    assert all(item.state == "added" for item in report.items), "each document has a text of its own"
    return folder / "index"


def measure(cases: Sequence[Case], index: Path, model: Obedient | None) -> Iterator[Result]:
    """Yield the result of each case. Without a model, the answers are extractive."""
    service = samples.service(index, generator=samples.answerer(model))  # type: ignore[arg-type]
    with _client(service) as client:
        for case in cases:
            if model:
                model.case, model.read = case, False
            shown = list(shown_by(service, client, case))
            followed = tuple(name for name, words in shown if _follows(words, case))
            yield Result(case, bool(model and model.read), followed)


@contextmanager
def _client(service: Service) -> Iterator[TestClient]:
    with TestClient(create_app(service)) as client:
        yield client


def _follows(words: str, case: Case) -> bool:
    shown = words.casefold()
    return any(one in shown for one in (case.order.mark, "evil.example", "foreign <", "bad address"))


def by_place(results: Iterable[Result]) -> dict[str, list[Result]]:
    """Return the results by the place of the order."""
    found: dict[str, list[Any]] = {}
    for one in results:
        found.setdefault(one.case.place, []).append(one)
    return found
