"""The languages whose words are stemmed, and the languages that a question may be written in."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable
from functools import lru_cache

from rag.text.stop_words import ACCENTS_OMITTED, QUESTION_PHRASES, WORDS

DEFAULT = "en"
"""The language of a text whose own language is unknown or has no stemmer."""

STEMMERS = {
    "ar": "arabic",
    "ca": "catalan",
    "cs": "czech",
    "da": "danish",
    "de": "german",
    "el": "greek",
    "en": "english",
    "eo": "esperanto",
    "es": "spanish",
    "et": "estonian",
    "eu": "basque",
    "fa": "persian",
    "fi": "finnish",
    "fr": "french",
    "ga": "irish",
    "hi": "hindi",
    "hu": "hungarian",
    "hy": "armenian",
    "id": "indonesian",
    "it": "italian",
    "lt": "lithuanian",
    "ne": "nepali",
    "nl": "dutch",
    "no": "norwegian",
    "pl": "polish",
    "pt": "portuguese",
    "ro": "romanian",
    "ru": "russian",
    "sr": "serbian",
    "st": "sesotho",
    "sv": "swedish",
    "ta": "tamil",
    "tr": "turkish",
    "yi": "yiddish",
}
"""The Snowball stemmer of each language, by ISO 639-1 code."""

SAME = {"nb": "no", "nn": "no"}
_APOSTROPHES = "'’ʼ＇"
_WORD = re.compile(rf"[^\s{_APOSTROPHES}?!.,;:¿¡\"“”«»()]+")


def known(language: str | None) -> str:
    """Return the code of the language that a text is analysed as: its own if it has a stemmer, else English."""
    code = SAME.get(language or "", language or "")
    return code if code in STEMMERS else DEFAULT


def fold(word: str, language: str = DEFAULT) -> str:
    """Return a word in the form in which words are compared: NFKC without case."""
    if language == "tr":  # I and İ are the capitals of ı and i
        word = word.replace("İ", "i").replace("I", "ı")
    return unicodedata.normalize("NFKC", word).casefold()


@lru_cache(maxsize=256)
def stop_words(languages: tuple[str, ...]) -> frozenset[str]:
    """Return the stop words of all `languages` together."""
    return frozenset().union(*map(_stop_words, languages))


@lru_cache(maxsize=256)
def question_phrases(languages: tuple[str, ...]) -> re.Pattern[str] | None:
    """Return a pattern for the phrases that questions in `languages` ask with; None if there are none."""
    phrases = [QUESTION_PHRASES[one] for one in languages if one in QUESTION_PHRASES]
    return re.compile(rf"\b(?:{'|'.join(phrases)})\b", re.IGNORECASE) if phrases else None


def question_languages(question: str, languages: Collection[str]) -> tuple[str, ...]:
    """Return those of `languages` that a question may be written in: the ones with most stop words in it.

    Several languages may have equally many. If the question has no stop word, return all languages.
    """
    if len(languages) == 1:
        return tuple(languages)
    words = set(_WORD.findall(question))
    counts = {one: _count(words, one) for one in sorted(languages)}
    most = max(counts.values())
    return tuple(one for one, count in counts.items() if count == most)


def _count(words: Iterable[str], language: str) -> int:
    return len({fold(word, language) for word in words} & stop_words((language,)))


@lru_cache(maxsize=len(STEMMERS))
def _stop_words(language: str) -> frozenset[str]:
    words = {fold(word, language) for word in WORDS[language].split()}
    return frozenset(words | {_without_accents(word) for word in words} if language in ACCENTS_OMITTED else words)


def _without_accents(word: str) -> str:
    return "".join(char for char in unicodedata.normalize("NFD", word) if not unicodedata.combining(char))
