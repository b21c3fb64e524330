"""Finds the sentences, lists and table rows of a passage that an answer may quote, with the context that they need.

The context may be in another passage of the section: the lead-in of a list, the header of a table, an exception.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import accumulate, chain, pairwise

from rag.index.heading_lists import join_headings_below
from rag.index.tables import is_row, outer_rows
from rag.index.units import units_of
from rag.sources.boilerplate import is_boilerplate
from rag.text import one_line, sentences, terms
from rag.text.sentence_context import Unit
from rag.text.sentence_roles import (
    introduces_list,
    is_cross_reference,
    is_fragment,
    is_lead_in,
    is_question,
    is_uninformative,
)
from rag.types import Quotable, Span

LONGEST_LIST = 600
"""The most characters of a list that is quoted in full. Of a longer list, only the items that answer the question are
quoted."""

# A term that is defined, and words such as e-residency, iPhone and addresses.
_MAY_OPEN_IN_LOWER_CASE = re.compile(r"(?:[^\s:]+ ){0,8}[^\s:]+: |[a-z]-|\w*[A-Z]|https?\b|www\b")
_LONGEST_DEFINITION = 1000  # characters of a definition with its parts
_DEFINES = re.compile(r"\bmeans?\b")
_UNREAD = 1 << 16  # the place of a row in an earlier passage: no sentence of the passage has this number
_MIN_WORDS = 4  # a shorter text says too little to be quoted
ENDED = re.compile(r"[.!?…。！？][\"'”’»)\]]*\Z")
"""Matches the end of a complete sentence."""


def quotable(
    before: str, text: str, start: int, headings: tuple[str, ...], after: str = "", language: str | None = None
) -> tuple[Quotable, ...]:
    """Return the quotable units of a passage. Its text begins at offset `start` of its document.

    `before` and `after` are the text around the passage under the same headings. `headings` has the title and these
    headings.
    """
    ends = [0, len(before), len(before) + len(text), len(before) + len(text) + len(after)]
    passages = [Span(first, last) for first, last in pairwise(ends)]
    found = section_quotables(before + text + after, passages, headings, 1, language)[1]
    return tuple(_shifted(one, start - len(before)) for one in found)


def section_quotables(
    text: str,
    passages: Sequence[Span],
    headings: tuple[str, ...],
    reach: int,
    language: str | None = None,
    below: Sequence[Span] = (),
) -> list[tuple[Quotable, ...]]:
    """Return the quotable units of each passage of a section. `text` is the text of the whole document.

    `headings` has the title and the headings of the section, and `below` the headings of the sections directly below
    it that its last sentence may announce. The context of a unit is at most `reach` passages away.
    """
    base = passages[0].start
    split = [[span.shift(one.start - base) for span in sentences(one.of(text), language)] for one in passages]
    units = units_of(text[base : passages[-1].end], [*chain.from_iterable(split)], {*headings}, language)
    join_headings_below(units, [span.shift(-base) for span in below])
    starts = [0, *accumulate(map(len, split))]
    outer = outer_rows(text[base : passages[-1].end], units)
    cut = [_ends_in_mid_sentence(one.of(text)) for one in passages]
    found = []
    for number, (first, last) in enumerate(pairwise(starts)):
        near = _near(passages, number, reach, base)
        if below and number == len(passages) - 1:
            near = Span(near.start, below[-1].end - base)
        # A sentence that is too long for one passage is cut in two. Neither part may be quoted.
        own = range(first + (number > 0 and cut[number - 1]), last - cut[number])
        others = [row for row in _rows_elsewhere(outer, first, last) if near.contains(units[row].span)]
        places = {units[n].span: n - first if n >= first else _UNREAD for n in (*range(first, last), *others)}
        quoted = (_within(units[n], near) for n in (*own, *others))
        found.append(tuple(_quotable(places, unit, base) for unit in quoted if _is_quotable(unit, language)))
    return found


def _rows_elsewhere(outer: Sequence[tuple[int, int]], first: int, last: int) -> list[int]:
    """Return the first and last rows of the tables that go on outside the units from `first` to `last`."""
    rows = {row for top, bottom in outer if top < last and first <= bottom for row in (top, bottom)}
    return sorted(rows - {*range(first, last)})


def _near(passages: Sequence[Span], number: int, reach: int, base: int) -> Span:
    """Return the text of a section in which the context of the units of a passage may stand."""
    last = min(number + reach, len(passages) - 1)
    return Span(passages[max(0, number - reach)].start - base, passages[last].end - base)


def _within(unit: Unit, near: Span) -> Unit:
    """Return the unit without the parts of its context that are far away."""
    around = (*unit.leads, *unit.items, *unit.tails)
    if all(map(near.contains, around)):
        return unit
    leads, items, tails = (tuple(filter(near.contains, spans)) for spans in (unit.leads, unit.items, unit.tails))
    return replace(unit, leads=leads, items=items, tails=tails)


def _quotable(places: Mapping[Span, int], unit: Unit, base: int) -> Quotable:
    words = one_line(unit.words)
    items = unit.items if _is_short_list(unit) else ()
    around = (*unit.leads, *unit.asked, *items, *unit.tails)
    return Quotable(
        place=places[unit.span],
        span=unit.span.shift(base),
        leads=tuple(span.shift(base) for span in unit.leads),
        items=tuple(span.shift(base) for span in items),
        marked=unit.mark is not None,
        whole=_is_whole(unit, words),
        pointer=is_cross_reference(words),
        tails=tuple(span.shift(base) for span in unit.tails),
        places=tuple(sorted({places[span] for span in around if span in places})),
    )


def _is_whole(unit: Unit, words: str) -> bool:
    """Return whether a unit says something complete: not a fragment or the end of a sentence."""
    if unit.leads or unit.items or is_row(unit.words):
        return True
    return not (is_fragment(words) or _begins_within(unit, words))


def _begins_within(unit: Unit, words: str) -> bool:
    """Return whether a line begins inside a sentence whose first part is elsewhere, such as the end of a heading."""
    return unit.mark is None and words[:1].islower() and not _MAY_OPEN_IN_LOWER_CASE.match(words)


def _is_quotable(unit: Unit, language: str | None) -> bool:
    words = one_line(unit.words)
    if unit.heading or is_question(words) or is_uninformative(words) or is_boilerplate(words):
        return False
    if _is_short_list(unit) or unit.tails:
        return True
    if is_lead_in(words) or (unit.items and introduces_list(words, language)):
        return False
    # A text in a script without spaces has few words but many terms.
    return bool(unit.leads) or len(words.split()) >= _MIN_WORDS or len(terms(words)) >= _MIN_WORDS


def _is_short_list(unit: Unit) -> bool:
    limit = _LONGEST_DEFINITION if _DEFINES.search(unit.words) else LONGEST_LIST
    return len(unit.items) > 1 and sum(span.end - span.start for span in (unit.span, *unit.items)) <= limit


def _ends_in_mid_sentence(text: str) -> bool:
    """Return whether the passage ends inside a sentence. It does only if the sentence is too long for one passage."""
    return text.endswith(" ") and not ENDED.search(text.rstrip())


def _shifted(one: Quotable, offset: int) -> Quotable:
    leads, items, tails = (tuple(span.shift(offset) for span in spans) for spans in (one.leads, one.items, one.tails))
    return replace(one, span=one.span.shift(offset), leads=leads, items=items, tails=tails)
