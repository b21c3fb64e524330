"""The native API: questions, passages, documents, snapshots and health."""

from __future__ import annotations

from contextlib import closing
from itertools import chain

from fastapi import APIRouter, Request
from fastapi.responses import Response, StreamingResponse

from rag.http import document_schemas, schemas, stream
from rag.http.openapi import ANY_PROBLEM, problems
from rag.http.parts import LinksDep, OpenedDep, ServiceDep
from rag.types import Answer

router = APIRouter(responses=ANY_PROBLEM)


@router.post(
    "/v1/answers",
    tags=["answers"],
    response_model=schemas.Answer,
    responses={200: {"content": {stream.MEDIA_TYPE: {"schema": {"type": "string"}}}}, **problems(422, 503)},
)
def answer(
    request: Request,
    body: schemas.AnswerRequest,
    service: ServiceDep,
    links: LinksDep,
    opened: OpenedDep,
) -> Response:
    """Answer a question in statements that each cite exact words, or say that the documents do not.

    With `Accept: text/event-stream` the answer comes as events: `evidence` (the passages), a `statement` each, and
    `answer`, which alone is final; an `error` event carries problem details.
    """
    asked = (body.question, schemas.filters(body.filters), body.limit, schemas.turns(body.history))
    events = opened.enter_context(closing(service.stream(*asked)))
    first = next(events)  # what is wrong with the request or the index is known before the first event
    if stream.MEDIA_TYPE in request.headers.get("accept", ""):
        return StreamingResponse(
            stream.encode(chain([first], events), links), media_type=stream.MEDIA_TYPE, headers=stream.HEADERS
        )
    *_, last = events
    assert isinstance(last, Answer)
    return Response(schemas.Answer.of(last, links).model_dump_json(), media_type="application/json")


@router.post("/v1/search", tags=["answers"], responses=problems(422, 503))
def search(body: schemas.SearchRequest, service: ServiceDep) -> schemas.SearchResult:
    """Return the passages that speak to a query, best first."""
    hits, snapshot = service.search(body.query, schemas.filters(body.filters), body.limit, schemas.turns(body.history))
    return schemas.SearchResult(hits=[schemas.Hit.of(hit) for hit in hits], snapshot=snapshot)


@router.get("/v1/documents", tags=["documents"], responses=problems(503))
def documents(service: ServiceDep) -> document_schemas.Documents:
    """List the documents of the current snapshot, without their texts."""
    snapshot = service.store.current()
    summaries = [document_schemas.DocumentSummary.of(stored) for stored in snapshot.documents()]
    return document_schemas.Documents(documents=summaries, snapshot=snapshot.id)


@router.get("/v1/documents/{document_id:path}", tags=["documents"], responses=problems(404, 503))
def document(document_id: str, service: ServiceDep) -> document_schemas.Document:
    """Return one document with its canonical text, in which `start` and `end` of a citation count."""
    snapshot = service.store.current()
    stored, _ = snapshot.stored_document(document_id)
    return document_schemas.Document.whole(stored, snapshot.document(document_id))


@router.get("/v1/fields", tags=["documents"], responses=problems(503))
def fields(service: ServiceDep) -> document_schemas.DocumentFields:
    """List the fields that filters can ask for, with their values."""
    snapshot = service.store.current()
    found = [document_schemas.DocumentField.of(facet) for facet in snapshot.facets]
    return document_schemas.DocumentFields(fields=found, snapshot=snapshot.id)


@router.get("/v1/suggestions", tags=["answers"], responses=problems(503))
def suggestions(service: ServiceDep) -> schemas.Suggestions:
    """Suggest questions, formed from the documents' own words, each of which was asked and is answered."""
    questions, snapshot = service.suggestions()
    return schemas.Suggestions(questions=list(questions), snapshot=snapshot)


@router.get("/v1/snapshots", tags=["snapshots"])
def snapshots(service: ServiceDep) -> schemas.Snapshots:
    """List the snapshots on disk, newest first."""
    return schemas.Snapshots(snapshots=[schemas.Snapshot.of(listed) for listed in service.store.listed()])


@router.get("/healthz", tags=["health"])
def healthz() -> schemas.Health:
    """Tell that the process lives."""
    return schemas.Health(status="ok")


@router.get("/readyz", tags=["health"], responses=problems(503))
def readyz(service: ServiceDep) -> schemas.Health:
    """Tell whether questions can be answered, and from which snapshot."""
    snapshot = service.snapshot()
    fault = service.store.degraded
    return schemas.Health(status="degraded" if fault else "ok", snapshot=snapshot.id, detail=fault)
