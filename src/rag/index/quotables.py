"""Finds the sentences, lists and table rows of a passage that an answer may quote, and the lead-ins that they need.

A lead-in is the text that a list item or a table row depends on. It may be in an earlier passage.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.sources.boilerplate import is_boilerplate
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
"""The most characters of a list that is quoted in full. Of a longer list, only the items that answer the question are
quoted."""

_MIN_WORDS = 4  # a shorter text says too little to be quoted
ENDED = re.compile(r"[.!?…。！？][\"'”’»)\]]*\Z")
"""Matches the end of a complete sentence."""


def quotable(
    before: str, text: str, start: int, headings: tuple[str, ...], language: str | None = None
) -> tuple[Quotable, ...]:
    """Return the quotable units of a passage. Its text begins at offset `start` of its document.

    `before` is the text before the passage under the same headings. `headings` has the title and these headings.
    """
    own = sentences(text, language)
    leading = sentences(before, language) if _continues(own, before, text) else []
    spans = [*leading, *(span.shift(len(before)) for span in own)]
    units = find_context(before + text, spans, {*headings})[len(leading) :]
    if units and _ends_in_mid_sentence(text):
        units.pop()
    base = start - len(before)
    return tuple(_quotable(place, unit, base) for place, unit in enumerate(units) if _is_quotable(unit))


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


def _is_quotable(unit: Unit) -> bool:
    words = one_line(unit.words)
    if unit.heading or is_question(words) or is_uninformative(words) or is_boilerplate(words):
        return False
    if _is_short_list(unit):
        return True
    if is_lead_in(words) or (unit.items and introduces_list(words)):
        return False
    # A text in a script without spaces has few words but many terms.
    return bool(unit.leads) or len(words.split()) >= _MIN_WORDS or len(terms(words)) >= _MIN_WORDS


def _is_short_list(unit: Unit) -> bool:
    return len(unit.items) > 1 and unit.items[-1].end - unit.span.start <= LONGEST_LIST


def _continues(own: Sequence[Span], before: str, text: str) -> bool:
    """Return whether the passage begins inside a list, a table or a sentence. Only then is `before` needed."""
    if not own or not before:
        return False
    first = own[0].of(text)
    return not before.endswith("\n\n") or marker(first) is not None or len(split_row(first)) > 1


def _ends_in_mid_sentence(text: str) -> bool:
    """Return whether the passage ends inside a sentence. It does only if the sentence is too long for one passage."""
    return text.endswith(" ") and not ENDED.search(text.rstrip())
