"""Feedback: the verdict of a person on an answer or on one of its citations, without the name of the person."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from rag.errors import KeptFull, UnknownAnswer
from rag.kept.database import Database
from rag.kept.shared import now, sized
from rag.kept.sources import CitedDocuments, dump_documents, ids_citing, kept_part, load_answer
from rag.types import Answer

MAX_WORDS = 1_000
"""The most characters that a person may add."""

_COLUMNS = "created, verdict, reason, words, marker, answer"


class Verdict(StrEnum):
    """Whether an answer, or a citation, helps."""

    GOOD = "good"
    BAD = "bad"


class Reason(StrEnum):
    """The reason of a bad verdict."""

    WRONG = "wrong"
    OFF_TOPIC = "off_topic"
    INCOMPLETE = "incomplete"
    OUTDATED = "outdated"


@dataclass(frozen=True, slots=True)
class Feedback:
    """A verdict on an answer, or on the citation with `marker`. `words` are those of the person, or empty.

    `created` is in UTC (ISO 8601).
    """

    id: int
    created: str
    verdict: Verdict
    reason: Reason | None
    words: str
    marker: int | None
    answer: Answer


class FeedbackStore:
    """The feedback that a service has kept. Its methods raise StorageError."""

    def __init__(self, database: Database, limit: int) -> None:
        """`limit` is the most entries to keep."""
        self._database = database
        self._limit = limit

    def add(
        self,
        answer: Answer,
        documents: CitedDocuments,
        verdict: Verdict,
        reason: Reason | None = None,
        words: str = "",
        marker: int | None = None,
    ) -> Feedback:
        """Keep a verdict. It is on the disk when this returns. Raises KeptFull."""
        kept, created = kept_part(answer), now()
        text = sized(kept)
        with self._database.writing() as connection:
            (count,) = connection.execute("SELECT count(*) FROM feedback").fetchone()
            if count >= self._limit:
                raise KeptFull(
                    f"the service keeps {count} verdicts already, which is its limit: ask its maintainer to export and "
                    "delete them with 'rag feedback', or to raise RAG_KEPT_ANSWERS"
                )
            row = (created, verdict, reason, words, marker, text, dump_documents(documents))
            query = f"INSERT INTO feedback ({_COLUMNS}, documents) VALUES (?, ?, ?, ?, ?, ?, ?)"  # noqa: S608
            number = connection.execute(query, row).lastrowid
        assert number is not None
        return Feedback(number, created, verdict, reason, words, marker, kept)

    def all(self) -> list[Feedback]:
        """Return all feedback, oldest first."""
        with self._database.reading() as connection:
            query = f"SELECT id, {_COLUMNS} FROM feedback ORDER BY id"  # noqa: S608
            return [_feedback(*row) for row in connection.execute(query)] if connection else []

    def chosen(self, numbers: Collection[int]) -> list[Feedback]:
        """Return the feedback with these ids, or all if none are given. Raises UnknownAnswer."""
        found = self.all()
        if missing := set(numbers).difference(one.id for one in found):
            raise UnknownAnswer(f"there is no feedback with the id {min(missing)}: 'rag feedback list' lists the ids")
        return [one for one in found if not numbers or one.id in numbers]

    def delete(self, numbers: Collection[int]) -> None:
        """Delete feedback. Raises UnknownAnswer before it deletes any."""
        self.chosen(numbers)
        with self._database.writing() as connection:
            connection.executemany("DELETE FROM feedback WHERE id = ?", [(one,) for one in numbers])

    def citing(self, document_ids: Collection[str]) -> list[int]:
        """Return the ids of the feedback on answers that cite one of the documents."""
        with self._database.reading() as connection:
            return [int(one) for one in ids_citing(connection, "feedback", document_ids)] if connection else []


def _feedback(
    number: int, created: str, verdict: str, reason: str | None, words: str, marker: int | None, answer: str
) -> Feedback:
    known = Reason(reason) if reason else None
    return Feedback(number, created, Verdict(verdict), known, words, marker, load_answer(answer))
