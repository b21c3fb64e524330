"""Parses a file into its documents. Only the parser process, and tests, import this module."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from importlib import import_module
from pathlib import Path, PurePosixPath
from typing import Any

from rag.errors import UnreadableSource, UnsupportedSource
from rag.formats import Format, format_of
from rag.sources.access import ACCESS, INHERITED, labels_of
from rag.sources.blocks import Block, Facts, Kind, Parsed, Parser, RecordParser, assemble
from rag.sources.facts import language, metadata, phrase, pretty, reference, slug
from rag.sources.files import contents
from rag.sources.frontmatter import sidecar
from rag.sources.members import MemberParser
from rag.sources.plausible import plausible
from rag.sources.record import Begun, Record
from rag.sources.unread import remedy
from rag.text.validity import stated
from rag.types import Document, Inferred


class EmptySource(UnreadableSource):
    """A file has no text."""


DEEPEST = 3
"""Archives and e-mails within each other."""


def parse(path: Path, attachments: bool = False) -> Iterator[Record]:
    """Yield the documents of a file. If the file or one of its documents cannot be parsed, yield the reason instead.

    With `attachments`, the files attached to an e-mail are documents too.
    """
    return (step for step in steps(path, attachments) if isinstance(step, Record))


def steps(path: Path, attachments: bool, start: int = 0) -> Iterator[Record | Begun]:
    """Yield the documents of a file as `parse` does, and a `Begun` before each file within it.

    Files within it before the number `start` are left out, and with them its own text.
    """
    key = os.path.realpath(path)
    try:
        shared = sidecar(path)
        yield from _Reading(attachments, start).steps(_File(path.name, contents(path), key, shared))
    except OSError as error:
        yield Record(key, UnreadableSource(f"{key} cannot be read: {error.strerror or error}; check its permissions."))
    except UnreadableSource as error:
        yield Record(key, _with_subject(error, key))


@dataclass(frozen=True, slots=True)
class _File:
    """A file to parse. `shared` are the facts of its sidecar, `prefix` begins the ids of files within another file."""

    name: str
    raw: bytes
    key: str
    shared: Facts
    depth: int = 0
    prefix: str = ""

    @property
    def stem(self) -> str:
        return PurePosixPath(self.name).stem


@dataclass(frozen=True, slots=True)
class _Reading:
    """Parses a file and the files within it."""

    attachments: bool
    start: int

    def steps(self, file: _File) -> Iterator[Record | Begun]:
        """Yield the documents of a file, or the reason why there are none."""
        try:
            file_format = _format(file.name)
            has_members = file_format.is_archive or (file_format.members is not None and self.attachments)
            if not file_format.is_archive and not (file.depth == 0 and self.start):
                yield from self._own(file, file_format, has_members)
            if has_members:
                yield from self._members(file, file_format)
        except UnreadableSource as error:
            yield Record(file.key, _with_subject(error, file.key))
        except ImportError as error:
            message = f"{file.key} needs the package {error.name}, which is not installed; install rag-policy again."
            yield Record(file.key, UnreadableSource(message))
        except RecursionError:
            message = f"{file.key} is nested too deeply to be parsed; save it with fewer levels."
            yield Record(file.key, UnreadableSource(message))

    def _own(self, file: _File, file_format: Format, has_members: bool) -> Iterator[Record]:
        """Yield the documents in the text of a file."""
        if file_format.records:
            records = _records(file_format, file.raw, file.key, file.stem, file.shared)
            # Only a record at the top can be read again from its own line.
            yield from records if file.depth == 0 else (replace(one, line=None, raw=None) for one in records)
            return
        try:
            yield Record(file.key, _document(file_format, file))
        except EmptySource as error:
            if not has_members:
                raise
            message = f"{file.key} has no text of its own, only attachments."
            yield Record(file.key, UnsupportedSource(message) if file.raw.strip() else error)

    def _members(self, file: _File, file_format: Format) -> Iterator[Record | Begun]:
        """Yield the documents in the files within a file. A bad one does not affect the others."""
        if file.depth == DEEPEST:
            raise UnreadableSource(f"is {DEEPEST} archives deep in other files; unpack it.")
        find: MemberParser = _load(file_format.members or "")
        for number, member in enumerate(find(file.raw)):
            place = f"{file.key}#{member.name}"
            if file.depth == 0:
                if number < self.start:
                    continue
                yield Begun(place, number)
            try:
                _format(member.name)  # so that no file is unpacked in vain
                prefix = f"{file.prefix or file.stem}-{member.name}".rpartition(".")[0]
                shared = {**_without_names(file.shared), **member.facts}
                inner = _File(member.name, member.load(), place, shared, file.depth + 1, prefix)
            except UnreadableSource as error:
                yield Record(place, _with_subject(error, place))
                continue
            yield from self.steps(inner)


def _without_names(facts: Facts) -> Facts:
    """Return the facts that hold for all documents of a file with several. Labels of their own come before its own."""
    kept = {name: value for name, value in facts.items() if name not in ("id", "title", ACCESS)}
    return {**kept, INHERITED: facts[ACCESS]} if ACCESS in facts else kept


def _format(name: str) -> Format:
    file_format = format_of(name)
    if file_format is None:
        raise UnsupportedSource(f"has no format that can be parsed; {remedy(name)}.")
    return file_format


def _document(file_format: Format, file: _File) -> Document:
    if not file.raw.strip():
        raise EmptySource("is empty; remove it, or add text to it.")
    parser: Parser = _load(file_format.parser)
    parsed = parser(file.raw, file.stem)
    document = build(parsed, file.shared, file.stem, file_format.name)
    if not file.prefix or phrase({**parsed.facts, **file.shared}.get("id")):
        return document
    return replace(document, reference=replace(document.reference, id=slug(file.prefix)))


def _records(file_format: Format, raw: bytes, key: str, stem: str, sidecar_facts: Facts) -> Iterator[Record]:
    parser: RecordParser = _load(file_format.parser)
    shared = _without_names(sidecar_facts)
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


def _load(name: str) -> Any:  # noqa: ANN401 - the caller knows which of the protocols it is
    """Import the function "module:function". Raises UnreadableSource."""
    module, _, function = name.partition(":")
    try:
        return getattr(import_module(module), function)
    except (ImportError, AttributeError) as error:
        message = f"needs the parser {name}, which does not load ({error}); reinstall the package of the parser."
        raise UnreadableSource(message) from error


def _with_subject(error: UnreadableSource, key: str) -> UnreadableSource:
    """Put the path before the message of a parser, which is a sentence without a subject."""
    message = str(error)
    return error if message[:1].isupper() else type(error)(f"{key} {message}")


def build(parsed: Parsed, sidecar_facts: Facts, stem: str, format_name: str) -> Document:
    """Return the document for blocks and facts. Facts in the sidecar win over facts in the file.

    Raises UnreadableSource if there is no text.
    """
    layout = assemble(parsed.blocks, parsed.pages)
    if not layout.text:
        raise EmptySource("holds no text; remove it, or add text to it.")
    facts = {**plausible(parsed.facts, format_name), **sidecar_facts}
    named = reference(facts, _title(parsed.blocks) or pretty(phrase(facts.get("id")) or stem), stem)
    spoken = language(facts, layout.text)
    found = {one.field: one for one in stated(layout.text, named.title, spoken) if one.field not in facts}
    facts |= {name: one.value for name, one in found.items()}
    document = Document(
        reference=named,
        text=layout.text,
        language=spoken,
        metadata=metadata(facts, format_name),
        headings=layout.headings,
        pages=layout.pages,
        page_notes=parsed.page_notes,
        inferred=tuple(sorted(Inferred(name, one.span) for name, one in found.items())),
    )
    labels = labels_of(facts)
    return labels.give(document) if labels else document


def _title(blocks: Sequence[Block]) -> str | None:
    return next((block.text for block in blocks if block.kind is Kind.HEADING and block.level == 1), None)
