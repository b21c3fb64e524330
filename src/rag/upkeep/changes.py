"""Plan jobs: turn uploads and removals into the changes from the last snapshot to the next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from rag.errors import UnreadableSource
from rag.ingest import originals
from rag.ingest.found import origin_of
from rag.ingest.plan import Item
from rag.ingest.previews import read_document
from rag.snapshots import Changes, Origin, StoredDocument
from rag.sources import ParserProcess, fingerprint
from rag.types import Document

Content: TypeAlias = tuple[Document, Origin] | UnreadableSource | None


@dataclass(frozen=True, slots=True)
class Change:
    """A change to one document.

    `content` is the new content, None to remove the document, or the reason why the uploaded file cannot be read.
    """

    document_id: str
    content: Content


def read_upload(
    document_id: str, file: Path, parser: ParserProcess, *, keep: bool = True, name: str | None = None
) -> Change:
    """Read an uploaded file. Its source is its id, so ingesting or pruning a folder never affects it.

    With `keep`, the index keeps the file as the original of the document, under `name` if the client gave one.
    """
    document = read_document(document_id, file, parser)
    if isinstance(document, UnreadableSource):
        return Change(document_id, document)
    original = originals.of_file(file, name) if keep else None
    return Change(document_id, (document, origin_of(source_name(document_id), fingerprint(file), document, original)))


def plan_changes(known: Sequence[StoredDocument], changes: Sequence[Change]) -> tuple[Changes, list[Item], list[Item]]:
    """Apply the changes in order.

    Return the total change, the result of each change, and the final result of each source. A document is added under
    its id even if another document has the same text, because the client will ask for it by that id.
    """
    planner = _Planner({stored.reference.id: stored.origin for stored in known})
    items = [planner.apply(change) for change in changes]
    final = {change.document_id: _final_item(change, item) for change, item in zip(changes, items, strict=True)}
    return planner.changes, items, list(final.values())


class _Planner:
    """Applies changes one after the other, and tracks the documents."""

    def __init__(self, known: dict[str, Origin]) -> None:
        self._known = known
        self._origins = dict(known)
        self._added: dict[str, tuple[Document, Origin]] = {}

    @property
    def changes(self) -> Changes:
        """The total change."""
        return Changes(tuple(self._added.values()), frozenset(self._known.keys() - self._origins.keys()))

    def apply(self, change: Change) -> Item:
        """Apply one change and return its result."""
        document_id, content = change.document_id, change.content
        if isinstance(content, UnreadableSource):
            return Item(source_name(document_id), "failed", document_id, str(content))
        if content is None:
            return self._remove(document_id)
        return self._put(document_id, *content)

    def _remove(self, document_id: str) -> Item:
        if document_id not in self._origins:
            return Item(source_name(document_id), "failed", document_id, f"no document has the id {document_id!r}")
        self._added.pop(document_id, None)
        return Item(self._origins.pop(document_id).source, "removed", document_id)

    def _put(self, document_id: str, document: Document, origin: Origin) -> Item:
        before = self._origins.get(document_id)
        if before is not None and _is_same(before, origin):
            return Item(origin.source, "unchanged", document_id)
        self._origins[document_id] = origin
        self._added[document_id] = (document, origin)
        return Item(origin.source, "updated" if before else "added", document_id)


def _final_item(change: Change, item: Item) -> Item:
    """Return the result of a source for the ledger.

    A removal always counts as removed here. It thus clears a failed upload whose document was never indexed.
    """
    return item if change.content else Item(source_name(change.document_id), "removed", change.document_id)


def _is_same(before: Origin, after: Origin) -> bool:
    """Return whether an upload changes nothing. Another file with the same text becomes the new original."""
    same_document = (before.source, before.fingerprint) == (after.source, after.fingerprint)
    return same_document and after.original in (None, before.original)


def source_name(document_id: str) -> str:
    """Return the name of the source of a document that is given over HTTP."""
    return f"http:{document_id}"
