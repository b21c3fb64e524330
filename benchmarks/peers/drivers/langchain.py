"""LangChain with FAISS. The variant `hybrid` is an ensemble of FAISS and BM25."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from langchain_classic.retrievers import EnsembleRetriever
from langchain_community.retrievers import BM25Retriever
from langchain_community.vectorstores import FAISS
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from langchain_huggingface import HuggingFaceEmbeddings

from benchmarks.peers.drivers.driving import FOUND, Passage, drive, model


class LangChain:
    """`FAISS.from_documents` with the model as `HuggingFaceEmbeddings`."""

    retriever: BaseRetriever

    def __init__(self, variant: str) -> None:
        self._hybrid = variant == "hybrid"
        self._embeddings = HuggingFaceEmbeddings(model_name=model(), model_kwargs={"device": "cpu"})

    def ingest(self, passages: Sequence[Passage]) -> None:
        """Index the passages."""
        documents = [Document(passage.text, metadata={"id": passage.id}) for passage in passages]
        dense = FAISS.from_documents(documents, self._embeddings).as_retriever(search_kwargs={"k": FOUND})
        if self._hybrid:
            words = BM25Retriever.from_documents(documents, k=FOUND)
            self.retriever = EnsembleRetriever(retrievers=[words, dense], weights=[0.5, 0.5])
        else:
            self.retriever = dense

    def search(self, question: str) -> Sequence[str]:
        """Return the ids of the best passages, best first."""
        return [document.metadata["id"] for document in self.retriever.invoke(question)][:FOUND]


def _open(_: Path, variant: str) -> LangChain:
    return LangChain(variant)


if __name__ == "__main__":
    drive(_open, "langchain-core", "langchain-community", "langchain-huggingface", "faiss-cpu", "sentence-transformers")
