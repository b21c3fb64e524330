"""Hostile documents: each is small on disk and made to exhaust or deceive its parser."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Mapping, Sequence

import docx
from reportlab.pdfgen.canvas import Canvas

_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_LAUGHS = "".join(f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefgh", "bcdefghi", strict=True))
DOCTYPE = '<!DOCTYPE html [<!ENTITY a "ha"><!ENTITY x SYSTEM "file:///etc/passwd">{}]>'
LAUGHS = DOCTYPE.format(_LAUGHS)
PAGE = "<html><head><title>Leave</title></head><body>"


def word(body: str, before: str = "", parts: Mapping[str, str] | None = None) -> bytes:
    """Return a Word document with `body` as its main part, `before` in front of it, and further `parts`."""
    given, made = io.BytesIO(), io.BytesIO()
    docx.Document().save(given)
    main = f"{before}<w:document {_W}><w:body>{body}</w:body></w:document>"
    with zipfile.ZipFile(given) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as new:
        for name in old.namelist():
            new.writestr(name, main if name == "word/document.xml" else old.read(name))
        for name, content in (parts or {}).items():
            new.writestr(name, content)
    return made.getvalue()


def workbook(cells: str, before: str = "") -> bytes:
    """Return an Excel file with `cells` in its sheet, and `before` in front of the sheet."""
    names = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    listed = "<Relationships>{}</Relationships>".format
    relation = f'<Relationship Id="r1" Type="{relations}/{{}}" Target="{{}}"/>'.format
    book = f'<workbook xmlns="{names}" xmlns:r="{relations}"><sheets><sheet name="A" r:id="r1"/></sheets></workbook>'
    return zipped(
        {
            "_rels/.rels": listed(relation("officeDocument", "book.xml")).encode(),
            "book.xml": book.encode(),
            "_rels/book.xml.rels": listed(relation("worksheet", "sheet.xml")).encode(),
            "sheet.xml": f'{before}<worksheet xmlns="{names}"><sheetData>{cells}</sheetData></worksheet>'.encode(),
        }
    )


def zipped(files: Mapping[str, bytes]) -> bytes:
    """Return a zip archive with these files."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as pack:
        for name, content in files.items():
            pack.writestr(name, content)
    return made.getvalue()


def paragraph(text: str) -> str:
    """Return a paragraph of a Word document."""
    return f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"


def pdf(content: bytes, pages: int = 1, squeezed: int = 1) -> bytes:
    """Return a PDF that repeats one page `pages` times; its content is compressed `squeezed` times."""
    for _ in range(squeezed):
        content = zlib.compress(content, 9)
    filters = b"/FlateDecode" * squeezed
    return _file(
        [
            b"<</Type/Catalog/Pages 2 0 R>>",
            b"<</Type/Pages/Kids[%s]/Count %d>>" % (b"3 0 R " * pages, pages),
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>",
            b"<</Length %d/Filter[%s]>>stream\n%s\nendstream" % (len(content), filters, content),
            b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
        ]
    )


def written(words: bytes) -> bytes:
    """Return the content of a PDF page with `words` on it."""
    return b"BT /F 12 Tf 50 700 Td (" + words + b") Tj ET"


def endless_pdf() -> bytes:
    """Return a PDF that takes minutes to parse."""
    return pdf(written(b"Leave is a right. ") * 40, pages=100_000)


def encrypted_pdf() -> bytes:
    made = io.BytesIO()
    canvas = Canvas(made, encrypt="secret")
    canvas.drawString(72, 700, "Leave is a right.")
    canvas.save()
    return made.getvalue()


def zip_bomb() -> bytes:
    """Return a Word document of two megabytes that unpacks to four hundred megabytes."""
    return word(paragraph("ha" * 1_000) * 200_000)


def _file(objects: Sequence[bytes]) -> bytes:
    made, places = b"%PDF-1.7\n", []
    for number, content in enumerate(objects, start=1):
        places.append(len(made))
        made += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(objects) + 1
    made += b"xref\n0 %d\n0000000000 65535 f \n%s" % (size, table)
    return made + b"trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (size, made.index(b"xref"))
