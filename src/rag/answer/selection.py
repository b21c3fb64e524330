"""Select the evidence for one question, the drafts of its answer, and the confidence in them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from rag.answer import exact_terms
from rag.answer.amounts import stating_first
from rag.answer.commands import without_commands
from rag.answer.composition import Selection, compose, counts, enumerates, listed_series
from rag.answer.confidence import ConfidenceModel
from rag.answer.cut_lists import with_items
from rag.answer.diversity import POOL, diversify
from rag.answer.exact_terms import unread_words
from rag.answer.extraction import Candidate, Scored, candidates, ranked_sentences
from rag.answer.follow_ups import carried_terms, on_subject
from rag.answer.list_completion import with_whole_list
from rag.answer.narrowing import UNSURE, Found, narrowed
from rag.answer.notices import replaced, several, unknown_name
from rag.answer.provisions import Provision, find_provision, missing_provision
from rag.answer.retrieval import RERANKED, Query, Retriever
from rag.answer.series import Series
from rag.answer.signals import Signals, signals_of
from rag.answer.superseded import Successions, Successor, without_replaced
from rag.answer.unknown_names import PARTLY, UnknownName, doubted, unknown_deed, unknown_names
from rag.snapshots import Index
from rag.types import Ask, Hit, Lap, Notice, Stage, Turn

PASSAGES_PER_DOCUMENT = 2


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
    for.
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
        self, snapshot: Index, query: Query, ask: Ask, context: Sequence[Turn], lap: Lap, *, names_only: bool = False
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
        selection = compose(query.asked, found.evidence, ranked, read.series, confidence, ask.limit)
        selection = with_whole_list(snapshot, query.asked, found.evidence, ranked, selection)
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

    def signals(self, snapshot: Index, query: Query, ask: Ask, context: Sequence[Turn]) -> Signals:
        """Return the signals that the confidence of an answer is computed from. Raises InvalidFilter."""
        found = self._found(snapshot, query, ask, lambda _: None)
        return self._read(snapshot, query, found, context, ask.limit, False).signals

    def _read(
        self, snapshot: Index, query: Query, found: Found, context: Sequence[Turn], limit: int, names_only: bool
    ) -> _Read:
        asked, evidence = query.asked, found.evidence
        ranked = _ranked(snapshot, query, evidence, context, names_only)
        stated = stating_first(asked, ranked, evidence, snapshot.idf)
        within, sure = narrowed(snapshot, asked, found, stated.ranked)
        series = listed_series(snapshot, asked, evidence, within, limit) if within else None
        if series:
            sure = max(sure, UNSURE if series.notice else 1.0)
        elif within and (counts(snapshot, asked, evidence, within) or enumerates(asked, evidence, within)):
            sure = max(sure, UNSURE)
        unread = unread_words(asked.text, self._familiar(query))
        signals = signals_of(snapshot, query, evidence, ranked, sure, unread)
        missing = stated.missing and (stated.without_money or signals.unreadable == 1.0)
        return _Read(within, series, signals, stated.most, missing)

    def _familiar(self, query: Query) -> Callable[[str], bool]:
        """Return a test for words that are no rare names. German writes every noun like a name, so it has none."""
        return (lambda _: True) if query.spoken == ("de",) else self._retriever.familiar

    def choice(self, snapshot: Index, query: Query, ask: Ask) -> Choice:
        """Return the sentences from which the answer is chosen. Raises InvalidFilter."""
        evidence = self._found(snapshot, query, ask, lambda _: None).evidence
        return Choice(query, evidence, tuple(candidates(snapshot, query, evidence)))

    def _found(self, snapshot: Index, query: Query, ask: Ask, lap: Lap) -> Found:
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
        picked = with_items(snapshot, picked, ask.limit)
        evidence = without_commands(snapshot.evidence(picked), query.text)
        return Found(tuple(evidence), provision, exact)


def _ranked(
    snapshot: Index, query: Query, evidence: Sequence[Hit], context: Sequence[Turn], names_only: bool
) -> list[Scored]:
    """Return the sentences of the evidence, best first; after earlier turns only those on the subject."""
    ranked = ranked_sentences(snapshot, query, evidence)
    if ranked and (context or names_only):
        carried = carried_terms(query.text, context, snapshot.idf, query.spoken)
        passages = on_subject(evidence, carried)
        ranked = [one for one in ranked if one.sentence.passage in passages] or ranked
    return ranked


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
