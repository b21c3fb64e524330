"""Serve the protocol over standard input and output, for an assistant that starts `rag mcp` as a subprocess."""

from __future__ import annotations

import signal
from functools import partial

import anyio
from anyio import CapacityLimiter, to_thread
from mcp.server.stdio import stdio_server

from rag.http.background import periodic_tasks, running, warm_up
from rag.http.links import configured_links
from rag.http.mcp.server import Handlers
from rag.service import Service


def run(service: Service) -> None:
    """Answer requests until the assistant closes standard input."""
    # The thread that reads standard input cannot be cancelled, so Ctrl-C ends the process at once. This loses no data.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    with running(periodic_tasks(service)):
        anyio.run(_serve, service)


async def _serve(service: Service) -> None:
    one_at_a_time = CapacityLimiter(1)  # the first question waits for the warm-up instead of loading the model too
    server = Handlers(
        lambda _: service.view(None), lambda _: configured_links(service.settings), one_at_a_time
    ).server()
    async with stdio_server() as (requests, responses), anyio.create_task_group() as tasks:
        tasks.start_soon(partial(to_thread.run_sync, warm_up, service, limiter=one_at_a_time))
        await server.run(requests, responses, server.create_initialization_options())
