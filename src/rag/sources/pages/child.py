"""The process that draws pages: receives requests on a connection and sends replies. `process.py` is the parent's side.

This process imports no models and no indexes, because its memory is limited.
"""

from __future__ import annotations

import pickle
import sys
from contextlib import closing
from multiprocessing.connection import Connection

from rag.errors import UnreadableSource
from rag.sources.limited_child import READY, run
from rag.sources.pages.requests import Draw, Find, Measure, Reply, Request
from rag.sources.parser_limits import Limits, limit_processor_time

IDLE_SECONDS = 600.0
"""How long the process waits for the next request before it exits."""


def main() -> None:
    """Run the process: read the limits from the arguments, and serve the connection."""
    _, seconds, memory = sys.argv[1:]
    limits = Limits(float(seconds), int(memory))
    run(serve, limits)


def serve(connection: Connection, limits: Limits) -> None:
    """Reply to one request after another, until none arrives for `IDLE_SECONDS`.

    Raises EOFError or OSError if the parent closes the connection.
    """
    # Imported here, because the parent imports this module too. PDFium is loaded before the first request.
    import pypdfium2

    from rag.sources.pages.file import PageFile

    def reply(request: Request) -> Reply | UnreadableSource:
        try:
            with closing(PageFile(request.path)) as file:
                return _reply(file, request)
        except (pypdfium2.PdfiumError, UnreadableSource) as error:
            return UnreadableSource(str(error) if isinstance(error, UnreadableSource) else _damaged(error))

    def _reply(file: PageFile, request: Request) -> Reply:
        match request:
            case Measure():
                return file.sizes()
            case Draw():
                return file.draw(request.page, request.scale)
            case Find():
                return file.find(request)

    connection.send_bytes(READY)
    while connection.poll(IDLE_SECONDS):
        request: Request = pickle.loads(connection.recv_bytes())  # noqa: S301 - our own process pickled it
        limit_processor_time(limits.seconds)
        connection.send_bytes(pickle.dumps(reply(request), pickle.HIGHEST_PROTOCOL))


def _damaged(error: Exception) -> str:
    return f"the original is a damaged PDF ({error}); download it"
