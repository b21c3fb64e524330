"""Detect sentence boundaries: decide whether a full stop, or another terminator, ends a sentence."""

from __future__ import annotations

import re
from typing import NamedTuple

from rag.text.abbreviations import AFTER_TIMES, CAPITALISED, LABELLED, UNITS
from rag.text.sentence_words import COMMON, SentenceWords

_WINDOW = 40
"""Characters of context before and after a terminator. The limit keeps long lines fast."""

_CLOSERS = "\"'”’»›)\\]}」』】）》〉〕］｝*\u0300-\u036f\ufe00-\ufe0f"
_ALWAYS = "。！？｡؟।॥۔։"
_GREEK = "\u0370-\u03ff\u1f00-\u1fff"
TERMINATOR = re.compile(
    rf"""
    (?P<mark> \.(?:[ ]\.)+ | (?<=[{_GREEK}][{_GREEK}]);(?=\s) | [.!?…‥‼⁇⁈⁉{_ALWAYS}]+ )
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
"""A terminator with the closing quotes and brackets, the footnote marks and the white space that follow it.

The Greek question mark looks like a semicolon, and NFC makes it one.
"""

ENUMERATOR = r"\((?:\d{1,3}[A-Za-z]?|[a-z]{1,2}|[A-Z]|[ivx]{1,6}|[IVX]{1,6})\)"
"""The number of a clause, in brackets: `(1)`, `(a)`, `(iv)`; not `(EU)`."""

_OPENERS = "([{\"'“‘«‹„‚`"
_PART_BREAK = re.compile(r"[/–—]")
# In other languages than English, an article or a first part may be joined to an abbreviation: "l'art.", "BT-Drs."
_JOINED = re.compile(r"[/–—'’-]")
_DOTTED = re.compile(r"(?:[^\W\d_]\.-?)+[^\W\d_]{1,4}|Ph\.D|LL\.[BM]|Ed\.D")
_NEXT_WORD = re.compile(r"[\W_]*+(?!\w\.)([^\W_]++)")
_NEXT_CHARS = re.compile(r"[\W_]*+(\w{1,2})")
_NEXT_ITEM = re.compile(rf"(?:[•●▪◦‣*]|{ENUMERATOR})\s")
_ANY_REFERENCE = re.compile(r"[\[\"“]?(?:[§#(]\s?)?(?:\d|[IVXLC]+\b|[A-Za-z]\b(?!['’])|\()")
_SURE_REFERENCE = re.compile(r"[\[\"“]?(?:[§#(]\s?)?(?:\d|[IVXLC]{2,}\b|[B-HJ-Zb-z]\b(?!['’])|\([A-Z]{2,})")
# The number of a paragraph or an item, which is part of its first sentence: "12.", "Article 5.", "(1).", "B.", "C1."
_LABEL = re.compile(
    r"""
    (?: (?: §{1,2} | Art(?:icle)?s?\.? | Sec(?:tion)?s?\.? | Rules? | Clause | Chapter | Part | Annex | Appendix | Step
          | Schedule | Regulation | Reg\.? | Para(?:graph)?\.? | Item | Title | Table | Figure | Fig\.? | Level | Stage
          | Phase | Option | Question | Recommendation ) \s? )?
    \(? (?: [A-Z]?\d{1,4}(?:[.-]\d{1,3}){0,5} | [IVX]{1,6} | [ivx]{1,6} | [A-Za-z] ) \)?
    """,
    re.VERBOSE,
)
# The rest of the brackets that name the court and the year of a case: "(9th Cir. 1996)", "(D.C. Cir. July 2, 2019)".
_CITED = re.compile(r"(?:[A-Z][\w'’]{0,9}\.?,?\s|\d{1,2},?\s){0,3}(?:1[5-9]|20)\d\d\)")


class _Context(NamedTuple):
    """The text around a terminator, up to `_WINDOW` characters on each side."""

    word: str
    """The last word before the terminator, without opening quotes and brackets; empty after a space."""
    before: str
    """The text before `word`."""
    sentence: str
    """The sentence up to the terminator. Empty if it is longer than the window, and so too long for a label."""
    after: str
    """The text after the terminator and its white space."""
    following: str
    """The first word of `after`."""
    words: SentenceWords
    """The abbreviations and sentence starters of the language."""


def ends_sentence(text: str, start: int, end: int, match: re.Match[str], words: SentenceWords) -> bool:
    """Return whether `match`, a match of `TERMINATOR`, ends the sentence of `text` that begins at `start`.

    `end` is the end of the paragraph. It is after the end of the match.
    """
    if match["mark"][-1] in _ALWAYS:
        return True
    context = _context(text, start, end, match, words)
    if not match["gap"]:
        return _lacks_space(context)
    if text[match.start() - 1] in "([":
        return False
    if match["mark"] != ".":
        return not _continues(context) and (match["mark"][-1] in "!?;" or _word_follows(context))
    if match["notes"][:1].isdigit() and not match["closers"] and _is_abbreviation(context):
        return False
    if _continues(context):
        return "\n" in match["gap"] and not _is_abbreviation(context)
    return _full_stop_ends(context)


def _context(text: str, start: int, end: int, match: re.Match[str], words: SentenceWords) -> _Context:
    at = match.start()
    before = text[max(start, at - _WINDOW) : at]
    after = text[match.end() : min(end, match.end() + _WINDOW)]
    word = "" if before[-1:].isspace() else before.split()[-1]
    following = _NEXT_WORD.match(after)
    return _Context(
        word=(_PART_BREAK if words is COMMON else _JOINED).split(word)[-1].lstrip(_OPENERS),
        before=before[: len(before) - len(word)],
        sentence=before if at - start < _WINDOW else "",
        after=after,
        following=following[1] if following else "",
        words=words,
    )


def _lacks_space(context: _Context) -> bool:
    """Return whether the space between two sentences is missing: `of the Board.The Board`."""
    written = context.word.isalpha() and context.word.islower() and len(context.word) > 2
    return written and context.following in context.words.starters and context.after.startswith(context.following + " ")


def _word_follows(context: _Context) -> bool:
    """Return whether a word follows an ellipsis. Page numbers after dot leaders and formulas do not count."""
    return context.after.lstrip(_OPENERS)[:1].isalpha()


def _continues(context: _Context) -> bool:
    """Return whether a lower-case word follows. Words such as `iPhone` and the markers of list items do not count."""
    chars = _NEXT_CHARS.match(context.after)
    return bool(chars and chars[1][0].islower() and not chars[1][1:].isupper() and not _NEXT_ITEM.match(context.after))


def _is_abbreviation(context: _Context) -> bool:
    key = context.word.casefold()
    return (
        (len(key) == 1 and key.isalpha())
        or key in context.words.abbreviations
        or (key in CAPITALISED and context.word[:1].isupper())
        or _DOTTED.fullmatch(context.word) is not None
    )


def _full_stop_ends(context: _Context) -> bool:
    key = context.word.casefold()
    if _is_connector(context, key) or _is_label(context) or _CITED.match(context.after):
        return False
    if len(key) == 1 and key.isalpha():
        return _letter_ends(context)
    if key in context.words.references:
        return _reference_ends(context, key)
    if key.isdigit():
        return not _is_ordinal(context)
    return _word_ends(context, key)


def _is_connector(context: _Context, key: str) -> bool:
    # "CA." is California, and "V." is the number of a king.
    return key in context.words.connectors and (
        context.word == key or (len(key) > 1 and context.word == key.capitalize())
    )


def _is_label(context: _Context) -> bool:
    if _LABEL.fullmatch(context.sentence):
        return True
    # "as follows: 1. The Board; 2. The Chair"
    return context.word.isdigit() and context.before.rstrip().endswith((":", ";"))


def _is_ordinal(context: _Context) -> bool:
    """Return whether the full stop marks an ordinal number, as in German: `am 5. Juni`, `§ 12. Abs. 2`."""
    if context.before.rstrip().endswith("§"):
        return context.following.casefold() in context.words.references
    return len(context.word) <= 2 and context.following in context.words.after_ordinals


def _letter_ends(context: _Context) -> bool:
    if context.word.islower():
        return not _SURE_REFERENCE.match(context.after)
    named = context.before.split()[-1:]
    return context.following in context.words.starters or (named != [] and named[0].rstrip(".").casefold() in LABELLED)


def _reference_ends(context: _Context, key: str) -> bool:
    # In lower case, "art" and "fig" may be ordinary words. "no" often is an ordinary word, even with a capital letter.
    sure = context.word[0].isupper() and key != "no"
    if (_ANY_REFERENCE if sure else _SURE_REFERENCE).match(context.after):
        return False
    return not sure or context.following in context.words.starters


def _word_ends(context: _Context, key: str) -> bool:
    capital = context.word[:1].isupper()
    if capital and key in context.words.titles:
        return context.word.isupper() and context.following in context.words.starters
    if key == "etc":
        return context.following[:1].isalpha()
    if key in ("a.m", "p.m"):
        return context.following.casefold() not in AFTER_TIMES and not context.following.isdigit()
    if key in UNITS and not capital:
        return context.following[:1].isupper()
    if key in context.words.months and not capital:
        return not context.after[:1].isdigit()
    if _may_end(context, key, capital=capital):
        return context.following in context.words.starters
    return True


def _may_end(context: _Context, key: str, *, capital: bool) -> bool:
    """Return whether the word is an abbreviation that ends a sentence only before a sentence starter."""
    words = context.words
    named = capital and (key in words.months or key in CAPITALISED)
    return key in words.endings or named or _DOTTED.fullmatch(context.word) is not None
