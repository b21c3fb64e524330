"""What the tests of readers share: write a file, read it, look at its one document."""

from __future__ import annotations

from pathlib import Path

from rag.errors import UnreadableSource
from rag.sources.reading import read
from rag.text import normalise
from rag.types import Document


def document(path: Path, content: str | bytes | None = None) -> Document:
    """Return the one document in a file, having checked what holds for every document."""
    write(path, content)
    (record,) = read(path)
    assert record.key == str(path.resolve())
    assert isinstance(record.content, Document), record.content
    found = record.content
    assert normalise(found.text) == found.text
    assert [heading.span.of(found.text) for heading in found.headings] == [heading.title for heading in found.headings]
    return found


def reason(path: Path, content: str | bytes | None = None) -> str:
    """Return why a file could not be read."""
    write(path, content)
    (record,) = read(path)
    assert isinstance(record.content, UnreadableSource), record.content
    return str(record.content)


def write(path: Path, content: str | bytes | None) -> None:
    if content is not None:
        path.write_bytes(content if isinstance(content, bytes) else content.encode())


def outline(found: Document) -> list[tuple[int, str]]:
    return [(heading.level, heading.title) for heading in found.headings]
