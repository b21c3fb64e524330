"""Parses Rich Text: paragraphs, headings by style, lists with their numbers, tables, and footnotes."""

from __future__ import annotations

from rag.errors import UnreadableSource
from rag.sources.blocks import Parsed
from rag.sources.properties import judged
from rag.sources.rtf.reading import Reader
from rag.sources.word.looks import title, with_headings

_USUAL_SIZE = 24  # half points


def parse(raw: bytes, stem: str) -> Parsed:
    """Parse an .rtf file."""
    if not raw.lstrip().startswith(b"{\\rtf"):
        raise UnreadableSource("is not Rich Text; save it again as .rtf or .docx.")
    reader = Reader()
    shown = with_headings(reader.read(raw), _USUAL_SIZE)
    blocks = [one.block for one in shown]
    return Parsed(blocks, judged(reader.head.facts, blocks, title(shown), stem))
