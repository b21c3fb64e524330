"""Joins a sentence that announces a number of things with a list of as many things that stands farther below.

Between them may be sentences about all things, and each thing may have a paragraph of its own:
`Risk management has two processes.`, `1. Identification`, `All risks are named.`, `2. Control`, `Limits are set.`
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from rag.index.tables import is_row
from rag.text.announcements import announced_count
from rag.text.normalisation import one_line
from rag.text.sentence_context import LONGEST_HEAD, Unit
from rag.text.sentence_roles import has_verb, introduces_list, is_question, is_uninformative

_FARTHEST = 4  # units between the sentence and the first thing
_LONGEST_THING = 60  # units between two things


def join_announced_lists(text: str, units: list[Unit]) -> None:
    """Add the announced things to the unit that announces them, and that unit to the things as their lead."""
    for number, unit in enumerate(units):
        if unit.heading or unit.items or unit.tails or is_row(unit.words):
            continue
        count = announced_count(one_line(unit.words))
        places = _things(text, units, number, count) if count else []
        if not places:
            continue
        units[number] = replace(unit, items=tuple(units[place].span for place in places))
        for between in range(number + 1, places[0]):
            units[between] = replace(units[between], items=())
        for place in places:
            if units[place].mark:  # a term alone says too little to be an answer
                units[place] = replace(units[place], leads=(*unit.leads, unit.span))


def _things(text: str, units: Sequence[Unit], number: int, count: int) -> list[int]:
    """Return the places of `count` list items, or else of `count` terms that open paragraphs; none if there are not."""
    for first in range(number + 1, min(len(units), number + 2 + _FARTHEST)):
        unit = units[first]
        if unit.heading or is_question(unit.words) or (unit.items and introduces_list(one_line(unit.words))):
            return []
        if unit.mark:
            return _if_as_many(_items(units, first), count) if not unit.leads else []
        if _is_head(text, units, first):
            return _if_as_many(_heads(text, units, first), count)
    return []


def _if_as_many(places: list[int], count: int) -> list[int]:
    return places if len(places) == count else []


def _items(units: Sequence[Unit], first: int) -> list[int]:
    """Return the places of the items of a list. Other text may stand between them."""
    places = [first]
    for place in range(first + 1, len(units)):
        unit, last = units[place], units[places[-1]]
        if unit.heading or place - places[-1] > _LONGEST_THING or unit.mark == units[first].mark is not None:
            break
        if unit.mark and last.mark and not unit.leads and unit.mark.follows(last.mark):
            places.append(place)
    return places


def _heads(text: str, units: Sequence[Unit], first: int) -> list[int]:
    """Return the places of the terms that open the paragraphs from `first` on, as far as all have one."""
    places = [first]
    for place in range(first + 1, len(units)):
        if units[place].heading or is_uninformative(units[place].words):
            break
        if _is_head(text, units, place):
            places.append(place)
        elif "\n" in text[units[place - 1].span.end : units[place].span.start]:
            break
    return places


def _is_head(text: str, units: Sequence[Unit], place: int) -> bool:
    """Return whether a unit is a term at the start of a paragraph that goes on: `Risk control. Limits are set.`"""
    unit = units[place]
    if place + 1 >= len(units) or unit.mark or unit.leads or has_verb(unit.words) or unit.words[-1:] != ".":
        return False
    opens = place > 0 and "\n" in text[units[place - 1].span.end : unit.span.start]
    goes_on = unit.span in units[place + 1].leads
    return opens and goes_on and len(unit.words.split()) <= LONGEST_HEAD
