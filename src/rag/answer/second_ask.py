"""Ask a question again in the words of the documents, if the first answer is refused."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from rag.answer.composition import Selection
from rag.answer.compound import CompoundSelector
from rag.answer.notices import read_with
from rag.answer.retrieval import Retriever
from rag.answer.rewording import Reworded, reworded, with_meant_words
from rag.answer.unknown_names import PARTLY
from rag.snapshots import Index
from rag.text.languages import DEFAULT, question_languages
from rag.types import Ask, Lap, Turn

_SEARCHED = 16
"""The passages among which the words for a reworded question are looked for."""


class SecondAsk:
    """Selects for a question, and once more for its reworded form if its confidence is too low to answer."""

    def __init__(self, retriever: Retriever, selector: CompoundSelector, least_confidence: float) -> None:
        self._retriever = retriever
        self._selector = selector
        self._least = least_confidence

    def select(self, snapshot: Index, question: str, ask: Ask, context: Sequence[Turn], lap: Lap) -> Selection:
        """Return the selection for a question and the turns that it depends on. Raises InvalidFilter.

        An answer to a reworded question must begin with a statement that has the new words. It is at most partial, and
        a notice says how the question was read.
        """
        first = self._selector.select(snapshot, question, ask, context, lap)
        if first.confidence >= self._least:
            return first
        other = self._reworded(snapshot, question, ask)
        if other is None:
            return first
        again = self._selector.select(snapshot, other.question, ask, context, lap)
        if again.confidence < self._least or not (again.drafts and other.is_answered_by(again.drafts[0].text)):
            return first
        notices = (read_with(other.changes), *again.notices)
        return replace(again, confidence=min(again.confidence, PARTLY), notices=notices)

    def _reworded(self, snapshot: Index, question: str, ask: Ask) -> Reworded | None:
        """Return the question in the words of a passage that has the same things in other words, or None."""
        spoken = question_languages(question, snapshot.languages)
        wider = with_meant_words(question) if spoken == (DEFAULT,) else question
        if wider == question:
            return None
        found = self._retriever.search(snapshot, self._retriever.query(snapshot, wider), ask.filters, _SEARCHED)
        return reworded(question, snapshot.evidence(found))
