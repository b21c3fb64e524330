"""Builds EPUB books for tests."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

_NAV = ' properties="nav"'
_CONTAINER = (
    '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
    '<rootfile full-path="OEBPS/book.opf" media-type="application/oebps-package+xml"/></rootfiles></container>'
)


def chapter(body: str, title: str = "") -> str:
    return (
        '<?xml version="1.0" encoding="utf-8"?><html xmlns="http://www.w3.org/1999/xhtml" '
        f'xmlns:epub="http://www.idpf.org/2007/ops"><head><title>{title}</title></head><body>{body}</body></html>'
    )


def epub(
    chapters: Mapping[str, str], metadata: str = "", spine: str = "", files: Mapping[str, str | bytes] | None = None
) -> bytes:
    """Return a book. `spine` lists ids in reading order, by default all chapters; an id is the name of its file."""
    names = spine.split() or list(chapters)
    items = "".join(
        f'<item id="{name}" href="text/{name}.xhtml" media-type="application/xhtml+xml"'
        f"{_NAV if name == 'nav' else ''}/>"
        for name in chapters
    )
    references = "".join(f'<itemref idref="{name}"/>' for name in names)
    package = (
        '<package xmlns="http://www.idpf.org/2007/opf" xmlns:opf="http://www.idpf.org/2007/opf" version="3.0">'
        f'<metadata xmlns:dc="http://purl.org/dc/elements/1.1/">{metadata}</metadata>'
        f"<manifest>{items}</manifest><spine>{references}</spine></package>"
    )
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as pack:
        pack.writestr("mimetype", "application/epub+zip")
        pack.writestr("META-INF/container.xml", _CONTAINER)
        pack.writestr("OEBPS/book.opf", package)
        for name, content in chapters.items():
            pack.writestr(f"OEBPS/text/{name}.xhtml", content)
        for name, other in (files or {}).items():
            pack.writestr(name, other)
    return made.getvalue()
