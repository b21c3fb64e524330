"""Keep the sentences that have what a question names: a provision, rare names or codes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from rag.answer import exact_terms, matches
from rag.answer.exact_terms import ExactTerms
from rag.answer.extraction import Scored
from rag.answer.provisions import Provision, asks_more, inside
from rag.answer.retrieval import Query
from rag.snapshots import Index
from rag.text.languages import known
from rag.types import Hit

UNSURE = 0.8
"""The signal `looked_up` if several places have the name, or if a list is not shown whole."""

_OF_PROVISION = 0.7  # a named provision answers if its best sentence has this share of the best score


@dataclass(frozen=True, slots=True)
class Found:
    """The evidence, the provision that the question names, if a document has it, and the question's exact terms."""

    evidence: tuple[Hit, ...]
    provision: Provision | None
    exact: ExactTerms | None


def narrowed(snapshot: Index, asked: Query, found: Found, ranked: list[Scored]) -> tuple[list[Scored], float]:
    """Return the sentences that have what the question names, and the signal `looked_up`; all if it names nothing."""
    question = asked.text
    if found.provision and (within := _within(snapshot, found.provision, ranked, found.evidence, asked)):
        return within, 1.0 if found.provision.certain else UNSURE
    if found.exact and (having := exact_terms.with_terms(found.exact, ranked, found.evidence)):
        return having, exact_terms.share_found(snapshot, question, found.exact, having[0])
    if not ranked:
        return ranked, 0.0
    language = known(found.evidence[ranked[0].sentence.passage].language)
    own_terms = frozenset(asked.by_language.get(language, asked.terms))
    return ranked, float(matches.answers_by_form(question, own_terms, ranked[0], found.evidence))


def _within(
    snapshot: Index, provision: Provision, ranked: Sequence[Scored], evidence: Sequence[Hit], asked: Query
) -> list[Scored] | None:
    """Return the sentences of the provision, best first; in reading order if the question only asks for its content.

    Other questions may name a provision that they are not about: `the tax under section 5`. If a sentence elsewhere
    scores far higher, return None.
    """
    within = [
        one for one in ranked if inside(provision.spans, evidence[one.sentence.passage].reference.id, one.sentence.span)
    ]
    if asks_more(snapshot, asked.text, provision.spans, asked.spoken):
        best_of_all = max((one.score for one in ranked), default=0.0)
        return within if any(one.score >= _OF_PROVISION * best_of_all for one in within) else None
    whole = [one for one in within if one.sentence.whole] or within
    first = sorted(whole, key=lambda one: (one.sentence.passage, one.sentence.span))
    best = max((one.score for one in first), default=0.0)
    return [replace(one, score=best, wanted=True) for one in first]
