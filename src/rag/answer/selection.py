"""Select the evidence for one question, the drafts of its answer, and the confidence in them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from rag.answer import exact_terms
from rag.answer.confidence import ConfidenceModel
from rag.answer.diversity import POOL, diversify
from rag.answer.exact_terms import ExactTerms, unread_words
from rag.answer.extraction import MOST_CHOSEN, Scored, choose, ranked_sentences
from rag.answer.follow_ups import carried_terms, on_subject
from rag.answer.notices import replaced
from rag.answer.provisions import Provision, find_provision, inside
from rag.answer.retrieval import RERANKED, Query, Retriever
from rag.answer.series import MOST_ITEMS, Series, list_items, section_items, series_of
from rag.answer.signals import Signals, signals_of
from rag.answer.superseded import Successions, Successor, without_replaced
from rag.snapshots import Snapshot
from rag.text import terms
from rag.text.provision_names import provision_names
from rag.text.question_kinds import asks_for_list, asks_yes_or_no, compares_openly, decides
from rag.types import Ask, Draft, Hit, Lap, Notice, Stage, Turn

PASSAGES_PER_DOCUMENT = 2

_UNSURE = 0.5  # `looked_up` if several provisions have the name, or if a list is not shown whole
_A_SIDE = 0.6  # a document is a side of a comparison if its best sentence has this share of the best score
_MOST_SIDES = 3
_COVERED = 0.85  # of the question's terms, by idf
_DECIDES = 0.12  # added to the score of a sentence that decides, if the question asks for yes or no
_CONTENT_WORDS = frozenset(
    terms("say state mean require provide set allow contain text read tell summary summarise content give cover exist")
)
"""Terms of questions that ask for nothing but the content of a provision."""

_ONLY_STOP_WORDS = frozenset(terms("what does is in the of under who how which"))  # `terms` keeps them if alone


@dataclass(frozen=True, slots=True)
class Selection:
    """The evidence for one question, the drafts that answer it from there, the confidence in them, and notices."""

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


@dataclass(frozen=True, slots=True)
class _Read:
    """The sentences of the evidence, best first, the list that the question asks for, and the signals."""

    ranked: list[Scored]
    series: Series | None
    signals: Signals


class Selector:
    """Finds the passages for a question, and chooses the sentences that answer it."""

    def __init__(self, retriever: Retriever, confidence: ConfidenceModel) -> None:
        self._retriever = retriever
        self._confidence = confidence
        self._successions = Successions()

    def select(
        self, snapshot: Snapshot, query: Query, ask: Ask, context: Sequence[Turn], lap: Lap, *, names_only: bool = False
    ) -> Selection:
        """Return the selection for an encoded question and the turns that it depends on. Raises InvalidFilter.

        With `names_only`, only documents with the names of the question answer it.
        """
        found = self._found(snapshot, query, ask, lap)
        lap(Stage.PICK)
        read = self._read(snapshot, query, found, context, ask.limit, names_only)
        confidence, ranked = self._confidence.confidence(read.signals), read.ranked
        old = self._successions.replaced(snapshot, query.asked.text, found.evidence) if ranked else {}
        if old and not found.provision:
            ranked = without_replaced(ranked, found.evidence, old)
        selection = _chosen(query.asked.text, found.evidence, ranked, read.series, confidence, ask.limit)
        lap(Stage.EXTRACT)
        return replace(selection, notices=(*selection.notices, *_about_replaced(selection, old)))

    def signals(self, snapshot: Snapshot, query: Query, ask: Ask, context: Sequence[Turn]) -> Signals:
        """Return the signals that the confidence of an answer is computed from. Raises InvalidFilter."""
        found = self._found(snapshot, query, ask, lambda _: None)
        return self._read(snapshot, query, found, context, ask.limit, False).signals

    def _read(
        self, snapshot: Snapshot, query: Query, found: _Found, context: Sequence[Turn], limit: int, names_only: bool
    ) -> _Read:
        question, evidence = query.asked.text, found.evidence
        ranked = _ranked(snapshot, query, evidence, context, names_only)
        narrowed, sure = _narrowed(snapshot, question, found, ranked)
        series = _series(snapshot, question, evidence, limit) if narrowed else None
        if series:
            sure = max(sure, _UNSURE if series.notice else 1.0)
        unread = unread_words(question, self._retriever.familiar)
        return _Read(narrowed, series, signals_of(snapshot, query, evidence, ranked, sure, unread))

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


def _ranked(
    snapshot: Snapshot, query: Query, evidence: Sequence[Hit], context: Sequence[Turn], names_only: bool
) -> list[Scored]:
    """Return the sentences of the evidence, best first; after earlier turns only those on the subject."""
    ranked = ranked_sentences(snapshot, query, evidence)
    if ranked and (context or names_only):
        passages = on_subject(evidence, carried_terms(query.text, context, snapshot.lexical.idf))
        ranked = [one for one in ranked if one.sentence.passage in passages] or ranked
    return ranked


def _series(snapshot: Snapshot, question: str, evidence: tuple[Hit, ...], limit: int) -> Series | None:
    """Return the list that the question asks for, if a document has one."""
    if compares_openly(question) or not asks_for_list(question):
        return None
    return series_of(snapshot, question, evidence, limit) or section_items(snapshot, question, evidence, limit)


def _chosen(
    question: str,
    evidence: tuple[Hit, ...],
    ranked: list[Scored],
    series: Series | None,
    confidence: float,
    limit: int,
) -> Selection:
    """Choose the sentences as the kind of the question needs them."""
    if ranked and compares_openly(question):
        sides = of_each_document(ranked, evidence)
        return Selection(evidence, tuple(draft for one in sides for draft in choose([one], evidence)), confidence)
    if series:
        rows = {hit.row for hit in series.hits}
        others = (hit for hit in evidence if hit.row not in rows)
        notices = (series.notice,) if series.notice else ()
        return Selection((*series.hits, *others)[:limit], series.drafts, confidence, notices)
    if ranked and asks_for_list(question):
        items = list_items(ranked)
        most = MOST_ITEMS if len(items) < len(ranked) else MOST_CHOSEN
        return Selection(evidence, choose(items, evidence, most), confidence)
    if ranked and asks_yes_or_no(question):
        ranked = deciding_first(ranked)
    return Selection(evidence, choose(ranked, evidence), confidence)


def of_each_document(ranked: Sequence[Scored], evidence: Sequence[Hit]) -> list[Scored]:
    """Return the best sentence of each document, so that a comparison shows all sides."""
    best: dict[str, Scored] = {}
    for one in ranked:
        best.setdefault(evidence[one.sentence.passage].reference.id, one)
    first = ranked[0]
    return [
        one for one in best.values() if one is first or (one.sentence.whole and one.score >= _A_SIDE * first.score)
    ][:_MOST_SIDES]


def deciding_first(ranked: Sequence[Scored]) -> list[Scored]:
    """Return the sentences with a higher score for those that allow, forbid, deny or end something.

    They stay as they are if the best one is such a sentence, or if it has nearly all terms of the question.
    """
    if decides(ranked[0].sentence.text) or ranked[0].coverage >= _COVERED:
        return list(ranked)
    raised = [replace(one, score=one.score + _DECIDES) if decides(one.sentence.text) else one for one in ranked]
    return sorted(raised, key=lambda one: (not one.sentence.whole, -one.score))


def _about_replaced(selection: Selection, old: Mapping[str, Successor]) -> Iterator[Notice]:
    """Yield a notice for each cited document that another one replaces."""
    cited = dict.fromkeys(number for draft in selection.drafts for number, _ in draft.sources)
    references = {selection.evidence[number].reference.id: selection.evidence[number].reference for number in cited}
    for id_, reference in references.items():
        if id_ in old:
            yield replaced(reference.title, old[id_].title)


def _narrowed(snapshot: Snapshot, question: str, found: _Found, ranked: list[Scored]) -> tuple[list[Scored], float]:
    """Return the sentences that have what the question names, and the signal `looked_up`; all if it names nothing."""
    if found.provision and (within := _within(found.provision, ranked, found.evidence, question)):
        return within, 1.0 if found.provision.certain else _UNSURE
    if found.exact and (having := exact_terms.with_terms(found.exact, ranked)):
        return having, exact_terms.share_found(snapshot, question, having[0])
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
        return [replace(one, score=best) for one in first]
    return within


def _asks_for_content(question: str) -> bool:
    """Return whether a question asks for nothing but the content of a provision: `What does Article 5 say?`"""
    rest = question
    for name in reversed(provision_names(question)):
        rest = rest[: name.span.start] + rest[name.span.end :]
    return not rest.strip(" ?") or not set(terms(rest)) - _CONTENT_WORDS - _ONLY_STOP_WORDS
