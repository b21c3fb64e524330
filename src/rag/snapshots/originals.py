"""Keeps the files that documents were parsed from beside the snapshots, each under the sha256 of its bytes.

index/originals/<first two digits>/<sha256>

An original is on the disk before the snapshot that refers to it is published. It is deleted when no snapshot on the
disk refers to it.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Collection, Iterable, Iterator
from contextlib import closing, suppress
from dataclasses import replace
from hashlib import file_digest, sha256
from pathlib import Path

from rag.errors import CorruptSnapshot, SnapshotError, UnreadableSource
from rag.snapshots.database import Reader, original_digests
from rag.snapshots.durable import atomic_write, make_folder, remove_file, storage_errors
from rag.snapshots.manifest import OlderManifest, matches, read_any_manifest
from rag.snapshots.records import Origin, StoredDocument
from rag.snapshots.snapshot import DATABASE
from rag.types import Document

_log = logging.getLogger(__name__)


class Originals:
    """The originals of one index."""

    def __init__(self, directory: Path) -> None:
        self._folder = directory / "originals"

    def path(self, digest: str) -> Path:
        """Return the path of an original. The file may be missing."""
        return self._folder / digest[:2] / digest

    def store(self, content: bytes) -> str:
        """Write an original durably, unless it is there already. Return its sha256. Raises StorageError."""
        digest = sha256(content).hexdigest()
        if self.fault(digest) is not None:
            make_folder(self.path(digest).parent)
            with atomic_write(self.path(digest)) as file:
                file.write(content)
        return digest

    def store_all(self, documents: Iterable[tuple[Document, Origin]]) -> list[tuple[Document, Origin]]:
        """Write the originals of documents durably, and return the documents. Raises StorageError.

        A document loses its original if its file has changed or disappeared since it was parsed.
        """
        return [(document, self._stored(origin)) for document, origin in documents]

    def repair(self, given: Iterable[Origin], documents: Iterable[StoredDocument]) -> None:
        """Write missing and damaged originals of `documents` again if `given` has them. Raises StorageError."""
        needed = {one.origin.original for one in documents}
        for origin in given:
            original = origin.original
            if original is not None and original in needed:
                self._stored(origin)

    def copy(self, digest: str, blocks: Iterable[bytes]) -> None:
        """Write an original durably, block by block. Raises CorruptSnapshot if the digest is wrong, StorageError."""
        make_folder(self.path(digest).parent)
        found = sha256()
        with atomic_write(self.path(digest)) as file:
            for block in blocks:
                found.update(block)
                file.write(block)
            if found.hexdigest() != digest:
                raise CorruptSnapshot(f"the original {digest} is damaged")

    def read(self, digest: str) -> bytes:
        """Return the bytes of an original. Raises CorruptSnapshot if the file is missing or damaged."""
        path = self.path(digest)
        try:
            content = path.read_bytes()
        except OSError as error:
            raise CorruptSnapshot(_unreadable(path, error)) from error
        if sha256(content).hexdigest() != digest:
            raise CorruptSnapshot(_changed(path))
        return content

    def fault(self, digest: str) -> str | None:
        """Return a sentence if an original is missing or damaged, or None if it is sound."""
        path = self.path(digest)
        try:
            with path.open("rb") as file:
                found = file_digest(file, "sha256").hexdigest()
        except OSError as error:
            return _unreadable(path, error)
        return None if found == digest else _changed(path)

    def faults(self, snapshot: Path) -> Iterator[str]:
        """Yield a sentence for each original of a snapshot that is missing or damaged.

        Yield nothing if the database of the snapshot cannot be read.
        """
        with suppress(CorruptSnapshot), closing(Reader.of(snapshot / DATABASE)) as reader:
            for digest in sorted(reader.original_digests()):
                if fault := self.fault(digest):
                    yield f"{fault}; it belongs to {', '.join(reader.documents_with_original(digest))}"

    def collect(self, snapshots: Iterable[Path]) -> None:
        """Delete all originals to which none of `snapshots` refers. Call only with the writer's lock.

        If any of these snapshots cannot be read, or its database is damaged, nothing is deleted. Raises StorageError.
        """
        with storage_errors(self._folder):
            found = list(self._files())
        folders = list(snapshots)
        needed = _references(folders) if found else frozenset()
        unneeded = [file for file in found if file.name not in needed] if needed is not None else []
        if unneeded and all(map(_is_sound, folders)):
            for file in unneeded:
                remove_file(Path(file.path))

    def _files(self) -> Iterator[os.DirEntry[str]]:
        """Yield all files in the folder, without a system call for each one, because there may be a million."""
        for folder in self._folder.glob("*/"):
            with os.scandir(folder) as entries:
                yield from (entry for entry in entries if entry.is_file(follow_symlinks=False))

    def _stored(self, origin: Origin) -> Origin:
        original = origin.original
        if original is None or original.load is None:
            return origin
        try:
            parts = original.load()
        except (OSError, UnreadableSource):
            parts = ()
        if tuple(sha256(part).hexdigest() for part in parts) != original.digests:
            _log.warning("the original of %s is not kept, because the file changed while it was read", origin.source)
            return replace(origin, original=None)
        for part in parts:
            self.store(part)
        return replace(origin, original=replace(original, load=None))


def _unreadable(path: Path, error: OSError) -> str:
    return f"the original {path} cannot be read: {error.strerror}"


def _changed(path: Path) -> str:
    return f"the original {path} has changed since it was written"


def _references(snapshots: Iterable[Path]) -> Collection[str] | None:
    """Return the digests of all originals of the snapshots, or None if one of the snapshots cannot be read."""
    needed: set[str] = set()
    try:
        for folder in snapshots:
            manifest = read_any_manifest(folder)
            if not isinstance(manifest, OlderManifest):  # older formats have no originals
                needed |= original_digests(folder / DATABASE)
    except SnapshotError as error:
        _log.warning("no original is deleted, because a snapshot cannot be read: %s", error)
        return None
    return needed


def _is_sound(snapshot: Path) -> bool:
    """Return whether the database is as it was written. A damaged one may refer to other originals than before."""
    return matches(snapshot, read_any_manifest(snapshot), DATABASE)
