"""The route that Prometheus reads."""

from __future__ import annotations

from http import HTTPStatus

from anyio import to_thread
from fastapi import APIRouter, Request
from fastapi.responses import Response
from starlette.exceptions import HTTPException

from rag.http.dependencies import ViewDep
from rag.http.observing.metrics import Metrics

router = APIRouter(include_in_schema=False)


@router.get("/metrics")
async def metrics(request: Request, view: ViewDep) -> Response:
    """Return all metrics. They count all documents, so a client that may not see some of them gets none."""
    # It only reads memory. Its thread is its own, so that it answers while questions have all others.
    state, accept = request.app.state, request.headers.get("accept", "")
    if not state.service.settings.metrics:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    found: Metrics = state.metrics
    found.sample(state.gate, state.service.language_model)
    if await to_thread.run_sync(view.hides_documents, limiter=state.measuring):
        detail = "the metrics count the documents of all groups: send a key that sees all groups"
        raise HTTPException(HTTPStatus.FORBIDDEN, detail)
    content, media_type = await to_thread.run_sync(found.exposition, accept, limiter=state.measuring)
    return Response(content, media_type=media_type)
