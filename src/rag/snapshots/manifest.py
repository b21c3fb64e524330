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

FORMAT = 9
"""The version of the snapshot format. Increase it whenever the meaning of a file changes."""

READABLE = frozenset({6, 7, 8, FORMAT})
"""The formats that can be served. A database of format 6 has no table `original`, one of format 6 or 7 no `access`, and
one of formats 6 to 8 neither `indexed` nor `inferred`."""

TERMS_BY_LANGUAGE = 7
"""The first format whose rows have the terms of their own language. In older formats, all terms are English."""

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
    """The part of a manifest that has been the same in all formats."""

    format: int


class Manifest(BaseModel):
    """The content of `manifest.json`. Names in `files` are relative to the folder of the snapshot.

    `parent` is the id of the snapshot that it was built from. `vectors` describes the kind of vector index. `labelled`
    counts the documents that not everybody may see.
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
    labelled: int = 0
    files: dict[str, FileDigest]


class OlderDigest(BaseModel):
    """The size in bytes and the sha256 of one file, in the manifests of formats 1 to 5."""

    model_config = ConfigDict(frozen=True)

    size: int
    sha256: str


class OlderManifest(Manifest):
    """The manifest of a format that cannot be served."""

    files: dict[str, FileDigest | OlderDigest]  # type: ignore[assignment]


class DigestingReader:
    """Reads a file, and computes the size and the digest of the bytes read. `kind` is the kind of the digest."""

    def __init__(self, content: IO[bytes] | RawIOBase, kind: type[FileDigest] | type[OlderDigest] = FileDigest) -> None:
        self._content = content
        self._kind = kind
        self._hash = blake3() if kind is FileDigest else sha256()
        self._size = 0

    def read(self, size: int = -1) -> bytes:
        """Return at most `size` more bytes, or none at the end."""
        block: bytes = self._content.read(size) or b""
        self._hash.update(block)
        self._size += len(block)
        return block

    @property
    def digest(self) -> FileDigest | OlderDigest:
        """The size and the digest of the bytes read so far."""
        if self._kind is FileDigest:
            return FileDigest(size=self._size, blake3=self._hash.hexdigest())
        return OlderDigest(size=self._size, sha256=self._hash.hexdigest())


def digest(path: Path, kind: type[FileDigest] | type[OlderDigest] = FileDigest) -> FileDigest | OlderDigest:
    """Read a file once and return its size and digest."""
    with path.open("rb", buffering=0) as file:
        reader = DigestingReader(file, kind)
        while reader.read(BLOCK):
            pass
    return reader.digest


def digests(folder: Path, readers: int = 1) -> dict[str, FileDigest | OlderDigest]:
    """Return the size and the digest of every file below a folder, by relative path. `readers` threads read them."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    with ThreadPoolExecutor(readers, "reading") as threads:
        return dict(zip((str(path.relative_to(folder)) for path in paths), threads.map(digest, paths), strict=True))


def id_suffix(folder: Path) -> str:
    """Return the last part of the id of a snapshot: the first eight digits of the sha256 of its manifest."""
    return sha256((folder / MANIFEST).read_bytes()).hexdigest()[:8]


def read_manifest(folder: Path) -> Manifest:
    """Read the manifest of a snapshot that can be served. Raises CorruptSnapshot or IncompatibleSnapshot."""
    return servable(read_any_manifest(folder), folder)


def read_any_manifest(folder: Path) -> Manifest:
    """Read the manifest of a snapshot, and compare its digest with the name of the folder.

    It is an OlderManifest if the format cannot be served. Raises CorruptSnapshot, and IncompatibleSnapshot if the
    format is newer than this version.
    """
    path = folder / MANIFEST
    try:
        if not folder.name.endswith(id_suffix(folder)):
            raise CorruptSnapshot(f"{path} has changed since it was written")
        return parse_manifest(path.read_bytes(), folder)
    except OSError as error:
        raise CorruptSnapshot(f"{path} cannot be read: {error.strerror}") from error


def format_of(folder: Path) -> int | None:
    """Return the format of a snapshot, or None if its manifest is damaged."""
    try:
        content = (folder / MANIFEST).read_bytes()
        return _version(content) if folder.name.endswith(sha256(content).hexdigest()[:8]) else None
    except (OSError, ValidationError):
        return None


def is_newer(folder: Path) -> bool:
    """Return whether a newer version wrote a snapshot; false if its manifest is damaged."""
    return (format_of(folder) or 0) > FORMAT


def servable(manifest: Manifest, place: Path) -> Manifest:
    """Return the manifest of the snapshot in `place`. Raises IncompatibleSnapshot if its format cannot be served."""
    if isinstance(manifest, OlderManifest):
        raise IncompatibleSnapshot(
            f"{place} has format {manifest.format}, which this version can migrate but not serve: "
            "run 'rag snapshots rebuild' to migrate the current snapshot"
        )
    return manifest


def parse_manifest(content: bytes, place: Path) -> Manifest:
    """Parse the manifest of the snapshot in `place`. Raises as `read_any_manifest` does."""
    try:
        version = _version(content)
        if version > FORMAT:
            raise IncompatibleSnapshot(
                f"{place} has format {version}, but this version reads formats up to {FORMAT}: "
                "install a newer version of rag"
            )
        return (Manifest if version in READABLE else OlderManifest).model_validate_json(content)
    except ValidationError as error:
        raise CorruptSnapshot(
            f"{place / MANIFEST} cannot be read as a manifest: run 'rag snapshots' to list the others"
        ) from error


def verify(folder: Path, manifest: Manifest, readers: int = 1) -> None:
    """Compare every file with the manifest. Raises CorruptSnapshot with the name of the first that differs."""
    for fault in damage(folder, manifest, readers=readers):
        raise CorruptSnapshot(fault)


def matches(folder: Path, manifest: Manifest, name: str) -> bool:
    """Return whether one file has the size and the digest that the manifest gives."""
    expected = manifest.files.get(name)
    return expected is not None and _fault(folder / name, expected, True) is None


def damage(folder: Path, manifest: Manifest, *, reading: bool = True, readers: int = 1) -> Iterator[str]:
    """Compare every file with the manifest, and yield a sentence for each that differs.

    If `reading` is false, only sizes are compared. `readers` is the number of threads that read.
    """
    with ThreadPoolExecutor(readers, "reading") as threads:
        faults = threads.map(lambda file: _fault(folder / file[0], file[1], reading), manifest.files.items())
        yield from filter(None, faults)


def _version(content: bytes) -> int:
    """Return the format that a manifest states. Raises ValidationError."""
    return _Version.model_validate_json(content).format


def _fault(path: Path, expected: FileDigest | OlderDigest, reading: bool) -> str | None:
    """Return a sentence about the difference of a file from the manifest, or None if there is none."""
    try:
        size = path.stat().st_size
        found = digest(path, type(expected)) if reading and size == expected.size else None
    except OSError as error:
        return f"{path} cannot be read: {error.strerror}"
    if size != expected.size:
        return f"{path} has changed since it was written: it has {size} bytes instead of {expected.size}"
    if found is not None and found != expected:
        kind, value = ("BLAKE3", found.blake3) if isinstance(found, FileDigest) else ("sha256", found.sha256)
        return f"{path} has changed since it was written: its {kind} digest is {value}"
    return None
