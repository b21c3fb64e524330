"""The route that Prometheus reads."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from rag.http.observing.metrics import Metrics

router = APIRouter(include_in_schema=False)


@router.get("/metrics")
async def metrics(request: Request) -> Response:
    """Return all metrics."""
    # A coroutine that only reads memory, so that it answers under load too.
    found: Metrics = request.app.state.metrics
    found.sample(request.app.state.gate, request.app.state.service.language_model)
    content, media_type = found.exposition(request.headers.get("accept", ""))
    return Response(content, media_type=media_type)
