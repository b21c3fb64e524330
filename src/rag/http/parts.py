"""What routes are lent: parts of the app that they belong to, and what makes links that whoever asked can follow.

What requests depend on are coroutines, though they wait for nothing: a function would be called in a thread, and each
change of threads may take milliseconds where many are answered at once.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection
from contextlib import ExitStack
from ipaddress import ip_address
from typing import Annotated

from fastapi import Depends, Request
from pydantic import IPvAnyNetwork

from rag.http.links import Links, base
from rag.service import Service
from rag.settings import Settings
from rag.upkeep import Upkeep


async def service_of(request: Request) -> Service:
    """Return the service that the app was made for."""
    service: Service = request.app.state.service
    return service


async def upkeep_of(request: Request) -> Upkeep:
    """Return what carries out the app's jobs."""
    upkeep: Upkeep = request.app.state.upkeep
    return upkeep


async def _opened() -> AsyncIterator[ExitStack]:
    with ExitStack() as opened:
        yield opened


ServiceDep = Annotated[Service, Depends(service_of)]
UpkeepDep = Annotated[Upkeep, Depends(upkeep_of)]
OpenedDep = Annotated[ExitStack, Depends(_opened)]
"""What is entered here is left when the response is done or the client has gone: a generator that is handed to
StreamingResponse alone stays open after a disconnect (FastAPI 0.165)."""


def links_of(request: Request, settings: Settings) -> Links:
    """Return what makes links into this service, under the address that its settings or the request say it has."""
    return Links(base(settings) or _as_asked(request, settings.trusted_proxies))


async def _links(request: Request, service: ServiceDep) -> Links:
    return links_of(request, service.settings)


LinksDep = Annotated[Links, Depends(_links)]


def _as_asked(request: Request, trusted: Collection[IPvAnyNetwork]) -> str:
    """Return the address under which the client asked, as a proxy tells it if that proxy is trusted."""
    asked = request.base_url
    if request.client is not None and _within(request.client.host, trusted):
        # Of several values the last is what the proxy before us said; those before it came from who knows where.
        told = {
            part: value.rsplit(",", 1)[-1].strip()
            for part, name in (("scheme", "X-Forwarded-Proto"), ("netloc", "X-Forwarded-Host"))
            if (value := request.headers.get(name))
        }
        asked = asked.replace(**told)
        asked = asked.replace(path=request.headers.get("X-Forwarded-Prefix", "") + asked.path)
    return str(asked).rstrip("/")


def _within(host: str, networks: Collection[IPvAnyNetwork]) -> bool:
    try:
        address = ip_address(host)
    except ValueError:
        return False
    return any(address in network for network in networks)
