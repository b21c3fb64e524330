"""Find the items of a run-in list: a list that stands in one paragraph, without line breaks between its items.

Text from PDFs often has such lists: `a. Records complaints b. Answers them within a week c. Reports on them`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from rag.text.roman import first_numerals
from rag.types import Span

_BULLET = r"[•‣◦▪▫●○■□►▶✓✔➢➤]"
_LABEL = re.compile(
    rf"""
    (?: \A | (?<=\s) )
    (?: (?P<bullet> {_BULLET} )
      | (?P<letter> [a-z] ) (?P<stop> [.)] )
      | (?P<roman> [ivx]{{1,5}} ) (?P<close> [.)] )
      | (?P<number> \d{{1,2}} ) (?P<end> [.)] )
      | (?P<section> \d{{1,3}}\.\d{{1,2}} )
    ) (?= \s [^\s\d] )
    """,
    re.VERBOSE,
)
_ROMANS = first_numerals(15)
_AFTER_BREAK = re.compile(r"(?:\A|[.:;—–]|;\s(?:and|or)|,\s(?:and|or)|[•‣◦▪▫●○■□►▶✓✔➢➤])\s*\Z")
# Before a number that refers to another place: "under section 4.2 a bank", "see paragraph b."
_REFERRING = re.compile(
    r"\b(?:articles?|sections?|paragraphs?|clauses?|rules?|regulations?|points?|items?|parts?|chapters?|steps?|levels?|"
    r"annex|schedules?|tables?|figures?|pages?|versions?|class|grade|no|and|or|to|of|by|in|under|per|about|than)\.?\s\Z",
    re.IGNORECASE,
)
_WINDOW = 24  # characters before a label that are compared with patterns
_SHORTEST_RUN = 3  # labels of a run that does not begin after a break in the text
"""A run that begins in mid-sentence needs this many labels, because two may be a coincidence."""


def split_run_in_list(text: str, paragraph: Span) -> Iterator[Span]:
    """Yield the parts of a paragraph: the text before its first list item, and each item; else the whole paragraph."""
    starts = [start for start in _item_starts(text, paragraph) if start > paragraph.start]
    for start, end in pairwise([paragraph.start, *starts, paragraph.end]):
        part = text[start:end].rstrip()
        if part:
            yield Span(start, start + len(part))


def _item_starts(text: str, paragraph: Span) -> list[int]:
    """Return the offsets of labels of one style with consecutive ranks, ascending."""
    runs: dict[str, list[tuple[int, int]]] = {}  # the offset and the rank of each label of the run in one style
    starts: set[int] = set()
    for match in _LABEL.finditer(text, paragraph.start, paragraph.end):
        for style, rank in _readings(match):
            run = runs.get(style, [])
            if not _may_be_label(text, paragraph, match):
                continue
            if run and rank in (0, run[-1][1] + 1):
                run.append((match.start(), rank))
            elif rank <= 1 or match.start() == paragraph.start:
                starts.update(_long_enough(text, paragraph, run))
                runs[style] = [(match.start(), rank)]
    for run in runs.values():
        starts.update(_long_enough(text, paragraph, run))
    return sorted(starts)


def _readings(match: re.Match[str]) -> Iterator[tuple[str, int]]:
    """Yield the styles in which a label can be read, each with its rank in that style. `i.` has two readings."""
    if match["bullet"]:
        yield match["bullet"], 0
    elif match["section"]:
        prefix, _, number = match["section"].partition(".")
        yield f"{prefix}.", int(number)
    elif match["number"]:
        yield f"1{match['end']}", int(match["number"])
    else:
        label, closing = match["letter"] or match["roman"], match["stop"] or match["close"]
        if len(label) == 1:
            yield f"a{closing}", ord(label) - ord("a") + 1
        if label in _ROMANS:
            yield f"i{closing}", _ROMANS.index(label) + 1


def _may_be_label(text: str, paragraph: Span, match: re.Match[str]) -> bool:
    """Return whether a match is a label: not a number in a sentence, and not a reference such as `section 4.`"""
    if match["bullet"]:
        return True
    before = text[max(paragraph.start, match.start() - _WINDOW) : match.start()]
    if _AFTER_BREAK.search(before):
        return True
    return not match["section"] and not _REFERRING.search(before)


def _long_enough(text: str, paragraph: Span, run: list[tuple[int, int]]) -> Iterator[int]:
    """Yield the offsets of a run if it is long enough to be a list."""
    if len(run) > 1:
        first = run[0][0]
        after_break = _AFTER_BREAK.search(text[max(paragraph.start, first - _WINDOW) : first])
        if after_break or len(run) >= _SHORTEST_RUN:
            yield from (start for start, _ in run)
