"""Lists the documents of a snapshot: those that meet conditions, sorted, and one part of the list at a time."""

from __future__ import annotations

import threading
import unicodedata
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

import numpy as np
from cachetools import LRUCache

from rag.index.filters import parse
from rag.protocols import Rows
from rag.snapshots.database import Reader
from rag.snapshots.records import StoredDocument
from rag.types import Filters

Order: TypeAlias = Literal["index", "title", "-title", "published", "-published"]

_CACHED_LISTS = 8  # eight bytes for each document


@dataclass(frozen=True, slots=True)
class ListRequest:
    """A part of the list of documents: at most `limit` of them, after the first `offset`.

    The documents pass all `filters`. Each of `words` is in the title or the author; the case does not matter. `-`
    reverses an `order`. Documents without a date come last in both directions.
    """

    filters: Filters = field(default_factory=dict)
    words: tuple[str, ...] = ()
    order: Order = "index"
    offset: int = 0
    limit: int = 1_000


@dataclass(frozen=True, slots=True)
class DocumentList:
    """A part of a list of documents, and the length of the whole list."""

    documents: tuple[StoredDocument, ...]
    total: int


class DocumentLists:
    """Lists the documents of one reader. The last few lists are kept, so that the next part of a list is fast."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._lists: LRUCache[tuple[object, ...], Rows] = LRUCache(_CACHED_LISTS)
        self._orders: dict[Order, Rows] = {}
        self._caching = threading.Lock()

    def part(self, request: ListRequest) -> DocumentList:
        """Return a part of a list. Raises InvalidFilter."""
        numbers = self._numbers(request)
        wanted = numbers[request.offset : request.offset + request.limit].tolist()
        places = {number: place for place, number in enumerate(sorted(wanted))}
        found = self._reader.documents(wanted) if wanted else []
        return DocumentList(tuple(found[places[number]] for number in wanted), len(numbers))

    def _numbers(self, request: ListRequest) -> Rows:
        """Return the numbers of all documents of a list, in its order."""
        conditions = tuple(parse(request.filters))
        key = (conditions, request.words, request.order)
        with self._caching:
            if key not in self._lists:
                found = self._reader.numbers_meeting(conditions, request.words)
                if request.order != "index":
                    ordered = self._sorted(request.order)
                    found = ordered[np.isin(ordered, found)]
                self._lists[key] = found
            return self._lists[key]

    def _sorted(self, order: Order) -> Rows:
        """Return the numbers of all documents, in an order other than that of the index."""
        if order not in self._orders:
            column = self._reader.column("title" if order.endswith("title") else "published")
            known = [(_sort_key(text), number) for number, text in column if text is not None]
            known.sort(key=lambda one: one[0], reverse=order.startswith("-"))  # stable in both directions
            unknown = [number for number, text in column if text is None]
            self._orders[order] = np.array([*(number for _, number in known), *unknown], np.int64)
        return self._orders[order]


def _sort_key(text: str) -> str:
    """Return a key that puts texts in the order of their letters, without regard to case and accents."""
    letters = unicodedata.normalize("NFKD", text.casefold())
    return "".join(char for char in letters if not unicodedata.combining(char))
