"""Describes the snapshots on this disk as they are published: with the names and places of all their content."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from rag.snapshots import Originals
from rag.snapshots.database import original_digests
from rag.snapshots.manifest import MANIFEST, FileDigest, Manifest, read_manifest, verify
from rag.snapshots.replicas.publication import PublishedSnapshot, content_name
from rag.snapshots.snapshot import DATABASE


@dataclass(frozen=True, slots=True)
class LocalSnapshot:
    """A snapshot, and the sizes of its originals by digest."""

    folder: Path
    manifest: Manifest
    originals: Mapping[str, int]

    @property
    def published(self) -> PublishedSnapshot:
        """Its form in a publication."""
        originals = sha256(self._listed).hexdigest() if self.originals else None
        return PublishedSnapshot(manifest=sha256(self._manifest).hexdigest(), originals=originals)

    def contents(self, originals: Originals) -> Iterator[tuple[str, Path | bytes]]:
        """Yield all content that a replica needs, by its name in the storage."""
        published = self.published
        yield content_name("sha256", published.manifest), self._manifest
        for name, digest in self.manifest.files.items():
            assert isinstance(digest, FileDigest)  # older formats cannot serve
            yield content_name("blake3", digest.blake3), self.folder / name
        if published.originals:
            yield content_name("sha256", published.originals), self._listed
        for one in self.originals:
            yield content_name("sha256", one), originals.path(one)

    @property
    def _manifest(self) -> bytes:
        return (self.folder / MANIFEST).read_bytes()

    @property
    def _listed(self) -> bytes:
        return json.dumps(self.originals, indent=0).encode()


def describe(folder: Path, originals: Originals) -> LocalSnapshot:
    """Verify the snapshot in a folder and describe it. Raises CorruptSnapshot, IncompatibleSnapshot."""
    manifest = read_manifest(folder)
    verify(folder, manifest)
    sizes = {}
    for one in sorted(original_digests(folder / DATABASE)):
        with suppress(OSError):  # replicas then lack the original as well
            sizes[one] = originals.path(one).stat().st_size
    return LocalSnapshot(folder, manifest, sizes)
