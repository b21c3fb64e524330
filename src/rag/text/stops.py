"""Takes a full stop, or another terminator, in its surroundings; says whether a sentence ends there."""

from __future__ import annotations

import re
from typing import NamedTuple

from rag.text.abbreviations import (
    CAPITALISED,
    ENDINGS,
    GERMAN_MONTHS,
    HOURS,
    LETTERED,
    LINKS,
    MONTHS,
    OPENINGS,
    REFERENCES,
    TITLES,
    UNITS,
)

_WINDOW = 40
"""How many characters before and after a terminator are looked at: more would make long lines slow."""

_CLOSERS = "\"'”’»›)\\]}」』】）》〉〕］｝*\u0300-\u036f\ufe00-\ufe0f"
_ALWAYS = "。！？｡؟।॥۔"
TERMINATOR = re.compile(
    rf"""
    (?P<mark> \.(?:[ ]\.)+ | [.!?…‥‼⁇⁈⁉{_ALWAYS}]+ )
    (?P<closers> (?: [{_CLOSERS}] | [“«‘](?=\s|\Z) | [ ](?:''|[”»)\]])(?=\s|\Z) )* )
    (?P<notes> (?:
        \[[ ]?\w{{1,4}}[ ]?\]
        | [¹²³⁰⁴-⁹]+
        | (?:(?<=[^\W\d]\.)|(?<=[{_CLOSERS}]))\d{{1,3}}(?:,\d{{1,3}}){{0,3}}(?=\s+["'“‘(]?[^\W\d_a-z])
    ){{0,4}} )
    (?P<gap> \s* )
    """,
    re.VERBOSE,
)
"""A terminator with the quotes and brackets that close behind it, the marks of footnotes, and the space after them."""

ENUMERATOR = r"\((?:\d{1,3}[A-Za-z]?|[a-z]{1,2}|[A-Z]|[ivx]{1,6}|[IVX]{1,6})\)"
"""What numbers a clause within brackets: `(1)`, `(a)`, `(iv)`; not `(EU)`."""

_OPENERS = "([{\"'“‘«‹„‚`"
_PART_BREAK = re.compile(r"[/–—]")
_DOTTED = re.compile(r"(?:[^\W\d_]\.-?)+[^\W\d_]{1,4}|Ph\.D|LL\.[BM]|Ed\.D")
_NEXT_WORD = re.compile(r"[\W_]*+(?!\w\.)([^\W_]++)")
_NEXT_CHARS = re.compile(r"[\W_]*+(\w{1,2})")
_NEXT_ITEM = re.compile(rf"(?:[•●▪◦‣*]|{ENUMERATOR})\s")
_ANY_REFERENCE = re.compile(r"[\[\"“]?(?:[§#(]\s?)?(?:\d|[IVXLC]+\b|[A-Za-z]\b(?!['’])|\()")
_SURE_REFERENCE = re.compile(r"[\[\"“]?(?:[§#(]\s?)?(?:\d|[IVXLC]{2,}\b|[B-HJ-Zb-z]\b(?!['’])|\([A-Z]{2,})")
# What numbers a paragraph or an item and belongs to it: "12.", "Article 5.", "(1).", "B."
_LABEL = re.compile(
    r"""
    (?: (?: §{1,2} | Art(?:icle)?s?\.? | Sec(?:tion)?s?\.? | Rules? | Clause | Chapter | Part | Annex | Appendix | Step
          | Schedule | Regulation | Reg\.? | Para(?:graph)?\.? | Item | Title | Table | Figure | Fig\.? | Level | Stage
          | Phase | Option | Question | Recommendation ) \s? )?
    \(? (?: \d{1,4}(?:[.-]\d{1,3}){0,5} | [IVX]{1,6} | [ivx]{1,6} | [A-Za-z] ) \)?
    """,
    re.VERBOSE,
)
# The rest of the brackets that name the court and the year of a case: "(9th Cir. 1996)", "(D.C. Cir. July 2, 2019)".
_CITED = re.compile(r"(?:[A-Z][\w'’]{0,9}\.?,?\s|\d{1,2},?\s){0,3}(?:1[5-9]|20)\d\d\)")


class _Stop(NamedTuple):
    """What is seen at a terminator."""

    word: str
    """The last word before it, without opening quotes and brackets; empty after a space."""
    before: str
    """The text before the word."""
    lead: str
    """The sentence up to here where it is so short that it may be a mere label, else nothing."""
    after: str
    following: str
    """The first word after it."""


def ends_sentence(text: str, start: int, end: int, match: re.Match[str]) -> bool:
    """Whether the sentence of `text` that began at `start` ends with this match of `TERMINATOR`.

    `end` is where its paragraph ends: the match lies before that.
    """
    if match["mark"][-1] in _ALWAYS:
        return True
    stop = _look(text, start, end, match)
    if not match["gap"]:
        return _is_glued(stop)
    if text[match.start() - 1] in "([":
        return False
    if match["mark"] != ".":
        return not _goes_on(stop) and (match["mark"][-1] in "!?" or _starts_anew(stop))
    if match["notes"][:1].isdigit() and not match["closers"] and _is_abbreviation(stop):
        return False
    if _goes_on(stop):
        return "\n" in match["gap"] and not _is_abbreviation(stop)
    return _full_stop_ends(stop)


def _look(text: str, start: int, end: int, match: re.Match[str]) -> _Stop:
    at = match.start()
    before = text[max(start, at - _WINDOW) : at]
    after = text[match.end() : min(end, match.end() + _WINDOW)]
    word = "" if before[-1:].isspace() else before.split()[-1]
    following = _NEXT_WORD.match(after)
    return _Stop(
        word=_PART_BREAK.split(word)[-1].lstrip(_OPENERS),
        before=before[: len(before) - len(word)],
        lead=before if at - start < _WINDOW else "",
        after=after,
        following=following[1] if following else "",
    )


def _is_glued(stop: _Stop) -> bool:
    """Whether the space between two sentences was lost: `of the Board.The Board`."""
    written = stop.word.isalpha() and stop.word.islower() and len(stop.word) > 2
    return written and stop.following in OPENINGS and stop.after.startswith(stop.following + " ")


def _starts_anew(stop: _Stop) -> bool:
    """Whether words follow an ellipsis, not the page number that dots lead to nor the other half of a formula."""
    return stop.after.lstrip(_OPENERS)[:1].isalpha()


def _goes_on(stop: _Stop) -> bool:
    """Whether what follows starts small, though not as iPhone does and not as the next item of a list."""
    chars = _NEXT_CHARS.match(stop.after)
    return bool(chars and chars[1][0].islower() and not chars[1][1:].isupper() and not _NEXT_ITEM.match(stop.after))


def _is_abbreviation(stop: _Stop) -> bool:
    key = stop.word.casefold()
    return (
        (len(key) == 1 and key.isalpha())
        or any(key in words for words in (REFERENCES, TITLES, LINKS, ENDINGS, UNITS, MONTHS))
        or (key in CAPITALISED and stop.word[:1].isupper())
        or _DOTTED.fullmatch(stop.word) is not None
    )


def _full_stop_ends(stop: _Stop) -> bool:
    key = stop.word.casefold()
    if _is_link(stop, key) or _is_label(stop) or _CITED.match(stop.after):
        return False
    if len(key) == 1 and key.isalpha():
        return _letter_ends(stop)
    if key in REFERENCES:
        return _reference_ends(stop, key)
    if key.isdigit():
        return not _is_ordinal(stop)
    return _word_ends(stop, key)


def _is_link(stop: _Stop, key: str) -> bool:
    # "CA." is California and "V." a king.
    return key in LINKS and (stop.word == key or (len(key) > 1 and stop.word == key.capitalize()))


def _is_label(stop: _Stop) -> bool:
    if _LABEL.fullmatch(stop.lead):
        return True
    # "as follows: 1. The Board; 2. The Chair"
    return stop.word.isdigit() and stop.before.rstrip().endswith((":", ";"))


def _is_ordinal(stop: _Stop) -> bool:
    """Whether the full stop is spoken, as in German: `am 5. Juni`, `§ 12. Abs. 2`."""
    if stop.before.rstrip().endswith("§"):
        return stop.following.casefold() in REFERENCES
    return len(stop.word) <= 2 and stop.following in GERMAN_MONTHS


def _letter_ends(stop: _Stop) -> bool:
    if stop.word.islower():
        return not _SURE_REFERENCE.match(stop.after)
    named = stop.before.split()[-1:]
    return stop.following in OPENINGS or (named != [] and named[0].rstrip(".").casefold() in LETTERED)


def _reference_ends(stop: _Stop, key: str) -> bool:
    # Spelt small, "art." and "fig." may be words; "No." is one as often as not.
    sure = stop.word[0].isupper() and key != "no"
    if (_ANY_REFERENCE if sure else _SURE_REFERENCE).match(stop.after):
        return False
    return not sure or stop.following in OPENINGS


def _word_ends(stop: _Stop, key: str) -> bool:
    capital = stop.word[:1].isupper()
    if capital and key in TITLES:
        return stop.word.isupper() and stop.following in OPENINGS
    if key == "etc":
        return stop.following[:1].isalpha()
    if key in ("a.m", "p.m"):
        return stop.following.casefold() not in HOURS and not stop.following.isdigit()
    if key in UNITS and not capital:
        return stop.following[:1].isupper()
    if key in MONTHS and not capital:
        return not stop.after[:1].isdigit()
    if key in ENDINGS or (capital and (key in MONTHS or key in CAPITALISED)) or _DOTTED.fullmatch(stop.word):
        return stop.following in OPENINGS
    return True
