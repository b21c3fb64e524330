"""The routes that list documents, and the passages of a document."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.exceptions import RequestValidationError
from pydantic import StringConstraints, TypeAdapter, ValidationError

from rag import types
from rag.errors import UnknownDocument
from rag.http import document_schemas, schemas
from rag.http.convertors import DOCUMENT_ID
from rag.http.dependencies import ViewDep
from rag.http.openapi import ANY_PROBLEM, problems
from rag.service import View
from rag.snapshots import ListRequest, Order
from rag.text import normalise

router = APIRouter(tags=["documents"], responses=ANY_PROBLEM)

Offset = Annotated[int, Query(ge=0, lt=2**31, description="The number of entries to leave out at the start.")]
_Limit = Annotated[int, Query(ge=1, le=1_000, description="The most documents to return.")]
PassageLimit = Annotated[int, Query(ge=1, le=500, description="The most passages to return.")]
_Words = Annotated[
    str,
    StringConstraints(max_length=200),
    Query(description="Words or parts of words. Each must be in the title or the author."),
]
_Filters = Annotated[
    str,
    StringConstraints(max_length=10_000),
    Query(
        description="Conditions on metadata in JSON, as in `POST /v1/answers`.",
        examples=['{"jurisdiction": "Finland"}'],
    ),
]
_Order = Annotated[
    Order,
    Query(description="`index` is the order in which documents were indexed. `-` reverses the order of the others."),
]

_CONDITIONS = TypeAdapter(schemas.Conditions)


@router.get("/v1/documents", responses=problems(422, 503))
def documents(
    view: ViewDep,
    q: _Words = "",
    filters: _Filters = "{}",
    sort: _Order = "index",
    offset: Offset = 0,
    limit: _Limit = 1_000,
) -> document_schemas.Documents:
    """List the documents of the current snapshot, without their texts, and at most `limit` at a time.

    `next` is the `offset` of the next part.
    """
    request = ListRequest(_conditions(filters), tuple(normalise(q).split()), sort, offset, limit)
    found, snapshot = view.listed(request)
    return document_schemas.Documents.of(found, offset, snapshot, labels=view.is_whole)


@router.get(f"/v1/documents/{DOCUMENT_ID}/passages", responses=problems(404, 422, 503))
def passages(
    document_id: str, view: ViewDep, offset: Offset = 0, limit: PassageLimit = 100
) -> document_schemas.Passages | document_schemas.Document:
    """List the passages of a document, as they are indexed. Each is `text[start:end]` of the document.

    If the id of a document ends in `/passages`, its address returns this document.
    """
    if (whole := document_if_known(f"{document_id}/passages", view)) is not None:
        return whole
    stored, hits, snapshot = view.passages(document_id, offset, limit)
    return document_schemas.Passages.of(document_id, hits, offset, stored.rows, snapshot)


def _conditions(filters: str) -> types.Filters:
    """Parse filters in JSON. Raises RequestValidationError, which names the invalid field."""
    try:
        return schemas.filters(_CONDITIONS.validate_json(filters))
    except ValidationError as error:
        raise RequestValidationError(
            [{**one, "loc": ("query", "filters", *one["loc"])} for one in error.errors()]
        ) from error


def document_part(document_id: str, view: View, start: int = 0, end: int | None = None) -> document_schemas.Document:
    """Return a document with the paragraphs of its text that `[start, end)` touches. Raises UnknownDocument."""
    stored, found = view.document(document_id)
    part = document_schemas.paragraphs(found.text, start, end)
    references = view.references(document_id, part)
    return document_schemas.Document.with_text(stored, found, part, references, labels=view.is_whole)


def document_if_known(document_id: str, view: View) -> document_schemas.Document | None:
    """Return a document with its text, or None if there is none with this id."""
    try:
        return document_part(document_id, view)
    except UnknownDocument:
        return None
