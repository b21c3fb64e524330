"""The protocol over standard input and output, for an assistant that starts the service as its own process."""

from __future__ import annotations

import signal
from functools import partial

import anyio
from anyio import CapacityLimiter, to_thread
from mcp.server.stdio import stdio_server

from rag.http.links import links_where_served
from rag.http.mcp.server import Desk
from rag.http.watches import warm_up, watches, watching
from rag.service import Service


def run(service: Service) -> None:
    """Answer requests until the assistant closes the pipe."""
    # Who waits for input cannot be called away from it, and nothing must be put in order: Ctrl-C ends it at once.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    with watching(watches(service)):
        anyio.run(_serve, service)


async def _serve(service: Service) -> None:
    one_at_a_time = CapacityLimiter(1)  # so that a question waits for the model, and does not load it as well
    server = Desk(service, lambda _: links_where_served(service.settings), one_at_a_time).server()
    async with stdio_server() as (requests, responses), anyio.create_task_group() as tasks:
        tasks.start_soon(partial(to_thread.run_sync, warm_up, service, limiter=one_at_a_time))
        await server.run(requests, responses, server.create_initialization_options())
