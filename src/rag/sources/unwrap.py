"""Joins the lines of a wrapped paragraph, even if a line end divides a word or a URL."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence, Set

_WORD = re.compile(r"[^\W\d_]+(?:[-’'][^\W\d_]+)*")
_HEAD = re.compile(r"(?<![^\W_])([^\W_]+)[-\u2010]$")
_WORD_LONGEST = 60
_TAIL = re.compile(r"[^\W\d_]+")
_URL_START = re.compile(r"(?:https?://|www\.)\S*$")
_URL_LONGEST = 500
_URL_REST = re.compile(r"(?!https?://|www\.)(?=\S*[\d./_%#&=?-]|[a-z]{1,6}$)\S+$")


def visible_hyphens(text: str) -> str:
    """Replace each soft hyphen at a line end with a hyphen, because normalisation would remove it."""
    return re.sub(r"\u00ad(?=[ \t]*(?:[\r\n]|$))", "-", text)


def vocabulary(lines: Sequence[str]) -> frozenset[str]:
    """Return the words in `lines`, and the parts of hyphenated words. A word that a line end divides is left out."""
    words: set[str] = set()
    cut = False
    for line in lines:
        found = _WORD.findall(line.lower())
        last = _HEAD.search(line.rstrip()[-_WORD_LONGEST:]) is not None
        inside = found[cut : len(found) - last]
        words.update(inside)
        cut = last
    return frozenset(words.union(part for word in words for part in re.split("[-’']", word)))


def join(lines: Iterable[str], words: Set[str]) -> str:
    """Join lines into one; `words` is the vocabulary of the document."""
    text = ""
    for line in lines:
        text = join_pair(text, " ".join(line.split()), words)
    return text


def join_pair(left: str, right: str, words: Set[str]) -> str:
    """Join two parts of a paragraph, with a space unless a word or a URL continues."""
    if not left or not right:
        return left or right
    if _URL_START.search(left[-_URL_LONGEST:]) and _URL_REST.match(right):
        return left + right
    head, tail = _HEAD.search(left[-_WORD_LONGEST:]), _TAIL.match(right)
    if head is None or tail is None or tail[0] in ("and", "or", "to"):  # "short- and long-term" keeps its space
        return f"{left} {right}"
    return left[:-1] + right if _continues(head[1], tail[0], words) else left + right


def _continues(head: str, tail: str, words: Set[str]) -> bool:
    """Return whether a hyphen at a line end only divides a word. The spelling elsewhere in the document decides."""
    if not tail.islower() or not head.isalpha() or (head.isupper() and len(head) > 1):
        return False
    whole, first, second = (head + tail).lower(), head.lower(), tail.lower()
    if whole in words or f"{first}-{second}" in words:
        return whole in words
    return not (first in words and second in words)
