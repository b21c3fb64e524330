"""Serve an HTML page for each document. Citations link to it if the document has no web address."""

from __future__ import annotations

from html import escape
from http import HTTPStatus
from pathlib import Path
from string import Template
from typing import Annotated, Literal
from urllib.parse import quote

from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse

from rag.http.convertors import DOCUMENT_ID
from rag.http.dependencies import ViewDep
from rag.http.links import digest, web_address
from rag.http.schemas import Problem
from rag.snapshots import StoredDocument
from rag.types import Span

_UI = Path(__file__).parent / "ui"
_CHANGED = "The document has changed since these words were quoted, so nothing is highlighted."
_LOCKED = """<link rel="stylesheet" href="{root}ui/documents.css">
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
    """Show a document or its record. Highlight the words at `[start, end)` if their digest is `sha256`."""
    stored, document = view.document(document_id)
    span = Span(start, end) if start is not None and end is not None and start < end else None
    return HTMLResponse(render(stored, stored.record if part == "record" else document.text, span, sha256))


def render(stored: StoredDocument, text: str, span: Span | None, sha256: str) -> str:
    """Return the page as HTML. Everything that comes from the document is escaped."""
    reference = stored.reference
    changed = span is not None and digest(span.of(text)) != sha256
    address = web_address(reference.url)
    root = "../" * (reference.id.count("/") + 1)
    if address is None and stored.origin.original is not None:
        address = f"{root}v1/documents/{quote(reference.id, safe='/')}/original"
    return _fill_template(
        root=root,
        title=escape(reference.title),
        about=escape(" · ".join(filter(None, (reference.author, reference.published)))),
        original=f'<p><a href="{escape(address)}" rel="noreferrer">The original</a></p>' if address else "",
        warning=f'<p class="warning" role="alert">{_CHANGED}</p>' if changed else "",
        language=f' lang="{escape(stored.language)}"' if stored.language else "",
        text=escape(text) if span is None or changed else _highlight(text, span),
        script="",
    )


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


def _highlight(text: str, span: Span) -> str:
    before, quote, after = text[: span.start], span.of(text), text[span.end :]
    return f'{escape(before)}<mark id="quote">{escape(quote)}</mark>{escape(after)}'


def _fill_template(**parts: str) -> str:
    return Template((_UI / "document.html").read_text(encoding="utf-8")).substitute(parts)
