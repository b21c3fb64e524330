"""LlamaIndex with FAISS."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import faiss
from llama_index.core import StorageContext, VectorStoreIndex
from llama_index.core.base.base_retriever import BaseRetriever
from llama_index.core.schema import TextNode
from llama_index.embeddings.huggingface import HuggingFaceEmbedding
from llama_index.vector_stores.faiss import FaissVectorStore

from benchmarks.peers.drivers.driving import FOUND, Passage, drive, model

_DIMENSION = 384


class LlamaIndex:
    """`VectorStoreIndex` over `FaissVectorStore` with the model as `HuggingFaceEmbedding`."""

    retriever: BaseRetriever

    def __init__(self) -> None:
        self._embedding = HuggingFaceEmbedding(model_name=model(), device="cpu")

    def ingest(self, passages: Sequence[Passage]) -> None:
        """Index the passages."""
        nodes = [TextNode(id_=passage.id, text=passage.text) for passage in passages]
        store = FaissVectorStore(faiss_index=faiss.IndexFlatIP(_DIMENSION))
        storage = StorageContext.from_defaults(vector_store=store)
        index = VectorStoreIndex(nodes, storage_context=storage, embed_model=self._embedding)
        self.retriever = index.as_retriever(similarity_top_k=FOUND)

    def search(self, question: str) -> Sequence[str]:
        """Return the ids of the best passages, best first."""
        return [found.node.node_id for found in self.retriever.retrieve(question)]


def _open(_folder: Path, _variant: str) -> LlamaIndex:
    return LlamaIndex()


if __name__ == "__main__":
    packages = ("llama-index-core", "llama-index-embeddings-huggingface", "llama-index-vector-stores-faiss")
    drive(_open, *packages, "faiss-cpu", "sentence-transformers")
