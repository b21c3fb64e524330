"""Helpers for tests: a real server on a free port, waiting for a condition, and a slow language model."""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import aclosing, contextmanager
from http import HTTPStatus
from threading import Event, Thread
from typing import Any

from fastapi import FastAPI
from starlette.types import ASGIApp

from rag.answer.generation import Limits
from rag.http.app import create_app
from rag.http.server import running
from rag.http.server.limits import ConnectionLimits
from rag.http.stopping import Stopping
from rag.protocols import GeneratorEvent, GeneratorRequest, Text
from rag.service import Service
from tests import samples
from tests.patience import PATIENCE


@contextmanager
def serving(service: Service, limits: ConnectionLimits | None = None) -> Iterator[str]:
    """Run the service as `rag serve` does. Yield its address as soon as it accepts requests."""
    with serving_app(create_app(service), limits) as address:
        yield address


@contextmanager
def serving_app(
    app: ASGIApp, limits: ConnectionLimits | None = None, refused: Callable[[HTTPStatus], None] = lambda _: None
) -> Iterator[str]:
    """Run an application as `rag serve` does. Yield its address as soon as it accepts requests."""
    with stoppable(app, limits, refused=refused) as (address, _):
        yield address


@contextmanager
def stoppable(
    app: ASGIApp,
    limits: ConnectionLimits | None = None,
    grace: float = 5.0,
    refused: Callable[[HTTPStatus], None] = lambda _: None,
) -> Iterator[tuple[str, Callable[[], None]]]:
    """Run an application as `rag serve` does. Yield its address, and a function that begins to stop it."""
    stopping = app.state.stopping if isinstance(app, FastAPI) else Stopping()
    hooks = running.Hooks(on_stop=stopping.begin, on_interrupt=stopping.interrupt, on_refused=refused)
    with socket.create_server(("127.0.0.1", 0), backlog=4_096) as listener:
        server = running.server(app, limits or ConnectionLimits(), grace=grace, log_level="error", hooks=hooks)
        thread = Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()

        def stop() -> None:
            server.should_exit = True

        try:
            wait_for(lambda: server.started, seconds=30)
            yield f"http://127.0.0.1:{listener.getsockname()[1]}", stop
        finally:
            stop()
            thread.join()


def wait_for(condition: Callable[[], bool], seconds: float) -> None:
    """Wait until a condition holds. Fail if that takes more than `seconds`, or `PATIENCE` times as long in a CI."""
    deadline = time.monotonic() + PATIENCE * seconds
    pause = Event()
    while not condition():
        assert time.monotonic() < deadline, f"the condition did not hold within {seconds} s"
        pause.wait(0.01)


class SlowModel(samples.Scripted):
    """A language model that pauses after each piece of its script. `sent` counts the pieces."""

    sent = 0

    async def generate(self, request: GeneratorRequest) -> AsyncGenerator[GeneratorEvent, None]:
        async with aclosing(super().generate(request)) as events:
            async for event in events:
                yield event
                self.sent += isinstance(event, Text)
                await asyncio.sleep(0.3)


def hanging_model(service: Service, **limits: Any) -> tuple[Service, samples.Scripted]:
    """Return a service over the same index whose language model never answers, and the model."""
    model = samples.Scripted([None])
    answerer = samples.answerer(model, limits=Limits(**limits))
    return samples.service(service.settings.index_dir, generator=answerer), model
