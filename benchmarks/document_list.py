"""Measure the list of documents with many documents: `python -m benchmarks.document_list [DOCUMENTS]`.

It fills the tables of a snapshot with made-up documents, without passages, and prints the time of the processor and the
size of a response for each kind of list. The first request for a kind reads the documents that it selects or sorts.
"""

from __future__ import annotations

import json
import random
import sqlite3
import sys
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

from rag.http.document_schemas import Documents
from rag.snapshots import DocumentList, ListRequest
from rag.snapshots.database import Reader
from rag.snapshots.document_list import DocumentLists
from rag.snapshots.tables import INDEXES, SCHEMA, Cell

_REPEATS = 4
_TOPICS = ("tax", "transport", "housing", "health", "education", "energy", "water", "labour", "trade", "justice")
_KINDS = ("Act", "Order", "Decree", "Report", "Guideline")
_DOCUMENT = "INSERT INTO document VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
_FIELD = "INSERT INTO field VALUES (?, ?, NULL, ?)"


def main(documents: int = 100_000) -> None:
    """Print a table in Markdown."""
    with TemporaryDirectory() as name:
        path = Path(name) / "documents.sqlite"
        _fill(path, documents)
        with closing(Reader.of(path)) as reader:
            lists = DocumentLists(reader)
            _say(f"{documents:,} documents\n\n| list | first, ms | next, ms | kB |\n|---|---:|---:|---:|")
            for label, request in _requests(documents).items():
                _measure(label, lambda request=request: lists.part(request), _REPEATS)  # type: ignore[misc]
            _measure("all documents at once", lambda: DocumentList(tuple(reader.documents()), documents), 1)


def _requests(documents: int) -> dict[str, ListRequest]:
    return {
        "100 by title": ListRequest(order="title", limit=100),
        "100 by title, in the middle": ListRequest(order="title", limit=100, offset=documents // 2),
        "words of the title": ListRequest(words=("water", "decree", "77"), order="title", limit=100),
        "one topic, newest first": ListRequest({"topic": "water"}, order="-published", limit=100),
        "without parameters": ListRequest(),
    }


def _measure(label: str, part: Callable[[], DocumentList], repeats: int) -> None:
    times, size = [], 0
    for _ in range(repeats):
        start = time.process_time()
        size = len(Documents.of(part(), 0, "", labels=True).model_dump_json().encode())
        times.append(1_000 * (time.process_time() - start))
    following = f"{min(times[1:]):.1f}" if len(times) > 1 else ""
    _say(f"| {label} | {times[0]:.0f} | {following} | {size / 1_000:.1f} |")


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _fill(path: Path, documents: int) -> None:
    chosen = random.Random(1)  # noqa: S311 - the documents must be the same in each run
    with closing(sqlite3.connect(path)) as database:
        database.executescript(SCHEMA)
        for number in range(documents):
            fields = _fields(number, chosen)
            database.execute(_DOCUMENT, _document(number, fields))
            database.executemany(_FIELD, [(name, value, number) for name, value in fields.items()])
        database.executescript(INDEXES)
        database.commit()


def _fields(number: int, chosen: random.Random) -> dict[str, str]:
    topic, kind = chosen.choice(_TOPICS), chosen.choice(_KINDS)
    return {
        "id": f"act-{number}",
        "title": f"{topic.title()} {kind} {number}",
        "author": f"Office {chosen.randrange(200)}",
        "published": f"{chosen.randrange(1950, 2026)}-{chosen.randrange(1, 13):02d}",
        "language": "en",
        "topic": topic,
        "kind": kind,
    }


def _document(number: int, fields: dict[str, str]) -> tuple[Cell, ...]:
    metadata = json.dumps({name: fields[name] for name in ("topic", "kind")})
    digest = f"{number:064d}"
    described = (fields["id"], fields["title"], None, fields["author"], fields["published"], fields["language"])
    return (number, *described, metadata, "[]", "[]", digest, digest, f"acts/{number}.md", digest, number, 1, None)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]))
