"""Says what of a passage may be quoted, and what must be known before it, which may stand in the passage before."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.sources.boilerplate import boilerplate
from rag.text import one_line, sentences, terms
from rag.text.markers import marker
from rag.text.sentence_context import Unit, find_context, split_row
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
"""Characters; of a longer list only the items that answer are quoted."""

_FEWEST_WORDS = 4
ENDED = re.compile(r"[.!?…。！？][\"'”’»)\]]*\Z")
"""Finds the end of a whole sentence."""


def quotable(before: str, text: str, start: int, above: tuple[str, ...]) -> tuple[Quotable, ...]:
    """Return what may be quoted of a passage whose text begins at `start` of its document.

    `before` is what leads up to it under the same headings, `above` are the title and these headings.
    """
    own = sentences(text)
    leading = sentences(before) if _leans_back(own, before, text) else []
    spans = [*leading, *(span.shift(len(before)) for span in own)]
    units = find_context(before + text, spans, {*above})[len(leading) :]
    if units and _is_cut(text):
        units.pop()
    base = start - len(before)
    return tuple(_quotable(place, unit, base) for place, unit in enumerate(units) if _may_be_said(unit))


def _quotable(place: int, unit: Unit, base: int) -> Quotable:
    words = one_line(unit.words)
    return Quotable(
        place=place,
        span=unit.span.shift(base),
        leads=tuple(span.shift(base) for span in unit.leads),
        items=tuple(span.shift(base) for span in unit.items) if _is_short_list(unit) else (),
        marked=unit.mark is not None,
        whole=bool(unit.leads or unit.items) or not is_fragment(words),
        pointer=is_cross_reference(words),
    )


def _may_be_said(unit: Unit) -> bool:
    words = one_line(unit.words)
    if unit.heading or is_question(words) or is_uninformative(words) or boilerplate(words):
        return False
    if _is_short_list(unit):
        return True
    if is_lead_in(words) or (unit.items and introduces_list(words)):
        return False
    # Scripts without spaces have few words and many terms.
    return bool(unit.leads) or len(words.split()) >= _FEWEST_WORDS or len(terms(words)) >= _FEWEST_WORDS


def _is_short_list(unit: Unit) -> bool:
    return len(unit.items) > 1 and unit.items[-1].end - unit.span.start <= LONGEST_LIST


def _leans_back(own: Sequence[Span], before: str, text: str) -> bool:
    """Whether the passage begins within a list, a table or a sentence: only then is it worth looking back."""
    if not own or not before:
        return False
    first = own[0].of(text)
    return not before.endswith("\n\n") or marker(first) is not None or len(split_row(first)) > 1


def _is_cut(text: str) -> bool:
    """Whether the passage ends in mid-sentence, as one does that alone is too long for a passage."""
    return text.endswith(" ") and not ENDED.search(text.rstrip())
