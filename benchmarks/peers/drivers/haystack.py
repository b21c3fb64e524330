"""Haystack with its in-memory store. The variant `hybrid` joins BM25 and embeddings by reciprocal rank fusion."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from haystack import Document
from haystack.components.joiners import DocumentJoiner
from haystack.components.retrievers.in_memory import InMemoryBM25Retriever, InMemoryEmbeddingRetriever
from haystack.document_stores.in_memory import InMemoryDocumentStore
from haystack_integrations.components.embedders.sentence_transformers import (
    SentenceTransformersDocumentEmbedder,
    SentenceTransformersTextEmbedder,
)

from benchmarks.peers.drivers.driving import FOUND, Passage, drive, model


class Haystack:
    """`InMemoryDocumentStore` with the embedders of sentence-transformers."""

    def __init__(self, variant: str) -> None:
        self._hybrid = variant == "hybrid"
        self._passages = SentenceTransformersDocumentEmbedder(model=model(), progress_bar=False)
        self._questions = SentenceTransformersTextEmbedder(model=model(), progress_bar=False)
        self._passages.warm_up()
        self._questions.warm_up()
        self._store = InMemoryDocumentStore(embedding_similarity_function="cosine", return_embedding=False)
        self._dense = InMemoryEmbeddingRetriever(self._store, top_k=FOUND)
        self._words = InMemoryBM25Retriever(self._store, top_k=FOUND)
        self._joiner = DocumentJoiner(join_mode="reciprocal_rank_fusion", top_k=FOUND)

    def ingest(self, passages: Sequence[Passage]) -> None:
        """Index the passages."""
        documents = [Document(id=passage.id, content=passage.text) for passage in passages]
        self._store.write_documents(self._passages.run(documents)["documents"])

    def search(self, question: str) -> Sequence[str]:
        """Return the ids of the best passages, best first."""
        embedding = self._questions.run(question)["embedding"]
        found = self._dense.run(query_embedding=embedding)["documents"]
        if self._hybrid:
            words = self._words.run(query=question)["documents"]
            found = self._joiner.run([words, found])["documents"]
        return [document.id for document in found]


def _open(_: Path, variant: str) -> Haystack:
    return Haystack(variant)


if __name__ == "__main__":
    drive(_open, "haystack-ai", "sentence-transformers-haystack", "sentence-transformers")
