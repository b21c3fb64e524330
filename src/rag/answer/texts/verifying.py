"""Verifies a text against a snapshot: each sentence, and each quotation."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rag.answer.texts.quotations import QuotationFinder
from rag.answer.texts.reading import Written
from rag.answer.texts.results import Assessed, Assessment, Support
from rag.answer.verification import Verifier
from rag.protocols import Encoder
from rag.snapshots import Index
from rag.text import one_line
from rag.text.sentence_roles import refers_back
from rag.types import Decision, Doubt, Draft, Hit, Span

_COMPARED = 5
"""The most passages that a sentence is compared with."""

_SAME_MATTER = 0.8
"""The least support of a sentence, without its figures, by a quote that contradicts it. Less is another matter."""

_CONTRADICTIONS = frozenset(
    {
        Doubt.FIGURE,
        Doubt.NEGATION,
        Doubt.OPPOSITE,
        Doubt.COMPARISON,
        Doubt.MODALITY,
        Doubt.QUANTIFIER,
        Doubt.ROLE,
        Doubt.TIME,
    }
)
"""The doubts about a sentence that has nearly the words of a quote and says something else."""


@dataclass(frozen=True, slots=True)
class TextVerifier:
    """Verifies texts against one snapshot. `search` returns the passages that match words, best first."""

    snapshot: Index
    search: Callable[[str], Sequence[Hit]]
    encoder: Encoder

    def verify(self, written: Written) -> Assessment:
        """Return the support of each sentence and the state of each quotation, in order."""
        finder = QuotationFinder(self.snapshot, self.search)
        before = [None, *written.sentences]
        sentences = tuple(self._assess(written.text, *pair) for pair in zip(before, written.sentences, strict=False))
        quotations = tuple(map(finder.assess, written.quotations))
        return Assessment(written.text, sentences, quotations, self.snapshot.id)

    def _assess(self, text: str, before: Span | None, span: Span) -> Assessed:
        words = one_line(span.of(text))
        # A sentence that begins with a pronoun is about the subject of the sentence before it.
        query = f"{one_line(before.of(text))} {words}" if before and refers_back(words) else words
        verifier = Verifier(self.search(query)[:_COMPARED], self.snapshot.idf, self.encoder, "", self.snapshot.pinpoint)
        everywhere = tuple((number, None) for number in range(len(verifier.evidence)))
        verdict = verifier.decide(Draft(words, everywhere))
        evidence = verdict.statement.citations if verdict.statement else ()
        if verdict.decision is Decision.KEPT:
            return Assessed(span, span.of(text), Support.SUPPORTED, None, evidence)
        if verdict.decision is Decision.WITHHELD:
            return Assessed(span, span.of(text), Support.NOT_FOUND, None, ())
        support = Support.CONTRADICTED if _contradicts(verifier, words, verdict.doubt) else Support.PARTLY
        return Assessed(span, span.of(text), support, verdict.doubt, evidence)


def _contradicts(verifier: Verifier, words: str, doubt: Doubt | None) -> bool:
    found = verifier.compare(words)
    return doubt in _CONTRADICTIONS and found is not None and found.words >= _SAME_MATTER
