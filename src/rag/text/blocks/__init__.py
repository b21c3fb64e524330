"""Finds the blocks of a document again in its canonical text: headings, paragraphs, list items, footnotes and tables.

Parsers give blocks, and the canonical text keeps their lines, markers and column names. So a page can show a text as
its author set it, and every word that it shows is still a span of the canonical text.
"""

from rag.text.blocks.finding import BlockKind, DocumentBlock, find_blocks
from rag.text.blocks.quoted import find_quoted_blocks
from rag.text.blocks.tables import TableCell, TableRow

__all__ = ["BlockKind", "DocumentBlock", "TableCell", "TableRow", "find_blocks", "find_quoted_blocks"]
