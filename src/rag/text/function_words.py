"""Recognise function words of a language. A function word is never a misspelt word."""

from __future__ import annotations

from functools import lru_cache

from rag.text.languages import fold, stop_words
from rag.text.phrases import compiled, phrases


def is_function_word(word: str, language: str) -> bool:
    """Return whether a word is a stop word, a question word, a usual verb of questions or a pronoun of a language."""
    return fold(word, language) in stop_words((language,)) or bool(compiled(_pattern(language)).fullmatch(word))


@lru_cache(maxsize=64)
def _pattern(language: str) -> str:
    parts = (
        part
        for one in phrases((language,))
        for part in (
            one.questions.words,
            one.questions.opens,
            one.questions.joins,
            one.follow_ups.verbs,
            one.follow_ups.stops,
            one.follow_ups.determiners,
            one.follow_ups.pronouns,
            *(adverb for adverb, _ in one.follow_ups.about),
            one.time.now,
            one.time.at,
        )
    )
    return "|".join(f"(?:{part})" for part in parts if part) or r"(?!)"
