"""Parses a file into its documents. Only the parser process, and tests, import this module."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

from rag.errors import UnreadableSource
from rag.formats import Format, format_of, suffixes
from rag.sources.blocks import Block, Facts, Kind, Parsed, Parser, RecordParser, assemble
from rag.sources.facts import language, metadata, phrase, pretty, reference
from rag.sources.files import contents
from rag.sources.frontmatter import sidecar
from rag.sources.record import Record
from rag.types import Document


def parse(path: Path) -> Iterator[Record]:
    """Yield the documents of a file. If the file or one of its documents cannot be parsed, yield the reason instead."""
    key = os.path.realpath(path)
    try:
        sidecar_facts = sidecar(path)
        raw = contents(path)
        file_format = _format(path)
        if file_format.records:
            yield from _records(file_format, raw, key, path.stem, sidecar_facts)
        else:
            yield Record(key, _document(file_format, raw, path.stem, sidecar_facts))
    except UnreadableSource as error:
        yield Record(key, _with_subject(error, key))
    except OSError as error:
        yield Record(key, UnreadableSource(f"{key} cannot be read: {error.strerror or error}; check its permissions."))
    except RecursionError:
        yield Record(key, UnreadableSource(f"{key} is nested too deeply to be parsed; save it with fewer levels."))


def _format(path: Path) -> Format:
    file_format = format_of(path.name)
    if file_format is None:
        raise UnreadableSource(f"has no format that can be parsed; convert it to one of {' '.join(suffixes())}.")
    return file_format


def _document(file_format: Format, raw: bytes, stem: str, sidecar_facts: Facts) -> Document:
    if not raw.strip():
        raise UnreadableSource("is empty; remove it, or add text to it.")
    parser: Parser = _load(file_format)
    return build(parser(raw, stem), sidecar_facts, stem, file_format.name)


def _records(file_format: Format, raw: bytes, key: str, stem: str, sidecar_facts: Facts) -> Iterator[Record]:
    parser: RecordParser = _load(file_format)
    shared = {name: value for name, value in sidecar_facts.items() if name not in ("id", "title")}
    seen: set[str] = set()
    for entry in parser(raw, stem):
        name = str(entry.line) if entry.name in seen else entry.name  # A repeated id cannot name two records.
        seen.add(name)
        place = f"{key}#{name}"
        try:
            document = build(entry.parsed(), shared, f"{stem}-{entry.name}", file_format.name)
            yield Record(place, document, entry.line, entry.raw)
        except UnreadableSource as error:
            yield Record(place, UnreadableSource(f"Line {entry.line} of {key} {error}"))


def _load(file_format: Format) -> Any:  # noqa: ANN401 - the caller knows which of the two protocols it is
    """Import the parser of a format. Raises UnreadableSource."""
    module, _, function = file_format.parser.partition(":")
    try:
        return getattr(import_module(module), function)
    except (ImportError, AttributeError) as error:
        name = file_format.parser
        message = f"needs the parser {name}, which does not load ({error}); reinstall the package of the parser."
        raise UnreadableSource(message) from error


def _with_subject(error: UnreadableSource, key: str) -> UnreadableSource:
    """Put the path before the message of a parser, which is a sentence without a subject."""
    message = str(error)
    return error if message[:1].isupper() else UnreadableSource(f"{key} {message}")


def build(parsed: Parsed, sidecar_facts: Facts, stem: str, format_name: str) -> Document:
    """Return the document for blocks and facts. Facts in the sidecar win over facts in the file.

    Raises UnreadableSource if there is no text.
    """
    layout = assemble(parsed.blocks, parsed.pages)
    if not layout.text:
        raise UnreadableSource("holds no text; remove it, or add text to it.")
    facts = {**parsed.facts, **sidecar_facts}
    return Document(
        reference=reference(facts, _title(parsed.blocks) or pretty(phrase(facts.get("id")) or stem), stem),
        text=layout.text,
        language=language(facts, layout.text),
        metadata=metadata(facts, format_name),
        headings=layout.headings,
        pages=layout.pages,
    )


def _title(blocks: Sequence[Block]) -> str | None:
    return next((block.text for block in blocks if block.kind is Kind.HEADING and block.level == 1), None)
