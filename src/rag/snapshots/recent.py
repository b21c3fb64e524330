"""Keeps the documents that were read last, because a question and its answer often read one many times."""

from __future__ import annotations

import threading
from collections.abc import Callable
from operator import attrgetter

from cachetools import LRUCache, cachedmethod

from rag.text.provisions import Outline, find_outline
from rag.types import Document

_MOST = 32
"""Documents. The text and the provisions of a law of 150 pages take about 3 MB."""


class RecentDocuments:
    """The documents of a snapshot that were read last, and their provisions. Safe to share between threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._documents: LRUCache[str, Document] = LRUCache(_MOST)
        self._outlines: LRUCache[str, Outline] = LRUCache(_MOST)

    @cachedmethod(attrgetter("_documents"), key=lambda _self, document_id, _read: document_id, lock=attrgetter("_lock"))
    def document(self, document_id: str, read: Callable[[str], Document]) -> Document:
        """Return a document, which `read` returns if it is not known. Raises what `read` raises."""
        return read(document_id)

    @cachedmethod(attrgetter("_outlines"), key=lambda _self, document: document.reference.id, lock=attrgetter("_lock"))
    def outline(self, document: Document) -> Outline:
        """Return the provisions of a document."""
        return find_outline(document.text, document.headings)
