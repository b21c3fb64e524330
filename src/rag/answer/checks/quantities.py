"""Find the quantities, dates and times of an English sentence, so that two spellings of one value compare equal."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

from rag.answer.checks.amounts import amounts
from rag.answer.checks.bounds import bounded
from rag.answer.checks.dates import dates, times
from rag.answer.checks.fractions import fractions, ordinals
from rag.answer.checks.labels import labels
from rag.answer.checks.quantity import Quantity

__all__ = ["Quantity", "quantities"]

_RANGES = frozenset(
    {
        *("to", "and", "or", "–", "-", "and one of", "or one of"),
        *(f"{joint} {bound}" for joint in ("but", "and") for bound in ("under", "less than", "fewer than")),
        *(f"{joint} {bound}" for joint in ("but", "and") for bound in ("no more than", "not more than", "up to")),
    }
)


def quantities(text: str) -> list[Quantity]:
    """Return the quantities of `text` in reading order. They do not overlap."""
    found: list[Quantity] = []
    taken = bytearray(len(text))
    for quantity in (
        *dates(text),
        *times(text),
        *labels(text),
        *fractions(text),
        *ordinals(text),
        *amounts(text),
    ):
        span = quantity.span
        if not any(taken[span.start : span.end]):
            taken[span.start : span.end] = b"\1" * (span.end - span.start)
            found.append(quantity)
    found.sort(key=lambda quantity: quantity.span)
    return [bounded(quantity, text) for quantity in _with_shared_units(found, text)]


def _with_shared_units(found: list[Quantity], text: str) -> list[Quantity]:
    """Give the first number of a range the unit of the second: `from 160 to 320 pounds`."""
    for number, (one, other) in enumerate(pairwise(found)):
        between = text[one.span.end : other.span.start].strip().lower()
        ranged = (
            one.kind == "count" and one.unit == "" and other.kind not in ("count", "date", "time", "label", "ordinal")
        )
        if ranged and between in _RANGES and isinstance(other.value, float) and other.written:
            value = one.written * other.value / other.written
            found[number] = replace(one, kind=other.kind, unit=other.unit, value=value)
    return found
