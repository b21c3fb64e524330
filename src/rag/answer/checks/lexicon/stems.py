"""Find the stem of an English word; irregular forms have the stem of their base form."""

from __future__ import annotations

from functools import lru_cache

from rag.answer.checks.lexicon.files import lines
from rag.answer.checks.listing import group
from rag.text import terms

_COMPARED = group("lower higher later earlier upper inner outer longer shorter over under former latter")
_ADJECTIVES = group(
    "large small big great rich poor young old new cheap dear strong weak fast slow safe easy hard simple "
    "strict near far "
    "broad wide narrow deep heavy light clean dark warm cold hot quick clear fair wealthy healthy happy early "
    "late high low "
    "long short tough mild harsh loose tight wet dry"
)


@lru_cache(maxsize=1 << 15)
def stem(word: str) -> str:
    """Return the stem of a lower-case word."""
    if word.startswith("un") and word[2:] in _irregular():
        return f"un{stem(word[2:])}"  # unpaid
    word = _irregular().get(word, word)
    if word not in _COMPARED and (base := _base(word)):
        word = base
    found = terms(word, "en")
    return found[0] if found else word


@lru_cache(maxsize=1)
def _irregular() -> dict[str, str]:
    return {form: base for base, *forms in map(str.split, lines("irregular.txt")) for form in forms}


def is_irregular(word: str) -> bool:
    """Return whether a lower-case word is an irregular form: `took`, `given`."""
    return word in _irregular()


def irregular_forms(word: str) -> tuple[str, ...]:
    """Return the irregular forms of a base form: `took taken` of `take`."""
    return tuple(form for form, base in _irregular().items() if base == word)


def _base(word: str) -> str | None:
    """Return the adjective of a comparative or superlative: `rich` for `richest`."""
    for ending in ("er", "est", "ier", "iest"):
        if word.endswith(ending):
            root = word.removesuffix(ending)
            for base in (root, f"{root}e", f"{root}y", root[:-1]):
                if base in _ADJECTIVES:
                    return base
    return None
