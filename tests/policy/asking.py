"""Asks the service over HTTP and reads its replies. Asks plain retrieval the same questions, for comparison."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from rag.http.app import create_app
from rag.protocols import Encoder
from rag.settings import Settings
from rag.text import sentences
from rag.wiring import assemble
from tests.client import TestClient
from tests.policy.corpus import DOCUMENTS, Question

_VALIDITY = re.compile(r"^(?:valid_from|valid_to|version_of|supersedes):.*\n", re.MULTILINE)
_ALWAYS = "valid_from: 1000-01-01\nvalid_to: 2999-12-31\n"


@dataclass(frozen=True, slots=True)
class Cited:
    """Words of a document: its stem, the words, and the provision in which they stand."""

    document: str
    quote: str
    pinpoint: str | None = None


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer. `exceptions` are the citations of statements that only limit a rule. `beside` has the notices."""

    outcome: str
    abstention: str | None = None
    cited: tuple[Cited, ...] = ()
    exceptions: tuple[Cited, ...] = ()
    beside: str = ""


class Interface:
    """The public interface of a service over an index of some files."""

    def __init__(self, client: TestClient, encoder: Encoder) -> None:
        self._client = client
        self._encoder = encoder

    def ask(self, question: Question) -> Reply:
        """Ask a question as of its date."""
        body = {"question": question.question, "filters": filters_of(question)}
        if question.as_of:
            body["as_of"] = question.as_of
        return read(self.post("/v1/answers", body))

    def retrieve(self, question: Question) -> Reply:
        """Return the sentence of the best passage whose vector is nearest to that of the question."""
        body = {"query": question.question, "filters": filters_of(question), "limit": 1}
        hits = self.post("/v1/search", body)["hits"]
        if not hits:
            return Reply("no_evidence")
        best = self._nearest(question.question, hits[0]["text"])
        return Reply("answered", None, (Cited(hits[0]["document_id"], best),))

    def _nearest(self, question: str, passage: str) -> str:
        parts = [span.of(passage) for span in sentences(passage, "en")]
        (asked,) = self._encoder.encode_questions([question])
        found = [float(one.vector @ asked.vector) for one in self._encoder.encode_passages(parts)]
        return parts[found.index(max(found))]

    @property
    def encoder(self) -> Encoder:
        """The encoder of the service."""
        return self._encoder

    def get(self, path: str, **query: str) -> Any:
        """Return the JSON at a path."""
        response = self._client.get(path, params=query)
        assert response.status_code == 200, response.text
        return response.json()

    def post(self, path: str, body: dict[str, Any]) -> Any:
        """Return the JSON of the response to a body."""
        response = self._client.post(path, json=body)
        assert response.status_code == 200, response.text
        return response.json()


@contextmanager
def serving(files: Path, encoder: Encoder | None = None) -> Iterator[Interface]:
    """Index the files of a folder with the default settings, and yield the interface of a service over them.

    `encoder` is that of another service, so that the model is not compiled again.
    """
    with TemporaryDirectory() as folder:
        service = assemble(Settings(_env_file=None, index_dir=Path(folder) / "index"), encoder=encoder)
        report = service.ingest([files], lambda done, total: None)
        assert not report.failed, report.failed
        with TestClient(create_app(service)) as client:
            yield Interface(client, service.parts.encoder)


@contextmanager
def without_validity() -> Iterator[Path]:
    """Yield a folder with the same policies, of which each is in force on every day and is a version of nothing."""
    with TemporaryDirectory() as folder:
        for file in sorted(DOCUMENTS.glob("*.md")):
            _, front, body = file.read_text(encoding="utf-8").split("---\n", 2)
            plain = f"---\n{_VALIDITY.sub('', front)}{_ALWAYS}---\n{body}"
            (Path(folder) / file.name).write_text(plain, encoding="utf-8")
        yield Path(folder)


def read(answer: dict[str, Any]) -> Reply:
    """Read an answer of the service."""
    limits = {marker for one in answer["statements"] if one["exception"] for marker in one["citations"]}
    rules = {marker for one in answer["statements"] if not one["exception"] for marker in one["citations"]}
    return Reply(
        answer["outcome"],
        answer["abstention"],
        tuple(_cited(answer["citations"])),
        tuple(_cited([one for one in answer["citations"] if one["marker"] in limits - rules])),
        "\n".join(one["text"] for one in answer["notices"]),
    )


def filters_of(question: Question) -> dict[str, str]:
    """Return the filters that a question is asked with."""
    return {"jurisdiction": question.jurisdiction} if question.jurisdiction else {}


def _cited(citations: Sequence[dict[str, Any]]) -> Iterator[Cited]:
    for one in citations:
        yield Cited(one["document_id"], one["quote"], one["pinpoint"])
