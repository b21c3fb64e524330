"""Writes OpenDocument texts from parts in XML."""

from __future__ import annotations

import io
import zipfile

_URN = "urn:oasis:names:tc:opendocument:xmlns"
_SPACES = " ".join(f'xmlns:{name}="{_URN}:{name}:1.0"' for name in ("office", "text", "style", "table", "meta"))
SPACES = (
    f'{_SPACES} xmlns:fo="{_URN}:xsl-fo-compatible:1.0" xmlns:draw="{_URN}:drawing:1.0"'
    f' xmlns:svg="{_URN}:svg-compatible:1.0" xmlns:dc="http://purl.org/dc/elements/1.1/"'
)


def odt(body: str, styles: str = "", meta: str = "", outline: str = "") -> bytes:
    """Return a packed text; `styles` are those of the content, and `outline` is the style of headings' numbers."""
    files = {
        "mimetype": "application/vnd.oasis.opendocument.text",
        "content.xml": _part(
            "document-content", f"<office:automatic-styles>{styles}</office:automatic-styles>{_body(body)}"
        ),
        "styles.xml": _part("document-styles", f"<office:styles>{outline}</office:styles>"),
        "meta.xml": _part("document-meta", f"<office:meta>{meta}</office:meta>"),
    }
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as pack:
        for name, content in files.items():
            pack.writestr(zipfile.ZipInfo(name, (2031, 5, 4, 0, 0, 0)), content)
    return made.getvalue()


def flat(body: str) -> bytes:
    """Return a text in one XML file."""
    return _part("document", _body(body)).encode()


def _part(name: str, content: str) -> str:
    return f'<?xml version="1.0"?><office:{name} {SPACES}>{content}</office:{name}>'


def _body(content: str) -> str:
    return f"<office:body><office:text>{content}</office:text></office:body>"


def p(content: str, style: str = "") -> str:
    """Return a paragraph."""
    return f'<text:p text:style-name="{style}">{content}</text:p>'


def h(content: str, level: int) -> str:
    """Return a heading."""
    return f'<text:h text:outline-level="{level}">{content}</text:h>'


def items(*content: str, style: str = "", extra: str = "") -> str:
    """Return a list; an item without markup is a paragraph."""
    inner = "".join(f"<text:list-item>{one if one.startswith('<') else p(one)}</text:list-item>" for one in content)
    named = f'text:style-name="{style}"' if style else ""
    return f"<text:list {named} {extra}>{inner}</text:list>"


def levels(name: str, *forms: str) -> str:
    """Return a list style; each form is the attributes of a level, or "" for a bullet."""
    inner = "".join(
        f'<text:list-level-style-{"number" if form else "bullet"} text:level="{depth}" {form}/>'
        for depth, form in enumerate(forms, start=1)
    )
    return f'<text:list-style style:name="{name}">{inner}</text:list-style>'


def look(name: str, properties: str, family: str = "text", base: str = "") -> str:
    """Return a style with properties of its text."""
    return (
        f'<style:style style:name="{name}" style:family="{family}" style:parent-style-name="{base}">'
        f"<style:text-properties {properties}/></style:style>"
    )


def row(*cells: str) -> str:
    """Return a row of a table; a cell without markup is text."""
    return f"<table:table-row>{''.join(one if one.startswith('<') else cell(one) for one in cells)}</table:table-row>"


def cell(content: str, extra: str = "") -> str:
    """Return a cell."""
    return f"<table:table-cell {extra}>{content if content.startswith('<') else p(content)}</table:table-cell>"


def table(*rows: str, head: str = "") -> str:
    """Return a table; `head` are its header rows."""
    above = f"<table:table-header-rows>{head}</table:table-header-rows>" if head else ""
    return f"<table:table>{above}{''.join(rows)}</table:table>"
