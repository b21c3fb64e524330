"""Chooses the rows of a table, or the items of a list of dates, that the time and the words of a question select."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from rag.answer.columns import DatedColumn, columns_at, columns_in_force, dated_columns
from rag.answer.ranged_rows import figure_held, holding
from rag.answer.statements import Sentence, without_columns
from rag.text import numbers, terms
from rag.text.answer_types import asks_for_date
from rag.text.languages import DEFAULT, known
from rag.text.periods import Period, asked_period, asked_words, asks_for_now, leading_period, now_words, parse_period
from rag.text.phrases import search

_ASKS_FOR_MORE = re.compile(
    r"\b(?:when|since|until|history|trend|over time|changed?|highest|lowest|first|initial\w*|original\w*|previous\w*"
    r"|former\w*|all|each|every|was|were|had|did|compare|difference|(?:what|which) (?:date|day|month|year))\b",
    re.IGNORECASE,
)
_NOT_IN_FORCE = re.compile(r"\b(?:birth|born|birthday)\b", re.IGNORECASE)
_OPENS = re.compile(r"from|since|until|in force from|valid from|with effect from|effective from", re.IGNORECASE)
_DIGIT = re.compile(r"\d")
_MONTH = timedelta(days=31)
_MOST = 0.8  # the least share of rows with a period, or with a figure, in a table of dates


@dataclass(frozen=True, slots=True)
class _Dated:
    """A row with the period for which it holds. `key` has the words that set it apart from rows of the same time."""

    row: Sentence
    period: Period
    key: tuple[str, ...] = ()


def selected_rows(
    rows: Sequence[Sentence],
    question: str,
    today: date,
    language: str | None = None,
    spoken: Sequence[str] = (DEFAULT,),
) -> list[Sentence]:
    """Return the rows of one table that a question asks for: by its time if they have dates, and by its words.

    If a column has ranges, such as `more than three years`, only the rows whose range holds the figure answer.
    If the question names a time, the rows whose period holds it, or begins in it, answer. If it names none, or asks for
    now, the latest rows in force on `today` answer. Without such rows, the words alone decide. If the column names have
    dates, the time selects columns instead: the rows are returned without the others. `language` is that of the rows.
    `spoken` are the languages that the question may be written in.
    """
    dated = _dated(rows)
    if not dated and len(cells(rows[0])) == 1:
        return list(rows)  # an ordinary list
    rows = _in_range(rows, question, spoken)
    if not dated and (columns := _dated_columns(rows)):
        shown = _shown_columns(columns, question, today, spoken)
        hidden = frozenset(column.name for column in columns if column not in shown) if shown else frozenset[str]()
        words = frozenset(terms(question, language)) - frozenset(terms(asked_words(question), language))
        return [without_columns(row, hidden) for row in _by_words(rows, words, language)]
    asked = asked_period(question)
    if asked and dated:
        rows = _at(dated, asked) or rows
    elif dated and _asks_for_the_latest(dated, question, spoken):
        rows = [one.row for one in _latest(dated, today)] or rows
    words = frozenset(terms(question, language))
    return _by_words(rows, words - frozenset(terms(asked_words(question), language)) if dated else words, language)


def _in_range(rows: Sequence[Sentence], question: str, spoken: Sequence[str]) -> Sequence[Sentence]:
    """Return the rows whose range holds the figure of a question; all if none does."""
    parts = _parts(rows, spoken)
    return [rows[number] for number in holding(parts, question)] or rows if parts else rows


def _parts(rows: Sequence[Sentence], spoken: Sequence[str]) -> list[list[tuple[str, str]]]:
    """Return the cells of rows with equally many of them; empty for others, and for questions not in English."""
    parts = [cells(row) for row in rows]
    return parts if DEFAULT in spoken and len({len(row) for row in parts}) == 1 and len(parts[0]) > 1 else []


def words_held(
    rows: Sequence[Sentence], question: str, language: str | None = None, spoken: Sequence[str] = (DEFAULT,)
) -> set[str]:
    """Return the words of the time that a question names if the period of a row or of a column holds that time.

    They are the figures of a date, or the index terms of a word such as `today`. In other languages than English, the
    names of its month are returned too, as index terms of `language`. If the range of a row holds a figure of the
    question, its words are returned, as index terms.
    """
    if (parts := _parts(rows, spoken)) and (figure := figure_held(parts, question)):
        return set(terms(figure, language))
    periods = [one.period for one in _dated(rows)] or [column.period for column in _dated_columns(rows)]
    asked = asked_period(question)
    if asked is None:
        return set(terms(now_words(question, spoken), language)) if periods else set()
    if not any(period.overlaps(asked) for period in periods):
        return set()
    words = asked_words(question)
    return numbers(words) | (set() if known(language) == DEFAULT else set(terms(words, language)))


def dates_asked_for(rows: Sequence[Sentence], question: str, spoken: tuple[str, ...] = (DEFAULT,)) -> bool:
    """Return whether a question asks when something happens, and the rows differ by their dates: all then answer it."""
    return asks_for_date(question, spoken) and asked_period(question) is None and len(_dated(rows)) == len(rows)


def cells(row: Sentence) -> list[tuple[str, str]]:
    """Return the column names and the cells of a row; a list item is one cell without a name."""
    named = [cell.partition(": ") for cell in row.text.removesuffix(".").split("; ")]
    if len(named) > 1 and all(value for _, _, value in named):
        return [(name, value) for name, _, value in named]
    return [("", cell) for cell in row.text.split(" | ")]


def _dated(rows: Sequence[Sentence]) -> list[_Dated]:
    """Return the rows with their periods, the earliest first; empty if too few rows name a period."""
    found = [_Dated(row, period) for row in rows if (period := _period_of(row)) is not None]
    if len(found) < 2 or len(found) < _MOST * len(rows):
        return []
    found.sort(key=lambda one: one.period.first)
    starts = all(one.period.last == date.max or one.period.last - one.period.first < _MONTH for one in found)
    return _until_the_next(_with_keys(found)) if starts else _with_keys(found)


def _period_of(row: Sentence) -> Period | None:
    parts = cells(row)
    if len(parts) == 1:
        return leading_period(parts[0][1])
    named = (f"{name} {cell}" if _OPENS.fullmatch(name) else cell for name, cell in parts)
    return next(filter(None, map(parse_period, named)), None)


def _with_keys(dated: Sequence[_Dated]) -> list[_Dated]:
    """Add the cells without figures as keys if they repeat: `Toll for lorries` of 2019 and of 2024."""
    keys = [tuple(cell for _, cell in cells(one.row) if not _DIGIT.search(cell)) for one in dated]
    repeated = len(set(keys)) <= len(keys) / 2
    return [replace(one, key=key) for one, key in zip(dated, keys, strict=True)] if repeated else list(dated)


def _until_the_next(dated: Sequence[_Dated]) -> list[_Dated]:
    """End the period of each row on the day before the next row with the same key begins."""
    ended = []
    for one in dated:
        later = [other.period.first for other in dated if other.key == one.key]
        begin = min((first for first in later if first > one.period.first), default=None)
        last = begin - timedelta(days=1) if begin else date.max
        ended.append(replace(one, period=Period(one.period.first, last)))
    return ended


def _dated_columns(rows: Sequence[Sentence]) -> list[DatedColumn]:
    return dated_columns([name for name, _ in cells(rows[0]) if name])


def _shown_columns(
    columns: Sequence[DatedColumn], question: str, today: date, spoken: Sequence[str]
) -> list[DatedColumn]:
    """Return the columns that hold at the time of a question; an empty list if it asks for all, or none holds."""
    if asked := asked_period(question):
        return columns_at(columns, asked)
    if asks_for_more(question, spoken) and not asks_for_now(question, spoken):
        return []
    return columns_in_force(columns, today)


def asks_for_more(question: str, spoken: Sequence[str]) -> bool:
    """Return whether a question asks for more than the values in force: `How has the price changed?`"""
    english = DEFAULT in spoken and _ASKS_FOR_MORE.search(question) is not None
    return english or search(lambda one: one.time.history, spoken, question) is not None


def _asks_for_the_latest(dated: Sequence[_Dated], question: str, spoken: Sequence[str]) -> bool:
    """Return whether a question without a time asks for the values in force, which the rows must have."""
    if asks_for_more(question, spoken) and not asks_for_now(question, spoken):
        return False
    parts = [cells(one.row) for one in dated]
    if any(_NOT_IN_FORCE.search(name) for name, _ in parts[0]):
        return False
    with_figures = sum(sum(_DIGIT.search(cell) is not None for _, cell in row) > 1 or len(row) == 1 for row in parts)
    return with_figures >= _MOST * len(parts)


def _at(dated: Sequence[_Dated], asked: Period) -> list[Sentence]:
    """Return the rows that hold at the time asked for. If values changed at that time, return only the new ones."""
    holding = [one for one in dated if one.period.overlaps(asked)]
    begun = {one.key for one in holding if asked.first <= one.period.first <= asked.last}
    return [one.row for one in holding if one.key not in begun or one.period.first >= asked.first]


def _latest(dated: Sequence[_Dated], today: date) -> list[_Dated]:
    """Return the row of each key that is the latest one in force."""
    latest = {one.key: one.period.first for one in dated if one.period.first <= today}  # in ascending order
    return [one for one in dated if latest.get(one.key) == one.period.first]


def _by_words(rows: Sequence[Sentence], asked: frozenset[str], language: str | None) -> list[Sentence]:
    """Drop the rows whose cells contain fewer of the words that are asked for than those of another row.

    A word that most rows contain does not set a row apart.
    """
    shared = [asked & frozenset(terms(" ".join(cell for _, cell in cells(row)), language)) for row in rows]
    often = Counter(term for own in shared for term in own)
    shared = [frozenset(term for term in own if often[term] <= len(rows) / 2) for own in shared]
    return [row for row, own in zip(rows, shared, strict=True) if not any(own < other for other in shared)]
