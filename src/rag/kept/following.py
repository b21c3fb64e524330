"""Answer the saved questions on a snapshot, and compare the answers with the last ones.

Before a snapshot goes in force, the comparison decides whether it is held back. Afterwards it becomes the news of
feeds and webhooks. Answers are always extractive, because those of a language model differ from one call to the next.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from pydantic import TypeAdapter

from rag.errors import InvalidFilter, UnknownDocument, WriterBusy
from rag.kept.comparison import Comparison, compare
from rag.kept.questions import QuestionStore, SavedQuestion, titled
from rag.kept.sources import CitedDocument, cited_documents, kept_part
from rag.snapshots import Index, ReviewSnapshot
from rag.snapshots.durable import exclusive
from rag.types import Abstention, Answer, Ask, Outcome, Period

LOCK = "FOLLOWING"
"""The file in the index folder that the process locks whose turn it is to answer the saved questions."""

AnswerFrom: TypeAlias = Callable[[Index, Ask], Answer]


@dataclass(frozen=True, slots=True)
class ReviewedQuestion:
    """A saved question whose answer would change. `as_of` is as in `Ask`."""

    id: str
    text: str
    comparison: Comparison
    as_of: Period | None = None

    @property
    def title(self) -> str:
        """The question, with the time that it was saved with."""
        return titled(self.text, self.as_of)


@dataclass(frozen=True, slots=True)
class ReviewReport:
    """The saved questions whose answers a snapshot would change. `asked` counts all saved questions."""

    asked: int
    changed: tuple[ReviewedQuestion, ...]

    def dump(self) -> str:
        """Return the report as JSON."""
        return _REPORT.dump_json(self).decode()

    @classmethod
    def load(cls, text: str) -> ReviewReport:
        """Return the report in JSON that `dump` wrote."""
        return _REPORT.validate_json(text)


_REPORT = TypeAdapter(ReviewReport)


class Following:
    """Answers the saved questions of one index on its snapshots."""

    def __init__(self, index: Path, questions: QuestionStore, answer: AnswerFrom) -> None:
        self._lock = index / LOCK
        self._questions = questions
        self._answer = answer
        self._reviewed: dict[tuple[str, str], Answer] = {}  # by question and snapshot: those of the last review

    def review(self, snapshot: Index) -> ReviewReport:
        """Compare the last answers with those that a snapshot would give."""
        self._reviewed.clear()
        saved, changed = self._questions.all(), []
        for question in saved:
            after = self._answered(question, snapshot)
            self._reviewed[question.id, snapshot.id] = after
            if question.answer and (found := compare(question.answer, after, snapshot)):
                changed.append(ReviewedQuestion(question.id, question.text, found, question.as_of))
        return ReviewReport(len(saved), tuple(changed))

    def holding_back(self, most: int) -> ReviewSnapshot:
        """Return a review that holds a snapshot back if it changes the answers to more than `most` questions."""

        def review(snapshot: Index) -> str | None:
            report = self.review(snapshot)
            return report.dump() if len(report.changed) > most else None

        return review

    def catch_up(self, snapshot: Index) -> int:
        """Make the answers from the current snapshot the last ones, and store each change. Return their number.

        Return 0 if another process is doing it.
        """
        behind = self._questions.behind(snapshot.id)
        if not behind:
            return 0
        try:
            with exclusive(self._lock):
                return sum(self._caught_up(question, snapshot) for question in self._questions.behind(snapshot.id))
        except WriterBusy:
            return 0

    def _caught_up(self, question: SavedQuestion, snapshot: Index) -> bool:
        after = self._reviewed.pop((question.id, snapshot.id), None) or self._answered(question, snapshot)
        is_shown = question.answer is not None and not hides(snapshot, question.groups, question.answer)
        found = compare(question.answer, after, snapshot) if question.answer and is_shown else None
        documents = dict(_all_cited(question.answer, after, snapshot))
        self._questions.answered(question, after, documents, found)
        return found is not None

    def _answered(self, question: SavedQuestion, snapshot: Index) -> Answer:
        try:
            return kept_part(self._answer(snapshot.seen_by(question.groups), question.ask))
        except InvalidFilter:  # the last document with that field has gone
            nothing = (Outcome.NO_EVIDENCE, (), (), 0.0, snapshot.id, Abstention.FILTERED_OUT)
            return Answer(question.text, *nothing)


def hides(snapshot: Index, groups: frozenset[str] | None, answer: Answer) -> bool:
    """Return whether an older answer cites a document that clients in `groups` may not see any more."""
    seen = snapshot.seen_by(groups)
    return any(_has(snapshot, one) and not _has(seen, one) for one in {c.reference.id for c in answer.citations})


def _has(snapshot: Index, document_id: str) -> bool:
    try:
        _ = snapshot.stored_document(document_id)
    except UnknownDocument:
        return False
    return True


def _all_cited(before: Answer | None, after: Answer, snapshot: Index) -> Iterator[tuple[str, CitedDocument]]:
    for answer in (before, after):
        yield from cited_documents(answer, snapshot).items() if answer else ()
