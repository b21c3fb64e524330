"""Everything that a service keeps of questions and answers, in one database."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from rag.kept.database import Database
from rag.kept.feedback import FeedbackStore
from rag.kept.questions import QuestionStore
from rag.kept.seals import Seals
from rag.kept.shared import SharedAnswers


@dataclass(frozen=True, slots=True)
class KeptAbout:
    """The ids of shared answers and feedback, and of saved questions with answers, that cite certain documents."""

    shared: tuple[str, ...] = ()
    feedback: tuple[int, ...] = ()
    questions: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.shared or self.feedback or self.questions)


class Keeper:
    """The shared answers, the feedback, the saved questions, and the seals of one index."""

    def __init__(self, index: Path, limit: int) -> None:
        """`limit` is the most shared answers, and also the most entries of feedback."""
        database = Database(index)
        self.seals = Seals(database)
        self.shared = SharedAnswers(database, limit)
        self.feedback = FeedbackStore(database, limit)
        self.questions = QuestionStore(database)

    def about(self, document_ids: Collection[str]) -> KeptAbout:
        """Return the kept answers that cite one of the documents. Raises StorageError."""
        return KeptAbout(
            tuple(self.shared.citing(document_ids)),
            tuple(self.feedback.citing(document_ids)),
            tuple(self.questions.citing(document_ids)),
        )

    def erase(self, found: KeptAbout, document_ids: Collection[str]) -> None:
        """Delete kept answers that `about` found for the documents. Saved questions stay, without their answers.

        Raises StorageError, and UnknownAnswer if another process has deleted one.
        """
        if found.shared:
            self.shared.delete(found.shared)
        if found.feedback:
            self.feedback.delete(found.feedback)
        if found.questions:
            self.questions.forget(document_ids)
