"""The process that reads: paths come in on a connection, records go out; see `process.py` for the other end.

It imports the readers and nothing of models or indexes, for its memory is limited.
"""

from __future__ import annotations

import os
import pickle
import signal
import sys
from collections.abc import Iterable, Iterator
from multiprocessing.connection import Connection
from pathlib import Path

from rag.errors import UnreadableSource
from rag.sources.limits import Limits, allow, confine
from rag.sources.record import Record

OUT_OF_MEMORY = 71
"""The exit code of a process that met its limit of memory."""

READY = b"ready"
REST = 60.0
"""Seconds for which it waits for the next path."""

SOON = 0.05
"""Seconds within which the first path comes where somebody waits for what it says."""

END = b""
"""Follows the records of a file."""


def main() -> None:
    """Serve the connection of the descriptor given, within the limits given, until the other end closes it."""
    descriptor, seconds, memory, output = sys.argv[1:]
    limits = Limits(float(seconds), int(memory), int(output))
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent gets it too, and ends this process
    confine(limits)
    try:
        serve(Connection(int(descriptor)), limits)
    except MemoryError:
        os._exit(OUT_OF_MEMORY)  # at once: tidying up would need memory
    except (EOFError, BrokenPipeError, ConnectionResetError):
        pass  # the parent is done, or gone


def serve(connection: Connection, limits: Limits) -> None:
    """Read one path after another, until none comes for `REST` seconds. Raises EOFError, OSError at the other end's."""
    # Here, for who starts this process imports this module too.
    from rag.sources.facts import load_languages
    from rag.sources.reading import read

    connection.send_bytes(READY)
    if not connection.poll(SOON):  # it was started ahead, and most documents need that
        load_languages()
    while connection.poll(REST):
        path = Path(os.fsdecode(connection.recv_bytes()))
        allow(limits.seconds)
        for packed in _packed(read(path), limits):
            connection.send_bytes(packed)
            allow(limits.seconds)
        connection.send_bytes(END)


def _packed(records: Iterable[Record], limits: Limits) -> Iterator[bytes]:
    for record in records:
        packed = pickle.dumps(record, pickle.HIGHEST_PROTOCOL)
        yield packed if len(packed) <= limits.output_bytes else pickle.dumps(_too_long(record.key, limits))


def _too_long(key: str, limits: Limits) -> Record:
    message = f"{key} holds more than {limits.output} MiB of text; split it, or raise RAG_READ_OUTPUT."
    return Record(key, UnreadableSource(message))
