"""This project: `search` finds and reranks passages; `answer` goes on to a cited answer."""

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
    """The service over an index of its own, which ordinary ingestion makes of the corpus as it lies on the disk.

    So its ingest has what others leave out: files read in a process apart, long passages split rather than cut off, the
    index written and verified.
    """

    def __init__(self, folder: Path, variant: str) -> None:
        self._answers = variant == "answer"
        self._corpus = folder / "corpus.jsonl"
        self._ids: dict[str, list[str]] = {}
        self._index = TemporaryDirectory(prefix="rag-peers-")  # which lasts as long as this
        process.configure()
        self._service = assemble(load({"RAG_INDEX_DIR": self._index.name, "RAG_LEAST_CONFIDENCE": "0"}))
        self._service.parts.encoder.encode_questions(["What is ready?"])

    def ingest(self, passages: Sequence[Passage]) -> None:
        """Make an index of the corpus; each of its lines is a document, named by the index."""
        report = self._service.ingest([self._corpus], lambda *_: None)
        for passage, item in zip(passages, report.items, strict=True):
            if item.document_id:
                self._ids.setdefault(item.document_id, []).append(passage.id)

    def search(self, question: str) -> Sequence[str]:
        """Return the ids of the lines that the nearest passages stand in, of equal ones all."""
        if self._answers:
            hits: Sequence[Hit] = self._service.answer(Ask(question)).evidence
        else:
            hits, _ = self._service.search(Ask(question, limit=FOUND))
        documents = dict.fromkeys(hit.reference.id for hit in hits)
        return [name for document in documents for name in self._ids[document]]


def _open(folder: Path, variant: str) -> Rag:
    return Rag(folder, variant)


if __name__ == "__main__":
    drive(_open, "rag-policy", "faiss-cpu", "openvino")
