"""Shared by the tests of parsers: write a file, parse it, and return its only document."""

from __future__ import annotations

from pathlib import Path

from rag.errors import UnreadableSource
from rag.sources.documents import parse
from rag.text import normalise
from rag.types import Document


def document(path: Path, content: str | bytes | None = None) -> Document:
    """Write `content`, if given, to a file. Return its only document, after checks that hold for every document."""
    write(path, content)
    (record,) = parse(path)
    assert record.key == str(path.resolve())
    assert isinstance(record.content, Document), record.content
    found = record.content
    assert normalise(found.text) == found.text
    assert [heading.span.of(found.text) for heading in found.headings] == [heading.title for heading in found.headings]
    return found


def reason(path: Path, content: str | bytes | None = None) -> str:
    """Return the reason why a file could not be parsed."""
    write(path, content)
    (record,) = parse(path)
    assert isinstance(record.content, UnreadableSource), record.content
    return str(record.content)


def write(path: Path, content: str | bytes | None) -> None:
    if content is not None:
        path.write_bytes(content if isinstance(content, bytes) else content.encode())


def outline(found: Document) -> list[tuple[int, str]]:
    return [(heading.level, heading.title) for heading in found.headings]
