"""Finds the words of a sentence whose change matters most: figures, dates, references, modality and negation."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from rag.answer.checks.dates import MONTHS
from rag.answer.checks.number_words import WORDS
from rag.answer.checks.quantities import Quantity, quantities
from rag.answer.checks.units import SCALES
from rag.text.forces import NEGATION, forces
from rag.text.languages import DEFAULT, known
from rag.text.markers import Numbering, marker
from rag.text.numbers import written_numbers
from rag.text.periods import written_dates
from rag.text.provision_names import provision_names
from rag.types import Span

_CURRENCY = r"[€£$¥₹₽₸]|(?:EUR|USD|GBP|CHF|RUB|Euros?|euros?)\b"
_BEFORE, _AFTER = re.compile(rf"(?:{_CURRENCY})\s?\Z"), re.compile(rf"\s?(?:{_CURRENCY})")
_LONGEST_CURRENCY = 6
_COUNTED = re.compile(
    rf"\d|\b(?:{'|'.join(WORDS)}|{'|'.join(MONTHS)}|{'|'.join(SCALES)}|first|second|third|\w+th|half|quarters?|noon|midday|midnight)\b",
    re.IGNORECASE,
)
"""Matches a text that may have a date or a figure. Most sentences have neither, and this is fast to see."""


class ChangeKind(StrEnum):
    """The kind of words that a change concerns."""

    FIGURE = "figure"
    DATE = "date"
    MODALITY = "modality"
    NEGATION = "negation"
    REFERENCE = "reference"


@dataclass(frozen=True, slots=True)
class Mark:
    """Words of one kind: their place, and their value. Two spellings of a value are equal."""

    kind: ChangeKind
    value: object
    span: Span


def marks(text: str, language: str | None) -> list[Mark]:
    """Return the marks of a sentence in their order. They do not overlap."""
    found: list[Mark] = []
    taken = bytearray(len(text))
    for mark in _candidates(text, language):
        span = mark.span
        if not any(taken[span.start : span.end]):
            taken[span.start : span.end] = b"\1" * (span.end - span.start)
            found.append(mark)
    return sorted(found, key=lambda mark: mark.span)


def _candidates(text: str, language: str | None) -> Iterator[Mark]:
    """Yield marks, the surest first."""
    numbered = marker(text)
    if numbered is not None and numbered.numbering is not Numbering.BULLET:
        yield Mark(ChangeKind.REFERENCE, numbered.label, Span(0, len(numbered.written)))
    for name in provision_names(text):
        yield Mark(ChangeKind.REFERENCE, name.steps, name.span)
    if _COUNTED.search(text):
        yield from _counted(text, language)
    for force, span in forces(text, language):
        yield Mark(ChangeKind.NEGATION if force == NEGATION else ChangeKind.MODALITY, force, span)


def _counted(text: str, language: str | None) -> Iterator[Mark]:
    """Yield dates and figures. Words for numbers count in English only."""
    for period, span in written_dates(text):
        yield Mark(ChangeKind.DATE, period, span)
    if known(language) == DEFAULT:
        yield from (_of_quantity(text, quantity) for quantity in quantities(text))
    for numbers, span in written_numbers(text):
        yield _with_currency(text, numbers, span)


def _of_quantity(text: str, quantity: Quantity) -> Mark:
    if quantity.kind == "date":
        stop = len(quantity.span.of(text)) - len(
            quantity.span.of(text).rstrip(".")
        )  # `1 March.` at the end of a sentence
        return Mark(ChangeKind.DATE, quantity.value, Span(quantity.span.start, quantity.span.end - stop))
    kind = ChangeKind.REFERENCE if quantity.kind == "label" else ChangeKind.FIGURE
    return Mark(kind, (quantity.kind, quantity.value, quantity.unit, quantity.per), quantity.span)


def _with_currency(text: str, numbers: tuple[str, ...], span: Span) -> Mark:
    before = _BEFORE.search(text, max(0, span.start - _LONGEST_CURRENCY), span.start)
    after = _AFTER.match(text, span.end)
    start, end = before.start() if before else span.start, after.end() if after else span.end
    signs = tuple(match[0].strip() for match in (before, after) if match)
    return Mark(ChangeKind.FIGURE, (numbers, signs), Span(start, end))
