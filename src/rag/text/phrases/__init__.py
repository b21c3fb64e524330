"""The phrases of the languages beside English that rules recognise, one module for each language.

The rules themselves are in the modules of `rag.text` and `rag.answer`, with their English phrases. A language that is
not here is read with the English ones.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import lru_cache
from importlib import import_module
from typing import TypeAlias

from rag.text.languages import known
from rag.text.phrases.model import Phrases

MODULES = {
    "de": "german",
    "es": "spanish",
    "fr": "french",
    "it": "italian",
    "nl": "dutch",
    "pt": "portuguese",
    "ru": "russian",
}
"""The module of each language in this package."""

LONGEST_COVERED = 2_000
"""Characters. Comparing a phrase with a whole text may take quadratic time, so a longer text is not compared."""

Part: TypeAlias = Callable[[Phrases], str]
"""Returns one pattern of a language: `lambda one: one.texts.limits`."""


@lru_cache(maxsize=len(MODULES))
def phrases_of(language: str) -> Phrases:
    """Return the phrases of one of the languages in `MODULES`."""
    found: Phrases = import_module(f"{__name__}.{MODULES[language]}").PHRASES
    return found


def phrases(languages: Iterable[str | None] = tuple(MODULES)) -> list[Phrases]:
    """Return the phrases of those of `languages` that have a module here; of all modules by default."""
    return [phrases_of(code) for code in map(known, languages) if code in MODULES]


def one_of(part: Part, languages: Iterable[str | None] = tuple(MODULES)) -> str:
    """Return a pattern that matches one part of the phrases in any of `languages`; empty if they have none."""
    return "|".join(filter(None, map(part, phrases(languages))))


def search(part: Part, languages: Iterable[str | None], text: str) -> re.Match[str] | None:
    """Return the first match of one part of the phrases in `text`, as whole words."""
    return _first(rf"\b(?:{pattern})\b" if (pattern := part(one)) else "" for one in phrases(languages))(text)


def starts(part: Part, languages: Iterable[str | None], text: str) -> re.Match[str] | None:
    """Return the match of one part of the phrases at the start of `text`, after punctuation."""
    return _first(rf"\A\W*+(?:{pattern})(?!\w)" if (pattern := part(one)) else "" for one in phrases(languages))(text)


def covers(part: Part, languages: Iterable[str | None], text: str) -> re.Match[str] | None:
    """Return the match of one part of the phrases if it is the whole of `text` but for punctuation at its ends.

    A longer text than `LONGEST_COVERED` is no phrase.
    """
    if len(text) > LONGEST_COVERED:
        return None
    return _first(rf"\A\W*+(?:{pattern})\W*\Z" if (pattern := part(one)) else "" for one in phrases(languages))(text)


def _first(patterns: Iterable[str]) -> Callable[[str], re.Match[str] | None]:
    ready = [compiled(one) for one in patterns if one]
    return lambda text: next((match for one in ready if (match := one.search(text))), None)


@lru_cache(maxsize=1024)
def compiled(pattern: str) -> re.Pattern[str]:
    """Return a pattern that ignores case."""
    return re.compile(pattern, re.IGNORECASE)
