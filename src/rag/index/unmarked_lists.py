"""Finds lists without markers: lines after a colon or after a sentence that announces them. PDFs often have them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from enum import Enum

from rag.index.tables import is_row
from rag.text.announcements import announced_count, announces_list
from rag.text.conditions import is_proviso
from rag.text.markers import Marker, Numbering
from rag.text.normalisation import one_line
from rag.text.sentence_context import Unit
from rag.text.sentence_roles import is_question, is_uninformative
from rag.types import Span

_SHORTEST_LEAD = 3  # words; a shorter text before a colon is the label of a field
_LONGEST_ITEM = 25  # words
_LONGEST_SENTENCE = 45  # words of an item that is a whole sentence
_NO_ITEM = re.compile(r"[^:]{1,40}:(?: |\Z)|.*_{3,}|\[")  # a line of a form, a note in brackets
_STOP = re.compile(r"[.!?…][\"”’)\]\d]*\Z")
_OPEN = re.compile(r"(?:[;,]|\b(?:and|or|and/or))\Z")
_DANGLING = re.compile(r"(?<!\s)\s*+[;,](?:\s*+(?:and/or|and|or),?)?\Z")
_ITEM = Marker("", Numbering.BULLET)


class _Form(Enum):
    """The form of the items of one list: `tea;`, `Tea`, or `Tea is free.`"""

    CLAUSE = "clause"
    PHRASE = "phrase"
    SENTENCE = "sentence"


def join_unmarked_lists(text: str, units: list[Unit]) -> None:
    """Add the items to the units that introduce a list without markers, and the lead-in to each item."""
    for number in range(len(units) - 2):
        lead = units[number]
        if not _introduces(lead):
            continue
        items = _items(text, units, number)
        words = one_line(lead.words)
        if len(items) < 2 or (not _is_sure(words) and len(items) != announced_count(words)):
            continue
        spans = tuple(_without_dangling(text, units[place].span) for place in items)
        units[number] = replace(lead, items=spans)
        for place, span in zip(items, spans, strict=True):
            words = one_line(span.of(text))
            units[place] = replace(units[place], span=span, words=words, mark=_ITEM, leads=(*lead.leads, lead.span))


def _introduces(unit: Unit) -> bool:
    if unit.heading or unit.items or is_row(unit.words):
        return False
    words = one_line(unit.words)
    return (_is_sure(words) or announced_count(words) is not None) and len(words.split()) >= _SHORTEST_LEAD


def _is_sure(words: str) -> bool:
    """Return whether a list must follow a sentence. After another one, as many items must follow as it announces."""
    return words.endswith((":", "：")) or announces_list(words)


def _items(text: str, units: Sequence[Unit], lead: int) -> list[int]:
    """Return the places of the items after a lead-in: lines of one unit each, with equal gaps and of one form."""
    places: list[int] = []
    first, gap = _Form.PHRASE, ""
    for place in range(lead + 1, len(units)):
        if not _may_be_item(text, units, place, lead) or (len(places) > 1 and _gap(text, units, place) != gap):
            break
        words = one_line(units[place].words)
        form = _form(words)
        if places and form is not first:
            return (
                [*places, place]
                if _may_be_last(words, first, [one_line(units[one].words) for one in places])
                else places
            )
        if places:
            gap = _gap(text, units, place)
        else:
            first = form
        places.append(place)
    return [] if places and first is _Form.CLAUSE else places


def _may_be_last(words: str, form: _Form, before: Sequence[str]) -> bool:
    """Return whether a line that has another form than the items `before` it is the last item of their list."""
    if form is _Form.CLAUSE:
        return True
    longest = max(len(item.split()) for item in before)
    same_case = words[:1].islower() == before[0][:1].islower()
    return form is _Form.PHRASE and _form(words) is _Form.SENTENCE and same_case and len(words.split()) <= longest


def _gap(text: str, units: Sequence[Unit], place: int) -> str:
    return text[units[place - 1].span.end : units[place].span.start].strip(" ")


def _form(words: str) -> _Form:
    if _OPEN.search(words):
        return _Form.CLAUSE
    return _Form.SENTENCE if _STOP.search(words) else _Form.PHRASE


def _may_be_item(text: str, units: Sequence[Unit], place: int, lead: int) -> bool:
    """Return whether a unit is a line of its own that may be the item of a list."""
    unit = units[place]
    words = one_line(unit.words)
    if (
        unit.heading
        or unit.mark
        or unit.items
        or unit.leads
        or is_row(unit.words)
        or is_question(words)
        or is_uninformative(words)
    ):
        return False
    if (
        "\n" not in text[units[place - 1].span.end : unit.span.start]
        or words.endswith(":")
        or _NO_ITEM.match(words)
        or is_proviso(words)
    ):
        return False
    if place + 1 < len(units) and "\n" not in text[unit.span.end : units[place + 1].span.start]:
        return False
    if _form(words) is _Form.PHRASE:
        return len(words.split()) <= _LONGEST_ITEM
    announced = _form(words) is _Form.CLAUSE or announces_list(one_line(units[lead].words))
    return announced and len(words.split()) <= _LONGEST_SENTENCE


def _without_dangling(text: str, span: Span) -> Span:
    """Return the span without the `; and` before the next item."""
    dangling = _DANGLING.search(text, span.start, span.end)
    return Span(span.start, dangling.start()) if dangling else span
