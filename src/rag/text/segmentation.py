"""Takes canonical text of legal and official prose; gives the spans of its sentences."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from rag.text.stops import ENUMERATOR, TERMINATOR, ends_sentence
from rag.types import Span

LONGEST_ENUMERATION = 600
"""A sentence longer than this is cut where the clauses of its in-line enumeration meet."""

_WINDOW = 48
"""How many characters at a line's end are looked at: more would make long lines slow."""

_NARROWEST = 36
"""Lines that are all shorter than this were not filled to a width, so that their breaks tell nothing."""

_WIDEST = 160
"""A line longer than this was not filled to a width either: each break beside it was meant."""

_MARKER = re.compile(
    rf"""
    (?: [-*•‣◦▪▫·●○■□►▶✓✔–—|]
      | {ENUMERATOR}
      | (?:\d{{1,3}}|[A-Za-z]|[ivx]{{2,6}})\)
      | \d{{1,3}}\.
      | \d{{1,2}}(?:\.\d{{1,3}}){{1,4}}\.?(?=\s+[^\W\d_a-z][^\W\d_A-Z])
      | [a-z]\.(?<!v\.)(?=\s+[^\d\s])
      | [ivx]{{2,6}}\.
    )(?=\s|\Z)
    """,
    re.VERBOSE,
)
_BARE_MARKER = re.compile(rf"(?:{_MARKER.pattern})\Z", re.VERBOSE)
# "paragraph" at the end of a line followed by "(2)" at the start of the next is a reference, not a list.
_REFERRING = re.compile(
    r"""
    (?: \b(?: (?:sub-?)?(?:paragraph|section) | point | article | rule | clause | regulation | part | chapter | item
            | annex | schedule | table | figure | step | level | page | no | art | sec | reg | fig | para | ch | cl
            | p | r | s )s?\.?
      | § )
    (?: [ ]?[\d(][\w(), ]{0,20}(?:,|[ ]and|[ ]or|[ ]to) )?
    \Z
    """,
    re.VERBOSE | re.IGNORECASE,
)
# The last is a line of a table of contents.
_CLAUSE_END = re.compile(r"(?:;(?: ?(?:and|or|and/or|but))?|(?<!\.):|(?:[.…]\s?){4}\d{1,4})\Z", re.IGNORECASE)
_UNFINISHED = re.compile(r"(?:[,&/-]|\b(?:a|an|and|as|at|by|for|from|in|of|on|or|per|that|the|to|with))\Z")
# A field of a form or of a letter's head: "Date of birth: 3 May 1980".
_FIELD = re.compile(r"[^\W\d_a-z][^:;.,\n]{0,40}: ")
_CLAUSE = re.compile(rf";\s(?:and\s|or\s)?(?={ENUMERATOR}\s)")


@lru_cache(64)
def sentences(text: str) -> tuple[Span, ...]:
    """Return where the sentences of `text` stand: in order, apart, trimmed, and leaving out only white space.

    A blank line ends a sentence, and so does a line before a list item, whose marker belongs to the item; any other
    line break is a space where it looks like the work of a paragraph filled to a width.
    """
    # Whoever cuts a document, and says what may be quoted of it, asks for the same passages one after the other.
    return tuple(
        clause for unit in _units(text) for sentence in _split(text, unit) for clause in _clauses(text, sentence)
    )


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
        start = block[0].start
        for at, line in enumerate(block[1:], 1):
            if _starts_unit(text, block, at):
                yield Span(start, block[at - 1].end)
                start = line.start
        yield Span(start, block[-1].end)


def _starts_unit(text: str, block: list[Span], at: int) -> bool:
    before, line = block[at - 1], block[at]
    tail = text[max(before.start, before.end - _WINDOW) : before.end]
    first = text[line.start]
    marked = _MARKER.match(text, line.start, line.end) is not None
    if (first.isdigit() or first == "(" or (marked and first.isalpha())) and _REFERRING.search(tail):
        return False
    if marked or _is_barred(text, before) or _is_barred(text, line) or (_is_row(text, before) and _is_row(text, line)):
        return True
    if (label := _label(text, line)) and label == _label(text, before):
        return True
    if _FIELD.match(text, line.start, line.end) and _FIELD.match(text, before.start, before.end):
        return True
    if before.end - before.start < _WINDOW and _BARE_MARKER.match(tail):
        return False
    if _CLAUSE_END.search(tail):
        return not (first.islower() and tail.endswith(":"))
    return not first.islower() and not _UNFINISHED.search(tail) and _is_short(text, block, at)


def _is_row(text: str, line: Span) -> bool:
    return text.find("\t", line.start, line.end) >= 0


def _label(text: str, line: Span) -> str:
    """Return what stands before the first colon of a line; two lines that begin alike so are rows of one table."""
    label, colon, rest = text[line.start : min(line.end, line.start + _WINDOW)].partition(": ")
    return label if colon and rest else ""


def _is_barred(text: str, line: Span) -> bool:
    """Whether bars stand between the cells of a row; unlike tabs, they have no other use in prose."""
    return text.find(" | ", line.start, line.end) >= 0


def _is_short(text: str, block: list[Span], at: int) -> bool:
    """Whether the first word of line `at` would have fitted easily on the line before: that was ended on purpose."""
    before, line = block[at - 1], block[at]
    # Only the lines near by: in a table the columns of one page are narrower than its paragraphs.
    width = max(near.end - near.start for near in block[max(0, at - 3) : at + 3])
    space = text.find(" ", line.start, line.end)
    word = (space if space >= 0 else line.end) - line.start
    return width > _WIDEST or (width >= _NARROWEST and before.end - before.start + 1 + word <= 0.6 * width)


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
