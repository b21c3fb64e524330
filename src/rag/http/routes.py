"""The native API: questions, passages, documents, snapshots and health."""

from __future__ import annotations

from contextlib import closing
from http import HTTPStatus
from itertools import chain
from typing import Annotated, Any, Literal

from anyio import to_thread
from fastapi import APIRouter, Query, Request
from fastapi.responses import Response, StreamingResponse

from rag.errors import IndexUnavailable
from rag.http import document_schemas, etags, originals, schemas, stream
from rag.http.access.requirements import AccessDep
from rag.http.convertors import DOCUMENT_ID
from rag.http.dependencies import ExitStackDep, LinksDep, ServiceDep, ViewDep
from rag.http.document_parts import document_if_known, document_part
from rag.http.hidden_paths import without_folders
from rag.http.keeping.sealing import SealingDep
from rag.http.openapi import ANY_PROBLEM, problems
from rag.types import Answer

router = APIRouter(responses=ANY_PROBLEM)

Offset = Annotated[int, Query(ge=0, lt=2**63)]

_UNREADY: dict[int | str, dict[str, Any]] = {503: {**problems(503)[503], "model": schemas.Health}}
"""The body if the service cannot answer questions: `Health` if the index that it served is gone, else a problem."""


@router.post(
    "/v1/answers",
    tags=["answers"],
    response_model=schemas.Answer,
    responses={200: {"content": stream.CONTENT}, **problems(422, 503)},
)
def answer(
    request: Request,
    body: schemas.AnswerRequest,
    view: ViewDep,
    links: LinksDep,
    exit_stack: ExitStackDep,
    sealing: SealingDep,
) -> Response:
    """Answer a question in statements that each cite exact words, or report that the documents do not answer it.

    With `Accept: text/event-stream` the answer is a stream of events: first `evidence` (the passages), then a `notice`
    event for each line of the service about the answer, a `statement` event for each sentence, and `answer`. Only
    `answer` is final. If an error occurs, the last event is `error` with problem details.
    """
    events = exit_stack.enter_context(closing(view.stream(body.ask())))
    first = next(events)  # raises the errors of the request and the index before the response starts
    if stream.MEDIA_TYPE in request.headers.get("accept", ""):
        encoded = stream.encode(chain([first], events), links, sealing.sealed)
        return StreamingResponse(encoded, media_type=stream.MEDIA_TYPE, headers=stream.HEADERS)
    *_, last = events
    assert isinstance(last, Answer)
    return Response(sealing.sealed(schemas.Answer.of(last, links)).model_dump_json(), media_type="application/json")


@router.post("/v1/search", tags=["answers"], responses=problems(422, 503))
async def search(request: Request, body: schemas.SearchRequest, view: ViewDep) -> schemas.SearchResult:
    """Return the passages that match a query, best first."""
    # Searches have threads of their own, so that they never wait behind questions.
    limiter = request.app.state.searching
    hits, snapshot = await to_thread.run_sync(view.search, body.ask(), limiter=limiter)
    return schemas.SearchResult(hits=[schemas.Hit.of(hit) for hit in hits], snapshot=snapshot)


@router.get(
    f"/v1/documents/{DOCUMENT_ID}/original",
    tags=["documents"],
    response_class=Response,
    responses={200: originals.CONTENT, 304: {"description": "The client has this file already."}, **problems(404, 503)},
)
@router.head(f"/v1/documents/{DOCUMENT_ID}/original", include_in_schema=False)
def original(
    request: Request,
    document_id: str,
    view: ViewDep,
    show: Annotated[bool, Query(description="Show a PDF in the browser. Other files are saved.")] = False,
) -> Response:
    """Return the file that a document was read from, as an attachment.

    The index keeps the files of documents that came over HTTP or from feeds, unless RAG_KEEP_ORIGINALS is `none`. A
    file in a folder that was not kept is returned while it is unchanged. If the id of a
    document ends in `/original`, its address returns this document, not a file.
    """
    if (whole := document_if_known(f"{document_id}/original", view)) is not None:
        return Response(whole.model_dump_json(), media_type="application/json")
    return originals.response(view.original(document_id), request.headers, show=show)


@router.get(
    f"/v1/documents/{DOCUMENT_ID}",
    tags=["documents"],
    response_model=document_schemas.Document,
    responses={304: {"description": "The client has this document already."}, **problems(404, 503)},
)
def document(
    request: Request, document_id: str, view: ViewDep, start: Offset | None = None, end: Offset | None = None
) -> Response:
    """Return one document with its canonical text. The `start` and `end` of citations are offsets into this text.

    With `start` or `end`, only the paragraphs of this part of the text are returned, and the headings in it.
    """
    if start is not None:
        view.expect_pages(document_id)
    found = document_part(document_id, view, start or 0, end)
    return etags.json_response(found.model_dump_json(), request.headers)


@router.get("/v1/fields", tags=["documents"], responses=problems(503))
def fields(view: ViewDep) -> document_schemas.DocumentFields:
    """List the metadata fields that filters can use, with their values."""
    facets, snapshot = view.facets()
    fields = [document_schemas.DocumentField.of(facet) for facet in facets]
    return document_schemas.DocumentFields(fields=fields, snapshot=snapshot)


@router.get("/v1/suggestions", tags=["answers"], responses=problems(404, 503))
def suggestions(
    view: ViewDep,
    document: Annotated[
        list[str] | None,
        Query(max_length=20, description="Ids of documents: suggest at most three questions that they answer."),
    ] = None,
) -> schemas.Suggestions:
    """Suggest questions in the words of the documents. The current snapshot answers each of them."""
    questions, snapshot = view.follow_ups(document) if document else view.suggestions()
    return schemas.Suggestions(questions=list(questions), snapshot=snapshot)


@router.get("/v1/generator", tags=["answers"])
async def generator(service: ServiceDep) -> schemas.Generator:
    """Say whether a language model writes answers, and whether questions and passages leave for another host."""
    model = service.language_model
    kind: Literal["extractive", "language_model"] = "language_model" if model else "extractive"
    return schemas.Generator(kind=kind, another_host=model is not None and model.host is not None)


@router.get("/v1/snapshots", tags=["snapshots"])
def snapshots(view: ViewDep) -> schemas.Snapshots:
    """List the snapshots on disk, newest first."""
    return schemas.Snapshots(snapshots=[schemas.Snapshot.of(listed) for listed in view.snapshots()])


@router.get("/healthz", tags=["health"])
async def healthz() -> schemas.Health:
    """Report that the process is running."""
    # A coroutine, so that it never waits for a thread.
    return schemas.Health(status="ok")


@router.get("/readyz", tags=["health"], responses=_UNREADY)
def readyz(request: Request, service: ServiceDep, access: AccessDep, response: Response) -> schemas.Health:
    """Report whether the service can answer questions, and from which snapshot.

    If the index that it served is gone or replaced, if an audit log cannot be written, or if the service is
    stopping, the status is 503, and the body says `degraded` and why. If a language model has failed several times,
    the status is 200, the body says `degraded`, and answers are extractive.
    """
    if request.app.state.stopping.begun.is_set():
        response.status_code = HTTPStatus.SERVICE_UNAVAILABLE
        return schemas.Health(status="degraded", detail="the service is stopping")
    try:
        snapshot = service.snapshot()
        service.check_audit()
    except IndexUnavailable as error:
        response.status_code = HTTPStatus.SERVICE_UNAVAILABLE
        return schemas.Health(status="degraded", detail=without_folders(str(error)))
    degraded = without_folders(service.degraded(changes=access.can_change and not service.is_replica) or "") or None
    return schemas.Health(status="degraded" if degraded else "ok", snapshot=snapshot.id, detail=degraded)
