"""What routes are lent by the app that they belong to."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request

from rag.upkeep import Upkeep
from rag.wiring import Service


def service_of(request: Request) -> Service:
    """Return the service that the app was made for."""
    service: Service = request.app.state.service
    return service


def upkeep_of(request: Request) -> Upkeep:
    """Return what carries out the app's jobs."""
    upkeep: Upkeep = request.app.state.upkeep
    return upkeep


ServiceDep = Annotated[Service, Depends(service_of)]
UpkeepDep = Annotated[Upkeep, Depends(upkeep_of)]
