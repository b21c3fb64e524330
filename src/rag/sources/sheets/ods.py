"""Parses OpenDocument spreadsheets (ISO/IEC 26300): the visible cells, with the words that the file stores for each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from rag.errors import UnreadableSource
from rag.sources.archive import opened, read_file
from rag.sources.blocks import Facts, Parsed, heading
from rag.sources.cells import EMPTY, Cell
from rag.sources.facts import pretty
from rag.sources.sheets.sheet import Count, Sheet
from rag.sources.sheets.tables import blocks
from rag.sources.sheets.worksheet import Area, arranged
from rag.sources.xml.safe import name_of, parse_xml, words

if TYPE_CHECKING:
    from zipfile import ZipFile

    from lxml.etree import _Element

_FIGURES = ("currency", "date", "float", "percentage", "time")
_HIDDEN = ("collapse", "filter")
_LARGEST = 128 << 20  # bytes of a part
_GROUPS = frozenset(("table-row-group", "table-header-rows", "table-rows", "table-column-group", "table-columns",
                     "table-header-columns"))  # fmt: skip
_MOST_COLUMNS, _MOST_REPEATED = 16_384, 1_000


def parse(raw: bytes, stem: str) -> Parsed:
    """Parse an .ods file."""
    book = opened(raw)
    content = _part(book, "content.xml")
    if content is None:
        raise UnreadableSource("is not an OpenDocument spreadsheet, or it is damaged; save it again as .ods.")
    hidden = _hidden_styles(content)
    count = Count()
    found = []
    for table in content.iter("{*}table"):
        if name_of(table.getparent()) == "spreadsheet" and table.get(_named(table, "style-name")) not in hidden:
            sheet = _Reading(count).sheet(table)
            found += [heading(sheet.name, 2), *blocks(sheet, title_level=3)] if sheet.lines else []
    return Parsed(found, {"title": pretty(stem), **_facts(book)})


def _part(book: ZipFile, name: str) -> _Element | None:
    if name not in book.namelist():
        return None
    manifest = "META-INF/manifest.xml"
    if manifest in book.namelist() and b"encryption-data" in read_file(book, book.getinfo(manifest)):
        raise UnreadableSource("is encrypted; save it again as .ods without a password.")
    return parse_xml(read_file(book, book.getinfo(name), _LARGEST))


def _named(element: _Element, name: str) -> str:
    """Return the name of an attribute of the element with its namespace, for a local name."""
    return next((str(key) for key in element.attrib if str(key).rpartition("}")[2] == name), name)


def _value(element: _Element, name: str) -> str:
    return str(element.get(_named(element, name)) or "")


def _hidden_styles(content: _Element) -> set[str]:
    """Return the names of the styles of hidden sheets."""
    found = set()
    for style in content.iter("{*}style"):
        if any(_value(one, "display") == "false" for one in style if name_of(one) == "table-properties"):
            found.add(_value(style, "name"))
    return found


class _Reading:
    """Reads one sheet. Rows and columns that are repeated without words only move the place."""

    def __init__(self, count: Count) -> None:
        self._count = count
        self._lines: dict[int, dict[int, Cell]] = {}
        self._merged: list[Area] = []
        self._hidden: list[range] = []

    def sheet(self, table: _Element) -> Sheet:
        """Return the sheet for an element `table`."""
        row = column = 0
        for element in _leaves(table):
            times = _repeated(element)
            if name_of(element) == "table-column":
                if _value(element, "visibility") in _HIDDEN:
                    self._hidden.append(range(column, min(column + times, _MOST_COLUMNS)))
                column += times
            else:
                if _value(element, "visibility") not in _HIDDEN:
                    self._row(element, row, times)
                row += times
        return Sheet(_value(table, "name"), arranged(self._lines, self._merged, self._hidden))

    def _row(self, element: _Element, row: int, times: int) -> None:
        cells: dict[int, Cell] = {}
        column = 0
        for child in element:
            if name_of(child) not in ("table-cell", "covered-table-cell"):
                continue
            repeated = _repeated(child)
            cell = _cell(child) if name_of(child) == "table-cell" else EMPTY
            if cell.text and column < _MOST_COLUMNS:
                self._count.add(min(repeated, _MOST_COLUMNS))
                cells |= dict.fromkeys(range(column, min(column + repeated, _MOST_COLUMNS)), cell)
                self._merge(child, row, column)
            column += repeated
        for number in range(row, row + min(times, _MOST_REPEATED)) if cells else ():
            self._count.add(len(cells))
            self._lines[number] = dict(cells)

    def _merge(self, cell: _Element, row: int, column: int) -> None:
        columns, rows = (_integer(_value(cell, f"number-{name}-spanned")) for name in ("columns", "rows"))
        if columns > 1 or rows > 1:
            self._merged.append((row, column, row + rows - 1, column + columns - 1))


def _leaves(table: _Element) -> Iterator[_Element]:
    """Yield the columns and rows of a sheet, also those in groups."""
    for child in table:
        name = name_of(child)
        if name in _GROUPS:
            if _value(child, "display") != "false":
                yield from _leaves(child)
        elif name in ("table-column", "table-row"):
            yield child


def _cell(element: _Element) -> Cell:
    text = " ".join(" ".join(_shown(one) for one in element if name_of(one) == "p").split())
    kind = _value(element, "value-type")
    return Cell(text, kind in _FIGURES) if text else EMPTY


def _shown(paragraph: _Element) -> str:
    """Return the text of a paragraph, without the remarks in it."""
    text = paragraph.text or ""
    for child in paragraph:
        name = name_of(child)
        if name in ("line-break", "s", "tab"):
            text += " "
        elif name not in ("annotation", "annotation-end"):
            text += _shown(child)
        text += child.tail or ""
    return text


def _repeated(element: _Element) -> int:
    kind = "rows" if name_of(element) == "table-row" else "columns"
    return _integer(_value(element, f"number-{kind}-repeated"))


def _integer(value: str) -> int:
    return max(1, int(value)) if value.isdecimal() and len(value) < 10 else 1


def _facts(book: ZipFile) -> Facts:
    root = _part(book, "meta.xml")
    if root is None:
        return {}
    values: dict[str, str] = {}
    for one in root.iter():
        values.setdefault(name_of(one), words(one))
    author = values.get("initial-creator") or values.get("creator")
    dates: Sequence[str] = (values.get("creation-date", ""), values.get("date", ""))
    found: Facts = {
        "title": values.get("title"),
        "author": author,
        "published": next(filter(None, dates), None),
        "subject": values.get("subject"),
        "language": values.get("language"),
    }
    return {name: value for name, value in found.items() if value}
