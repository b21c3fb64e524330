"""The pages of originals: sizes, images, and the boxes of quotes. The id comes last in a path, as it may hold slashes.

Drawing has places and a queue of its own, so it never takes those of questions; see `rag.http.admission.middleware`.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from starlette.exceptions import HTTPException

from rag.http import etags, page_schemas
from rag.http.convertors import DOCUMENT_ID
from rag.http.dependencies import ViewDep
from rag.http.openapi import ANY_PROBLEM, problems
from rag.types import Span

router = APIRouter(responses=ANY_PROBLEM, tags=["documents"])

LONGEST_QUOTE = 20_000
"""The most code points of a quote. A longer one would need the characters of many pages."""

_IMAGE: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The image of the page.",
        "content": {"image/png": {"schema": {"type": "string", "format": "binary"}}},
    },
    304: {"description": "The client has this image already."},
}

Offset = Annotated[int, Query(ge=0, lt=2**63)]
Scale = Literal["1", "1.5", "2", "3", "4"]


@router.get(f"/v1/pages/{DOCUMENT_ID}", response_model=page_schemas.Pages, responses=problems(404, 422, 503))
def pages(request: Request, document_id: str, view: ViewDep) -> Response:
    """List the pages of the PDF that a document was read from, with their sizes and printed numbers."""
    found = page_schemas.Pages.of(view.pages(document_id))
    return etags.json_response(found.model_dump_json(), request.headers)


@router.get(f"/v1/page-images/{DOCUMENT_ID}", response_class=Response, responses={**_IMAGE, **problems(404, 422, 503)})
def page_image(
    request: Request,
    document_id: str,
    view: ViewDep,
    page: Annotated[int, Query(ge=1, lt=2**31, description="The number of the page in the file, from 1.")] = 1,
    scale: Annotated[Scale, Query(description="The pixels for each point of the page.")] = "2",
) -> Response:
    """Draw a page of the PDF that a document was read from."""
    original = view.pages(document_id)
    original.check(page)
    tag = f'"{original.file.digest}-{page}-{scale}"'
    if etags.matches(request.headers, tag):
        return etags.not_modified(tag)
    headers = {"ETag": tag, "Cache-Control": etags.CACHING, "Content-Security-Policy": "default-src 'none'; sandbox"}
    return Response(original.draw(page, float(scale)).png, media_type="image/png", headers=headers)


@router.get(f"/v1/page-boxes/{DOCUMENT_ID}", response_model=page_schemas.QuoteBoxes, responses=problems(404, 422, 503))
def page_boxes(request: Request, document_id: str, view: ViewDep, start: Offset, end: Offset) -> Response:
    """Return boxes around the words `[start, end)` of a document, on the pages of the PDF that it was read from."""
    original = view.pages(document_id)
    span = Span(start, min(end, len(original.document.text)))
    if not 0 < span.end - span.start <= LONGEST_QUOTE:
        detail = f"the span [{start}, {end}) is empty, outside the text, or longer than {LONGEST_QUOTE} characters"
        raise HTTPException(HTTPStatus.UNPROCESSABLE_ENTITY, f"{detail}: give the span of a citation")
    found = page_schemas.QuoteBoxes.of(original, span, original.find(span))
    return etags.json_response(found.model_dump_json(), request.headers)
