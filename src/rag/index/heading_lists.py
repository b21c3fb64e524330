"""Finds announced things that are the headings of the next sections: `There are two levels:`, `1. Town`, `2. State`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from rag.text.announcements import announced_count, announces_list
from rag.text.markers import marker
from rag.text.normalisation import one_line
from rag.text.sentence_context import Unit
from rag.types import Heading, Span

_MOST_HEADINGS = 12
_LONGEST_HEADING = 15  # words


def headings_below(headings: Sequence[Heading], section: Span, end: int) -> tuple[Span, ...]:
    """Return the headings of the sections directly below a section, or of a numbered series that begins after it.

    None is returned if one of them ends after `end`. `headings` are those of the document, in order.
    """
    own = max((one.level for one in headings if section.start <= one.span.start < section.end), default=0)
    after = [one for one in headings if one.span.start >= section.end]
    if not after or after[0].span.start != section.end:
        return ()
    level = after[0].level
    series: list[Heading] = []
    for heading in after:
        if heading.level < level or (level <= own and heading.level == level and not _continues(series, heading)):
            break
        if heading.level == level:
            series.append(heading)
    short = all(len(one.title.split()) <= _LONGEST_HEADING for one in series)
    if not 1 < len(series) <= _MOST_HEADINGS or series[-1].span.end > end or not short:
        return ()
    return tuple(one.span for one in series)


def join_headings_below(units: list[Unit], headings: Sequence[Span]) -> None:
    """Add the headings below a section to its last sentence as items, if that sentence announces them."""
    if not units or not headings:
        return
    last = units[-1]
    words = one_line(last.words)
    if last.heading or last.items or last.tails or last.mark:
        return
    counted = announced_count(words)
    if counted == len(headings) or (counted is None and announces_list(words)):
        units[-1] = replace(last, items=tuple(headings))


def _continues(series: Sequence[Heading], heading: Heading) -> bool:
    """Return whether a heading has the next number of a series: `2. State` after `1. Town`."""
    mark = marker(heading.title)
    before = marker(series[-1].title) if series else None
    return mark is not None and (mark.follows(before) if before else mark.first)
