"""Keeps the texts of documents that were replaced or removed, beside the snapshots.

index/past/<first two digits>/<name>.<time>.<snapshot>.<digest>   one past text, compressed JSON

`name` is the start of the sha256 of the document's id, `time` is when the text left the index, `snapshot` is the last
one that had it, and `digest` is the start of the sha256 of the file. If the document declares of which document it is a
version, the same file stands under that name too, because other versions look for it there.

A past text is on the disk before CURRENT names a snapshot without it. A kill in between leaves the past text of a
document that is still current. `rag.snapshots.versions` does not list it.
"""

from __future__ import annotations

import json
import logging
import os
import zlib
from collections.abc import Collection, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from rag.errors import CorruptSnapshot, UnknownDocument
from rag.index.validity import Validity
from rag.snapshots.database import Reader
from rag.snapshots.durable import atomic_write, make_folder, remove_file, storage_errors
from rag.snapshots.identity import declared
from rag.snapshots.ids import is_snapshot_id, number_of
from rag.snapshots.manifest import read_manifest
from rag.snapshots.records import Origin, StoredDocument, fingerprint_of, text_digest
from rag.snapshots.retention import pinned
from rag.snapshots.snapshot import DATABASE
from rag.types import Document

MAX_TEXT = 1 << 28
"""Bytes of a past text after decompression. A larger one is not read, because it may have been made to fill memory."""

_NAME = 32  # hexadecimal digits of the name
_DIGEST = 16
_TIME = "%Y%m%dT%H%M%SZ"

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class PastText:
    """A document as it was before it was replaced or removed.

    `snapshot` is the id of the last snapshot that had it. `since` and `until` are the times at which the index got and
    lost it, in ISO 8601. Its original and the copies of its text are not known any more. `version_of` are the documents
    and the names that it declared to be a version of.
    """

    snapshot: str
    since: str
    until: str
    origin: Origin
    validity: Validity | None
    document: Document
    version_of: tuple[str, ...] = ()

    @property
    def stored(self) -> StoredDocument:
        """The record of the document. It has no rows."""
        document = self.document
        return StoredDocument(
            *(document.reference, document.language, dict(document.metadata), self.origin, 0, 0),
            access=document.access,
            inferred=document.inferred,
            validity=self.validity,
        )

    @property
    def names(self) -> frozenset[str]:
        """The names under which the file stands."""
        return frozenset({self.document.reference.id, *self.version_of})


class PastTexts:
    """The past texts of one index. Call the methods that write only with the writer's lock; they raise StorageError."""

    def __init__(self, directory: Path, days: int | None = None) -> None:
        """`days` is how long a text is kept after it left the index; None for ever. 0 keeps none."""
        self.folder = directory / "past"
        self.days = days

    @property
    def exists(self) -> bool:
        """Whether the index ever had a past text."""
        return self.folder.exists()

    def keep(self, before: Path, after: Path) -> None:
        """Keep the texts that the snapshot in `before` has and the next one, in `after`, lacks.

        Raises CorruptSnapshot, IncompatibleSnapshot, StorageError.
        """
        manifest, created = read_manifest(before), read_manifest(after).created
        until = created if created >= manifest.created else _now()
        with (
            pinned(before),
            closing(Reader.of(before / DATABASE)) as reader,
            closing(Reader.of(after / DATABASE)) as newer,
        ):
            gone = sorted(reader.fingerprints().items() - newer.fingerprints().items())
            version_of = declared(reader) if gone else {}
            for document_id, fingerprint in gone:
                found = _undamaged(reader, document_id, fingerprint)
                if found is None:
                    _log.warning("the past text of %r is not kept, because %s is damaged", document_id, before)
                    continue
                stored, document = found
                origin = replace(stored.origin, original=None, copies=())
                since = stored.origin.indexed or manifest.created
                names = version_of.get(document_id, ())
                self._write(PastText(before.name, since, until, origin, stored.validity, document, names))

    def named(self, names: Collection[str]) -> list[PastText]:
        """Return the past texts that stand under one of these names, newest first. Damaged ones are left out."""
        found: dict[tuple[str, str], PastText] = {}
        for path in sorted(path for name in names for path in self._under(name)):
            try:
                one = read_past_text(path)
            except CorruptSnapshot as error:
                _log.warning("%s", str(error))
                continue
            if one.names.intersection(names):
                found[one.document.reference.id, one.snapshot] = one
        return sorted(found.values(), key=lambda one: number_of(one.snapshot), reverse=True)

    def of(self, document_id: str) -> list[PastText]:
        """Return the past texts of a document, newest first."""
        return [one for one in self.named([document_id]) if one.document.reference.id == document_id]

    def holds(self, document_id: str) -> bool:
        """Return whether a document has a past text, or may have one because a file is damaged."""
        return bool(self._may_hold(document_id))

    def forget(self, document_ids: Collection[str]) -> None:
        """Delete all past texts of documents, and damaged ones that may be theirs."""
        gone = {path.name.partition(".")[2] for name in document_ids for path in self._may_hold(name)}
        for path in self.files() if gone else ():
            if path.name.partition(".")[2] in gone:
                remove_file(path)

    def retain(self) -> None:
        """Delete the past texts that are older than `days`."""
        if self.days is None:
            return
        oldest = (datetime.now(UTC) - timedelta(days=self.days)).strftime(_TIME)
        for path in self.files():
            if self.days == 0 or path.name.split(".")[1] < oldest:
                remove_file(path)

    def clean(self) -> None:
        """Delete what killed writers left."""
        for remains in self.folder.glob("*/.*"):
            remove_file(remains)

    def files(self) -> list[Path]:
        """Return the paths of all past texts, in their order."""
        with storage_errors(self.folder):
            return sorted(path for folder in self.folder.glob("*/") for path in _entries(folder))

    def faults(self) -> Iterator[str]:
        """Yield a sentence for each past text that is damaged."""
        for path in self.files():
            try:
                read_past_text(path)
            except CorruptSnapshot as error:
                yield str(error)

    def path(self, name: str) -> Path:
        """Return where the past text with a file name is or would be."""
        return self.folder / name[:2] / name

    def put(self, name: str, content: bytes) -> None:
        """Write a past text under its file name."""
        path = self.path(name)
        make_folder(path.parent)
        with atomic_write(path) as file:
            file.write(content)

    def discard(self, names: Iterable[str]) -> None:
        """Delete past texts by their file names."""
        for name in names:
            remove_file(self.path(name))

    def add(self, paths: Iterable[Path]) -> None:
        """Copy past texts that are elsewhere, under the same names."""
        for path in paths:
            self.put(path.name, path.read_bytes())

    def _under(self, name: str) -> list[Path]:
        start = _start(name)
        return [path for path in _entries(self.folder / start[:2]) if path.name.startswith(f"{start}.")]

    def _may_hold(self, document_id: str) -> list[Path]:
        """Return the files with past texts of a document, and the damaged ones under its name."""
        return [path for path in self._under(document_id) if _id_in(path) in (document_id, None)]

    def _write(self, one: PastText) -> None:
        content = _dumped(one)
        when = datetime.fromisoformat(one.until).astimezone(UTC).strftime(_TIME)
        rest = f"{when}.{one.snapshot}.{sha256(content).hexdigest()[:_DIGEST]}"
        for name in sorted(one.names):
            self.put(f"{_start(name)}.{rest}", content)


def _undamaged(reader: Reader, document_id: str, fingerprint: str) -> tuple[StoredDocument, Document] | None:
    """Read a document of a snapshot whose files may be damaged since they were verified; None if it is not as it was.

    Raises CorruptSnapshot if the database cannot be read.
    """
    try:
        stored, document = reader.stored_document(document_id), reader.document(document_id)
        return (stored, document) if fingerprint_of(document) == fingerprint else None
    except (UnknownDocument, ValueError, TypeError, RecursionError):
        return None


def is_past_text_name(name: str) -> bool:
    """Return whether a file name has the form of those of past texts."""
    match name.split("."):
        case [start, when, snapshot, digest]:
            hexadecimal = len(start) == _NAME and len(digest) == _DIGEST and {*start, *digest} <= {*"0123456789abcdef"}
            return hexadecimal and is_snapshot_id(snapshot) and _is_time(when)
    return False


def starts_of(names: Iterable[str]) -> tuple[str, ...]:
    """Return how the files of the past texts of documents begin."""
    return tuple(f"{_start(name)}." for name in names)


def read_past_text(path: Path) -> PastText:
    """Read one past text, and compare it with its digest and its name. Raises CorruptSnapshot."""
    remedy = "delete this file, because nothing can repair it"
    try:
        content = path.read_bytes()
    except OSError as error:
        raise CorruptSnapshot(f"the past text {path} cannot be read: {error.strerror}") from error
    if sha256(content).hexdigest()[:_DIGEST] != path.name.rpartition(".")[2]:
        raise CorruptSnapshot(f"the past text {path} has changed since it was written: {remedy}")
    try:
        one = _loaded(content)
    except (ValueError, ValidationError, RecursionError, zlib.error) as error:
        raise CorruptSnapshot(f"the past text {path} has a wrong form: {remedy}") from error
    if not path.name.startswith(starts_of(one.names)) or path.name.split(".")[2] != one.snapshot:
        raise CorruptSnapshot(f"the past text {path} stands under a wrong name: {remedy}")
    return one


_PAST_TEXT = TypeAdapter(PastText)


def _dumped(one: PastText) -> bytes:
    """Return the content of a file. JSON in ASCII holds every name of a source, also those that are not UTF-8."""
    return zlib.compress(json.dumps(_PAST_TEXT.dump_python(one, mode="json")).encode())


def _loaded(content: bytes) -> PastText:
    """Parse the content of a file. Raises ValueError, ValidationError, RecursionError, zlib.error."""
    unpacked = zlib.decompressobj()
    text = unpacked.decompress(content, MAX_TEXT)
    if not unpacked.eof:
        raise ValueError("it is too large or not complete")
    one: PastText = _PAST_TEXT.validate_python(json.loads(text, parse_constant=_refuse))
    document, end = one.document, len(one.document.text)
    places = [place for heading in document.headings for place in (heading.span.start, heading.span.end)]
    places += [*document.pages, *(place for found in document.inferred for place in (found.span.start, found.span.end))]
    if not all(0 <= place <= end for place in places) or (one.origin.original, one.origin.copies) != (None, ()):
        raise ValueError("a place lies outside of the text")
    if (text_digest(document), fingerprint_of(document)) != (one.origin.sha256, one.origin.fingerprint):
        raise ValueError("its digests are those of another text")
    if not all(map(_is_iso, (one.since, one.until))):
        raise ValueError("its times are no times")
    return one


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is not a number")


def _id_in(path: Path) -> str | None:
    """Return the id of the document in a file; None if the file is damaged."""
    try:
        return read_past_text(path).document.reference.id
    except CorruptSnapshot:
        return None


def _start(name: str) -> str:
    return sha256(name.encode(errors="surrogateescape")).hexdigest()[:_NAME]


def _entries(folder: Path) -> list[Path]:
    """Return the past texts in a folder, which may be missing."""
    try:
        with os.scandir(folder) as entries:
            return [Path(entry.path) for entry in entries if is_past_text_name(entry.name)]
    except FileNotFoundError:
        return []


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def _is_time(value: str) -> bool:
    try:
        return datetime.strptime(value, _TIME).strftime(_TIME) == value  # noqa: DTZ007 - a name
    except ValueError:
        return False


def _is_iso(value: Any) -> bool:  # noqa: ANN401 - from a file
    try:
        return datetime.fromisoformat(value).tzinfo is not None
    except (TypeError, ValueError):
        return False
