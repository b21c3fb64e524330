"""Parses Word documents (.docx and its relatives): the text as Word shows it, with numbers of lists and footnotes."""

from __future__ import annotations

from rag.sources.blocks import Parsed
from rag.sources.word.facts import facts
from rag.sources.word.looks import title, with_headings
from rag.sources.word.package import Package
from rag.sources.word.story import Document, Story


def parse(raw: bytes, stem: str) -> Parsed:
    """Parse a .docx file."""
    package = Package(raw)
    document = Document(package)
    shown = with_headings(list(Story(document, package.main()).blocks()), document.styles.body_size())
    blocks = [*(one.block for one in shown), *document.endnotes]
    return Parsed(blocks, facts(package.properties(), blocks, title(shown), stem))
