"""Choose the sentences of an answer as its kind of question needs: a comparison, a count, a list, or yes or no."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from rag.answer.choice import NEAR_BEST
from rag.answer.choosing import choose
from rag.answer.companions import with_companions
from rag.answer.counts import NOT_STATED, items_of, states_count, with_count_first
from rag.answer.extraction import Scored
from rag.answer.notices import not_counted
from rag.answer.retrieval import Query
from rag.answer.series import (
    MOST_ITEMS,
    Series,
    announced_first,
    enumerating_first,
    list_items,
    names_things,
    rest_of_list,
    section_items,
    series_of,
)
from rag.snapshots import Index
from rag.text.languages import DEFAULT, known
from rag.text.question_kinds import (
    asks_for_list,
    asks_leave,
    asks_yes_or_no,
    compares_openly,
    counted_noun,
    decides,
    gives_leave,
    listed_noun,
)
from rag.types import Draft, Hit, Notice

_A_SIDE = 0.6  # a document is a side of a comparison if its best sentence has this share of the best score
_MOST_SIDES = 3
_COUNTED = 0.6  # of the question's terms in a sentence that states the count, or in a list and above it
_COVERED = 0.85  # of the question's terms, by idf
_DECIDES = 0.12  # added to the score of a sentence that decides, if the question asks for yes or no


@dataclass(frozen=True, slots=True)
class Selection:
    """The evidence for one question, the drafts that answer it from there, the confidence in them, and notices."""

    evidence: tuple[Hit, ...]
    drafts: tuple[Draft, ...]
    confidence: float
    notices: tuple[Notice, ...] = ()


def compose(
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
        ranked = deciding_first(query, ranked, evidence)
        decided = _decides(query, ranked[0], evidence)
        ranked = with_companions(query, ranked, evidence)
        return Selection(evidence, choose(ranked, evidence, decided=decided), confidence)
    if ranked:
        ranked = with_companions(query, ranked, evidence)
    return Selection(evidence, choose(ranked, evidence), confidence)


def listed_series(
    snapshot: Index, asked: Query, evidence: tuple[Hit, ...], ranked: Sequence[Scored], limit: int
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
    noun = counted or listed_noun(question) or ""
    announced = announced_first(ranked, evidence, noun)
    if found := series_of(snapshot, asked, evidence, limit):
        return found
    # A section may have several lists. The one whose lead names the things answers, and not the others.
    if not names_things(announced[0], evidence, noun) and (found := section_items(snapshot, asked, evidence, limit)):
        return found
    return rest_of_list(snapshot, asked, evidence, announced)


def enumerates(asked: Query, evidence: Sequence[Hit], ranked: Sequence[Scored]) -> bool:
    """Return whether the lead of a list names the things that the question asks for, and the list has most terms."""
    if compares_openly(asked.text, asked.spoken) or not asks_for_list(asked.text, asked.spoken):
        return False
    noun = listed_noun(asked.text) or ""
    best = announced_first(ranked, evidence, noun)[0]
    return names_things(best, evidence, noun) and best.coverage >= _COUNTED


def counts(snapshot: Index, asked: Query, evidence: Sequence[Hit], ranked: Sequence[Scored]) -> bool:
    """Return whether a sentence states the count that the question asks for, and has most of its terms."""
    noun = counted_noun(asked.text)
    if noun is None:
        return False
    first = with_count_first(ranked, noun)[0].sentence
    idf = asked.weights(evidence[first.passage].language, snapshot.idf)
    share = sum(idf[term] for term in idf.keys() & first.unit_terms) / (sum(idf.values()) or 1.0)
    return states_count(first.text, noun) and share >= _COUNTED


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
    ranked = announced_first(ranked, evidence, noun)
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


def deciding_first(asked: Query, ranked: Sequence[Scored], evidence: Sequence[Hit]) -> list[Scored]:
    """Return the sentences with a higher score for those that allow, forbid, deny or end something.

    The best of them whose MaxSim is near that of the best sentence is quoted too. All stay as they are if the best
    sentence decides, or if it has nearly all terms of the question.
    """
    deciding = [_decides(asked, one, evidence) for one in ranked]
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
        raised[first] = replace(raised[first], score=max(raised[first].score, NEAR_BEST * best.score), wanted=True)
    return sorted(raised, key=lambda one: (not one.sentence.whole, -one.score))


def _decides(asked: Query, one: Scored, evidence: Sequence[Hit]) -> bool:
    language = evidence[one.sentence.passage].language
    if asks_leave(asked.text, asked.spoken) and known(language) == DEFAULT:
        return gives_leave(one.sentence.text)
    return decides(one.sentence.text, language)
