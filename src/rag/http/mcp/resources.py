"""Serve the documents as resources. The user of an assistant can add their texts to a conversation."""

from __future__ import annotations

from bisect import bisect_right
from urllib.parse import quote, unquote

from mcp_types import (
    ListResourcesResult,
    ListResourceTemplatesResult,
    ReadResourceResult,
    Resource,
    ResourceTemplate,
    TextResourceContents,
)

from rag.errors import UnknownDocument
from rag.service import View
from rag.types import Reference

_ROOT = "rag://documents/"
_PAGE_SIZE = 200
"""The most documents in one page of the list."""

_TEXT = "text/plain"


def list_page(view: View, after: str | None) -> ListResourcesResult:
    """Return the documents with an id greater than `after`, sorted by id. `after` need not be an existing id.

    The cursor is the id of the last document of a page. A list therefore continues correctly in a newer snapshot.
    """
    references = sorted((stored.reference for stored in view.documents()[0]), key=_id)
    start = bisect_right(references, after, key=_id) if after is not None else 0
    shown = references[start : start + _PAGE_SIZE]
    more = start + _PAGE_SIZE < len(references)
    return ListResourcesResult(
        resources=[_resource(reference) for reference in shown], next_cursor=shown[-1].id if more else None
    )


def read(view: View, uri: str) -> ReadResourceResult:
    """Return the text of a document. Raises UnknownDocument."""
    if not uri.startswith(_ROOT):
        raise UnknownDocument(f"{uri!r} is not the URI of a document: use {_ROOT}<id>")
    _, document = view.document(unquote(uri.removeprefix(_ROOT)))
    return ReadResourceResult(contents=[TextResourceContents(uri=uri, mime_type=_TEXT, text=document.text)])


def templates() -> ListResourceTemplatesResult:
    """Return the URI template of documents."""
    template = ResourceTemplate(
        uri_template=f"{_ROOT}{{+id}}",
        name="document",
        title="A policy document",
        description="The whole text of the document with this id.",
        mime_type=_TEXT,
    )
    return ListResourceTemplatesResult(resource_templates=[template])


def _resource(reference: Reference) -> Resource:
    about = ", ".join(filter(None, (reference.author, reference.published)))
    return Resource(
        uri=f"{_ROOT}{quote(reference.id)}",
        name=reference.id,
        title=reference.title,
        description=about or None,
        mime_type=_TEXT,
    )


def _id(reference: Reference) -> str:
    return reference.id
