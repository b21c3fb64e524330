"""Shared by the tests of spreadsheets: write an Excel file with openpyxl, and an OpenDocument file by hand."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Sequence
from typing import Any

import openpyxl

_NAMES = {
    "office": "urn:oasis:names:tc:opendocument:xmlns:office:1.0",
    "table": "urn:oasis:names:tc:opendocument:xmlns:table:1.0",
    "text": "urn:oasis:names:tc:opendocument:xmlns:text:1.0",
    "style": "urn:oasis:names:tc:opendocument:xmlns:style:1.0",
    "dc": "http://purl.org/dc/elements/1.1/",
    "meta": "urn:oasis:names:tc:opendocument:xmlns:meta:1.0",
}
_DECLARED = " ".join(f'xmlns:{name}="{uri}"' for name, uri in _NAMES.items())


def excel(rows: Sequence[Sequence[object]], change: Callable[[Any], object] = lambda sheet: None) -> bytes:
    """Return an Excel file with one sheet, `Fees`, after `change` has changed the sheet."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Fees"
    for row in rows:
        sheet.append(row)
    change(sheet)
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def changed(raw: bytes, part: str, change: Callable[[str], str]) -> bytes:
    """Return a zip archive with one part changed."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = old.read(name)
            new.writestr(name, change(content.decode()) if name == part else content)
    return made.getvalue()


def opendocument(tables: str, styles: str = "", meta: str = "") -> bytes:
    """Return an OpenDocument spreadsheet with these tables."""
    made = io.BytesIO()
    body = f"<office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body>"
    head = f"<office:automatic-styles>{styles}</office:automatic-styles>"
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as pack:
        pack.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        pack.writestr("content.xml", f"<office:document-content {_DECLARED}>{head}{body}</office:document-content>")
        pack.writestr(
            "meta.xml", f"<office:document-meta {_DECLARED}><office:meta>{meta}</office:meta></office:document-meta>"
        )
    return made.getvalue()


def ods_row(*cells: str, attributes: str = "") -> str:
    """Return a row. A cell that begins with `<` is XML, another one is text."""
    inner = "".join(cell if cell.startswith("<") else ods_cell(cell) for cell in cells)
    return f"<table:table-row {attributes}>{inner}</table:table-row>"


def ods_cell(text: str, attributes: str = "") -> str:
    return f'<table:table-cell office:value-type="string" {attributes}><text:p>{text}</text:p></table:table-cell>'
