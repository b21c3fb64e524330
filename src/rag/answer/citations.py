"""Turns drafts that quote exact words into statements, and numbers their citations."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from rag.text import one_line
from rag.types import Citation, Draft, Hit, Span, Statement


@dataclass(slots=True)
class Citer:
    """Quotes the evidence of one answer and numbers its citations from 1.

    If a later statement cites the same words again, they keep their number.
    """

    evidence: Sequence[Hit]
    _markers: dict[tuple[str, Span], int] = field(default_factory=dict)

    def verify(self, draft: Draft) -> Statement | None:
        """Return a draft whose sources all have spans as a statement, or None if it has no source in the evidence."""
        citations = self.cite(draft)
        return Statement(one_line(draft.text), citations) if citations else None

    def cite(self, draft: Draft) -> tuple[Citation, ...]:
        """Return the citations of a draft whose sources all have spans, each once."""
        citations = (
            self._cite(self.evidence[number], span)
            for number, span in draft.sources
            if span is not None and 0 <= number < len(self.evidence)
        )
        return tuple({citation.marker: citation for citation in citations}.values())

    def _cite(self, hit: Hit, span: Span) -> Citation:
        marker = self._markers.setdefault((hit.reference.id, span), len(self._markers) + 1)
        note = hit.page_note(span)
        return Citation(
            marker=marker,
            reference=hit.reference,
            span=span,
            quote=hit.quote(span),
            heading=hit.heading,
            page=note.page or None,
            score=hit.score,
            page_label=note.label,
            ocr_confidence=note.ocr_confidence,
        )
