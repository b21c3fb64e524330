"""The FastAPI dependencies of the routes: the service, the client's view, the job runner, an exit stack, and links.

Dependencies are coroutines although they await nothing. FastAPI calls a plain function in a thread, and each change of
threads may take milliseconds when many requests are in progress.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import ExitStack
from typing import Annotated

from fastapi import Depends, Request

from rag.http.access.client import client_of
from rag.http.links import Links, configured_base
from rag.service import Service, View
from rag.settings import Settings
from rag.upkeep import Upkeep


async def service_of(request: Request) -> Service:
    """Return the service of the application."""
    service: Service = request.app.state.service
    return service


async def upkeep_of(request: Request) -> Upkeep:
    """Return the job runner of the application."""
    upkeep: Upkeep = request.app.state.upkeep
    return upkeep


async def _exit_stack() -> AsyncIterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


def view_of(request: Request, service: Service) -> View:
    """Return the part of the index that the client of a request may see: without one, the documents without labels."""
    client = client_of(request.scope)
    return service.view(client.groups if client else frozenset())


ServiceDep = Annotated[Service, Depends(service_of)]


async def _view(request: Request, service: ServiceDep) -> View:
    return view_of(request, service)


ViewDep = Annotated[View, Depends(_view)]
"""All that a route may show of the documents. Routes for maintainers use the service itself."""

UpkeepDep = Annotated[Upkeep, Depends(upkeep_of)]
ExitStackDep = Annotated[ExitStack, Depends(_exit_stack)]
"""A stack that exits its contexts when the response ends or the client disconnects.

A generator passed to StreamingResponse without this stack stays open after a disconnect (FastAPI 0.165).
"""


def links_of(request: Request, settings: Settings) -> Links:
    """Return links to this service. Their base is RAG_BASE_URL if it is set, otherwise the address of the request."""
    return Links(configured_base(settings) or str(request.base_url).rstrip("/"))


async def _links(request: Request, service: ServiceDep) -> Links:
    return links_of(request, service.settings)


LinksDep = Annotated[Links, Depends(_links)]
