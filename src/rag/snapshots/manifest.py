"""The manifest of a snapshot: the encoder and settings it was built with, and the size and digest of each file."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from io import RawIOBase
from pathlib import Path
from typing import IO

from blake3 import blake3
from pydantic import BaseModel, ConfigDict, ValidationError

from rag.errors import CorruptSnapshot, IncompatibleSnapshot

FORMAT = 7
"""The version of the snapshot format. Increase it whenever the meaning of a file changes."""

READABLE = frozenset({6, FORMAT})
"""The formats that can be served. A database of format 6 has no table `original`."""

MANIFEST = "manifest.json"

BLOCK = 1 << 20
"""Bytes of a file that are read at once."""


class FileDigest(BaseModel):
    """The size in bytes and the BLAKE3 digest of one file.

    A service verifies its whole index before it answers. With sha256 that would take three times as long.
    """

    model_config = ConfigDict(frozen=True)

    size: int
    blake3: str


class _Version(BaseModel):
    """The only field that the manifests of all formats have."""

    format: int


class Manifest(BaseModel):
    """The content of `manifest.json`. Names in `files` are relative to the folder of the snapshot.

    `parent` is the id of the snapshot that it was built from. `vectors` describes the kind of vector index.
    """

    model_config = ConfigDict(frozen=True)

    format: int = FORMAT
    created: str
    parent: str | None
    encoder: str
    encoder_digest: str
    dimension: int
    vectors: str = "exact"
    chunk_tokens: int
    documents: int
    chunks: int
    files: dict[str, FileDigest]


class DigestingReader:
    """Reads a file, and computes the size and the digest of the bytes read."""

    def __init__(self, content: IO[bytes] | RawIOBase) -> None:
        self._content = content
        self._blake3 = blake3()
        self._size = 0

    def read(self, size: int = -1) -> bytes:
        """Return at most `size` more bytes, or none at the end."""
        block: bytes = self._content.read(size) or b""
        self._blake3.update(block)
        self._size += len(block)
        return block

    @property
    def digest(self) -> FileDigest:
        """The size and the digest of the bytes read so far."""
        return FileDigest(size=self._size, blake3=self._blake3.hexdigest())


def digest(path: Path) -> FileDigest:
    """Read a file once and return its size and digest."""
    with path.open("rb", buffering=0) as file:
        reader = DigestingReader(file)
        while reader.read(BLOCK):
            pass
    return reader.digest


def digests(folder: Path, readers: int = 1) -> dict[str, FileDigest]:
    """Return the size and the digest of every file below a folder, by relative path. `readers` threads read them."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    with ThreadPoolExecutor(readers, "reading") as threads:
        return dict(zip((str(path.relative_to(folder)) for path in paths), threads.map(digest, paths), strict=True))


def id_suffix(folder: Path) -> str:
    """Return the last part of the id of a snapshot: the first eight digits of the sha256 of its manifest."""
    return sha256((folder / MANIFEST).read_bytes()).hexdigest()[:8]


def read_manifest(folder: Path) -> Manifest:
    """Read the manifest of a snapshot, and compare its digest with the name of the folder.

    Raises CorruptSnapshot or IncompatibleSnapshot.
    """
    path = folder / MANIFEST
    try:
        if not folder.name.endswith(id_suffix(folder)):
            raise CorruptSnapshot(f"{path} has changed since it was written")
        return parse_manifest(path.read_bytes(), folder)
    except OSError as error:
        raise CorruptSnapshot(f"{path} cannot be read: {error.strerror}") from error


def parse_manifest(content: bytes, place: Path) -> Manifest:
    """Parse the manifest of the snapshot in `place`. Raises CorruptSnapshot or IncompatibleSnapshot."""
    try:
        version = _Version.model_validate_json(content).format
        if version not in READABLE:
            raise IncompatibleSnapshot(
                f"{place} has format {version}, but this version reads {FORMAT}: run 'rag ingest' to rebuild it"
            )
        return Manifest.model_validate_json(content)
    except ValidationError as error:
        raise CorruptSnapshot(
            f"{place / MANIFEST} cannot be read as a manifest: run 'rag snapshots' to list the others"
        ) from error


def verify(folder: Path, manifest: Manifest, readers: int = 1) -> None:
    """Compare every file with the manifest. Raises CorruptSnapshot with the name of the first that differs."""
    for fault in damage(folder, manifest, readers=readers):
        raise CorruptSnapshot(fault)


def damage(folder: Path, manifest: Manifest, *, reading: bool = True, readers: int = 1) -> Iterator[str]:
    """Compare every file with the manifest, and yield a sentence for each that differs.

    If `reading` is false, only sizes are compared. `readers` is the number of threads that read.
    """
    with ThreadPoolExecutor(readers, "reading") as threads:
        faults = threads.map(lambda file: _fault(folder / file[0], file[1], reading), manifest.files.items())
        yield from filter(None, faults)


def _fault(path: Path, expected: FileDigest, reading: bool) -> str | None:
    """Return a sentence about the difference of a file from the manifest, or None if there is none."""
    try:
        size = path.stat().st_size
        found = digest(path) if reading and size == expected.size else None
    except OSError as error:
        return f"{path} cannot be read: {error.strerror}"
    if size != expected.size:
        return f"{path} has changed since it was written: it has {size} bytes instead of {expected.size}"
    if found is not None and found != expected:
        return f"{path} has changed since it was written: its BLAKE3 digest is {found.blake3}"
    return None
