"""This project. `search` finds and reranks passages; `answer` also writes a cited answer."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.peers.drivers.driving import FOUND, Passage, drive
from rag import process
from rag.settings import load
from rag.types import Ask, Hit
from rag.wiring import assemble


class Rag:
    """The service over a temporary index, which ordinary ingestion builds from the corpus file.

    Its ingest therefore includes work that the others do not do: it parses files in a separate process, splits long
    passages instead of truncating them, and writes and verifies the index.
    """

    def __init__(self, folder: Path, variant: str) -> None:
        self._answers = variant == "answer"
        self._corpus = folder / "corpus.jsonl"
        self._ids: dict[str, list[str]] = {}
        self._index = TemporaryDirectory(prefix="rag-peers-")  # deleted with this object
        process.configure()
        self._service = assemble(load({"RAG_INDEX_DIR": self._index.name, "RAG_LEAST_CONFIDENCE": "0"}))
        self._service.parts.encoder.encode_questions(["What is ready?"])

    def ingest(self, passages: Sequence[Passage]) -> None:
        """Ingest the corpus file. Each line is a document; record its id in the index."""
        report = self._service.ingest([self._corpus], lambda *_: None)
        for passage, item in zip(passages, report.items, strict=True):
            if item.document_id:
                self._ids.setdefault(item.document_id, []).append(passage.id)

    def search(self, question: str) -> Sequence[str]:
        """Return the ids of the lines of the best passages. Duplicate lines share a document; return all of them."""
        if self._answers:
            hits: Sequence[Hit] = self._service.view(None).answer(Ask(question)).evidence
        else:
            hits, _ = self._service.view(None).search(Ask(question, limit=FOUND))
        documents = dict.fromkeys(hit.reference.id for hit in hits)
        return [name for document in documents for name in self._ids[document]]


def _open(folder: Path, variant: str) -> Rag:
    return Rag(folder, variant)


if __name__ == "__main__":
    drive(_open, "rag-policy", "faiss-cpu", "openvino")
