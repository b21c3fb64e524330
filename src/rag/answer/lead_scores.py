"""Finds how well leads match the question that stand in another passage of the evidence than their items.

Without them, the first items of a list would win: their passage has the lead too.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence

from rag.index.late_interaction import SentenceScores
from rag.protocols import Scores
from rag.text import sentences
from rag.types import Hit, Span


def lead_scores(evidence: Sequence[Hit], maxsims: Sequence[SentenceScores], number: int) -> Mapping[Span, Scores]:
    """Return the similarities, shape (t,), of the leads of a passage that stand in other passages of the evidence.

    `maxsims` has the scores of each passage, and `number` is the place of the passage among them.
    """
    hit = evidence[number]
    leads = {lead for one in hit.quotable for lead in one.leads if not hit.span.contains(lead)}
    found: dict[Span, Scores] = {}
    for other, scores in zip(evidence, maxsims, strict=True) if leads else ():
        inside = [lead for lead in leads if other.reference.id == hit.reference.id and other.span.contains(lead)]
        starts = [one.start for one in sentences(other.text, other.language)] if inside else []
        for lead in inside:
            row = scores.rows.get(bisect_right(starts, lead.start - other.span.start) - 1)
            if row is not None:
                found[lead] = scores.best[row]
    return found
