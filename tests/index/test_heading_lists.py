"""Tests that the headings of the next sections may be the things that a sentence announces."""

from __future__ import annotations

import pytest

from rag.index.heading_lists import headings_below
from rag.index.quotables import section_quotables
from rag.types import Heading, Span

LEAD = "Levels\n\nPartnerships are needed at these three levels:\n\n"
ALL = ("1. The person", "2. The ward", "3. The hospital")


def document(titles: tuple[str, ...], level: int) -> tuple[str, tuple[Heading, ...]]:
    """Return the text and the headings of a document with a section for each title under `LEAD`."""
    text, headings = LEAD, [Heading(Span(0, 6), 2, "Levels")]
    for title in titles:
        headings.append(Heading(Span(len(text), len(text) + len(title)), level, title))
        text += f"{title}\n\nPeople decide about their own care.\n\n"
    return text, tuple(headings)


def quoted(titles: tuple[str, ...], level: int, reach: int = 10_000) -> list[str]:
    text, headings = document(titles, level)
    below = headings_below(headings, Span(0, len(LEAD)), reach)
    [units] = section_quotables(text, [Span(0, len(LEAD))], ("Notice", "Levels"), 12, None, below)
    return [item.of(text) for unit in units for item in unit.items]


@pytest.mark.parametrize("level", [2, 3])
def test_a_sentence_that_announces_is_quoted_with_the_headings_below_its_section(level: int) -> None:
    assert quoted(ALL, level) == list(ALL)


def test_headings_without_numbers_count_only_if_they_are_below_the_section() -> None:
    titles = ("The person", "The ward", "The hospital")
    assert quoted(titles, 3) == list(titles)
    assert quoted(titles, 2) == []


def test_the_series_of_numbers_must_begin_with_the_first_and_have_no_gap() -> None:
    assert quoted(("2. The ward", "3. The hospital"), 2) == []
    assert quoted((*ALL, "5. The state"), 2) == list(ALL)


def test_headings_that_are_too_far_away_are_not_quoted() -> None:
    assert quoted(ALL, 3, reach=len(LEAD) + 20) == []
