"""Finds the versions of a document: its earlier texts, and documents that share its identity with theirs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from rag.errors import SnapshotError, UnknownDocument
from rag.snapshots.identity import identity
from rag.snapshots.ids import matching_ids, number_of
from rag.snapshots.manifest import Manifest
from rag.snapshots.records import StoredDocument
from rag.snapshots.store import SnapshotStore
from rag.types import Document


@dataclass(frozen=True, slots=True)
class Version:
    """A document as one or more snapshots have or had it, one after the other.

    `snapshot` is the id of the newest of them, which may be deleted if the text is a past text. `since` is the time at
    which the index got the version, and `until` the time of the next snapshot, which has another version or none.
    `until` is None if there is no newer snapshot. Times are ISO 8601. `current` is true if the current snapshot is
    among them. `valid_from` and `valid_to` are the first and the last day
    on which it is in force, None if nothing says it. A version ends on the day before the next one begins.
    """

    stored: StoredDocument
    snapshot: str
    since: str
    until: str | None
    current: bool
    valid_from: str | None = None
    valid_to: str | None = None


def versions(store: SnapshotStore, document_id: str, groups: frozenset[str] | None) -> list[Version]:
    """Return the versions of a document that a client in `groups` may see, newest first.

    They are the earlier texts of the document itself, and the documents of the same identity with theirs. There are
    none if the client may not see the document as it is now, or as it was last. Damaged snapshots and those of formats
    that cannot be served are left out. Raises NoSnapshot.
    """
    reader = store.current().seen_by(groups).reader
    past = [one for one in store.past.of(document_id) if may_see(one.stored, groups)]
    names = dict.fromkeys([document_id, *(name for one in past for name in one.version_of)])
    ids = dict.fromkeys([document_id, *(other for name in names for other in identity(reader, name))])
    every = _all(store, [*ids])
    if not _visible(every.get(document_id, []), groups):
        return []
    found = [seen for each in every.values() if (seen := _visible(each, groups))]
    found.sort(key=lambda each: _age(each[0]), reverse=True)
    return list(_with_ends([one for each in found for one in each]))


def version(
    store: SnapshotStore, document_id: str, snapshot_id: str, groups: frozenset[str] | None
) -> tuple[StoredDocument, Document]:
    """Return a document as one snapshot has or had it. The database is compared with its digest first.

    Raises UnknownSnapshot, UnknownDocument, CorruptSnapshot, IncompatibleSnapshot.
    """
    name = full_id(store, document_id, snapshot_id)
    missing = UnknownDocument(f"{name} has no document with the id {document_id!r}")
    stored, document = _past(store, document_id, name) or _read_text(store, name, document_id, missing)
    if not (_visible(_all(store, [document_id]).get(document_id, []), groups) and may_see(stored, groups)):
        raise missing
    return stored, document


def full_id(store: SnapshotStore, document_id: str, snapshot_id: str) -> str:
    """Return the id of a snapshot that has or had a document, from its id, its number or the start of its id.

    Raises UnknownSnapshot.
    """
    past = sorted({one.snapshot for one in store.past.of(document_id)})
    found = [] if matching_ids(snapshot_id, store.ids()) else matching_ids(snapshot_id, past)
    return found[0] if len(found) == 1 else store.folder_of(snapshot_id).name


def _past(store: SnapshotStore, document_id: str, snapshot_id: str) -> tuple[StoredDocument, Document] | None:
    """Return the past text of a document that a snapshot had; None if there is none."""
    found = next((one for one in store.past.of(document_id) if one.snapshot == snapshot_id), None)
    return (found.stored, found.document) if found else None


def _read_text(
    store: SnapshotStore, snapshot_id: str, document_id: str, missing: UnknownDocument
) -> tuple[StoredDocument, Document]:
    with store.reading(snapshot_id, checked=True) as (_, reader):
        try:
            return reader.stored_document(document_id), reader.document(document_id)
        except UnknownDocument:
            raise missing from None


def last_version(store: SnapshotStore, document_id: str, groups: frozenset[str] | None) -> Version | None:
    """Return the newest version of a document that the current snapshot does not have.

    None if it has the document, if nothing is known of it, or if a client in `groups` may not see that version.
    """
    found = _all(store, [document_id]).get(document_id, [])
    return None if any(one.current for one in found) else next(iter(_visible(found, groups)), None)


def _all(store: SnapshotStore, ids: Sequence[str]) -> dict[str, list[Version]]:
    """Return the versions of documents by id, newest first: those in snapshots on disk, and past texts.

    `ids` may have names that documents declare. Past texts of other documents that declared one of `ids` are included.
    """
    found = _in_snapshots(store, ids)
    for past in store.past.named(ids):
        own = found.setdefault(past.document.reference.id, [])
        if not any(_is_same(past.stored, one.stored) for one in own):
            days = (past.validity.first, past.validity.last) if past.validity else (None, None)
            own.append(Version(past.stored, past.snapshot, past.since, past.until, False, *days))
    for own in found.values():
        own.sort(key=lambda one: number_of(one.snapshot), reverse=True)
    return found


def _visible(own: Sequence[Version], groups: frozenset[str] | None) -> list[Version]:
    """Return the versions of one document that `groups` may see: none if they may not see it as it is now or was last.

    A document that was for everybody once may be for a few now, and its earlier texts are then too.
    """
    if groups is None or not own:
        return list(own)
    last = next((one for one in own if one.current), own[0])
    return [one for one in own if may_see(one.stored, groups)] if may_see(last.stored, groups) else []


def _is_same(one: StoredDocument, other: StoredDocument) -> bool:
    """Return whether two records are of one text that the index got at one time."""
    return (one.origin.fingerprint, one.origin.indexed) == (other.origin.fingerprint, other.origin.indexed)


def _in_snapshots(store: SnapshotStore, ids: Sequence[str]) -> dict[str, list[Version]]:
    """Return the versions of each document in the snapshots on disk, newest first."""
    found: dict[str, list[Version]] = {document_id: [] for document_id in ids}
    later: dict[str, Version | None] = dict.fromkeys(ids)  # the version in the next newer snapshot; None if it has none
    until: str | None = None
    current = store.current().id
    for name in reversed(store.ids()):
        manifest, known = _read(store, name, ids)
        if manifest is None:
            continue
        for document_id in ids:
            stored, newer = known.get(document_id), later[document_id]
            if stored is None:
                later[document_id] = None
                continue
            if newer and newer.stored.origin.fingerprint == stored.origin.fingerprint:
                since = stored.origin.indexed or manifest.created
                newer = replace(newer, since=since, current=newer.current or name == current)
                found[document_id][-1] = newer
            else:
                days = (stored.validity.first, stored.validity.last) if stored.validity else (None, None)
                since = stored.origin.indexed or manifest.created
                newer = Version(stored, name, since, until, name == current, *days)
                found[document_id].append(newer)
            later[document_id] = newer
        until = manifest.created
    return found


def _read(
    store: SnapshotStore, snapshot_id: str, ids: Iterable[str]
) -> tuple[Manifest | None, dict[str, StoredDocument]]:
    """Return the manifest of a snapshot, None if it cannot be read, and its records of documents."""
    found: dict[str, StoredDocument] = {}
    try:
        with store.reading(snapshot_id) as (manifest, reader):
            for document_id in ids:
                try:
                    found[document_id] = reader.stored_document(document_id)
                except UnknownDocument:
                    continue
            return manifest, found
    except SnapshotError:
        return None, {}


def _age(newest: Version) -> tuple[str, str, bool]:
    """Return a key that is less for older documents: when it came into force, was published, or was indexed first."""
    return newest.valid_from or newest.stored.reference.published or newest.since, newest.since, newest.current


def _with_ends(newest_first: Sequence[Version]) -> Iterator[Version]:
    """Yield the versions. One without a last day ends on the day before the next one begins."""
    later: str | None = None
    for one in newest_first:
        ends = later is not None and one.valid_to is None and (one.valid_from or "") < later
        yield replace(one, valid_to=_day_before(later)) if ends and later else one
        later = one.valid_from or later


def _day_before(day: str) -> str:
    return (date.fromisoformat(day) - timedelta(days=1)).isoformat()


def may_see(document: StoredDocument | Document, groups: frozenset[str] | None) -> bool:
    """Return whether a client in `groups` may see a document. No group has an empty name, as in `groups.restrict`."""
    return groups is None or not document.access or not (groups - {""}).isdisjoint(document.access)
