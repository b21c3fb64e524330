"""Select the evidence for one question, the drafts of its answer, and the confidence in them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from rag.answer import exact_terms, matches
from rag.answer.amounts import stating_first
from rag.answer.choice import NEAR_BEST
from rag.answer.commands import without_commands
from rag.answer.confidence import ConfidenceModel
from rag.answer.counts import NOT_STATED, items_of, states_count, with_count_first
from rag.answer.diversity import POOL, diversify
from rag.answer.exact_terms import ExactTerms, unread_words
from rag.answer.extraction import Candidate, Scored, candidates, choose, ranked_sentences
from rag.answer.follow_ups import carried_terms, on_subject
from rag.answer.notices import not_counted, replaced, several, unknown_name
from rag.answer.provisions import Provision, asks_more, find_provision, inside, missing_provision
from rag.answer.retrieval import RERANKED, Query, Retriever
from rag.answer.series import MOST_ITEMS, Series, enumerating_first, list_items, section_items, series_of
from rag.answer.signals import Signals, signals_of
from rag.answer.superseded import Successions, Successor, without_replaced
from rag.answer.unknown_names import PARTLY, UnknownName, doubted, unknown_deed, unknown_names
from rag.snapshots import Snapshot
from rag.text.languages import known
from rag.text.question_kinds import (
    asks_for_list,
    asks_yes_or_no,
    compares_openly,
    counted_noun,
    decides,
    listed_noun,
)
from rag.types import Ask, Draft, Hit, Lap, Notice, Stage, Turn

PASSAGES_PER_DOCUMENT = 2

_UNSURE = 0.8  # `looked_up` if several places have the name, or if a list is not shown whole
_A_SIDE = 0.6  # a document is a side of a comparison if its best sentence has this share of the best score
_MOST_SIDES = 3
_COUNTED = 0.6  # of the question's terms in a sentence that states the count
_OF_PROVISION = 0.7  # a named provision answers if its best sentence has this share of the best score
_COVERED = 0.85  # of the question's terms, by idf
_DECIDES = 0.12  # added to the score of a sentence that decides, if the question asks for yes or no


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
class Choice:
    """An encoded question, its evidence, and the sentences from which its answer is chosen."""

    query: Query
    evidence: tuple[Hit, ...]
    candidates: tuple[Candidate, ...]


@dataclass(frozen=True, slots=True)
class _Read:
    """The sentences of the evidence, best first, the list that the question asks for, and the signals.

    `most` is the most confidence that the sentences deserve. `missing` is true if none states the amount that is asked
    for, and the encoder cannot read them.
    """

    ranked: list[Scored]
    series: Series | None
    signals: Signals
    most: float = 1.0
    missing: bool = False


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
        most = min(read.most, PARTLY) if found.provision and found.provision.missing else read.most
        confidence, ranked = min(most, self._confidence.confidence(read.signals)), read.ranked
        unknown = unknown_names(snapshot, query, found.evidence, self._retriever.familiar) if ranked else []
        doubt = read.missing or unknown_deed(snapshot, query, found.evidence)
        old = self._successions.replaced(snapshot, query.asked.text, found.evidence, query.spoken) if ranked else {}
        if old and not found.provision:
            ranked = without_replaced(ranked, found.evidence, old)
        selection = _chosen(query.asked, found.evidence, ranked, read.series, confidence, ask.limit)
        missing = None if found.provision else missing_provision(snapshot, query.asked, found.evidence)
        if missing:
            unknown = [*unknown, UnknownName(missing, rare=True)]
        selection = replace(selection, confidence=doubted(selection.confidence, unknown, doubt))
        lap(Stage.EXTRACT)
        notices = (
            *_about_provision(found.provision),
            *(unknown_name(one.written) for one in unknown),
            *_about_replaced(selection, old),
        )
        return replace(selection, notices=(*selection.notices, *notices))

    def signals(self, snapshot: Snapshot, query: Query, ask: Ask, context: Sequence[Turn]) -> Signals:
        """Return the signals that the confidence of an answer is computed from. Raises InvalidFilter."""
        found = self._found(snapshot, query, ask, lambda _: None)
        return self._read(snapshot, query, found, context, ask.limit, False).signals

    def _read(
        self, snapshot: Snapshot, query: Query, found: _Found, context: Sequence[Turn], limit: int, names_only: bool
    ) -> _Read:
        asked, evidence = query.asked, found.evidence
        ranked = _ranked(snapshot, query, evidence, context, names_only)
        stated = stating_first(asked, ranked, evidence, snapshot.lexical.idf)
        narrowed, sure = _narrowed(snapshot, asked, found, stated.ranked)
        series = _series(snapshot, asked, evidence, narrowed, limit) if narrowed else None
        if series:
            sure = max(sure, _UNSURE if series.notice else 1.0)
        elif narrowed and _counts(snapshot, asked, evidence, narrowed):
            sure = max(sure, _UNSURE)
        unread = unread_words(asked.text, self._familiar(query))
        signals = signals_of(snapshot, query, evidence, ranked, sure, unread)
        return _Read(narrowed, series, signals, stated.most, stated.missing and signals.unreadable == 1.0)

    def _familiar(self, query: Query) -> Callable[[str], bool]:
        """Return a test for words that are no rare names. German writes every noun like a name, so it has none."""
        return (lambda _: True) if query.spoken == ("de",) else self._retriever.familiar

    def choice(self, snapshot: Snapshot, query: Query, ask: Ask) -> Choice:
        """Return the sentences from which the answer is chosen. Raises InvalidFilter."""
        evidence = self._found(snapshot, query, ask, lambda _: None).evidence
        return Choice(query, evidence, tuple(candidates(snapshot, query, evidence)))

    def _found(self, snapshot: Snapshot, query: Query, ask: Ask, lap: Lap) -> _Found:
        pool = RERANKED if snapshot.near_duplicates else POOL  # repeats of near-duplicates must not use up the pool
        hits = self._retriever.search(snapshot, query, ask.filters, max(pool, ask.limit), lap)
        picked = diversify(hits, PASSAGES_PER_DOCUMENT, ask.limit, snapshot.near_duplicates) if hits else []
        provision = find_provision(snapshot, query, ask.filters, hits) if hits else None
        if provision:
            rows = {hit.row for hit in provision.hits}
            picked = [*provision.hits, *(hit for hit in picked if hit.row not in rows)][: ask.limit]
        exact = exact_terms.exact_terms(snapshot, query.text, self._familiar(query)) if hits else None
        if exact:
            picked = [*exact_terms.passages(snapshot, exact, ask.filters, picked), *picked][: ask.limit]
        evidence = without_commands(snapshot.evidence(picked), query.text)
        return _Found(tuple(evidence), provision, exact)


def _ranked(
    snapshot: Snapshot, query: Query, evidence: Sequence[Hit], context: Sequence[Turn], names_only: bool
) -> list[Scored]:
    """Return the sentences of the evidence, best first; after earlier turns only those on the subject."""
    ranked = ranked_sentences(snapshot, query, evidence)
    if ranked and (context or names_only):
        carried = carried_terms(query.text, context, snapshot.lexical.idf, query.spoken)
        passages = on_subject(evidence, carried)
        ranked = [one for one in ranked if one.sentence.passage in passages] or ranked
    return ranked


def _series(
    snapshot: Snapshot, asked: Query, evidence: tuple[Hit, ...], ranked: Sequence[Scored], limit: int
) -> Series | None:
    """Return the sections or list items that the question asks for or counts, if a document has them.

    Return None if a sentence states the count, or if the rows of a table are asked for.
    """
    question, spoken = asked.text, asked.spoken
    counted = counted_noun(question)
    if compares_openly(question, spoken) or not (counted or asks_for_list(question, spoken)):
        return None
    if counted and states_count(with_count_first(ranked, counted)[0].sentence.text, counted):
        return None
    if items_of(ranked, counted or listed_noun(question) or ""):
        return None
    return series_of(snapshot, asked, evidence, limit) or section_items(snapshot, asked, evidence, limit)


def _counts(snapshot: Snapshot, asked: Query, evidence: Sequence[Hit], ranked: Sequence[Scored]) -> bool:
    """Return whether a sentence states the count that the question asks for, and has most of its terms."""
    noun = counted_noun(asked.text)
    if noun is None:
        return False
    first = with_count_first(ranked, noun)[0].sentence
    idf = asked.weights(evidence[first.passage].language, snapshot.lexical.idf)
    share = sum(idf[term] for term in idf.keys() & first.unit_terms) / (sum(idf.values()) or 1.0)
    return states_count(first.text, noun) and share >= _COUNTED


def _chosen(
    query: Query, evidence: tuple[Hit, ...], ranked: list[Scored], series: Series | None, confidence: float, limit: int
) -> Selection:
    """Choose the sentences as the kind of the question needs them."""
    question, spoken = query.text, query.spoken
    if ranked and compares_openly(question, spoken):
        sides = of_each_document(ranked, evidence)
        return Selection(evidence, tuple(draft for one in sides for draft in choose([one], evidence)), confidence)
    if ranked and (noun := counted_noun(question)):
        return _counted(noun, evidence, with_count_first(ranked, noun), series, confidence, limit)
    if ranked and asks_for_list(question, spoken):
        return _listed(question, evidence, ranked, series, confidence, limit)
    if ranked and asks_yes_or_no(question, spoken):
        ranked = deciding_first(ranked, evidence)
    return Selection(evidence, choose(ranked, evidence), confidence)


def _counted(
    noun: str,
    evidence: tuple[Hit, ...],
    ranked: list[Scored],
    series: Series | None,
    confidence: float,
    limit: int,
) -> Selection:
    """Answer `how many` with the count that a sentence states, or else with the list of the counted things."""
    if states_count(ranked[0].sentence.text, noun):
        return Selection(evidence, choose(ranked, evidence), confidence)
    confidence = min(confidence, NOT_STATED)
    if rows := items_of(ranked, noun):
        notice = not_counted(noun, len(rows[:MOST_ITEMS]))
        return Selection(evidence, choose(rows, evidence, MOST_ITEMS), confidence, (notice,))
    if series:
        found = _whole_series(series, evidence, confidence, limit)
        return replace(found, notices=(not_counted(noun, 0 if series.notice else series.count), *found.notices))
    return Selection(evidence, choose(ranked, evidence), confidence, (not_counted(noun, 0),))


def _listed(
    question: str, evidence: tuple[Hit, ...], ranked: list[Scored], series: Series | None, confidence: float, limit: int
) -> Selection:
    """Answer a request for a list with the rows of a table, a series of sections, or the items of a list."""
    noun = listed_noun(question) or ""
    if rows := items_of(ranked, noun):
        return Selection(evidence, choose(rows, evidence, MOST_ITEMS), confidence)
    if series:
        return _whole_series(series, evidence, confidence, limit)
    items = list_items(ranked, evidence, noun)
    if len(items) < len(ranked):
        return Selection(evidence, choose(items, evidence, MOST_ITEMS), confidence)
    return Selection(evidence, choose(enumerating_first(ranked, noun), evidence), confidence)


def _whole_series(series: Series, evidence: Sequence[Hit], confidence: float, limit: int) -> Selection:
    rows = {hit.row for hit in series.hits}
    others = (hit for hit in evidence if hit.row not in rows)
    notices = (series.notice,) if series.notice else ()
    return Selection((*series.hits, *others)[:limit], series.drafts, confidence, notices)


def of_each_document(ranked: Sequence[Scored], evidence: Sequence[Hit]) -> list[Scored]:
    """Return the best sentence of each document, so that a comparison shows all sides."""
    best: dict[str, Scored] = {}
    for one in ranked:
        best.setdefault(evidence[one.sentence.passage].reference.id, one)
    first = ranked[0]
    return [
        one for one in best.values() if one is first or (one.sentence.whole and one.score >= _A_SIDE * first.score)
    ][:_MOST_SIDES]


def deciding_first(ranked: Sequence[Scored], evidence: Sequence[Hit]) -> list[Scored]:
    """Return the sentences with a higher score for those that allow, forbid, deny or end something.

    The best of them whose MaxSim is near that of the best sentence is quoted too. All stay as they are if the best
    sentence decides, or if it has nearly all terms of the question.
    """
    deciding = [decides(one.sentence.text, evidence[one.sentence.passage].language) for one in ranked]
    best = ranked[0]
    if deciding[0] or best.coverage >= _COVERED:
        return list(ranked)
    raised = [replace(one, score=one.score + _DECIDES * more) for one, more in zip(ranked, deciding, strict=True)]
    near = (
        number
        for number, (one, more) in enumerate(zip(raised, deciding, strict=True))
        if one.sentence.whole and more and one.maxsim >= NEAR_BEST * best.maxsim
    )
    if (first := next(near, None)) is not None:
        raised[first] = replace(raised[first], score=max(raised[first].score, NEAR_BEST * best.score))
    return sorted(raised, key=lambda one: (not one.sentence.whole, -one.score))


def _about_provision(provision: Provision | None) -> Iterator[Notice]:
    """Yield a notice if several provisions have the name in the question, and nothing says which one is meant."""
    if provision and provision.missing:
        yield unknown_name(provision.missing)
    if provision and provision.places > 1:
        yield several(provision.name, provision.places)


def _about_replaced(selection: Selection, old: Mapping[str, Successor]) -> Iterator[Notice]:
    """Yield a notice for each cited document that another one replaces."""
    cited = dict.fromkeys(number for draft in selection.drafts for number, _ in draft.sources)
    references = {selection.evidence[number].reference.id: selection.evidence[number].reference for number in cited}
    for id_, reference in references.items():
        if id_ in old:
            yield replaced(reference.title, old[id_].title)


def _narrowed(snapshot: Snapshot, asked: Query, found: _Found, ranked: list[Scored]) -> tuple[list[Scored], float]:
    """Return the sentences that have what the question names, and the signal `looked_up`; all if it names nothing."""
    question = asked.text
    if found.provision and (within := _within(snapshot, found.provision, ranked, found.evidence, asked)):
        return within, 1.0 if found.provision.certain else _UNSURE
    if found.exact and (having := exact_terms.with_terms(found.exact, ranked, found.evidence)):
        return having, exact_terms.share_found(snapshot, question, found.exact, having[0])
    if not ranked:
        return ranked, 0.0
    language = known(found.evidence[ranked[0].sentence.passage].language)
    own_terms = frozenset(asked.by_language.get(language, asked.terms))
    return ranked, float(matches.answers_by_form(question, own_terms, ranked[0], found.evidence))


def _within(
    snapshot: Snapshot, provision: Provision, ranked: Sequence[Scored], evidence: Sequence[Hit], asked: Query
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
    return [replace(one, score=best) for one in first]
