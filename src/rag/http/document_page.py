"""Serve an HTML page for each document. Citations link to it if the document has no web address."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from http import HTTPStatus
from pathlib import Path
from string import Template
from typing import Annotated, Literal
from urllib.parse import quote

from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse

from rag.http.block_html import render_blocks
from rag.http.convertors import DOCUMENT_ID
from rag.http.dependencies import ViewDep
from rag.http.links import digest, web_address
from rag.http.schemas import Problem
from rag.ingest.original_pages import is_pdf
from rag.snapshots import StoredDocument
from rag.text.blocks import DocumentBlock, find_blocks
from rag.text.provisions import CrossReference
from rag.types import Span, page_at

_UI = Path(__file__).parent / "ui"
_CHANGED = "The document has changed since these words were quoted, so nothing is highlighted."
_LOCKED = """<link rel="stylesheet" href="{root}ui/documents.css">
  <link rel="stylesheet" href="{root}ui/versions.css">
  <script type="module" src="{root}ui/locked.js"></script>"""
"""The lines of a page that asks for a key, and then shows the document."""

router = APIRouter(include_in_schema=False)

Offset = Annotated[int | None, Query(ge=0, lt=2**63)]


@router.get(f"/documents/{DOCUMENT_ID}")
def document_page(
    document_id: str,
    view: ViewDep,
    start: Offset = None,
    end: Offset = None,
    sha256: str = "",
    part: Literal["text", "record"] = "text",
) -> HTMLResponse:
    """Show a document or its record, with the words at `[start, end)` highlighted.

    If `sha256` is given and the words there have another digest, say that the document has changed instead.
    """
    stored, document = view.document(document_id)
    span = Span(start, end) if start is not None and end is not None and start < end else None
    text, headings = (stored.record, ()) if part == "record" else (document.text, document.headings)
    references = [] if part == "record" else view.references(document_id)
    page = page_at(document.pages, span.start) if span and part == "text" else None
    return HTMLResponse(render(stored, text, find_blocks(text, headings), span, sha256, references, page))


def render(
    stored: StoredDocument,
    text: str,
    blocks: Sequence[DocumentBlock],
    span: Span | None,
    sha256: str,
    references: Sequence[CrossReference] = (),
    page: int | None = None,
) -> str:
    """Return the page as HTML. Everything that comes from the document is escaped.

    The words at `span` are highlighted. If `sha256` is given, they must have this digest. `page` is their page in the
    original.
    """
    reference = stored.reference
    changed = span is not None and (digest(span.of(text)) != sha256 if sha256 else span.end > len(text))
    root = "../" * (reference.id.count("/") + 1)
    address = web_address(reference.url) or _file_address(stored, root, page)
    return _fill_template(
        root=root,
        title=escape(reference.title),
        about=_imprint(stored),
        original=f'<p><a href="{escape(address)}" rel="noreferrer" data-t>The original</a></p>' if address else "",
        warning=f'<p class="warning" role="alert" data-t>{_CHANGED}</p>' if changed else "",
        language=f' lang="{escape(stored.language)}"' if stored.language else "",
        text=render_blocks(text, blocks, None if changed else span, reference.title, references),
        script="",
    )


def _file_address(stored: StoredDocument, root: str, page: int | None) -> str | None:
    """Return the address of the original file. A PDF is shown at `page`; a browser saves any other file."""
    original = stored.origin.original
    if original is None:
        return None
    address = f"{root}v1/documents/{quote(stored.reference.id, safe='/')}/original"
    return f"{address}?show=true#page={page or 1}" if is_pdf(original.name) else address


def error_page(problem: Problem, path: str) -> HTMLResponse:
    """Return a page that shows an error. If a key is missing, the page asks for it."""
    root = "../" * (path.count("/") - 1) or "./"
    html = _fill_template(
        root=root,
        title=escape(problem.title),
        about="",
        original="",
        warning=f'<p class="warning" role="alert">{escape(problem.detail)}</p>',
        language="",
        text="",
        script=_LOCKED.format(root=root) if problem.status == HTTPStatus.UNAUTHORIZED else "",
    )
    return HTMLResponse(html, problem.status)


def _imprint(stored: StoredDocument) -> str:
    """Return the author and the dates as HTML. The page writes dates in the language of the reader.

    If it is known when the document is in force, each date has its name.
    """
    reference, validity = stored.reference, stored.validity
    parts = [escape(reference.author or "")]
    published = _time(reference.published)
    if validity is None:
        parts.append(published)
    else:
        indexed = _time((stored.origin.indexed or "")[:10])
        parts.append(published and f"<span data-t>Published</span> {published}")
        parts.append(f"<span data-t>In force</span> {_time(validity.first)} – {_time(validity.last)}".strip())
        parts.append(indexed and f"<span data-t>Indexed</span> {indexed}")
    return " · ".join(filter(None, parts))


def _time(day: str | None) -> str:
    return f"<time>{escape(day)}</time>" if day else ""


def _fill_template(**parts: str) -> str:
    return Template((_UI / "document.html").read_text(encoding="utf-8")).substitute(parts)
