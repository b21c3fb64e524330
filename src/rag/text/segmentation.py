"""Takes canonical text of legal and official prose; gives the spans of its sentences."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from rag.text.stops import TERMINATOR, ends_sentence
from rag.types import Span

LONGEST_ENUMERATION = 600
"""A sentence longer than this is cut where the clauses of its in-line enumeration meet."""

_WINDOW = 48
"""How many characters at a line's end are looked at: more would make long lines slow."""

_WRAPPED_WIDTH = 60
"""A paragraph whose longest line is shorter was not filled to a width, so its line breaks tell nothing."""

_MARKER = re.compile(
    r"""
    (?: [-*•‣◦▪▫·●○■□►▶✓✔–—|]
      | \([A-Za-z0-9]{1,5}\)
      | [A-Za-z0-9]{1,4}\)
      | \d{1,3}\.
      | \d{1,2}(?:\.\d{1,3}){1,4}\.?(?=\s+[^\W\d_a-z][^\W\d_A-Z])
      | [a-z]\.(?<!v\.)(?=\s+[^\d\s])
      | [ivx]{2,5}\.
    )(?=\s|\Z)
    """,
    re.VERBOSE,
)
_BARE_MARKER = re.compile(rf"(?:{_MARKER.pattern})\Z", re.VERBOSE)
# "paragraph" at the end of a line followed by "(2)" at the start of the next is a reference, not a list.
_REFERRING = re.compile(
    r"""
    (?: \b(?: paragraph | point | article | section | subsection | sub-section | subparagraph | sub-paragraph | rule
          | clause | regulation | part | chapter | item | annex | schedule | table | figure | step | level | page
          )s?
      | \b(?:para|art|sec|reg|no|fig|p|pp|ch|cl|r|s|ss|rr)s?\.?
      | \b(?:under|and|or|to|of|in|by|see|with|than|was|is|are|were)
      | [§,]
    )\Z(?<!;[ ]and)(?<!;[ ]or)(?<!,[ ]and)(?<!,[ ]or)
    """,
    re.VERBOSE | re.IGNORECASE,
)
# The last is a line of a table of contents.
_CLAUSE_END = re.compile(r"(?:;(?: ?(?:and|or|and/or|but))?|:|(?:[.…]\s?){4}\d{1,4})\Z", re.IGNORECASE)
_UNFINISHED = re.compile(r"(?:[,&/-]|\b(?:a|an|and|as|at|by|for|from|in|of|on|or|per|that|the|to|with))\Z")
_CLAUSE = re.compile(r";\s(?:and\s|or\s)?(?=\([A-Za-z0-9]{1,5}\)\s)")


def sentences(text: str) -> list[Span]:
    """Return where the sentences of `text` stand: in order, apart, trimmed, and leaving out only white space.

    A blank line ends a sentence, and so does a line before a list item, whose marker belongs to the item; any other
    line break is a space where it looks like the work of a paragraph filled to a width.
    """
    return [clause for unit in _units(text) for sentence in _split(text, unit) for clause in _clauses(text, sentence)]


def _blocks(text: str) -> Iterator[list[Span]]:
    """Yield the trimmed lines between one blank line and the next."""
    block: list[Span] = []
    start = 0
    for line in text.split("\n"):
        words = line.strip()
        if words:
            begin = start + len(line) - len(line.lstrip())
            block.append(Span(begin, begin + len(words)))
        elif block:
            yield block
            block = []
        start += len(line) + 1
    if block:
        yield block


def _units(text: str) -> Iterator[Span]:
    """Yield the stretches that no sentence leaves: paragraphs, list items, headings."""
    for block in _blocks(text):
        width = max(line.end - line.start for line in block)
        start = block[0].start
        for before, line in pairwise(block):
            if _starts_unit(text, before, line, width):
                yield Span(start, before.end)
                start = line.start
        yield Span(start, block[-1].end)


def _starts_unit(text: str, before: Span, line: Span, width: int) -> bool:
    tail = text[max(before.start, before.end - _WINDOW) : before.end]
    if _MARKER.match(text, line.start, line.end):
        return not _REFERRING.search(tail)
    if before.end - before.start < _WINDOW and _BARE_MARKER.match(tail):
        return False
    lower = text[line.start].islower()
    if _CLAUSE_END.search(tail):
        return not (lower and tail.endswith(":"))
    return not lower and not _UNFINISHED.search(tail) and _is_short(text, before, line, width)


def _is_short(text: str, before: Span, line: Span, width: int) -> bool:
    """Whether the next line's first word would have fitted easily, so that the line was ended on purpose."""
    space = text.find(" ", line.start, line.end)
    word = (space if space >= 0 else line.end) - line.start
    return width >= _WRAPPED_WIDTH and before.end - before.start + 1 + word <= 0.6 * width


def _split(text: str, unit: Span) -> Iterator[Span]:
    start = unit.start
    for match in TERMINATOR.finditer(text, unit.start, unit.end):
        if start < match.start() and match.end() < unit.end and ends_sentence(text, start, unit.end, match):
            yield Span(start, match.start("gap"))
            start = match.end()
    yield Span(start, unit.end)


def _clauses(text: str, sentence: Span) -> Iterator[Span]:
    start = sentence.start
    if sentence.end - start > LONGEST_ENUMERATION:
        for match in _CLAUSE.finditer(text, start, sentence.end):
            yield Span(start, match.end() - 1)
            start = match.end()
    yield Span(start, sentence.end)
