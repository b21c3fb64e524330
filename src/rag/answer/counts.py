"""Answer `how many` with a sentence that states the count, or else with the list and the number of its items."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from rag.answer.extraction import Scored
from rag.answer.statements import table_of
from rag.text import terms

NOT_STATED = 0.49
"""The most confidence if no sentence states the count. The answer is then partial."""

_STATES = 0.25  # added to the score of a sentence that states the count
_LEAST_ITEMS = 3
_ON_SUBJECT = 0.6  # of the best score; a table whose best row has less only has a column of that name
_MOST_COLUMNS = 8
_COUNT = re.compile(
    r"(?<![\w(.])(?<!\d,)(?:(?>\d+(?:[.,]\d+)*)(?![.)\w])|(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)(?:-\w+)?|"
    r"one|two|three|four|five|six|"
    r"seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen|hundred|"
    r"thousand|million)(?: (?:thousand|million|billion))?"
    r"(?=(?P<following>(?:\s+(?!(?:of|the|this|that|these|in|to|and|or|a|an)\b)[\w’'-]+){1,4}))",
    re.IGNORECASE,
)
_WORD = re.compile(r"[\w’'-]+")


def states_count(sentence: str, noun: str, language: str | None = None) -> bool:
    """Return whether a number stands shortly before the counted noun: `fourteen national days of action`."""
    typed = noun.split()[-1].casefold()
    wanted = set(terms(typed, language))
    return any(
        wanted & set(terms(word, language)) and (word.endswith("s") or word == typed)
        for match in _COUNT.finditer(sentence)
        for word in _WORD.findall(match["following"].casefold())
    )


def with_count_first(ranked: Sequence[Scored], noun: str) -> list[Scored]:
    """Return the sentences with a higher score for those that state the count."""
    raised = [
        replace(one, score=one.score + _STATES) if states_count(one.sentence.text, noun) else one for one in ranked
    ]
    return sorted(raised, key=lambda one: (not one.sentence.whole, -one.score))


def items_of(ranked: Sequence[Scored], noun: str) -> list[Scored]:
    """Return the rows of the table with a column that has the name of the counted or listed things, in their order.

    A first column with the name is preferred to another one. Return none if there is no such table, or if it scores far
    below the best sentence.
    """
    wanted = set(terms(noun)[-1:])
    rows = [
        next((one for one in ranked if wanted & set(terms(" ".join(_columns(one.sentence.text)[:most])))), None)
        for most in (1, _MOST_COLUMNS)
    ]
    best = next(filter(None, rows), None)
    if best is None or best.score < _ON_SUBJECT * ranked[0].score:
        return []
    table = [one for one in ranked if _columns(one.sentence.text) and _place(one) == _place(best)]
    if len(table) < _LEAST_ITEMS:
        return []
    return [replace(one, score=best.score, wanted=True) for one in sorted(table, key=lambda one: one.sentence.span)]


def _place(one: Scored) -> tuple[int, object]:
    return one.sentence.passage, table_of(one.sentence)


def _columns(row: str) -> list[str]:
    """Return the names before the colons of a row's cells; none if the sentence is not a row."""
    cells = [cell.partition(": ") for cell in row.split("; ")]
    return [name for name, colon, _ in cells if colon] if len(cells) > 1 else []
