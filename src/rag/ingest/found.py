"""The sources that one run finds: a parsed document, or the reason why there is none."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from rag.errors import UnreadableSource
from rag.formats import holds_records
from rag.snapshots import Origin, Original, StoredDocument
from rag.snapshots.records import fingerprint_of, text_digest
from rag.sources.access import Labels
from rag.types import Document


@dataclass(frozen=True, slots=True)
class Skipped:
    """The reason why a run leaves out a source without trying to read it."""

    reason: str


ParsedDocument: TypeAlias = tuple[Document, Origin]

Content: TypeAlias = ParsedDocument | UnreadableSource | Skipped | None
"""A parsed document, the reason why there is none, or None if the source is unchanged."""


@dataclass(frozen=True, slots=True)
class Found:
    """One source that a run found, and its content.

    `file` is the path of its file. It differs from `source` if the file holds several documents, each a source of its
    own. `labels` are those of its folder, if its content cannot be read.
    """

    source: str
    file: str
    content: Content
    labels: Labels | None = None


TextKey: TypeAlias = tuple[str, tuple[str, ...]]
"""The digest of a text, and the labels of its document. Sources with the same key are one document."""


def key_of(stored: StoredDocument) -> TextKey:
    """Return the key of a known document."""
    return stored.origin.sha256, stored.access


def key_of_parsed(parsed: ParsedDocument) -> TextKey:
    """Return the key of a parsed document."""
    return parsed[1].sha256, parsed[0].access


def origin_of(source: str, source_sha256: str, document: Document, original: Original | None = None) -> Origin:
    """Return the origin of a document, with the digests that later show whether it changed."""
    return Origin(
        original=original,
        source=source,
        source_sha256=source_sha256,
        sha256=text_digest(document),
        fingerprint=fingerprint_of(document),
    )


def printable(path: str) -> str:
    """Return a path as valid Unicode, with escapes for other bytes in a file name."""
    return path.encode(errors="backslashreplace").decode()


def system_path(path: str) -> str:
    """Return the path for which `printable` returned `path`."""
    return re.sub(r"\\u(dc[0-9a-f]{2})", lambda match: chr(int(match[1], 16)), path)


def path_on_disk(path: str) -> Path:
    """Return the path for a printable path: the same path if it exists, or else the one with the escaped bytes."""
    return Path(path if os.path.lexists(path) else system_path(path))


def is_path(source: str) -> bool:
    """Return whether a source is a file or a record in a file, not a page or a document given over HTTP."""
    return source.startswith("/")


def containers(source: str) -> Iterator[str]:
    """Yield the JSONL file of a source (the part before a `#`) if it is a record, and the folders above it."""
    for mark in re.finditer("#", source):
        if holds_records(source[: mark.start()]):
            yield source[: mark.start()]
    yield from map(str, Path(source).parents)


def locations(source: str) -> Iterator[str]:
    """Yield a source itself and its containers."""
    yield source
    yield from containers(source)
