"""Joins a rule with its exceptions: a proviso, and a later provision that names it: `Subsection (1) does not apply`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from rag.index.tables import is_row
from rag.text.conditions import is_proviso
from rag.text.markers import Numbering
from rag.text.normalisation import one_line
from rag.text.provision_limits import limited_labels, limiting_labels, own_label
from rag.text.sentence_context import Unit
from rag.text.sentence_roles import is_lead_in
from rag.types import Span

_LONGEST_RULE = 200  # words of a rule with its exceptions
_SHORTEST_RULE = 4  # words
_MOST_PROVISOS = 2
_NUMBERINGS = (Numbering.BRACKETED, Numbering.NUMBER, Numbering.LETTER)
_FARTHEST = 40  # units between a provision and one that limits it


def join_exceptions(text: str, units: list[Unit]) -> None:
    """Add the exceptions of rules to the units of a section: to the rule as tails, to the exception as leads."""
    for number in range(len(units) - 1):
        _join_provisos(text, units, number)
    for number, unit in enumerate(units):
        if unit.heading or is_row(unit.words):
            continue
        words = one_line(unit.words)
        for label in sorted(limited_labels(words)):
            if (rule := _before(units, number, label)) is not None:
                _join(text, units, rule, number)
        for label in sorted(limiting_labels(words)):
            if (exception := _after(units, number, label)) is not None:
                _join(text, units, number, exception)


def _join_provisos(text: str, units: list[Unit], number: int) -> None:
    """Join a rule with the provisos after it. A rule often ends with a colon before `Provided that`."""
    rule = units[number]
    if (
        rule.heading
        or rule.items
        or len(rule.words.split()) < _SHORTEST_RULE
        or is_proviso(rule.words)
        or not rule.words.endswith((":", ".", ";"))
    ):
        return
    provisos: list[Span] = []
    for place in range(number + 1, min(len(units), number + 1 + _MOST_PROVISOS)):
        proviso = units[place]
        if not is_proviso(proviso.words) or _length(text, *_parts(rule), *provisos, proviso.span) > _LONGEST_RULE:
            break
        provisos.append(proviso.span)
        units[place] = replace(proviso, leads=(*rule.leads, rule.span))
    if provisos:
        units[number] = replace(rule, tails=(*rule.tails, *provisos))


def _join(text: str, units: list[Unit], rule: int, exception: int) -> None:
    """Join a rule, and the items of its list, with a later provision that limits it."""
    ruling, limit = units[rule], units[exception]
    if is_lead_in(one_line(limit.words)) or limit.span in ruling.tails:
        return
    for place in range(rule, exception):
        unit = units[place]
        part = place == rule or ruling.span in unit.leads
        if part and _length(text, *_parts(unit), limit.span) <= _LONGEST_RULE:
            units[place] = replace(unit, tails=(*unit.tails, limit.span))
    if not limit.leads and not ruling.items and _length(text, ruling.span, *_parts(limit)) <= _LONGEST_RULE:
        units[exception] = replace(limit, leads=(ruling.span,))


def _before(units: Sequence[Unit], number: int, label: str) -> int | None:
    """Return the place of the nearest provision with a label before a unit, under the same heading."""
    for place in range(number - 1, max(-1, number - 1 - _FARTHEST), -1):
        if units[place].heading:
            return None
        if _label(units[place]) == label:
            return place
    return None


def _after(units: Sequence[Unit], number: int, label: str) -> int | None:
    """Return the place of the provision with a label after a unit of the same list of provisions."""
    own = _label(units[number])
    for place in range(number + 1, min(len(units), number + 1 + _FARTHEST)):
        if units[place].heading or own is None or _label(units[place]) == own:
            return None
        if _label(units[place]) == label:
            return place
    return None


def _label(unit: Unit) -> str | None:
    """Return the number of the provision that a unit opens. The marker may stand before the span of the unit."""
    if unit.mark and unit.mark.numbering in _NUMBERINGS:
        return unit.mark.label
    return own_label(unit.words)


def _parts(unit: Unit) -> tuple[Span, ...]:
    return (*unit.leads, unit.span, *unit.items, *unit.tails)


def _length(text: str, *spans: Span) -> int:
    """Return the number of words in parts of a text."""
    return sum(len(span.of(text).split()) for span in spans)
