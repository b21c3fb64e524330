"""The manifest of a snapshot: what it was built with, and the size and BLAKE3 digest of every file it is made of."""

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

FORMAT = 6
"""Raised whenever a file of a snapshot changes its meaning."""

MANIFEST = "manifest.json"

PIECE = 1 << 20
"""Bytes of a file that are read at once."""


class FileDigest(BaseModel):
    """Size in bytes and BLAKE3 digest of one file.

    A service reads its whole index through before it answers: sha256 would take three times as long.
    """

    model_config = ConfigDict(frozen=True)

    size: int
    blake3: str


class _Form(BaseModel):
    """What every manifest says, whatever else it does."""

    format: int


class Manifest(BaseModel):
    """What stands in `manifest.json`; `files` are named relative to the snapshot's folder."""

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


class Digested:
    """Reads a file, and tells the size and digest of what was read."""

    def __init__(self, content: IO[bytes] | RawIOBase) -> None:
        self._content = content
        self._blake3 = blake3()
        self._size = 0

    def read(self, size: int = -1) -> bytes:
        """Return at most `size` bytes more, none at the end."""
        piece: bytes = self._content.read(size) or b""
        self._blake3.update(piece)
        self._size += len(piece)
        return piece

    @property
    def digest(self) -> FileDigest:
        """Return what the bytes read so far come to."""
        return FileDigest(size=self._size, blake3=self._blake3.hexdigest())


def digest(path: Path) -> FileDigest:
    """Read a file once and return its size and digest."""
    with path.open("rb", buffering=0) as file:
        reading = Digested(file)
        while reading.read(PIECE):
            pass
    return reading.digest


def digests(folder: Path, readers: int = 1) -> dict[str, FileDigest]:
    """Return size and digest of every file below a folder, by its name there; so many threads read them."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    with ThreadPoolExecutor(readers, "reading") as threads:
        return dict(zip((str(path.relative_to(folder)) for path in paths), threads.map(digest, paths), strict=True))


def mark(folder: Path) -> str:
    """Return what a snapshot's id ends in: the sha256 of its manifest, cut to eight digits."""
    return sha256((folder / MANIFEST).read_bytes()).hexdigest()[:8]


def read_manifest(folder: Path) -> Manifest:
    """Read the manifest, which the folder's name vouches for. Raises CorruptSnapshot or IncompatibleSnapshot."""
    path = folder / MANIFEST
    try:
        if not folder.name.endswith(mark(folder)):
            raise CorruptSnapshot(f"{path} is not what was written")
        return parse_manifest(path.read_bytes(), folder)
    except OSError as error:
        raise CorruptSnapshot(f"{path} cannot be read: {error.strerror}") from error


def parse_manifest(content: bytes, place: Path) -> Manifest:
    """Read the manifest of the snapshot in `place`. Raises CorruptSnapshot or IncompatibleSnapshot."""
    try:
        form = _Form.model_validate_json(content).format
        if form != FORMAT:
            raise IncompatibleSnapshot(
                f"{place} has format {form}, this version reads {FORMAT}: run 'rag ingest' to build it anew"
            )
        return Manifest.model_validate_json(content)
    except ValidationError as error:
        raise CorruptSnapshot(
            f"{place / MANIFEST} cannot be read as a manifest: run 'rag snapshots' for the others"
        ) from error


def verify(folder: Path, manifest: Manifest, readers: int = 1) -> None:
    """Compare every file with the manifest. Raises CorruptSnapshot naming the first that differs."""
    for fault in damage(folder, manifest, readers=readers):
        raise CorruptSnapshot(fault)


def damage(folder: Path, manifest: Manifest, *, reading: bool = True, readers: int = 1) -> Iterator[str]:
    """Compare every file with the manifest; yield a sentence for each that differs. Without `reading`, in size."""
    with ThreadPoolExecutor(readers, "reading") as threads:
        faults = threads.map(lambda file: _fault(folder / file[0], file[1], reading), manifest.files.items())
        yield from filter(None, faults)


def _fault(path: Path, expected: FileDigest, reading: bool) -> str | None:
    """Say how a file differs from what is expected."""
    try:
        size = path.stat().st_size
        found = digest(path) if reading and size == expected.size else None
    except OSError as error:
        return f"{path} cannot be read: {error.strerror}"
    if size != expected.size:
        return f"{path} is not what was written: it has {size} bytes of {expected.size}"
    if found is not None and found != expected:
        return f"{path} is not what was written: its BLAKE3 digest is {found.blake3}"
    return None
