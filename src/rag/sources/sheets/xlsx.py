"""Parses Excel files (ECMA-376): the visible cells of the visible sheets, as their number formats show them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from rag.errors import UnreadableSource
from rag.sources.blocks import Block, Facts, Kind, Parsed, heading
from rag.sources.facts import pretty
from rag.sources.office import Package, first, own
from rag.sources.sheets.rich_text import plain
from rag.sources.sheets.sheet import Count, Sheet
from rag.sources.sheets.styles import styles_of
from rag.sources.sheets.tables import blocks
from rag.sources.sheets.worksheet import Reader, corner, read_sheet
from rag.sources.xml.safe import name_of

if TYPE_CHECKING:
    from lxml.etree import _Element

_MOST_SHEETS = 1_000


def parse(raw: bytes, stem: str) -> Parsed:
    """Parse an .xlsx file."""
    book = Package(raw, "an Excel workbook", ".xlsx")
    main = book.main()
    workbook = book.tree(main)
    if name_of(workbook) != "workbook":
        raise UnreadableSource("is not an Excel workbook; give it the suffix of its format.")
    reader = _reader(book, main, workbook)
    sheets = [sheet for sheet in _sheets(book, main, workbook, reader) if sheet.lines]
    found = [block for sheet in sheets for block in (heading(sheet.name, 2), *blocks(sheet, title_level=3))]
    return Parsed(found, {**_title(found, sheets, stem), **_uncomputed(reader), **book.facts()})


def _reader(book: Package, main: str, workbook: _Element) -> Reader:
    strings, styles = book.of_kind(main, "sharedStrings"), book.of_kind(main, "styles")
    shared = [plain(one) for one in own(book.tree(strings), "si")] if strings and book.has(strings) else []
    style_root = book.tree(styles) if styles and book.has(styles) else None
    properties = first(workbook, "workbookPr")
    since_1904 = properties is not None and properties.get("date1904") in ("1", "true")
    return Reader(shared, styles_of(style_root), since_1904, Count())


def _sheets(book: Package, main: str, workbook: _Element, reader: Reader) -> Iterator[Sheet]:
    """Yield the visible sheets with cells, in the order of their tabs."""
    relations = book.relations(main)
    listed = first(workbook, "sheets")
    for one in list(listed)[:_MOST_SHEETS] if listed is not None else []:
        identity = next((value for name, value in one.attrib.items() if str(name).endswith("}id")), "")
        relation = relations.get(str(identity))
        if relation is None or relation.kind != "worksheet" or (one.get("state") or "visible") != "visible":
            continue
        sheet = read_sheet(book.read(relation.target), one.get("name") or "", reader)
        sheet.headers |= frozenset(_table_headers(book, relation.target))
        yield sheet


def _table_headers(book: Package, part: str) -> Iterator[int]:
    """Yield the number of the header row of each table that the author defined."""
    for relation in book.relations(part).values():
        if relation.kind == "table" and book.has(relation.target):
            table = book.tree(relation.target)
            if table.get("headerRowCount", "1") != "0" and (place := corner(table.get("ref"))):
                yield place[0]


def _title(found: list[Block], sheets: list[Sheet], stem: str) -> Facts:
    """Return the title of the only sheet, or else of the file. The name of a sheet is no title."""
    titles = [block.text for block in found[1:2] if block.kind is Kind.HEADING and block.level == 3]
    return {"title": titles[0] if titles and len(sheets) == 1 else pretty(stem)}


def _uncomputed(reader: Reader) -> Facts:
    return {"uncomputed_formulas": reader.uncomputed} if reader.uncomputed else {}
