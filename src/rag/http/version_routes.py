"""The routes for the versions of documents: their list, their texts, comparisons of two, and timelines of provisions.

Clients that only ask see the versions in the current snapshot. Earlier texts require the role `maintain`.
"""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.types import Scope

from rag.answer.versions import ComparedVersions, Timeline
from rag.errors import UnknownDocument
from rag.http import document_schemas, version_schemas
from rag.http.access.client import Role, client_of
from rag.http.access.control import AccessControl
from rag.http.access.requirements import SCHEME, AccessDep
from rag.http.convertors import DOCUMENT_ID
from rag.http.dependencies import ViewDep
from rag.http.document_parts import Offset, document_if_known
from rag.http.openapi import ANY_PROBLEM, problems
from rag.service import View
from rag.text.provisions import find_outline, find_references
from rag.types import Span

router = APIRouter(tags=["documents"], responses=ANY_PROBLEM)

_KEY: dict[str, Any] = {"security": [{SCHEME: []}, {}]}
_MAINTAIN: dict[str, Any] = {"security": [{SCHEME: []}]}

Became = Annotated[
    str,
    Query(
        min_length=1,
        max_length=2_000,
        description="The newer version: the id of a document, or its id, `@` and a snapshot that has the version.",
        examples=["leave-2024"],
    ),
]
Was = Annotated[
    str, Query(max_length=2_000, description="The older version, named in the same way; by default the one before.")
]
DocumentId = Annotated[str, Query(min_length=1, max_length=2_000, description="The id of a version of the document.")]
ProvisionWords = Annotated[
    str,
    Query(
        min_length=1, max_length=300, description="The number or the heading of a provision.", examples=["section 5(2)"]
    ),
]
_Context = Annotated[int, Query(ge=0, le=100, description="The unchanged sentences to return around each change.")]
_RowLimit = Annotated[int, Query(ge=1, le=2_000, description="The most rows to return.")]


@router.get(f"/v1/documents/{DOCUMENT_ID}/versions", responses=problems(401, 404, 503), openapi_extra=_KEY)
def versions(document_id: str, request: Request, view: ViewDep) -> version_schemas.Versions | document_schemas.Document:
    """List the versions of a document, newest first: documents of the same identity, and texts of earlier snapshots.

    Documents declare their identity with `version_of`. A removed document has versions too. Clients without the role
    `maintain` see only the versions in the current snapshot. If the id of a document ends in `/versions`, its address
    returns this document.
    """
    if (whole := document_if_known(f"{document_id}/versions", view)) is not None:
        return whole
    found = view.versions(document_id, earlier=may_see_earlier(request.scope))
    if not found:
        raise UnknownDocument(f"no snapshot has a document with the id {document_id!r}")
    listed = [version_schemas.Version.of(one) for one in found]
    return version_schemas.Versions(document_id=document_id, versions=listed)


@router.get(
    f"/v1/documents/{DOCUMENT_ID}/versions/{{snapshot}}",
    responses=problems(401, 403, 404, 503),
    openapi_extra=_MAINTAIN,
)
def version(
    document_id: str, snapshot: str, request: Request, view: ViewDep, control: AccessDep
) -> document_schemas.Document:
    """Return a document as one snapshot has it. This requires the role `maintain`."""
    if (whole := document_if_known(f"{document_id}/versions/{snapshot}", view)) is not None:
        return whole
    control.require(Role.MAINTAIN, request.scope)
    stored, found = view.version(document_id, snapshot)
    references = find_references(find_outline(found.text, found.headings), found.text)
    part = Span(0, len(found.text))
    whole = document_schemas.Document.with_text(stored, found, part, references, labels=view.is_whole)
    return whole.model_copy(
        update={"original": None, "original_name": None}
    )  # its address returns the file of the current version


@router.get("/v1/comparisons", responses=problems(401, 403, 404, 422, 503), openapi_extra=_KEY)
def comparison(
    request: Request,
    view: ViewDep,
    control: AccessDep,
    became: Became,
    was: Was = "",
    context: _Context = 1,
    offset: Offset = 0,
    limit: _RowLimit = 500,
) -> version_schemas.Comparison:
    """Compare two versions of a document, or any two documents, sentence by sentence.

    Changes of figures, dates, references, negations, and of what is obliged or allowed are named. A version of an
    earlier snapshot requires the role `maintain`.
    """
    return version_schemas.Comparison.of(compared(view, control, request.scope, was, became), context, offset, limit)


@router.get("/v1/timelines", responses=problems(401, 404, 422, 503), openapi_extra=_KEY)
def timeline(
    request: Request, view: ViewDep, document: DocumentId, provision: ProvisionWords
) -> version_schemas.Timeline:
    """Return when a provision first stood, each change of it, and when it ended, through the versions of a document.

    It is found by its number or heading in the newest version that has it, and followed by its text, so that a new
    number does not end it. Clients without the role `maintain` see only the versions in the current snapshot.
    """
    return version_schemas.Timeline.of(document, followed(view, request.scope, document, provision))


def may_see_earlier(scope: Scope) -> bool:
    """Return whether the client of a request may see texts of earlier snapshots."""
    client = client_of(scope)
    return client is not None and client.role >= Role.MAINTAIN


def compared(view: View, control: AccessControl, scope: Scope, was: str, became: str) -> ComparedVersions:
    """Compare two versions by their names. Without `was`, the version before is compared.

    Raises HTTPException if the client may not see a version of an earlier snapshot.
    """
    newer = view.version_name(became)
    older = view.version_name(was) if was else None
    for name in (newer, older):
        if name is not None and name.snapshot is not None:
            control.require(Role.MAINTAIN, scope)
    older = older or view.version_before(newer, earlier=may_see_earlier(scope))
    return view.comparison(older, newer)


def followed(view: View, scope: Scope, document_id: str, words: str) -> Timeline:
    """Return the timeline of a provision through the versions that the client of a request may see."""
    return view.timeline(document_id, words, earlier=may_see_earlier(scope))
