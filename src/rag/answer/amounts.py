"""Prefer the sentences that state the amount that a question asks for, such as the fine for one breach."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import lru_cache

from rag.answer.extraction import Scored
from rag.answer.retrieval import Query
from rag.answer.rows import asks_for_more
from rag.answer.statements import is_row, shares_table
from rag.text import names, term_set, terms, words_and_initials
from rag.text.amount_questions import Amount, AmountQuestion, amount_question, stated_amounts
from rag.text.answer_types import has_number
from rag.text.definitions import requested_term
from rag.text.periods import Period, asked_period, asked_words, find_period, now_words
from rag.types import Hit, Span

_PREFERENCE = 1.0  # added to the score of a sentence whose amount stands beside all words of the question
_AROUND = 0.6  # of the weight of a word that stands in the title, in the headings or elsewhere in the sentence
_NO_KIND = 0.5  # factor if no word near the amount says that it is a fine or a fee
_NO_MONEY = 0.5  # factor for a number without a currency
_SHARE = 0.8  # factor for a percentage, beside a word for a share
_CHANGE = 0.5  # factor for the difference of two amounts: `rose by 3 euros`
_EQUAL = 0.01  # difference of two shares that are equal
_OTHER_TIME = 0.5  # factor for an amount that holds at another time
_ABSENT = 0.25  # with a lower share of the question beside every amount, no sentence states it
_UNSTATED = 0.4  # with a lower share, it is not certain that a sentence states the amount
_BEST = 3  # sentences among which one with money may be a paraphrase: `can cost 5 euros` for a fine
_NEAR = 0.5  # the least share of the question beside an amount that moves its sentence up
_PARTLY = 0.49  # the most confidence if no sentence states the amount: the answer is then partial
_CLAUSE = re.compile(r"[,;:–—]\s|\s(?:while|whereas|although|but|replacing|during)\s", re.IGNORECASE)
_OF_A_WHOLE = re.compile(
    r"\b(?:rates?|tax\w*|dut(?:y|ies)|discounts?|rebates?|turnover|fines?|interest)\b", re.IGNORECASE
)
_BY = re.compile(r"\b(?:by|um|met|на)\s(?:\w+\s){0,3}\Z", re.IGNORECASE)
_BREACH = frozenset(terms("break breaking broken breach breaching violate violating violation infringe infringement"))


@dataclass(frozen=True, slots=True)
class Stated:
    """The sentences, those first that state the amount.

    `most` is the most confidence that they deserve. `missing` is true if no sentence states the amount that the
    question asks for, and `without_money` if the best ones have no amount of money and no percentage either.
    """

    ranked: list[Scored]
    most: float = 1.0
    missing: bool = False
    without_money: bool = False


def stating_first(
    asked: Query, ranked: Sequence[Scored], evidence: Sequence[Hit], idf: Callable[[str], float]
) -> Stated:
    """Return the sentences with a higher score for those that state the amount that a question asks for.

    The score grows with the share of the question's terms, by `idf`, in the clause of the amount, and less with those
    around it. All stay as they are if the question asks for no amount, or if a sentence defines what it asks for.
    """
    wanted = amount_question(asked.text, asked.spoken)
    if wanted is None or not ranked or _is_defined(asked, ranked, evidence):
        return Stated(list(ranked))
    near = [_nearness(one, wanted, asked, evidence[one.sentence.passage], idf) for one in ranked]
    if max(near) < _NEAR:
        best = max(near) if wanted.exact else 1.0
        money = any(_has_money(one, wanted, evidence) for one in ranked[:_BEST])
        return Stated(list(ranked), _PARTLY if best < _UNSTATED else 1.0, best < _ABSENT, not money)
    near = _without_other_times(asked, ranked, evidence, near)
    raised = [replace(one, score=one.score + _PREFERENCE * share**2) for one, share in zip(ranked, near, strict=True)]
    raised = _with_other_rows(raised, near)
    return Stated(sorted(raised, key=lambda one: (not one.sentence.whole, -one.score)))


def _has_money(one: Scored, wanted: AmountQuestion, evidence: Sequence[Hit]) -> bool:
    """Return whether the statement of a sentence has an amount of money or a percentage.

    A number in words counts beside a word such as `costs`: `A ticket costs two florins`.
    """
    hit = evidence[one.sentence.passage]
    texts = (one.sentence.text, *map(hit.quote, filter(hit.known.contains, one.sentence.parts)))
    if wanted.words and any(wanted.words.search(text) and has_number(text) for text in texts):
        return True
    return any(amount.money or amount.percent for text in texts for amount in stated_amounts(text, hit.language))


def _with_other_rows(raised: Sequence[Scored], near: Sequence[float]) -> list[Scored]:
    """Give the other rows of the best row's table its score if their amounts answer as well: one for each case."""
    first = max(range(len(raised)), key=lambda number: (raised[number].sentence.whole, raised[number].score))
    best = raised[first]
    return [
        replace(one, score=best.score, wanted=True)
        if share >= near[first] - _EQUAL and shares_table(one.sentence, best.sentence)
        else one
        for one, share in zip(raised, near, strict=True)
    ]


def _without_other_times(
    asked: Query, ranked: Sequence[Scored], evidence: Sequence[Hit], near: Sequence[float]
) -> list[float]:
    """Lower the shares of sentences that hold at another time than the one asked for, or that hold no longer.

    A share stays if the document has no sentence with an amount for the right time. Rows of tables are chosen by their
    dates before.
    """
    meant = asked_period(asked.text) or asked.as_of
    if meant is None and asks_for_more(asked.text, asked.spoken):
        return list(near)
    if meant is None:
        today = datetime.now(UTC).date()
        meant = Period(today, date.max)
    documents = [evidence[one.sentence.passage].reference.id for one in ranked]
    fits = [is_row(one.sentence) or _holds(one.sentence.text, meant) for one in ranked]
    having = {id_ for id_, fit, share in zip(documents, fits, near, strict=True) if fit and share >= _NEAR}
    return [
        share if fit or id_ not in having else _OTHER_TIME * share
        for id_, fit, share in zip(documents, fits, near, strict=True)
    ]


def _holds(text: str, meant: Period) -> bool:
    """Return whether the first period that a sentence names shares a day with another one, or it names none."""
    found = find_period(text)
    return found is None or found[0].overlaps(meant)


def _is_defined(asked: Query, ranked: Sequence[Scored], evidence: Sequence[Hit]) -> bool:
    term = requested_term(asked.text, asked.spoken)
    if not term:
        return False
    first = ranked[0].sentence
    language = evidence[first.passage].language
    return first.defined_terms(language) == frozenset(terms(term, language)) != frozenset()


def _nearness(one: Scored, wanted: AmountQuestion, asked: Query, hit: Hit, idf: Callable[[str], float]) -> float:
    """Return the share of the question beside an amount of a sentence, 0 to 1; 0 without an amount."""
    amounts = list(stated_amounts(one.sentence.text, hit.language))
    if not amounts:
        return 0.0
    times = {*terms(f"{asked_words(asked.text)} {now_words(asked.text, asked.spoken)}", hit.language)}
    weights = {term: weight for term, weight in asked.weights(hit.language, idf).items() if term not in _BREACH | times}
    above = " ".join((hit.reference.title, *hit.heading))
    around = one.sentence.unit_terms | term_set(above, hit.language) | _named_in(hit.reference.title)
    missing = names(asked.text, asked.spoken[0]) - _named_in(f"{above} {one.sentence.text}")
    known = 1.0 / (1 + len(missing))
    return known * max(_beside(amount, one, wanted, weights, around, hit) for amount in amounts)


@lru_cache(maxsize=1024)  # the same sentences state amounts for many questions
def _named_in(text: str) -> Set[str]:
    return words_and_initials(text)


def _beside(
    amount: Amount,
    one: Scored,
    wanted: AmountQuestion,
    weights: Mapping[str, float],
    around: Set[str],
    hit: Hit,
) -> float:
    """Return the share of the weights that stands beside an amount, less what speaks against it."""
    text, row = one.sentence.text, is_row(one.sentence)
    clause = " ".join((*map(hit.quote, one.sentence.leads), text)) if row else _clause(text, amount.span)
    beside = term_set(clause, hit.language)
    named = wanted.words is None or wanted.words.search(clause) is not None
    share = sum(
        weight * (1.0 if term in beside or (named and _is_kind(term, wanted)) else _AROUND * (term in around))
        for term, weight in weights.items()
    ) / (sum(weights.values()) or 1.0)
    share *= 1.0 if named else _NO_KIND
    share *= _CHANGE if _BY.search(text, max(0, amount.span.start - 40), amount.span.start) else 1.0
    if amount.money or (row and named):
        return share
    return share * (_SHARE if amount.percent and _OF_A_WHOLE.search(clause) else _NO_MONEY)


def _is_kind(term: str, wanted: AmountQuestion) -> bool:
    return wanted.words is not None and wanted.words.search(term) is not None


def _clause(text: str, place: Span) -> str:
    """Return the clause that has an amount."""
    ends = [match.end() for match in _CLAUSE.finditer(text, 0, place.start)]
    after = _CLAUSE.search(text, place.end)
    return text[ends[-1] if ends else 0 : after.start() if after else len(text)]
