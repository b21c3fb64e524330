"""Reads source files and moves the index forward: paths in, the next snapshot and a report on every file out."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from hashlib import sha256
from pathlib import Path

from rag.errors import NoSnapshot, UnknownDocument, UnreadableSource
from rag.snapshots import Builder, Changes, Origin, Progress, Snapshot, SnapshotStore, StoredDocument
from rag.sources import discover, fingerprint, read
from rag.types import Document, SourceState


@dataclass(frozen=True, slots=True)
class Item:
    """What became of one source; `reason` says why it failed or what it duplicates."""

    source: str
    state: SourceState
    document_id: str | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """What a run did; `snapshot` is the one in force after it, None where there is none yet."""

    items: tuple[Item, ...]
    snapshot: str | None
    encoded: int

    @property
    def counts(self) -> dict[SourceState, int]:
        """How many sources ended in each state."""
        return dict(Counter(item.state for item in self.items))

    @property
    def failed(self) -> tuple[Item, ...]:
        """The sources that could not be read."""
        return tuple(item for item in self.items if item.state == "failed")


@dataclass(frozen=True, slots=True)
class _Read:
    """One source as this run found it: a document, the reason there is none, or None where it is unchanged."""

    source: str
    content: Document | UnreadableSource | None
    source_sha256: str


class Ingestion:
    """Plans what changes, and lets the builder publish it."""

    def __init__(self, store: SnapshotStore, builder: Builder) -> None:
        self._store = store
        self._builder = builder

    def ingest(self, paths: Sequence[Path], progress: Progress, *, prune: bool = False) -> Report:
        """Index files and folders; with `prune`, drop documents of these folders whose files are gone.

        Raises UnreadableSource where a path itself is wrong, and WriterBusy.
        """
        files = discover(paths)
        with self._store.writing():
            previous = self._previous()
            known = {stored.origin.source: stored for stored in previous.documents()} if previous else {}
            found = [reading for path in files for reading in _read(path, known)]
            gone = _gone(known, paths, {reading.source for reading in found}) if prune else []
            plan = _Plan(known, gone, found)
            return self._publish(previous, plan.changes, plan.items, progress)

    def remove(self, document_ids: Sequence[str]) -> Report:
        """Drop documents from the index. Raises UnknownDocument before anything is removed, NoSnapshot, WriterBusy."""
        with self._store.writing():
            previous = self._store.refresh()
            known = {stored.reference.id: stored for stored in previous.documents()}
            for document_id in document_ids:
                if document_id not in known:
                    raise UnknownDocument(
                        f"no document has the id {document_id!r}, nothing was removed: 'rag documents' lists them"
                    )
            items = [Item(known[name].origin.source, "removed", name) for name in document_ids]
            return self._publish(previous, Changes(removed=frozenset(document_ids)), items, lambda *_: None)

    def _previous(self) -> Snapshot | None:
        try:
            return self._store.refresh()
        except NoSnapshot:
            return None

    def _publish(
        self, previous: Snapshot | None, changes: Changes, items: Iterable[Item], progress: Progress
    ) -> Report:
        if not changes and (previous is None or self._builder.fits(previous)):
            return Report(tuple(items), previous.id if previous else None, 0)
        snapshot, encoded = self._builder.build(previous, changes, progress)
        return Report(tuple(items), snapshot.id, encoded)


def _read(path: Path, known: dict[str, StoredDocument]) -> Iterator[_Read]:
    """Read a file, unless it is byte for byte what it was."""
    source, digest = str(path.resolve()), fingerprint(path)
    if source in known and known[source].origin.source_sha256 == digest:
        yield _Read(source, None, digest)
        return
    for record in read(path):
        yield _Read(record.key, record.content, digest)


def _gone(known: dict[str, StoredDocument], paths: Sequence[Path], seen: set[str]) -> list[StoredDocument]:
    """Return the documents from below `paths` that this run did not meet."""
    roots = [path.resolve() for path in paths]
    return [
        stored
        for source, stored in known.items()
        if source not in seen
        and any(Path(source).is_relative_to(root) or source.startswith(f"{root}#") for root in roots)
    ]


class _Plan:
    """Decides the state of each source; a text that stands in the index already is not indexed again."""

    def __init__(
        self, known: dict[str, StoredDocument], gone: Sequence[StoredDocument], found: Sequence[_Read]
    ) -> None:
        self._known = known
        self._taken = {stored.reference.id for stored in known.values()}
        leaving = {stored.origin.source for stored in gone} | {r.source for r in found if self._changed(r)}
        self._owners = {s.origin.sha256: s.reference.id for source, s in known.items() if source not in leaving}
        self._added: list[tuple[Document, Origin]] = []
        self._removed = {stored.reference.id for stored in gone}
        self.items = [Item(stored.origin.source, "removed", stored.reference.id) for stored in gone]
        for reading in found:
            self.items.append(self._settle(reading))

    @property
    def changes(self) -> Changes:
        """What the next snapshot has that the last has not."""
        return Changes(self._added, frozenset(self._removed))

    def _changed(self, reading: _Read) -> bool:
        stored = self._known.get(reading.source)
        return (
            isinstance(reading.content, Document)
            and stored is not None
            and stored.origin.fingerprint != _origin(reading, reading.content).fingerprint
        )

    def _settle(self, reading: _Read) -> Item:
        stored = self._known.get(reading.source)
        if isinstance(reading.content, UnreadableSource):
            # What an earlier run could read stays in the index: a failure is no removal.
            return Item(reading.source, "failed", stored.reference.id if stored else None, str(reading.content))
        if stored and not self._changed(reading):
            return Item(reading.source, "unchanged", stored.reference.id)
        assert reading.content is not None, "only a known source is left unread"
        return self._settle_new(reading, reading.content, stored)

    def _settle_new(self, reading: _Read, document: Document, stored: StoredDocument | None) -> Item:
        origin = _origin(reading, document)
        if origin.sha256 in self._owners:
            self._removed |= {stored.reference.id} if stored else set()
            owner = self._owners[origin.sha256]
            return Item(reading.source, "duplicate", owner, f"its text is that of {owner}")
        document_id = stored.reference.id if stored else _free(document.reference.id, self._taken)
        self._taken.add(document_id)
        self._owners[origin.sha256] = document_id
        self._added.append((replace(document, reference=replace(document.reference, id=document_id)), origin))
        return Item(reading.source, "updated" if stored else "added", document_id)


def _origin(reading: _Read, document: Document) -> Origin:
    known = asdict(document)
    del known["reference"]["id"]
    return Origin(
        source=reading.source,
        source_sha256=reading.source_sha256,
        sha256=sha256(document.text.encode()).hexdigest(),
        fingerprint=sha256(json.dumps(known, sort_keys=True, default=list).encode()).hexdigest(),
    )


def _free(proposed: str, taken: set[str]) -> str:
    """Return the proposed id, counted up where another document has it."""
    candidate, number = proposed, 1
    while candidate in taken:
        number += 1
        candidate = f"{proposed}-{number}"
    return candidate
