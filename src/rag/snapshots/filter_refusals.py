"""Explains why a filter can never match: its value, the values that the field has, and close spellings."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from rag.errors import InvalidFilter
from rag.index.filter_values import fold
from rag.snapshots.tables import as_text
from rag.types import Value

CLOSED = 100
"""The most distinct values of a closed field. `GET /v1/fields` lists that many."""

_SHOWN = 12
_LONGEST = 80  # characters of a value in an error
_CLOSE = 0.8
_RESEMBLING = 0.6
_DIGITS = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class Kinds:
    """The numbers and the dates of a field in ascending order, and whether it has truth values and other text."""

    numbers: Sequence[str]
    dates: Sequence[str]
    booleans: bool
    text: bool


def refusal(field: str, value: Value, texts: Sequence[str], kinds: Kinds) -> InvalidFilter:
    """Return the error for a value that the field cannot have."""
    similar = _similar(as_text(value), texts, _RESEMBLING) if kinds.text and len(texts) <= CLOSED else []
    hint = f"; did you mean {' or '.join(map(_quoted, similar))}?" if similar else ""
    return InvalidFilter(
        f"the filter on {field!r} is {_quoted(value)}, which no document can match: "
        f"the field has {_described(texts, kinds)}{hint}",
        field,
    )


def has_close_spelling(value: Value, texts: Sequence[str]) -> bool:
    """Return whether a text looks like a misspelt value of the field. Texts with other digits are other values."""
    if not isinstance(value, str) or _DIGITS.fullmatch(value):
        return False
    return any(_DIGITS.findall(value) == _DIGITS.findall(text) for text in _similar(value, texts, _CLOSE))


def _similar(given: str, texts: Sequence[str], least: float) -> list[str]:
    by_key = {fold(text): text for text in texts if len(text) <= _LONGEST}
    return [by_key[one] for one in get_close_matches(fold(given[:_LONGEST]), by_key, 3, least)]


def _described(texts: Sequence[str], kinds: Kinds) -> str:
    """Return the values of a closed field, or the kinds of values."""
    if kinds.dates and not kinds.text and len(kinds.numbers) < len(texts):
        dates = f'dates ("2018-04-06", "2018-04", 2018), from {kinds.dates[0]} to {kinds.dates[-1]}'
        return dates if len(kinds.dates) >= len(texts) else f"{dates}, and other values"
    if len(texts) <= CLOSED:
        more = f", and {len(texts) - _SHOWN} more" if len(texts) > _SHOWN else ""
        return f"the values {', '.join(map(_quoted, _listed(texts, kinds)[:_SHOWN]))}{more}"
    ordered = f"numbers, from {kinds.numbers[0]} to {kinds.numbers[-1]}" if kinds.numbers else ""
    words = "text" if kinds.text else ""
    return " and ".join(filter(None, (ordered, words))) or "true and false"


def _listed(texts: Sequence[str], kinds: Kinds) -> Sequence[str]:
    return kinds.numbers if len(kinds.numbers) == len(texts) else texts


def _quoted(value: Value) -> str:
    shown = repr(value) if isinstance(value, str) else as_text(value)
    return shown if len(shown) <= _LONGEST else f"{shown[: _LONGEST - 1]}…"
