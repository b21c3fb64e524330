"""Turns drafts that quote exact words into statements, and numbers their citations."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from rag.text import one_line
from rag.types import Citation, Draft, Hit, Pinpoint, Span, Statement


def no_pinpoint(_document_id: str, _span: Span) -> None:
    """Name no provision."""


@dataclass(slots=True)
class Citer:
    """Quotes the evidence of one answer and numbers its citations from 1, or after those in `markers`.

    `pinpoint` names the provision of a quote. If a later statement cites the same words again, they keep their number.
    """

    evidence: Sequence[Hit]
    pinpoint: Pinpoint = no_pinpoint
    markers: dict[tuple[str, Span], int] = field(default_factory=dict)

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
        marker = self.markers.setdefault((hit.reference.id, span), max(self.markers.values(), default=0) + 1)
        return replace(hit.citation(span, hit.quote(span), self.pinpoint), marker=marker, in_force=hit.in_force)
