"""Split text into index terms: stemmed words, numbers, and character bigrams of scripts without spaces."""

from __future__ import annotations

import re
import threading
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from itertools import chain, pairwise
from typing import TypeAlias

import Stemmer  # type: ignore[import-not-found]

from rag.text.languages import STEMMERS, fold, known, question_phrases, stop_words
from rag.text.numbers import parse_number
from rag.text.phrases import compiled, one_of
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
_PIECES = re.compile(rf"[{_UNSPACED}]|[^\W{_UNSPACED}][^\W{_UNSPACED}{_MARKS}]*(?:[{_MARKS}]+[^\W{_UNSPACED}]*)*|\S")
_UNSPACED_RUN = re.compile(rf"[{_UNSPACED}]+")
_IGNORED = re.compile("[\xad\u200c\u200d]")
_LAST_CYRILLIC = "\u052f"
_LETTER_APOSTROPHE = "\u02bc"  # the only one of the apostrophes that is a letter
_LONGEST_CACHED = 64  # characters of a token; longer tokens are analysed each time

# In capitals, these are names and not stop words: information technology, the World Health Organization.
_ACRONYMS = frozenset({"IT", "WHO"})


class _PerThread(threading.local):
    """The Snowball stemmers of each thread, because a stemmer is not thread-safe."""

    def __init__(self) -> None:
        self._stemmers: dict[str, Callable[[str], str]] = {}

    def stem(self, language: str) -> Callable[[str], str]:
        """Return the function that stems a word of a language."""
        if language not in self._stemmers:
            self._stemmers[language] = Stemmer.Stemmer(STEMMERS[language], 0).stemWord
        return self._stemmers[language]


@lru_cache(maxsize=1)
def _stemmers() -> _PerThread:
    return _PerThread()


def is_stop_word(word: str, language: str | None = None) -> bool:
    """Return whether a lower-case word of a language is too common to be an index term."""
    return word in stop_words((known(language),))


def pieces(text: str) -> Iterator[Span]:
    """Yield the smallest parts that a comparison of two texts tells apart, in order; only white space is between them.

    They are words, the characters of scripts without spaces, and punctuation marks.
    """
    return (Span(*match.span()) for match in _PIECES.finditer(text))


def terms(text: str, language: str | None = None) -> list[str]:
    """Return the index terms of `text` in reading order, with repetitions and without stop words.

    A text whose `language` has no stemmer is read as English. If the text has only stop words, they are its terms.
    """
    return _analyser(known(language), ()).terms(text)


@lru_cache(maxsize=4096)
def term_set(text: str, language: str | None = None) -> frozenset[str]:
    """Return the distinct index terms of a text of the documents. The same passages are read for many questions."""
    return frozenset(terms(text, language))


def terms_of_words(words: Iterable[str], language: str | None = None) -> list[str | None]:
    """Return the index term of each lower-case word as `terms` does, but faster. It is None if there are several."""
    return _analyser(known(language), ()).terms_of_words(words)


def terms_in(text: str, languages: Iterable[str]) -> list[str]:
    """Return the index terms of `text` in each of `languages`, one language after the other."""
    return [term for language in languages for term in terms(text, language)]


def term_spans(text: str, language: str | None = None) -> list[tuple[str, Span]]:
    """Return the same terms as `terms`, each with its span in `text`."""
    return _analyser(known(language), ()).spans(text)


def question_spans(question: str, language: str, spoken: tuple[str, ...]) -> list[tuple[str, Span]]:
    """Return the terms of a question as documents in `language` have them, each with its span in the question.

    `spoken` are the languages that the question may be written in. Their stop words, and the phrases that a question
    asks with, are left out. So are their words for the present, because texts in force do not name it.
    """
    analyser, content = _analyser(language, spoken), question
    now = one_of(lambda one: one.time.now, spoken)
    for phrase in filter(None, (question_phrases(spoken), compiled(rf"\b(?:{now})\b") if now else None)):
        content = phrase.sub(lambda match: " " * len(match[0]), content)
    return analyser.spans(content) or analyser.spans(question)


@lru_cache(maxsize=256)
def _analyser(language: str, spoken: tuple[str, ...]) -> _Analyser:
    return _Analyser(language, stop_words((language,)) | stop_words(spoken))


class _Analyser:
    """Splits texts of one language into terms."""

    def __init__(self, language: str, left_out: frozenset[str]) -> None:
        self._language = language
        self._left_out = left_out
        self._cached = lru_cache(1 << 16)(self._content)
        self._cached_terms = lru_cache(1 << 16)(self._content_terms)

    def terms(self, text: str) -> list[str]:
        """Return the terms of a text; its stop words if it has nothing else."""
        tokens = _TOKEN.findall(text)
        if max(map(len, tokens), default=0) <= _LONGEST_CACHED:  # fast path: no loop in Python code
            found = list(chain.from_iterable(map(self._cached_terms, tokens)))
        else:
            found = [term for token in tokens for term, _, _ in self._terms(token)]
        # A question of stop words alone must still find something: "What is it?"
        return found or [term for token in tokens for term, _, _ in self._analyse(token, frozenset())]

    def terms_of_words(self, words: Iterable[str]) -> list[str | None]:
        """Return the only term of each lower-case word, or None."""
        stem = _stemmers().stem(self._language)
        return [self._term_of_letters(word, stem) or self._only_term(word) for word in words]

    def _term_of_letters(self, word: str, stem: Callable[[str], str]) -> str | None:
        """Return the term of a word of Latin, Greek or Cyrillic letters; None for another word."""
        if not word.isalpha() or max(word) > _LAST_CYRILLIC or _LETTER_APOSTROPHE in word:
            return None
        folded = word if word.isascii() else fold(word, self._language)
        return (stem(folded) or folded) if folded.isalnum() else None

    def _only_term(self, word: str) -> str | None:
        found = self.terms(word)
        return found[0] if len(found) == 1 else None

    def spans(self, text: str) -> list[tuple[str, Span]]:
        """Return the same terms, each with its span."""
        tokens = [(match[0], match.start()) for match in _TOKEN.finditer(text)]
        found = [(term, Span(at + start, at + end)) for token, at in tokens for term, start, end in self._terms(token)]
        return found or [
            (term, Span(at + start, at + end))
            for token, at in tokens
            for term, start, end in self._analyse(token, frozenset())
        ]

    def _terms(self, token: str) -> Terms:
        return self._cached(token) if len(token) <= _LONGEST_CACHED else self._content(token)

    def _content(self, token: str) -> Terms:
        return self._analyse(token, self._left_out)

    def _content_terms(self, token: str) -> tuple[str, ...]:
        return tuple(term for term, _, _ in self._cached(token))

    def _analyse(self, token: str, left_out: frozenset[str]) -> Terms:
        if token in _ACRONYMS:
            return ((token.casefold(), 0, len(token)),)
        if _NUMBER.fullmatch(token):
            return tuple((part, 0, len(token)) for part in parse_number(token))
        if _UNSPACED_RUN.fullmatch(token):
            return _bigrams(token)
        if token.endswith("."):
            return self._words(token.replace(".", ""), 0, len(token), left_out)
        return tuple(
            term
            for match in _PIECE.finditer(token)
            for term in self._words(match[0], match.start(), match.end(), left_out)
        )

    def _words(self, piece: str, start: int, end: int, left_out: frozenset[str]) -> Terms:
        # A compatibility character may become several words: ½ becomes 1⁄2.
        folded = fold(_IGNORED.sub("", piece), self._language)
        words = [folded] if folded.isalnum() else _WORD.findall(folded)
        stem = _stemmers().stem(self._language)
        return tuple((stem(word) or word, start, end) for word in words if word not in left_out)


def _bigrams(run: str) -> Terms:
    composed = unicodedata.normalize("NFKC", run)
    if len(composed) < 2:
        return ((composed, 0, len(run)),)
    pairs = enumerate(a + b for a, b in pairwise(composed))
    if len(composed) == len(run):
        return tuple((pair, at, at + 2) for at, pair in pairs)
    # Composition changed the length, so the place of each pair is unknown. All pairs get the place of the whole run.
    return tuple((pair, 0, len(run)) for _, pair in pairs)
