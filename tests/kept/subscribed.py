"""A service over the articles of `samples`, with saved questions, whose articles a test changes."""

from __future__ import annotations

from pathlib import Path

from rag.ingest.publication import Report
from rag.kept import AnswerChange, SavedQuestion
from rag.service import Service
from rag.types import Ask
from tests import samples
from tests.articles import quietly

CHARGE_QUESTION = "How many pounds a day is the congestion charge?"
TURNOUT_QUESTION = "What was the turnout of the referendum?"


class Subscribed:
    """The service, its index folder, and its articles."""

    def __init__(self, folder: Path, **settings: object) -> None:
        self.folder = folder
        self.articles = samples.write(folder / "articles")
        self.service = self.opened(**settings)
        samples.ingest(self.service, self.articles)

    def opened(self, **settings: object) -> Service:
        """Return another service over the index, as a restart gives."""
        from rag.wiring import vary

        first = samples.service(self.folder / "index")
        return vary(first, first.settings.model_copy(update=settings)) if settings else first

    def save(self, question: str, groups: frozenset[str] | None = None, webhook: str | None = None) -> SavedQuestion:
        """Save a question."""
        return self.service.view(groups).save_question(Ask(question), "ada", webhook)

    def write(self, name: str, was: str, becomes: str) -> None:
        """Replace words of an article."""
        path = self.articles / name
        text = path.read_text(encoding="utf-8")
        assert was in text
        path.write_text(text.replace(was, becomes), encoding="utf-8")

    def ingest(self, *, review: bool = False, prune: bool = False) -> Report:
        """Ingest the articles, and let the subscribers follow."""
        report = self.service.ingest([self.articles], quietly, review=review, prune=prune)
        self.service.catch_up()
        return report

    def changes(self, groups: frozenset[str] | None = None) -> list[AnswerChange]:
        """Return the changes that a client in these groups sees, newest first."""
        view = self.service.view(groups)
        return view.changes(view.questions())
