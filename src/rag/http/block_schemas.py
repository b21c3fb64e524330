"""The schemas of the blocks of a text: headings, paragraphs, list items, footnotes and tables, as spans of the text."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Literal, TypeAlias

from pydantic import BaseModel, Field

from rag.text.blocks import BlockKind, DocumentBlock, TableRow


class HeadingBlock(BaseModel):
    """A heading."""

    kind: Literal["heading"] = "heading"
    start: int
    end: int
    level: int = Field(description="The level of the heading; 1 is the highest.")


class TextBlock(BaseModel):
    """A paragraph or a footnote."""

    kind: Literal["paragraph", "footnote"]
    start: int
    end: int


class ItemBlock(BaseModel):
    """An item of a list. Its marker is `text[start:words]`, such as `(a) `."""

    kind: Literal["item"] = "item"
    start: int
    end: int
    words: int = Field(description="The offset at which the words of the item begin, after its marker.")
    level: int = Field(description="The level of the list; 1 is the outermost.")
    bullet: bool = Field(description="Whether the marker is a bullet, and no number or letter.")


class Cell(BaseModel):
    """A cell of a table row. It covers `columns` columns from number `column`, counted from 0."""

    start: int
    end: int
    column: int
    columns: int


class RowBlock(BaseModel):
    """A row of a table. The text between its cells holds column names and punctuation, which a table need not show."""

    start: int
    end: int
    header: bool = Field(description="Whether the row names the columns.")
    cells: list[Cell] = Field(description="The cells with words, in the order of the text.")

    @classmethod
    def of(cls, row: TableRow) -> RowBlock:
        """Convert a row."""
        cells = [
            Cell(start=cell.span.start, end=cell.span.end, column=cell.column, columns=cell.columns)
            for cell in row.cells
        ]
        return cls(start=row.span.start, end=row.span.end, header=row.header, cells=cells)


class TableBlock(BaseModel):
    """A table."""

    kind: Literal["table"] = "table"
    start: int
    end: int
    columns: list[str] = Field(
        description="The names of the columns, if each row of the text repeats them. Empty otherwise."
    )
    rows: list[RowBlock]


Block: TypeAlias = Annotated[HeadingBlock | TextBlock | ItemBlock | TableBlock, Field(discriminator="kind")]
"""A block of a text. Blocks follow each other in the order of the text, with only white space between them."""


def blocks_of(blocks: Iterable[DocumentBlock]) -> list[Block]:
    """Convert blocks."""
    return [_block(block) for block in blocks]


def _block(block: DocumentBlock) -> Block:
    start, end = block.span.start, block.span.end
    match block.kind:
        case BlockKind.HEADING:
            return HeadingBlock(start=start, end=end, level=block.level)
        case BlockKind.ITEM:
            return ItemBlock(start=start, end=end, words=block.words, level=block.level, bullet=block.bullet)
        case BlockKind.TABLE:
            rows = [RowBlock.of(row) for row in block.rows]
            return TableBlock(start=start, end=end, columns=list(block.columns), rows=rows)
        case BlockKind.FOOTNOTE:
            return TextBlock(kind="footnote", start=start, end=end)
        case _:
            return TextBlock(kind="paragraph", start=start, end=end)
