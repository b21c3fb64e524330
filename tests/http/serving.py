"""A real server on a free port, and what may take a moment."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Thread

import uvicorn

from rag.http.app import create_app
from rag.wiring import Service


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
