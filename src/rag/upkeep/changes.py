"""From documents given under ids to what they change: files in, what the next snapshot has and the last had not out."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeAlias

from rag.errors import UnreadableSource
from rag.ingest.found import origin_of
from rag.ingest.plan import Item
from rag.snapshots import Changes, Origin, StoredDocument
from rag.sources import ReadingProcess, Record, fingerprint
from rag.types import Document

Content: TypeAlias = tuple[Document, Origin] | UnreadableSource | None


@dataclass(frozen=True, slots=True)
class Change:
    """What shall become of the document of an id: new content or none; or why what was given cannot be read."""

    document_id: str
    content: Content


def read(document_id: str, file: Path, reading: ReadingProcess) -> Change:
    """Read the file given for a document. Its source is the id, so no folder that is ingested or pruned touches it."""
    records = list(reading.read(file))
    content = records[0].content if len(records) == 1 else _not_one(records)
    if isinstance(content, UnreadableSource):
        # Where a job keeps its files is nothing to who gave them.
        return Change(document_id, UnreadableSource(str(content).replace(os.path.realpath(file), "the file given")))
    document = replace(content, reference=replace(content.reference, id=document_id))
    return Change(document_id, (document, origin_of(_source(document_id), fingerprint(file), document)))


def plan(known: Sequence[StoredDocument], changes: Sequence[Change]) -> tuple[Changes, list[Item], list[Item]]:
    """Return what the changes, one after the other, come to, what became of each, and of each source in the end.

    An id chosen by its giver is kept even where its text stands under another one: whoever gave it will ask for it.
    """
    planned = _Planned({stored.reference.id: stored.origin for stored in known})
    items = [planned.settle(change) for change in changes]
    ends = {change.document_id: _end(change, item) for change, item in zip(changes, items, strict=True)}
    return planned.changes, items, list(ends.values())


class _Planned:
    """Follows the changes: which documents there are after each, and which of them are new."""

    def __init__(self, known: dict[str, Origin]) -> None:
        self._known = known
        self._origins = dict(known)
        self._added: dict[str, tuple[Document, Origin]] = {}

    @property
    def changes(self) -> Changes:
        """All changes as one."""
        return Changes(tuple(self._added.values()), frozenset(self._known.keys() - self._origins.keys()))

    def settle(self, change: Change) -> Item:
        """Take one change into account."""
        name, content = change.document_id, change.content
        if isinstance(content, UnreadableSource):
            return Item(_source(name), "failed", name, str(content))
        if content is None:
            return self._remove(name)
        return self._put(name, *content)

    def _remove(self, name: str) -> Item:
        if name not in self._origins:
            return Item(_source(name), "failed", name, f"no document has the id {name!r}")
        self._added.pop(name, None)
        return Item(self._origins.pop(name).source, "removed", name)

    def _put(self, name: str, document: Document, origin: Origin) -> Item:
        before = self._origins.get(name)
        if before is not None and (before.source, before.fingerprint) == (origin.source, origin.fingerprint):
            return Item(origin.source, "unchanged", name)
        self._origins[name] = origin
        self._added[name] = (document, origin)
        return Item(origin.source, "updated" if before else "added", name)


def _end(change: Change, item: Item) -> Item:
    """Return what to note of a source: who removes what could not be read has given it up, though nothing was there."""
    return item if change.content else Item(_source(change.document_id), "removed", change.document_id)


def _source(document_id: str) -> str:
    return f"http:{document_id}"


def _not_one(records: Sequence[Record]) -> UnreadableSource:
    return UnreadableSource(f"the file given holds {len(records)} documents; give each under an id of its own.")
