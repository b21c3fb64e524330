"""Decide which documents of the evidence are in force. Facts such as the end of a validity come in here."""

from __future__ import annotations

from collections.abc import Sequence

from rag.answer.retrieval import Query
from rag.answer.superseded import Successions, is_about_the_past
from rag.snapshots import Index
from rag.types import Hit


def in_force(successions: Successions, snapshot: Index, query: Query, evidence: Sequence[Hit]) -> frozenset[str]:
    """Return the ids of the documents of the evidence that are in force.

    If the question is about the past, none is: an earlier state is no contradiction to a later one.
    """
    if is_about_the_past(query.asked.text, query.spoken):
        return frozenset()
    replaced = successions.replaced(snapshot, query.asked.text, evidence, query.spoken)
    return frozenset(hit.reference.id for hit in evidence if hit.reference.id not in replaced)
