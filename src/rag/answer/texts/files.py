"""Reads a file to verify."""

from __future__ import annotations

from pathlib import Path

from rag.answer.texts.reading import Written, from_markdown, from_plain
from rag.errors import UnreadableSource
from rag.formats import format_of
from rag.sources import Limits, ParserProcess, check_paths, contents
from rag.sources.decode import decode
from rag.types import Document

_MARKDOWN = "x.md"


def read_file(path: Path, limits: Limits) -> Written:
    """Read Markdown with its links, or the words of a file of any format that documents have.

    Raises UnreadableSource if the file cannot be read, or does not hold one document.
    """
    check_paths([path])
    if format_of(path.name) == format_of(_MARKDOWN):
        return from_markdown(decode(contents(path)))
    with ParserProcess(limits) as parser:
        records = list(parser.parse(path))
    if len(records) != 1:
        raise UnreadableSource(f"{path} holds {len(records)} documents: give a file with one")
    content = records[0].content
    if not isinstance(content, Document):
        raise content
    return from_plain(content.text)
