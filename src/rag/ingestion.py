"""Reads source files and moves the index forward: paths in, the next snapshot and a report on every file out."""

from __future__ import annotations

import json
import logging
import os
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from hashlib import sha256
from pathlib import Path

from rag.errors import NoSnapshot, SnapshotError, UnknownDocument, UnreadableSource
from rag.snapshots import Builder, Changes, Origin, Progress, Snapshot, SnapshotStore, StoredDocument
from rag.sources import Discovery, Limits, ReadingProcess, discover, fingerprint
from rag.types import Document, SourceState

_log = logging.getLogger(__name__)


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
class _Found:
    """A source as this run found it in `file`: a document and its origin, the reason there is none, or unchanged."""

    source: str
    file: str
    content: tuple[Document, Origin] | UnreadableSource | None


class Ingestion:
    """Plans what changes, and lets the builder publish it."""

    def __init__(self, store: SnapshotStore, builder: Builder, limits: Limits = Limits()) -> None:  # noqa: B008 - frozen
        self._store = store
        self._builder = builder
        self.limits = limits

    def ingest(self, paths: Sequence[Path], progress: Progress, *, prune: bool = False) -> Report:
        """Index files and folders; with `prune`, drop documents of these folders whose files are gone.

        What lay in a folder that cannot be listed, or is there and empty, is not taken for gone.
        Raises UnreadableSource where a path itself is wrong, and WriterBusy.
        """
        discovery = discover(paths)
        with self._store.writing(self._builder.keep):
            return self._ingest(paths, discovery, progress, prune)

    def _ingest(self, paths: Sequence[Path], discovery: Discovery, progress: Progress, prune: bool) -> Report:
        previous = self._previous()
        known = {stored.origin.source: stored for stored in previous.documents()} if previous else {}
        found = [_Found(_name(path), _name(path), reason) for path, reason in discovery.refused.items()]
        found += _emptied(discovery.empty, known) if prune else ()
        with ReadingProcess(self.limits) as reading:
            found += (source for path in discovery.files for source in _read(path, known, reading))
        gone = _gone(known, paths, found) if prune else []
        plan = _Plan(known, gone, found)
        return self._publish(previous, plan.changes, plan.items, progress)

    def remove(self, document_ids: Sequence[str]) -> Report:
        """Drop documents from the index. Raises UnknownDocument before anything is removed, NoSnapshot, WriterBusy."""
        with self._store.writing(self._builder.keep):
            return self._remove(document_ids)

    def _remove(self, document_ids: Sequence[str]) -> Report:
        previous = self._store.refresh()
        known = {stored.reference.id: stored for stored in previous.documents()}
        for document_id in document_ids:
            if document_id not in known:
                raise UnknownDocument(
                    f"no document has the id {document_id!r}, nothing was removed: 'rag documents' lists them"
                )
        items = [Item(known[name].origin.source, "removed", name) for name in document_ids]
        return self._publish(previous, Changes(removed=frozenset(document_ids)), items, lambda *_: None)

    def apply(
        self, plan: Callable[[Sequence[StoredDocument]], tuple[Changes, Sequence[Item]]], progress: Progress
    ) -> Report:
        """Publish what `plan` makes of the documents there are. Raises SnapshotError where those cannot be read."""
        with self._store.writing(self._builder.keep):
            try:
                previous = self._store.refresh()
            except NoSnapshot:
                previous = None
            changes, items = plan(previous.documents() if previous else ())
            return self._publish(previous, changes, items, progress)

    def _previous(self) -> Snapshot | None:
        try:
            return self._store.refresh()
        except NoSnapshot:
            return None
        except SnapshotError as error:
            _log.warning("the index is built anew: %s", error)
            return None

    def _publish(
        self, previous: Snapshot | None, changes: Changes, items: Iterable[Item], progress: Progress
    ) -> Report:
        sound = previous is None or (self._builder.fits(previous) and self._store.degraded is None)
        if sound and not changes:
            return Report(tuple(items), previous.id if previous else None, 0)
        snapshot, encoded = self._builder.build(previous, changes, progress)
        return Report(tuple(items), snapshot.id, encoded)


def _read(path: Path, known: Mapping[str, StoredDocument], reading: ReadingProcess) -> Iterator[_Found]:
    """Read a file, unless it is byte for byte what it was."""
    file, digest = _name(os.path.realpath(path)), fingerprint(path)
    if file in known and known[file].origin.source_sha256 == digest:
        yield _Found(file, file, None)
        return
    for record in reading.read(path):
        source, content = _name(record.key), record.content
        if isinstance(content, Document):
            origin = origin_of(source, digest, content)
            stored = known.get(source)
            unchanged = stored is not None and stored.origin.fingerprint == origin.fingerprint
            yield _Found(source, file, None if unchanged else (content, origin))
        else:
            yield _Found(source, file, content)


def _name(path: str) -> str:
    """Return a path as Unicode, which the name of a file need not be."""
    return path.encode(errors="backslashreplace").decode()


def _gone(known: Mapping[str, StoredDocument], paths: Sequence[Path], found: Iterable[_Found]) -> list[StoredDocument]:
    """Return the documents from below `paths` that this run did not meet."""
    roots = {_name(os.path.realpath(path)) for path in paths}
    met, failed = set(), set()
    for source in found:
        met.add(source.source)
        if isinstance(source.content, UnreadableSource):
            failed.add(source.file)  # which of its documents could not be read is not known
    return [
        stored
        for source, stored in known.items()
        if source not in met and not roots.isdisjoint(_places(source)) and failed.isdisjoint(_places(source))
    ]


def _emptied(folders: Sequence[Path], known: Mapping[str, StoredDocument]) -> Iterator[_Found]:
    """Yield the folders that are empty, though documents came from them: a disk may not be mounted."""
    counts = Counter(place for source in known for place in _places(source)) if folders else Counter()
    for folder in folders:
        name = _name(os.path.realpath(folder))
        if count := counts[name]:
            documents = f"{count} documents of the index" if count > 1 else "a document of the index"
            advice = "mount what belongs there, or, if that is gone for good, remove the folder too"
            message = f"{name} is empty, though {documents} came from there, and nothing was removed: {advice}."
            yield _Found(name, name, UnreadableSource(message))


def _places(source: str) -> Iterator[str]:
    """Yield the file that a source lies in, which is all before the `#` of a record, and the folders above."""
    yield source
    for mark in re.finditer("#", source):
        if source[: mark.start()].lower().endswith(".jsonl"):
            yield source[: mark.start()]
    yield from map(str, Path(source).parents)


class _Plan:
    """Decides the state of each source; a text that stands in the index already is not indexed again."""

    def __init__(
        self, known: Mapping[str, StoredDocument], gone: Sequence[StoredDocument], found: Sequence[_Found]
    ) -> None:
        self._known = known
        self._removed = {stored.reference.id for stored in gone}
        self._ids = _Ids(known[source].reference.id for source in known.keys() - {s.origin.source for s in gone})
        leaving = {stored.origin.source for stored in gone} | {s.source for s in found if self._has_other_text(s)}
        self._owners = {s.origin.sha256: s.reference.id for source, s in known.items() if source not in leaving}
        self._added: list[tuple[Document, Origin]] = []
        self.items = [Item(stored.origin.source, "removed", stored.reference.id) for stored in gone]
        self.items.extend(map(self._settle, found))

    @property
    def changes(self) -> Changes:
        """What the next snapshot has that the last has not."""
        return Changes(self._added, frozenset(self._removed))

    def _has_other_text(self, found: _Found) -> bool:
        stored = self._known.get(found.source)
        return (
            stored is not None and isinstance(found.content, tuple) and found.content[1].sha256 != stored.origin.sha256
        )

    def _settle(self, found: _Found) -> Item:
        stored = self._known.get(found.source)
        document_id = stored.reference.id if stored else None
        if isinstance(found.content, UnreadableSource):
            # What an earlier run could read stays in the index: a failure is no removal.
            return Item(found.source, "failed", document_id, _name(str(found.content)))
        if found.content is None:
            return Item(found.source, "unchanged", document_id)
        return self._settle_new(*found.content, document_id)

    def _settle_new(self, document: Document, origin: Origin, known_id: str | None) -> Item:
        owner = self._owners.get(origin.sha256, known_id)
        if owner != known_id:
            self._removed |= {known_id} if known_id else set()
            return Item(origin.source, "duplicate", owner, f"its text is that of {owner}")
        document_id = known_id or self._ids.free(document.reference.id)
        self._owners[origin.sha256] = document_id
        self._added.append((replace(document, reference=replace(document.reference, id=document_id)), origin))
        return Item(origin.source, "updated" if known_id else "added", document_id)


class _Ids:
    """Hands out ids: what is proposed, counted up where another document has it."""

    def __init__(self, taken: Iterable[str]) -> None:
        self._taken = set(taken)
        self._last: dict[str, int] = {}  # so that a thousand files named alike are not counted up from one each

    def free(self, proposed: str) -> str:
        number = self._last.get(proposed, 0) + 1
        while (candidate := proposed if number == 1 else f"{proposed}-{number}") in self._taken:
            number += 1
        self._last[proposed] = number
        self._taken.add(candidate)
        return candidate


def origin_of(source: str, source_sha256: str, document: Document) -> Origin:
    """Return where a document came from, with the digests that tell whether it changed."""
    known = asdict(document)
    del known["reference"]["id"]
    return Origin(
        source=source,
        source_sha256=source_sha256,
        sha256=sha256(document.text.encode()).hexdigest(),
        fingerprint=sha256(json.dumps(known, sort_keys=True, default=list).encode()).hexdigest(),
    )
