"""Split text into index terms: stemmed words, numbers, and character bigrams of scripts without spaces."""

from __future__ import annotations

import re
import threading
import unicodedata
from functools import lru_cache
from itertools import chain, pairwise
from typing import TypeAlias

import Stemmer  # type: ignore[import-not-found]

from rag.text.numbers import parse_number
from rag.types import Span

Terms: TypeAlias = tuple[tuple[str, int, int], ...]
"""The terms of one token, each with its start and end within the token."""

# Thai, Lao, Burmese, Khmer, the kana, Han and Hangul. Korean has spaces, but its particles are attached to words.
_UNSPACED = (
    "\u0e01-\u0e3a\u0e40-\u0e4e\u0e81-\u0eae\u0eb0-\u0ece\u1000-\u1049\u1100-\u11ff\u1780-\u17d3"
    "\u3005-\u3007\u3040-\u30fa\u30fc-\u318e\u31a0-\u31bf\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\ua960-\ua97c\uac00-\ud7fb"
    "\uf900-\ufaff\uff66-\uffdc\U0001b000-\U0001b16f\U00020000-\U0003ffff"
)
# Marks that Python's \w does not match: combining accents, and the vowel signs and points of Hebrew, Arabic and the
# Indic scripts. The danda of the Indic scripts is left out, because it is punctuation.
_MARKS = (
    "\u0300-\u036f\u0483-\u0487\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06dc"
    "\u0900-\u0963\u0971-\u0df3\u0f18-\u0fc6\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20f0\ufe20-\ufe2f\xad\u200c\u200d"
)
_LETTER = rf"[^\W_{_UNSPACED}]"
_APOSTROPHES = "'’ʼ＇"
# A plain word and the character after it. The rest of the pattern gives the same tokens, but takes 1.5 times as long.
_PLAIN = r"[A-Za-z]{2,}(?=[ \n.,;:()-])|"
_TOKEN = re.compile(
    _PLAIN + r"\d+(?:[.,]\d+)+"
    r"|(?<!\w)(?:[^\W\d_]\.){2,}"
    rf"|{_LETTER}[^\W_{_UNSPACED}{_MARKS}]*(?:[{_MARKS}]+{_LETTER}*)*"
    rf"(?:[{_APOSTROPHES}]{_LETTER}+(?:[{_MARKS}]+{_LETTER}*)*)*"
    rf"|[{_UNSPACED}]+"
)
_NUMBER = re.compile(r"\d+(?:[.,]\d+)+")
_PIECE = re.compile(rf"[^{_APOSTROPHES}]+")
_WORD = re.compile(rf"[\w{_MARKS}]+")
_UNSPACED_RUN = re.compile(rf"[{_UNSPACED}]+")
_IGNORED = re.compile("[\xad\u200c\u200d]")
_LONGEST_CACHED = 64  # characters of a token; longer tokens are analysed each time

_STOP_WORDS = frozenset(
    """
    a about after again all also am an and any are as at be because been before being between both but by can could
    did didn do does doesn doing don done down during each eg either else etc for from further had hadn has hasn have
    haven having he hence her here hers herself him himself his how i ie if in into is isn it its itself just ll
    me might more most must my myself nor not of off on once only or other ought our ours ourselves out over own re
    s same shall she should shouldn so some such t than that the their theirs them themselves then there thereby
    these they this those though through thus to too under until up upon ve very was wasn we were weren what whatever
    when where whereas whether which while who whom whose why will with within without would wouldn yet you your
    yours yourself
    """.split()  # noqa: SIM905 - quoting every word would hide the words
)
# In capitals, these are names and not stop words: information technology, the World Health Organization.
_ACRONYMS = frozenset({"IT", "WHO"})


class _PerThread(threading.local):
    """A Snowball stemmer for each thread, because a stemmer is not thread-safe."""

    def __init__(self) -> None:
        self.english = Stemmer.Stemmer("english", 0)


@lru_cache(maxsize=1)
def _stemmers() -> _PerThread:
    return _PerThread()


def is_stop_word(word: str) -> bool:
    """Return whether a lower-case word is too common to be an index term."""
    return word in _STOP_WORDS


def terms(text: str) -> list[str]:
    """Return the index terms of `text` in reading order, with repetitions and without stop words.

    If the text has only stop words, they are its terms.
    """
    tokens = _TOKEN.findall(text)
    if max(map(len, tokens), default=0) <= _LONGEST_CACHED:  # fast path: no loop in Python code
        found = list(chain.from_iterable(map(_cached_terms, tokens)))
    else:
        found = [term for token in tokens for term, _, _ in _terms(token)]
    # A question of stop words alone must still find something: "What is it?"
    return found or [term for token in tokens for term, _, _ in _analyse(token, frozenset())]


def term_spans(text: str) -> list[tuple[str, Span]]:
    """Return the same terms as `terms`, each with its span in `text`."""
    tokens = [(match[0], match.start()) for match in _TOKEN.finditer(text)]
    found = [(term, Span(at + start, at + end)) for token, at in tokens for term, start, end in _terms(token)]
    return found or [
        (term, Span(at + start, at + end)) for token, at in tokens for term, start, end in _analyse(token, frozenset())
    ]


def _terms(token: str) -> Terms:
    return _cached(token) if len(token) <= _LONGEST_CACHED else _analyse(token, _STOP_WORDS)


@lru_cache(maxsize=1 << 16)
def _cached(token: str) -> Terms:
    return _analyse(token, _STOP_WORDS)


@lru_cache(maxsize=1 << 16)
def _cached_terms(token: str) -> tuple[str, ...]:
    return tuple(term for term, _, _ in _cached(token))


def _analyse(token: str, stop_words: frozenset[str]) -> Terms:
    if token in _ACRONYMS:
        return ((token.casefold(), 0, len(token)),)
    if _NUMBER.fullmatch(token):
        return tuple((part, 0, len(token)) for part in parse_number(token))
    if _UNSPACED_RUN.fullmatch(token):
        return _bigrams(token)
    if token.endswith("."):
        return _words(token.replace(".", ""), 0, len(token), stop_words)
    return tuple(
        term for match in _PIECE.finditer(token) for term in _words(match[0], match.start(), match.end(), stop_words)
    )


def _words(piece: str, start: int, end: int, stop_words: frozenset[str]) -> Terms:
    # A compatibility character may become several words: ½ becomes 1⁄2.
    folded = unicodedata.normalize("NFKC", _IGNORED.sub("", piece)).casefold()
    words = [folded] if folded.isalnum() else _WORD.findall(folded)
    stem = _stemmers().english.stemWord
    return tuple((stem(word), start, end) for word in words if word not in stop_words)


def _bigrams(run: str) -> Terms:
    composed = unicodedata.normalize("NFKC", run)
    if len(composed) < 2:
        return ((composed, 0, len(run)),)
    pairs = enumerate(a + b for a, b in pairwise(composed))
    if len(composed) == len(run):
        return tuple((pair, at, at + 2) for at, pair in pairs)
    # Composition changed the length, so the place of each pair is unknown. All pairs get the place of the whole run.
    return tuple((pair, 0, len(run)) for _, pair in pairs)
