"""Saved questions: each has its last answer, and the changes that its answer went through."""

from __future__ import annotations

import json
import secrets
import sqlite3
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from pydantic import TypeAdapter

from rag.errors import KeptFull, UnknownQuestion
from rag.kept.comparison import Comparison
from rag.kept.database import Database
from rag.kept.shared import now
from rag.kept.sources import CitedDocuments, dump_answer, dump_documents, ids_citing, kept_part, load_answer
from rag.types import Answer, Ask, Filters, Period

MAX_QUESTIONS = 1_000
"""The most saved questions. Each one is answered again for every snapshot."""

MAX_CHANGES = 100
"""The changes of one question that are kept."""

_SINCE = 3
"""The first format of the file whose saved questions have a time. A file that can be written gets it at once."""

_COMPARISON = TypeAdapter(Comparison)
_COLUMNS = "id, created, client, text, filters, as_of, groups, webhook, answer"


@dataclass(frozen=True, slots=True)
class SavedQuestion:
    """A question to ask again after every change of the index.

    It is answered from the documents that `groups` may see; None is every document. `client` is the name of the client
    that saved it, and None without one. `webhook` is the address that is told about changes. `answer` is the last
    answer; None if there is none yet. `as_of` is as in `Ask`.
    """

    id: str
    created: str
    client: str | None
    text: str
    filters: Filters = field(default_factory=dict)
    groups: frozenset[str] | None = None
    webhook: str | None = None
    answer: Answer | None = None
    as_of: Period | None = None

    @property
    def ask(self) -> Ask:
        """The request for its answer."""
        return Ask(self.text, self.filters, as_of=self.as_of)

    @property
    def title(self) -> str:
        """The question, with the time that it was saved with."""
        return titled(self.text, self.as_of)

    def is_open_to(self, groups: frozenset[str] | None) -> bool:
        """Return whether a client in `groups` may see the question: it sees every document that may answer it."""
        return groups is None or (self.groups is not None and self.groups <= groups)


@dataclass(frozen=True, slots=True)
class AnswerChange:
    """A change of the answer to a saved question. `created` is in UTC (ISO 8601).

    `tries` counts the failed deliveries to the webhook. `fault` is the reason of the last failure.
    """

    id: int
    question: SavedQuestion
    created: str
    comparison: Comparison
    tries: int = 0
    fault: str | None = None


class QuestionStore:
    """The saved questions of a service. Its methods raise StorageError."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(
        self,
        asked: Ask,
        groups: frozenset[str] | None,
        client: str | None,
        webhook: str | None = None,
    ) -> SavedQuestion:
        """Save a question without an answer. It is on the disk when this returns. Raises KeptFull."""
        groups = None if groups is None else groups - {""}  # no group has an empty name
        saved = SavedQuestion(
            *(secrets.token_hex(8), now(), client, asked.question, asked.filters, groups, webhook), as_of=asked.as_of
        )
        with self._database.writing() as connection:
            (count,) = connection.execute("SELECT count(*) FROM question").fetchone()
            if count >= MAX_QUESTIONS:
                raise KeptFull(
                    f"the service keeps {count} saved questions already, which is its limit: remove some with "
                    "'rag questions remove'"
                )
            row = (
                saved.id,
                saved.created,
                client,
                saved.text,
                json.dumps(saved.filters),
                _dump_period(asked.as_of),
                _dump_groups(groups),
                webhook,
            )
            connection.execute(f"INSERT INTO question ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, NULL)", row)  # noqa: S608
        return saved

    def all(self) -> list[SavedQuestion]:
        """Return all saved questions, oldest first."""
        with self._database.reading(_SINCE) as connection:
            query = f"SELECT {_COLUMNS} FROM question ORDER BY rowid"  # noqa: S608
            return [_question(*row) for row in connection.execute(query)] if connection else []

    def get(self, question_id: str) -> SavedQuestion:
        """Return a saved question. Raises UnknownQuestion."""
        with self._database.reading(_SINCE) as connection:
            query = f"SELECT {_COLUMNS} FROM question WHERE id = ?"  # noqa: S608
            row = connection.execute(query, (question_id,)).fetchone() if connection else None
        if row is None:
            raise unknown_question(question_id)
        return _question(*row)

    def remove(self, question_ids: Collection[str]) -> None:
        """Remove saved questions with their changes. Raises UnknownQuestion before it removes any."""
        for question_id in question_ids:
            self.get(question_id)
        with self._database.writing() as connection:
            ids = [(one,) for one in question_ids]
            connection.executemany("DELETE FROM question WHERE id = ?", ids)
            connection.executemany("DELETE FROM change WHERE question = ?", ids)

    def behind(self, snapshot_id: str) -> list[SavedQuestion]:
        """Return the questions whose last answer is from another snapshot, oldest first."""
        with self._database.reading(_SINCE) as connection:
            query = f"SELECT {_COLUMNS} FROM question WHERE snapshot IS NOT ? ORDER BY rowid"  # noqa: S608
            return [_question(*row) for row in connection.execute(query, (snapshot_id,))] if connection else []

    def answered(
        self,
        question: SavedQuestion,
        answer: Answer,
        documents: CitedDocuments,
        comparison: Comparison | None,
    ) -> None:
        """Store the new last answer of a question, together with the comparison if it is another answer.

        `documents` are those that either answer cites. Do nothing if another process has done it, or has removed the
        question. A change is thus stored once.
        """
        last = question.answer.snapshot if question.answer else None
        cited = {one.reference.id: documents[one.reference.id] for one in answer.citations}
        with self._database.writing() as connection:
            row = (dump_answer(kept_part(answer)), answer.snapshot, dump_documents(cited), question.id, last)
            done = connection.execute(
                "UPDATE question SET answer = ?, snapshot = ?, documents = ? WHERE id = ? AND snapshot IS ?", row
            )
            if done.rowcount and comparison is not None:
                self._add_change(connection, question, documents, comparison)

    def changes(self, question_ids: Collection[str], limit: int) -> list[AnswerChange]:
        """Return at most `limit` changes of these questions, newest first."""
        return self._changes("question.id IN (SELECT value FROM json_each(?))", [json.dumps(list(question_ids))], limit)

    def due(self, time: float, limit: int) -> list[AnswerChange]:
        """Return at most `limit` changes that a webhook has to be told about at this time, oldest first."""
        found = self._changes("change.due <= ? AND question.webhook IS NOT NULL", [time], limit, oldest_first=True)
        return [one for one in found if one.question.webhook]

    def sent(self, change_id: int) -> None:
        """Record that a webhook was told about a change, or that it never will be."""
        self.retry(change_id, None, None)

    def retry(self, change_id: int, due: float | None, fault: str | None) -> None:
        """Record that a delivery failed, and when it is due again; None gives it up."""
        with self._database.writing() as connection:
            connection.execute(
                "UPDATE change SET due = ?, fault = ?, tries = tries + ? WHERE id = ?",
                (due, fault, int(fault is not None), change_id),
            )

    def citing(self, document_ids: Collection[str]) -> list[str]:
        """Return the ids of the questions whose last answer, or a change of it, cites one of the documents."""
        with self._database.reading(_SINCE) as connection:
            if connection is None:
                return []
            found = {str(one) for one in ids_citing(connection, "question", document_ids)}
            changes = json.dumps(ids_citing(connection, "change", document_ids))
            query = "SELECT DISTINCT question FROM change WHERE id IN (SELECT value FROM json_each(?))"
            return sorted(found | {row[0] for row in connection.execute(query, (changes,))})

    def forget(self, document_ids: Collection[str]) -> None:
        """Delete the last answers and the changes that cite one of the documents. The questions stay."""
        with self._database.writing() as connection:
            for table, query in (
                ("question", "UPDATE question SET answer = NULL, snapshot = NULL, documents = '{}' WHERE id = ?"),
                ("change", "DELETE FROM change WHERE id = ?"),
            ):
                connection.executemany(query, [(one,) for one in ids_citing(connection, table, document_ids)])

    def _add_change(
        self,
        connection: sqlite3.Connection,
        question: SavedQuestion,
        documents: CitedDocuments,
        comparison: Comparison,
    ) -> None:
        text = _COMPARISON.dump_json(comparison).decode()
        due = 0.0 if question.webhook else None
        row = (question.id, now(), text, dump_documents(documents), due)
        connection.execute(
            "INSERT INTO change (question, created, comparison, documents, due) VALUES (?, ?, ?, ?, ?)", row
        )
        connection.execute(
            "DELETE FROM change WHERE question = ? AND id NOT IN "
            "(SELECT id FROM change WHERE question = ? ORDER BY id DESC LIMIT ?)",
            (question.id, question.id, MAX_CHANGES),
        )

    def _changes(
        self, condition: str, values: Sequence[object], limit: int, *, oldest_first: bool = False
    ) -> list[AnswerChange]:
        columns = ", ".join(f"question.{one}" for one in _COLUMNS.split(", "))
        query = (
            f"SELECT change.id, change.created, change.comparison, change.tries, change.fault, {columns} "  # noqa: S608
            f"FROM change JOIN question ON question.id = change.question WHERE {condition} "
            f"ORDER BY change.id {'' if oldest_first else 'DESC'} LIMIT ?"
        )
        with self._database.reading(_SINCE) as connection:
            rows = connection.execute(query, (*values, limit)).fetchall() if connection else []
        return [
            AnswerChange(number, _question(*question), created, _COMPARISON.validate_json(text), tries, fault)
            for number, created, text, tries, fault, *question in rows
        ]


def titled(question: str, as_of: Period | None) -> str:
    """Return a question for lists: with its time, because one question may be saved for several."""
    return f"{question} (as of {as_of.written})" if as_of else question


def unknown_question(question_id: str) -> UnknownQuestion:
    """Return the error for an id that nobody has, or whose question the client may not see."""
    return UnknownQuestion(f"there is no saved question {question_id!r} for you: 'rag questions list' lists the ids")


def _question(
    question_id: str,
    created: str,
    client: str | None,
    text: str,
    filters: str,
    as_of: str | None,
    groups: str | None,
    webhook: str | None,
    answer: str | None,
) -> SavedQuestion:
    known = None if groups is None else frozenset[str](json.loads(groups))
    conditions: Mapping[str, str] = json.loads(filters)
    last = load_answer(answer) if answer else None
    return SavedQuestion(question_id, created, client, text, conditions, known, webhook, last, _load_period(as_of))


def _dump_period(period: Period | None) -> str | None:
    return f"{period.first.isoformat()}/{period.last.isoformat()}" if period else None


def _load_period(written: str | None) -> Period | None:
    return Period(*map(date.fromisoformat, written.split("/"))) if written else None


def _dump_groups(groups: frozenset[str] | None) -> str | None:
    return None if groups is None else json.dumps(sorted(groups))
