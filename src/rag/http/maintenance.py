"""The maintenance routes: change documents, follow jobs, list sources, choose the snapshot.

They require the role `maintain`.

The routes that wait for a snapshot are coroutines. A waiting client must not occupy a thread that questions need.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Query, Request, Response
from fastapi.responses import JSONResponse
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

from rag.errors import CorruptSnapshot, IncompatibleSnapshot, SnapshotError, UnknownDocument, UnreadableSource
from rag.http import document_schemas, job_schemas, schemas, uploads
from rag.http.access.requirements import require_maintain
from rag.http.convertors import DOCUMENT_ID
from rag.http.dependencies import ServiceDep, UpkeepDep, ViewDep
from rag.http.document_parts import Offset, PassageLimit
from rag.http.openapi import ANY_PROBLEM, problems
from rag.ingest.ledger import State
from rag.service import Service
from rag.snapshots import ListedSnapshot
from rag.upkeep import Job, Outcome, Removal, Upkeep
from rag.upkeep import Request as Requested

_WAIT_SECONDS = 60.0
"""Seconds until a waiting client gets 202 with the location of its job instead of the result."""

router = APIRouter(dependencies=[Depends(require_maintain)], responses={**ANY_PROBLEM, **problems(401, 403)})

Prefer = Annotated[str, Header(description="`respond-async` (RFC 7240): do not wait until the change is published.")]
_ACCEPTED: dict[int | str, dict[str, Any]] = {
    202: {
        "model": job_schemas.Ingestion,
        "description": "Accepted, but not published yet. `Location` is the address of the job.",
    }
}


@router.put(
    f"/v1/documents/{DOCUMENT_ID}",
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
    document_id: job_schemas.DocumentId,
    request: Request,
    upkeep: UpkeepDep,
    prefer: Prefer = "",
) -> Response:
    """Create or replace a document. The response comes when the change is on the disk and published.

    It is 202 if the change is held back because answers to saved questions change, or waits behind such a change.

    The body is JSON, a form with a file, or the file itself with its `Content-Type`. Ingesting a folder never replaces
    or removes a document that was created here.
    """
    upload = await uploads.document(request, document_id)
    job = await _submit(request, upkeep, upload, prefer)
    if not job.ended:
        return _accepted(job, request)
    (outcome,) = job.outcomes
    if outcome.state == "failed":
        raise UnreadableSource(_reason(outcome))
    status = HTTPStatus.CREATED if outcome.state == "added" else HTTPStatus.OK
    stored = job_schemas.Stored(id=document_id, state=outcome.state, snapshot=job.snapshot or "")
    return JSONResponse(stored.model_dump(), status)


@router.delete(
    f"/v1/documents/{DOCUMENT_ID}",
    tags=["maintenance"],
    status_code=HTTPStatus.NO_CONTENT,
    responses={**_ACCEPTED, **problems(404, 422, 503)},
)
async def delete_document(
    document_id: job_schemas.DocumentId,
    request: Request,
    upkeep: UpkeepDep,
    prefer: Prefer = "",
) -> Response:
    """Remove a document. The response comes when the change is on the disk and published. Its source file stays."""
    job = await _submit(request, upkeep, Removal(document_id), prefer)
    if not job.ended:
        return _accepted(job, request)
    (outcome,) = job.outcomes
    if outcome.state == "failed":
        raise UnknownDocument(_reason(outcome))
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
    """Accept a job that stores and removes documents. `Location` is its address. The job survives a crash."""
    body = uploads.parse(job_schemas.IngestionRequest, await request.body())
    requests: list[Requested] = [uploads.from_text(one.id, one) for one in body.documents]
    requests += [Removal(name) for name in body.remove]
    job, _ = await run_in_threadpool(upkeep.submit, requests)
    return _accepted(job, request)


@router.get("/v1/ingestions", tags=["maintenance"], responses=problems(503))
def ingestions(upkeep: UpkeepDep) -> job_schemas.Ingestions:
    """List the waiting and running jobs and the last ended ones, newest first, without the outcome of each document."""
    return job_schemas.Ingestions(ingestions=[job_schemas.IngestionSummary.of(job) for job in upkeep.jobs()])


@router.get("/v1/ingestions/{ingestion_id}", tags=["maintenance"], responses=problems(404, 503))
def ingestion(ingestion_id: str, upkeep: UpkeepDep) -> job_schemas.Ingestion:
    """Return the progress of a job, and the outcome of each document when the job is done."""
    return job_schemas.Ingestion.of(upkeep.job(ingestion_id))


@router.get("/v1/ingestions/{ingestion_id}/passages", tags=["maintenance"], responses=problems(404, 422, 503))
def uploaded_passages(
    ingestion_id: str,
    document: Annotated[str, Query(description="The id of a document that the job stores.")],
    view: ViewDep,
    upkeep: UpkeepDep,
    offset: Offset = 0,
    limit: PassageLimit = 100,
) -> document_schemas.Passages:
    """List the passages of a document that waits to be indexed. Its file is read at once, and nothing is stored.

    After the end of the job this is 404: then ask for the passages of the document.
    """
    hits = view.upload_passages(document, upkeep.upload(ingestion_id, document))
    return document_schemas.Passages.of(document, hits[offset : offset + limit], offset, len(hits), None)


@router.get("/v1/sources", tags=["maintenance"], responses=problems(422, 503))
def sources(service: ServiceDep, state: State | None = None) -> job_schemas.Sources:
    """List all sources with their states. Failed and skipped sources have a reason. `state` selects one state."""
    statuses, snapshot = service.sources(state)
    return job_schemas.Sources(sources=[job_schemas.Source.of(one) for one in statuses], snapshot=snapshot)


@router.put("/v1/snapshots/current", tags=["maintenance"], responses=problems(404, 409, 422, 503))
async def activate(body: job_schemas.Activation, service: ServiceDep, upkeep: UpkeepDep) -> schemas.Snapshot:
    """Check an earlier snapshot for damage and make it current. Waiting jobs then continue from it."""
    try:
        snapshot = await asyncio.wrap_future(upkeep.run_urgent(lambda: service.activate(body.id)))
    except (CorruptSnapshot, IncompatibleSnapshot) as error:
        raise HTTPException(HTTPStatus.CONFLICT, str(error)) from error
    return schemas.Snapshot.of(ListedSnapshot(snapshot.id, current=True, manifest=snapshot.manifest))


async def _submit(request: Request, upkeep: Upkeep, requested: Requested, prefer: str) -> Job:
    """Submit a job. Return it when it has ended, or earlier if that takes too long or `prefer` forbids waiting."""
    service: Service = request.app.state.service
    job, ended = await run_in_threadpool(upkeep.submit, [requested])
    must_wait = await run_in_threadpool(service.held) is not None
    seconds = 0.0 if "respond-async" in prefer or must_wait else _WAIT_SECONDS
    job = await _wait_for_end(job, asyncio.wrap_future(ended), seconds, request.app.state.stopping.begun)
    if job.snapshot is not None:
        with suppress(SnapshotError):  # another process may have published the snapshot
            await run_in_threadpool(service.refresh)
    return job


async def _wait_for_end(job: Job, ended: asyncio.Future[Job], seconds: float, stopping: asyncio.Event) -> Job:
    """Wait for the end of a job. If the service stops first, return the job as it was: the next process runs it."""
    ended.add_done_callback(lambda done: done.cancelled() or done.exception())  # if nobody waits for it any more
    stops = asyncio.ensure_future(stopping.wait())
    first: set[asyncio.Future[Any]] = {ended, stops}
    try:
        await asyncio.wait(first, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
    finally:
        stops.cancel()
    return ended.result() if ended.done() and not ended.cancelled() else job


def _accepted(job: Job, request: Request) -> JSONResponse:
    location = {"Location": f"{request.scope.get('root_path', '')}/v1/ingestions/{job.id}"}
    return JSONResponse(job_schemas.Ingestion.of(job).model_dump(mode="json"), HTTPStatus.ACCEPTED, location)


def _reason(outcome: Outcome) -> str:
    return outcome.reason or outcome.state
