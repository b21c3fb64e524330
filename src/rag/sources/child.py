"""The parser process: receives paths on a connection and sends records. `parser_process.py` is the parent's side.

With a path comes the number of the first file to read within an archive.

This process imports the parsers, but no models and no indexes, because its memory is limited.
"""

from __future__ import annotations

import os
import pickle
import sys
from collections.abc import Iterable, Iterator
from multiprocessing.connection import Connection
from pathlib import Path

from rag.errors import UnreadableSource
from rag.sources.limited_child import READY, run
from rag.sources.parser_limits import Limits, limit_processor_time
from rag.sources.record import Begun, Record

IDLE_SECONDS = 60.0
"""How long the process waits for the next path before it exits."""

FIRST_PATH_SECONDS = 0.05
"""How long the process waits for the first path before it uses the free time to load the language detection."""

ALIVE = b"alive"
"""The message after each page that OCR has read, so that the time for a document begins again."""

END = b""
"""The message that follows the records of a file."""


def main() -> None:
    """Run the process: read the limits from the arguments, and serve the connection."""
    _, seconds, memory, output, attachments, ocr_seconds, ocr_languages = sys.argv[1:]
    limits = Limits(
        *(float(seconds), int(memory), int(output), attachments == "1"), float(ocr_seconds), ocr_languages or None
    )
    run(serve, limits)


def serve(connection: Connection, limits: Limits) -> None:
    """Parse one file after another, until no path arrives for `IDLE_SECONDS`.

    Raises EOFError or OSError if the parent closes the connection.
    """
    # Imported here, because the parent imports this module too.
    from rag.sources.documents import steps as parse
    from rag.sources.facts import load_languages
    from rag.sources.ocr import OcrSettings, configure

    def alive() -> None:
        connection.send_bytes(ALIVE)
        limit_processor_time(limits.seconds)

    configure(OcrSettings(limits.ocr_seconds, limits.ocr_languages, limits.seconds, alive))
    connection.send_bytes(READY)
    if not connection.poll(FIRST_PATH_SECONDS):
        load_languages()
    while connection.poll(IDLE_SECONDS):
        start, _, name = connection.recv_bytes().partition(b" ")
        limit_processor_time(limits.seconds)
        for packed in _packed(parse(Path(os.fsdecode(name)), limits.attachments, int(start)), limits):
            connection.send_bytes(packed)
            limit_processor_time(limits.seconds)
        connection.send_bytes(END)


def _packed(records: Iterable[Record | Begun], limits: Limits) -> Iterator[bytes]:
    for record in records:
        if isinstance(record, Begun):
            yield pickle.dumps(record)
            continue
        packed = pickle.dumps(record, pickle.HIGHEST_PROTOCOL)
        output = len(packed) - len(record.raw or b"")  # the raw bytes are input of the parser
        yield packed if output <= limits.output_bytes else pickle.dumps(_too_long(record.key, limits))


def _too_long(key: str, limits: Limits) -> Record:
    message = f"{key} holds more than {limits.output} MiB of text; split it, or raise RAG_PARSE_OUTPUT."
    return Record(key, UnreadableSource(message))
