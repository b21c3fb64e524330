"""A real server on a free port, what may take a moment, and a language model that takes its time."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from threading import Event, Thread

import uvicorn

from rag.http.app import create_app
from rag.service import Service
from tests import asking


@contextmanager
def serving(service: Service) -> Iterator[str]:
    """Run the service as `rag serve` does; yield its address once it answers."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = uvicorn.Server(uvicorn.Config(create_app(service), ws="none", log_level="warning"))
        thread = Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            wait_for(lambda: server.started, seconds=30)
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()


def wait_for(condition: Callable[[], bool], seconds: float) -> None:
    """Wait until a condition holds, which it must do in time."""
    deadline = time.monotonic() + seconds
    never = Event()
    while not condition():
        assert time.monotonic() < deadline, f"it did not hold within {seconds} s"
        never.wait(0.01)


class SlowModel(asking.Scripted):
    """Takes its time over each piece of its script; `told` counts those it gave."""

    told = 0

    def generate(self, instructions: str, prompt: str) -> Generator[str, None, None]:
        never = Event()
        for piece in super().generate(instructions, prompt):
            yield piece
            self.told += 1
            never.wait(0.3)
