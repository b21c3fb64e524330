"""Compare proper names: initials, the parts of a name, and the adjective of a country."""

from __future__ import annotations

import re
from functools import lru_cache

from rag.answer.checks.listing import group
from rag.answer.checks.words import Reading, Word

_PEOPLES = {
    "irish": "ireland",
    "french": "france",
    "dutch": "netherlands",
    "greek": "greece",
    "spanish": "spain",
    "welsh": "wales",
    "swiss": "switzerland",
    "danish": "denmark",
    "polish": "poland",
    "british": "britain",
    "german": "germany",
    "english": "england",
    "scottish": "scotland",
    "swedish": "sweden",
    "finnish": "finland",
    "turkish": "turkey",
    "norwegian": "norway",
    "portuguese": "portugal",
    "chinese": "china",
    "japanese": "japan",
    "kazakh": "kazakhstan",
    "uzbek": "uzbekistan",
    "american": "america",
    "european": "europe",
    "czech": "czechia",
    "hungarian": "hungary",
    "italian": "italy",
}
_SMALL = group("and for in of on the de la du des und der to")
_PART = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*|[^\w\s]")
_SHORTEST_STEM = 4


_ALIASES = {"eu": {"union", "european"}, "us": {"states", "america"}, "uk": {"kingdom", "britain"}, "un": {"nations"}}


def same_name(one: Word, other: Word) -> bool:
    """Return whether two words name the same: `Irish` and `Ireland`."""
    if not (one.name and other.name):
        return False
    if other.low in _ALIASES.get(one.low, ()) or one.low in _ALIASES.get(other.low, ()):
        return True
    first, second = _country(one.low), _country(other.low)
    if first == second:
        return True
    shared = min(len(first), len(second))
    return (
        shared > _SHORTEST_STEM and first[: shared - 1] == second[: shared - 1] and abs(len(first) - len(second)) <= 4
    )


def _country(low: str) -> str:
    return _PEOPLES.get(low, low)


@lru_cache(maxsize=1024)
def initials(text: str) -> frozenset[str]:
    """Return the initials of each run of capitalised words, in lower case, small words left out."""
    found: set[str] = set()
    run: list[str] = []
    for part in [*_PART.findall(text), "."]:
        if part[0].isupper():
            run += [part] if part.isupper() and len(part) > 1 else part.replace("-", " ").split()
        elif part.lower() not in _SMALL:
            found.update(_runs(run))
            run = []
    return frozenset(found)


def _runs(run: list[str]) -> set[str]:
    letters = [word.lower() if word.isupper() else word[0].lower() for word in run]
    return {"".join(letters[start:end]) for start in range(len(run)) for end in range(start + 2, len(run) + 1)}


def abbreviated(word: Word, text: str) -> bool:
    """Return whether `word` may be the initials of a name in `text`, in any order: `NPT` of a treaty's long name."""
    if not is_acronym(word.text) or not 2 <= len(word.low) <= 8:
        return False
    low = word.low if word.text.isupper() else word.low.removesuffix("s")
    if low in _phrase_initials(text):
        return True
    known = initials(text)
    return low in known or (len(low) > 2 and any(_inside(low, one) for one in known if len(one) <= len(low) + 3))


def is_acronym(text: str) -> bool:
    """Return whether a word consists of capital letters: `EU`, `U.S.`, `SMEs`."""
    letters = text.replace(".", "").removesuffix("s").removesuffix("'").removesuffix("’")
    return len(letters) > 1 and letters.isupper()


@lru_cache(maxsize=1024)
def _phrase_initials(text: str) -> frozenset[str]:
    """Return the initials of every two to five words in a row: `sme` of `small and medium-sized enterprises`."""
    words = [part for part in re.findall(r"[^\W\d_]+(?:['’-][^\W\d_]+)*", text.lower()) if part not in _SMALL]
    return frozenset(
        "".join(word[0] for word in words[start : start + length])
        for start in range(len(words))
        for length in range(3, 6)
    )


def _inside(short: str, long: str) -> bool:
    left = list(long)
    for letter in short:
        if letter not in left:
            return False
        left.remove(letter)
    return True


def spelled_out(word: Word, quote: Reading) -> bool:
    """Return whether `word` is part of a long name whose initials stand in the quote."""
    return any(len(other.text) > 1 and other.text.isupper() and word.low[0] in other.low for other in quote.words)
