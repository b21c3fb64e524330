"""The routes that change the index, for whoever has the key: documents, jobs, and which snapshot is in force."""

from __future__ import annotations

import asyncio
from concurrent.futures import Future
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Request, Response
from fastapi.responses import JSONResponse
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

from rag.errors import CorruptSnapshot, IncompatibleSnapshot, UnknownDocument, UnreadableSource
from rag.http import job_schemas, schemas, uploads
from rag.http.auth import authorised
from rag.http.openapi import ANY_PROBLEM, problems
from rag.http.parts import ServiceDep, UpkeepDep
from rag.ingest.ledger import State
from rag.snapshots import ListedSnapshot
from rag.upkeep import Job, Outcome, Removal, Upkeep
from rag.upkeep import Request as Requested

_PATIENCE = 60.0
"""Seconds that a client waits for its document to be in force; then it is told where to ask for it."""

router = APIRouter(dependencies=[Depends(authorised)], responses={**ANY_PROBLEM, **problems(401, 403)})

Prefer = Annotated[str, Header(description="`respond-async` (RFC 7240): do not wait until it is in force.")]
_ACCEPTED: dict[int | str, dict[str, Any]] = {
    202: {"model": job_schemas.Ingestion, "description": "Accepted, and not in force yet; Location tells of it."}
}


@router.put(
    "/v1/documents/{document_id:path}",
    tags=["maintenance"],
    responses={
        200: {"model": job_schemas.Stored},
        201: {"model": job_schemas.Stored},
        **_ACCEPTED,
        **problems(413, 415, 422, 503),
    },
    openapi_extra={"requestBody": uploads.FORMATS},
)
async def put_document(
    document_id: job_schemas.DocumentId, request: Request, upkeep: UpkeepDep, prefer: Prefer = ""
) -> Response:
    """Create the document of an id or put another in its place, and answer when that is durable and in force.

    It is given as JSON, as a file in a form, or as the file itself with its `Content-Type`. An id given here stays
    with its document: no folder that is ingested takes or removes it.
    """
    given = await uploads.document(request, document_id)
    job = await _done(upkeep, given, prefer)
    if not job.ended:
        return _accepted(job)
    (outcome,) = job.outcomes
    if outcome.state == "failed":
        raise UnreadableSource(_sentence(outcome))
    status = HTTPStatus.CREATED if outcome.state == "added" else HTTPStatus.OK
    stored = job_schemas.Stored(id=document_id, state=outcome.state, snapshot=job.snapshot or "")
    return JSONResponse(stored.model_dump(), status)


@router.delete(
    "/v1/documents/{document_id:path}",
    tags=["maintenance"],
    status_code=HTTPStatus.NO_CONTENT,
    responses={**_ACCEPTED, **problems(404, 422, 503)},
)
async def delete_document(document_id: job_schemas.DocumentId, upkeep: UpkeepDep, prefer: Prefer = "") -> Response:
    """Remove a document, and answer when that is durable and in force. A file that it came from stays."""
    job = await _done(upkeep, Removal(document_id), prefer)
    if not job.ended:
        return _accepted(job)
    (outcome,) = job.outcomes
    if outcome.state == "failed":
        raise UnknownDocument(_sentence(outcome))
    return Response(status_code=HTTPStatus.NO_CONTENT)


@router.post(
    "/v1/ingestions",
    tags=["maintenance"],
    status_code=HTTPStatus.ACCEPTED,
    response_model=job_schemas.Ingestion,
    responses=problems(413, 422, 503),
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": {"$ref": "#/components/schemas/IngestionRequest"}}},
        }
    },
)
async def ingest(request: Request, upkeep: UpkeepDep) -> Response:
    """Accept documents to put and to remove as one job, which survives a crash, and tell where to ask for it."""
    body = uploads.parsed(job_schemas.IngestionRequest, await request.body())
    requests: list[Requested] = [uploads.of_text(one.id, one) for one in body.documents]
    requests += [Removal(name) for name in body.remove]
    job, _ = await run_in_threadpool(upkeep.submit, requests)
    return _accepted(job)


@router.get("/v1/ingestions", tags=["maintenance"], responses=problems(503))
def ingestions(upkeep: UpkeepDep) -> job_schemas.Ingestions:
    """List the jobs that wait or run and the last that ended, newest first, without what became of each document."""
    return job_schemas.Ingestions(ingestions=[job_schemas.IngestionSummary.of(job) for job in upkeep.jobs()])


@router.get("/v1/ingestions/{ingestion_id}", tags=["maintenance"], responses=problems(404, 503))
def ingestion(ingestion_id: str, upkeep: UpkeepDep) -> job_schemas.Ingestion:
    """Tell how far a job is, and when it is done what became of each document."""
    return job_schemas.Ingestion.of(upkeep.job(ingestion_id))


@router.get("/v1/sources", tags=["maintenance"], responses=problems(422, 503))
def sources(service: ServiceDep, state: State | None = None) -> job_schemas.Sources:
    """Tell what became of every source ever given, or of those in one state: failed and skipped ones too, and why."""
    found, snapshot = service.sources(state)
    return job_schemas.Sources(sources=[job_schemas.Source.of(one) for one in found], snapshot=snapshot)


@router.put("/v1/snapshots/current", tags=["maintenance"], responses=problems(404, 409, 422, 503))
async def activate(body: job_schemas.Activation, service: ServiceDep, upkeep: UpkeepDep) -> schemas.Snapshot:
    """Put a snapshot in force again, after checking that it is sound. Jobs that wait go on from there."""
    try:
        snapshot = await asyncio.wrap_future(upkeep.run_urgent(lambda: service.activate(body.id)))
    except (CorruptSnapshot, IncompatibleSnapshot) as error:
        raise HTTPException(HTTPStatus.CONFLICT, str(error)) from error
    return schemas.Snapshot.of(ListedSnapshot(snapshot.id, current=True, manifest=snapshot.manifest))


async def _done(upkeep: Upkeep, requested: Requested, prefer: str) -> Job:
    """Return the job that was made of a request when it has ended, or as it stands when that takes too long."""
    job, ended = await run_in_threadpool(upkeep.submit, [requested])
    return await _end_of(job, ended, 0.0 if "respond-async" in prefer else _PATIENCE)


async def _end_of(job: Job, ended: Future[Job], seconds: float) -> Job:
    try:
        return await asyncio.wait_for(asyncio.shield(asyncio.wrap_future(ended)), seconds)
    except TimeoutError:
        return job


def _accepted(job: Job) -> JSONResponse:
    location = {"Location": f"/v1/ingestions/{job.id}"}
    return JSONResponse(job_schemas.Ingestion.of(job).model_dump(mode="json"), HTTPStatus.ACCEPTED, location)


def _sentence(outcome: Outcome) -> str:
    return outcome.reason or outcome.state
