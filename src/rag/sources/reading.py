"""From one file to its documents, or to the reason why there is none."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Protocol

from rag.errors import UnreadableSource
from rag.sources import docx, eml, html, jsonl, markdown, pdf, plain
from rag.sources.blocks import Block, Facts, Kind, Reading, assemble
from rag.sources.facts import language, metadata, phrase, pretty, reference
from rag.sources.files import contents
from rag.sources.frontmatter import sidecar
from rag.sources.record import Record
from rag.types import Document


class Reader(Protocol):
    """Reads the bytes of a document; raises UnreadableSource where they are not of the format."""

    def __call__(self, raw: bytes, stem: str) -> Reading:
        """Return the blocks and facts in `raw`; `stem` is the file's name without its suffix."""
        ...


_SCAN = "; it is probably a scan without a text layer, so run OCR over it first."
_READERS: Mapping[str, tuple[str, Reader]] = {
    ".txt": ("txt", plain.read),
    ".md": ("markdown", markdown.read),
    ".markdown": ("markdown", markdown.read),
    ".html": ("html", html.read),
    ".htm": ("html", html.read),
    ".pdf": ("pdf", pdf.read),
    ".docx": ("docx", docx.read),
    ".eml": ("email", eml.read),
}


def read(path: Path) -> Iterator[Record]:
    """Yield the documents of a file; one that cannot be read is a record of the reason, never an exception."""
    key = os.path.realpath(path)
    try:
        beside = sidecar(path)
        raw = contents(path)
        if path.suffix.lower() == ".jsonl":
            yield from _lines(raw, key, path.stem, beside)
        else:
            yield Record(key, _document(raw, path, beside))
    except UnreadableSource as error:
        yield Record(key, _placed(error, key))
    except OSError as error:
        yield Record(key, UnreadableSource(f"{key} cannot be read: {error.strerror or error}; check its permissions."))
    except RecursionError:
        yield Record(key, UnreadableSource(f"{key} nests one thing in another too deep to be read; save it flatter."))


def _document(raw: bytes, path: Path, beside: Facts) -> Document:
    if not raw.strip():
        raise UnreadableSource("is empty; remove it, or give it some text.")
    try:
        form, reader = _READERS[path.suffix.lower()]
    except KeyError:
        raise UnreadableSource(f"is of a format that is not read; convert it to one of {' '.join(_READERS)}.") from None
    return build(reader(raw, path.stem), beside, path.stem, form)


def _lines(raw: bytes, key: str, stem: str, beside: Facts) -> Iterator[Record]:
    shared = {name: value for name, value in beside.items() if name not in ("id", "title")}
    seen: set[str] = set()
    for entry in jsonl.read(raw):
        name = str(entry.line) if entry.name in seen else entry.name  # a repeated id cannot tell two records apart
        seen.add(name)
        place = f"{key}#{name}"
        try:
            yield Record(place, build(entry.reading(), shared, f"{stem}-{entry.name}", "jsonl"))
        except UnreadableSource as error:
            yield Record(place, UnreadableSource(f"Line {entry.line} of {key} {error}"))


def _placed(error: UnreadableSource, key: str) -> UnreadableSource:
    """Readers say what is wrong as a predicate; here it gets its subject."""
    message = str(error)
    return error if message[:1].isupper() else UnreadableSource(f"{key} {message}")


def build(reading: Reading, beside: Facts, stem: str, form: str) -> Document:
    """Return the document that blocks and facts make; `beside` wins over what the file says of itself."""
    layout = assemble(reading.blocks, reading.pages)
    if not layout.text:
        raise UnreadableSource(f"holds no text{_SCAN if form == 'pdf' else '; remove it, or give it some.'}")
    facts = {**reading.facts, **beside}
    return Document(
        reference=reference(facts, _title(reading.blocks) or pretty(phrase(facts.get("id")) or stem), stem),
        text=layout.text,
        language=language(facts, layout.text),
        metadata=metadata(facts, form),
        headings=layout.headings,
        pages=layout.pages,
    )


def _title(blocks: Sequence[Block]) -> str | None:
    return next((block.text for block in blocks if block.kind is Kind.HEADING and block.level == 1), None)
