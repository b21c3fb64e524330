"""Split normalised text of legal and official prose into sentences."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from rag.text.boundaries import ENUMERATOR, TERMINATOR, ends_sentence
from rag.text.markers import ATTACHED
from rag.text.run_in_lists import split_run_in_list
from rag.text.sentence_words import SentenceWords, words_of
from rag.types import Span

LONGEST_ENUMERATION = 600
"""The limit on the characters of a sentence. A longer one is split between the clauses of its inline enumeration."""

_WINDOW = 48
"""Characters at the start or end of a line that are compared with patterns. The limit keeps long lines fast."""

_NARROWEST = 36
"""The minimum width of wrapped text, in characters. If all nearby lines are shorter, a short line ends no paragraph."""

_WIDEST = 160
"""The maximum width of wrapped text, in characters. If a nearby line is longer, the line breaks are intentional."""

_MARKER = re.compile(
    rf"""
    (?: [-*•‣◦▪▫·●○■□►▶➢➤✓✔–—|]
      | {ENUMERATOR}
      | (?:\d{{1,3}}|[A-Za-z]|[ivx]{{2,6}})\)
      | \d{{1,3}}\.
      | \d{{1,2}}(?:\.\d{{1,3}}){{1,4}}\.?(?=\s+[^\W\d_a-z][^\W\d_A-Z])
      | [A-Z]\d{{1,2}}\.(?=\s+[^\W\d_a-z][^\W\d_A-Z])
      | [a-z]\.(?<!v\.)(?=\s+[^\d\s])
      | [ivx]{{2,6}}\.
    )(?=\s|\Z|{ATTACHED})
    """,
    re.VERBOSE,
)
_BARE_MARKER = re.compile(rf"(?:{_MARKER.pattern})\Z", re.VERBOSE)
# If a line ends with "paragraph" and the next line begins with "(2)", the two are a reference, not a list.
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
# The last alternative is a line of a table of contents.
_CLAUSE_END = re.compile(r"(?:;(?: ?(?:and|or|and/or|but))?|(?<!\.):|(?:[.…]\s?){4}\d{1,4})\Z", re.IGNORECASE)
_UNFINISHED = re.compile(r"(?:[,&/-]|\b(?:a|an|and|as|at|by|for|from|in|of|on|or|per|that|the|to|with))\Z")
# A field of a form or of a letterhead: "Date of birth: 3 May 1980".
_FIELD = re.compile(r"[^\W\d_a-z][^:;.,\n]{0,40}: ")
_CLAUSE = re.compile(rf";\s(?:and\s|or\s)?(?={ENUMERATOR}\s)")


@lru_cache(64)
def sentences(text: str, language: str | None = None) -> tuple[Span, ...]:
    """Return the spans of the sentences of `text`, in order. They do not overlap, and omit only white space.

    The abbreviations and sentence starters of `language` count as well as the common ones.

    A blank line and the line break before a list item end a sentence. The marker belongs to the item. Any other line
    break counts as a space if the line looks like a wrapped line of a paragraph.
    """
    # Cached, because chunking and the search for quotable sentences split the same passages one after the other.
    return tuple(
        clause
        for paragraph in _paragraphs(text)
        for part in _parts(text, paragraph)
        for sentence in _split_sentences(text, part, words_of(language))
        for clause in _split_clauses(text, sentence)
    )


def _parts(text: str, paragraph: Span) -> Iterator[Span]:
    """Yield the items of a run-in list in a paragraph; the whole paragraph if it has none, or is a table row."""
    return iter([paragraph]) if _is_row(text, paragraph) else split_run_in_list(text, paragraph)


def _is_row(text: str, paragraph: Span) -> bool:
    """Return whether a paragraph is a table row that is short enough to be one sentence."""
    return paragraph.end - paragraph.start <= LONGEST_ENUMERATION and _has_bars(text, paragraph)


def _blocks(text: str) -> Iterator[list[Span]]:
    """Yield groups of trimmed lines, separated by blank lines."""
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


def _paragraphs(text: str) -> Iterator[Span]:
    """Yield the paragraphs, list items, table rows and headings. No sentence crosses their ends."""
    for block in _blocks(text):
        start = block[0].start
        for at, line in enumerate(block[1:], 1):
            if _starts_paragraph(text, block, at):
                yield Span(start, block[at - 1].end)
                start = line.start
        yield Span(start, block[-1].end)


def _starts_paragraph(text: str, block: list[Span], at: int) -> bool:
    before, line = block[at - 1], block[at]
    tail = text[max(before.start, before.end - _WINDOW) : before.end]
    first = text[line.start]
    marked = _MARKER.match(text, line.start, line.end) is not None
    if (first.isdigit() or first == "(" or (marked and first.isalpha())) and _REFERRING.search(tail):
        return False
    if (
        marked
        or _has_bars(text, before)
        or _has_bars(text, line)
        or (_has_tabs(text, before) and _has_tabs(text, line))
    ):
        return True
    if (label := _label(text, line)) and label == _label(text, before):
        return True
    if _FIELD.match(text, line.start, line.end) and _FIELD.match(text, before.start, before.end):
        return True
    if before.end - before.start < _WINDOW and _BARE_MARKER.match(tail):
        return False
    if _CLAUSE_END.search(tail):
        wrapped = first.islower() and tail.endswith(":") and text[line.end - 1] != ";"
        return not wrapped
    return not first.islower() and not _UNFINISHED.search(tail) and _is_short(text, block, at)


def _has_tabs(text: str, line: Span) -> bool:
    return text.find("\t", line.start, line.end) >= 0


def _label(text: str, line: Span) -> str:
    """Return the text before the first colon of a line. Two lines with the same label are rows of one table."""
    label, colon, rest = text[line.start : min(line.end, line.start + _WINDOW)].partition(": ")
    return label if colon and rest else ""


def _has_bars(text: str, line: Span) -> bool:
    """Return whether bars separate the cells of a table row in this line. Prose may have tabs, but no such bars."""
    return text.find(" | ", line.start, line.end) >= 0


def _is_short(text: str, block: list[Span], at: int) -> bool:
    """Return whether the line before `at` is so short that its break is intentional: the next word would fit."""
    before, line = block[at - 1], block[at]
    # Only lines nearby count, because the columns of a table are narrower than the paragraphs of the same page.
    width = max(near.end - near.start for near in block[max(0, at - 3) : at + 3])
    space = text.find(" ", line.start, line.end)
    word = (space if space >= 0 else line.end) - line.start
    return width > _WIDEST or (width >= _NARROWEST and before.end - before.start + 1 + word <= 0.6 * width)


def _split_sentences(text: str, paragraph: Span, words: SentenceWords) -> Iterator[Span]:
    start = paragraph.start
    if _is_row(text, paragraph):
        yield paragraph
        return
    for match in TERMINATOR.finditer(text, paragraph.start, paragraph.end):
        if start >= match.start() or match.end() >= paragraph.end:
            continue
        if ends_sentence(text, start, paragraph.end, match, words):
            yield Span(start, match.start("gap"))
            start = match.end()
    yield Span(start, paragraph.end)


def _split_clauses(text: str, sentence: Span) -> Iterator[Span]:
    start = sentence.start
    if sentence.end - start > LONGEST_ENUMERATION:
        for match in _CLAUSE.finditer(text, start, sentence.end):
            yield Span(start, match.end() - 1)
            start = match.end()
    yield Span(start, sentence.end)
