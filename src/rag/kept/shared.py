"""Shared answers: each has an id that nobody can guess, and stays until it is deleted."""

from __future__ import annotations

import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime

from rag.errors import KeptFull, UnknownAnswer
from rag.kept.database import Database
from rag.kept.sources import (
    CitedDocuments,
    dump_answer,
    dump_documents,
    ids_citing,
    kept_part,
    load_answer,
    load_documents,
)
from rag.types import Answer

_ID_BYTES = 16
"""128 random bits: a link is the only way to an answer for clients that do not maintain the service."""

MAX_BYTES = 256 << 10
"""The largest stored form of one answer."""

_COLUMNS = "id, created, client, answer, documents"


@dataclass(frozen=True, slots=True)
class SharedAnswer:
    """An answer that a client shared. `created` is in UTC (ISO 8601); `client` is None if it had no name."""

    id: str
    created: str
    client: str | None
    answer: Answer
    documents: CitedDocuments


class SharedAnswers:
    """The shared answers of a service. Its methods raise StorageError."""

    def __init__(self, database: Database, limit: int) -> None:
        """`limit` is the most answers to keep."""
        self._database = database
        self._limit = limit

    def add(self, answer: Answer, documents: CitedDocuments, client: str | None) -> SharedAnswer:
        """Keep an answer. It is on the disk when this returns. Raises KeptFull."""
        shared = SharedAnswer(secrets.token_urlsafe(_ID_BYTES), now(), client, kept_part(answer), documents)
        text = sized(shared.answer)
        with self._database.writing() as connection:
            (count,) = connection.execute("SELECT count(*) FROM shared").fetchone()
            if count >= self._limit:
                raise KeptFull(
                    f"the service keeps {count} shared answers already, which is its limit: ask its maintainer to "
                    "delete some with 'rag answers delete', or to raise RAG_KEPT_ANSWERS"
                )
            row = (shared.id, shared.created, client, text, dump_documents(documents))
            connection.execute(f"INSERT INTO shared ({_COLUMNS}) VALUES (?, ?, ?, ?, ?)", row)  # noqa: S608
        return shared

    def get(self, answer_id: str) -> SharedAnswer:
        """Return a shared answer. Raises UnknownAnswer."""
        with self._database.reading() as connection:
            query = f"SELECT {_COLUMNS} FROM shared WHERE id = ?"  # noqa: S608
            row = connection.execute(query, (answer_id,)).fetchone() if connection else None
        if row is None:
            raise unknown(answer_id)
        return _shared(row)

    def all(self) -> list[SharedAnswer]:
        """Return all shared answers, newest first."""
        with self._database.reading() as connection:
            query = f"SELECT {_COLUMNS} FROM shared ORDER BY rowid DESC"  # noqa: S608
            return [_shared(row) for row in connection.execute(query)] if connection else []

    def delete(self, answer_ids: Collection[str]) -> None:
        """Delete shared answers. Raises UnknownAnswer before it deletes any."""
        for answer_id in answer_ids:
            self.get(answer_id)
        with self._database.writing() as connection:
            connection.executemany("DELETE FROM shared WHERE id = ?", [(one,) for one in answer_ids])

    def citing(self, document_ids: Collection[str]) -> list[str]:
        """Return the ids of the shared answers that cite one of the documents."""
        with self._database.reading() as connection:
            return [str(one) for one in ids_citing(connection, "shared", document_ids)] if connection else []


def now() -> str:
    """Return the time in UTC, to the second (ISO 8601)."""
    return datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def sized(answer: Answer) -> str:
    """Return an answer as JSON. Raises KeptFull if it is too large to be kept."""
    text = dump_answer(answer)
    if len(text.encode()) > MAX_BYTES:
        raise KeptFull(
            f"this answer has {len(text.encode()) >> 10} KiB with its quotes, and the limit of a kept answer is "
            f"{MAX_BYTES >> 10} KiB: ask a narrower question"
        )
    return text


def unknown(answer_id: str) -> UnknownAnswer:
    """Return the error for an id that nobody has, or whose answer the client may not see: it must not say which."""
    return UnknownAnswer(f"there is no shared answer {answer_id!r} for you: it may have been deleted")


def _shared(row: tuple[str, str, str | None, str, str]) -> SharedAnswer:
    *known, answer, documents = row
    return SharedAnswer(known[0], known[1], known[2], load_answer(answer), load_documents(documents))  # type: ignore[arg-type]
