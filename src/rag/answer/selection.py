"""Select the evidence for one question, the drafts of its answer, and the confidence in them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rag.answer import exact_terms
from rag.answer.confidence import ConfidenceModel, Signals, signals_of
from rag.answer.diversity import POOL, diversify
from rag.answer.exact_terms import ExactTerms
from rag.answer.extraction import Scored, choose, ranked_sentences
from rag.answer.follow_ups import carried_terms, on_subject
from rag.answer.provisions import Provision, find_provision, inside
from rag.answer.retrieval import RERANKED, Query, Retriever
from rag.snapshots import Snapshot
from rag.text import terms
from rag.text.provision_names import provision_names
from rag.types import Ask, Draft, Hit, Lap, Notice, Stage, Turn

PASSAGES_PER_DOCUMENT = 2
FOUND_CONFIDENCE = 0.5
"""The least confidence if the structure of a document leaves no doubt about the provision that a question names."""

_UNSURE_CONFIDENCE = 0.4  # the same if several provisions have the name
_CONTENT_WORDS = frozenset(
    terms("say state mean require provide set allow contain text read tell summary summarise content give cover exist")
)
"""Terms of questions that ask for nothing but the content of a provision."""

_ONLY_STOP_WORDS = frozenset(terms("what does is in the of under who how which"))  # `terms` keeps them if alone


@dataclass(frozen=True, slots=True)
class Selection:
    """The evidence for one question, the drafts that answer it from there, and the confidence in them."""

    evidence: tuple[Hit, ...]
    drafts: tuple[Draft, ...]
    confidence: float
    notices: tuple[Notice, ...] = ()


@dataclass(frozen=True, slots=True)
class _Found:
    """The evidence, the provision that the question names, if a document has it, and the question's exact terms."""

    evidence: tuple[Hit, ...]
    provision: Provision | None
    exact: ExactTerms | None


class Selector:
    """Finds the passages for a question, and chooses the sentences that answer it."""

    def __init__(self, retriever: Retriever, confidence: ConfidenceModel) -> None:
        self._retriever = retriever
        self._confidence = confidence

    def select(self, snapshot: Snapshot, query: Query, ask: Ask, context: Sequence[Turn], lap: Lap) -> Selection:
        """Return the selection for an encoded question and the turns that it depends on. Raises InvalidFilter."""
        found = self._found(snapshot, query, ask, lap)
        lap(Stage.PICK)
        ranked = ranked_sentences(snapshot, query, found.evidence)
        if context and ranked:
            carried = carried_terms(query.text, context, snapshot.lexical.idf)
            passages = on_subject(found.evidence, carried)
            ranked = [one for one in ranked if one.sentence.passage in passages] or ranked
        confidence = self._confidence.confidence(signals_of(snapshot, query, found.evidence, ranked))
        ranked, least = _narrowed(snapshot, query.asked.text, found, ranked)
        confidence = max(confidence, least)
        drafts = choose(ranked, found.evidence)
        lap(Stage.EXTRACT)
        return Selection(found.evidence, drafts, confidence)

    def signals(self, snapshot: Snapshot, query: Query, ask: Ask) -> Signals:
        """Return the signals that the confidence of an answer is computed from. Raises InvalidFilter."""
        evidence = self._found(snapshot, query, ask, lambda _: None).evidence
        return signals_of(snapshot, query, evidence, ranked_sentences(snapshot, query, evidence))

    def _found(self, snapshot: Snapshot, query: Query, ask: Ask, lap: Lap) -> _Found:
        pool = RERANKED if snapshot.near_duplicates else POOL  # repeats of near-duplicates must not use up the pool
        hits = self._retriever.search(snapshot, query, ask.filters, max(pool, ask.limit), lap)
        picked = diversify(hits, PASSAGES_PER_DOCUMENT, ask.limit, snapshot.near_duplicates) if hits else []
        provision = find_provision(snapshot, query, ask.filters, hits) if hits else None
        if provision:
            rows = {hit.row for hit in provision.hits}
            picked = [*provision.hits, *(hit for hit in picked if hit.row not in rows)][: ask.limit]
        exact = exact_terms.exact_terms(snapshot, query.text, self._retriever.familiar) if hits else None
        if exact:
            picked = [*exact_terms.passages(snapshot, exact, ask.filters, picked), *picked][: ask.limit]
        return _Found(tuple(snapshot.evidence(picked)), provision, exact)


def _narrowed(snapshot: Snapshot, question: str, found: _Found, ranked: list[Scored]) -> tuple[list[Scored], float]:
    """Return the sentences that have what the question names, and the least confidence; all if it names nothing."""
    if found.provision and (within := _within(found.provision, ranked, found.evidence, question)):
        return within, FOUND_CONFIDENCE if found.provision.certain else _UNSURE_CONFIDENCE
    if found.exact and (having := exact_terms.with_terms(found.exact, ranked)):
        return having, exact_terms.least_confidence(snapshot, question, having[0])
    return ranked, 0.0


def _within(
    provision: Provision, ranked: Sequence[Scored], evidence: Sequence[Hit], question: str
) -> list[Scored] | None:
    """Return the sentences of the provision, best first; in reading order if the question only asks for its content."""
    within = [
        one for one in ranked if inside(provision.spans, evidence[one.sentence.passage].reference.id, one.sentence.span)
    ]
    if provision.certain and _asks_for_content(question):
        whole = [one for one in within if one.sentence.whole] or within
        first = sorted(whole, key=lambda one: (one.sentence.passage, one.sentence.span))
        best = max((one.score for one in first), default=0.0)
        return [_with_score(one, best) for one in first]
    return within


def _with_score(one: Scored, score: float) -> Scored:
    return Scored(one.sentence, one.maxsim, one.coverage, score)


def _asks_for_content(question: str) -> bool:
    """Return whether a question asks for nothing but the content of a provision: `What does Article 5 say?`"""
    rest = question
    for name in reversed(provision_names(question)):
        rest = rest[: name.span.start] + rest[name.span.end :]
    return not rest.strip(" ?") or not set(terms(rest)) - _CONTENT_WORDS - _ONLY_STOP_WORDS
