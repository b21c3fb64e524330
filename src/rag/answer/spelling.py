"""Correct misspelt words of a question with the vocabulary of the index.

Only a word that neither the index nor the encoder has is corrected. The index keeps hashes of its terms and no list of
words. So the possible corrections are formed from the typed word, and each is looked up: all words at one edit (Norvig
2007, "How to Write a Spelling Corrector"), and those at two edits of which one doubles a letter or undoes it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cache, lru_cache
from typing import NamedTuple, Protocol

from rag.text.languages import DEFAULT, stop_words
from rag.text.provision_names import is_kind_name
from rag.text.stop_words import WORDS
from rag.text.tokenization import is_stop_word

_MIN_LETTERS = 4
_SHORT = 4  # letters of a word with too many neighbours: `fine`, `line`, `fire`; so only its slips are undone
_LEAST_LIKENESS = 0.75  # of the typed word and the word of the documents: `subsection` is not `subject`
_ENDING = 3  # letters
_STOP_WORD_ROWS = 1 << 30  # a stop word is in nearly every row
_WORD = re.compile(rf"[^\W\d_]{{{_MIN_LETTERS},30}}")
_LATIN = "abcdefghijklmnopqrstuvwxyzàáâãäåæçèéêëìíîïñòóôõöøùúûüýßœ"
_CYRILLIC = "абвгдежзийклмнопрстуфхцчшщъыьэюяёіїєґ"
_GREEK = "αβγδεζηθικλμνξοπρσςτυφχψωάέήίόύώ"


class Vocabulary(Protocol):
    """The words of an index and of an encoder."""

    def terms(self, word: str) -> list[str]:
        """Return the index terms of a word in the language of the question."""
        ...

    def frequency(self, term: str) -> int:
        """Return the number of passages that have an index term."""
        ...

    def frequencies(self, words: Sequence[str]) -> list[int]:
        """Return the frequency of the term of each lower-case word; 0 if the word has several terms."""
        ...

    def words(self, term: str) -> Iterable[str]:
        """Return words of the passages that have this index term, in lower case."""
        ...

    def familiar(self, word: str) -> bool:
        """Return whether the encoder knows a word as one token."""
        ...

    def is_ending(self, letters: str) -> bool:
        """Return whether words often end in these letters, in a language that the encoder has not read."""
        ...


@dataclass(frozen=True, slots=True)
class Corrected:
    """A question with corrected words. `changes` has each typed word with its correction."""

    question: str
    changes: tuple[tuple[str, str], ...]


class _Candidate(NamedTuple):
    """A possible correction. `cost` is 0 for slips of the fingers: swapped letters and double letters."""

    word: str
    cost: int
    replaces: bool = False
    swaps: bool = False


def correct(question: str, vocabulary: Vocabulary) -> Corrected:
    """Correct the words that have no passage and that the encoder does not know as one token."""
    changes: dict[str, str] = {}
    for match in _WORD.finditer(question):
        typed = match[0]
        if typed in changes or not _is_unknown(typed, vocabulary):
            continue
        is_name = typed[0].isupper() and match.start() > 0
        if not typed.isupper() and (word := _best(typed.lower(), vocabulary, is_name)):
            changes[typed] = word.capitalize() if typed[0].isupper() else word
    corrected = _WORD.sub(lambda match: changes.get(match[0], match[0]), question)
    return Corrected(corrected, tuple(changes.items()))


def _is_unknown(word: str, vocabulary: Vocabulary) -> bool:
    lowered = word.lower()
    if lowered in _common_words() or is_kind_name(lowered) or any(map(vocabulary.frequency, vocabulary.terms(word))):
        return False
    [stem, *_] = vocabulary.terms(word)
    inflected = len(lowered) - len(stem) <= 3 and lowered.startswith(stem)
    return not vocabulary.familiar(lowered) and not (inflected and vocabulary.familiar(stem))


@cache
def _common_words() -> frozenset[str]:
    """Return the stop words of all languages. A question may be in a language that no document has."""
    return stop_words(tuple(WORDS))


def _best(word: str, vocabulary: Vocabulary, is_name: bool) -> str | None:
    """Return the most frequent of the likeliest corrections, or None if the index has none of them.

    No letter of a name is replaced by another one, because that often gives the name of something else: Iran, Iraq.
    """
    near = [one for one in _edits(word) if not (is_name and one.replaces)]
    if len(word) <= _SHORT:
        slips = (one for one in near if one.swaps or (len(one.word) >= _SHORT and is_stop_word(one.word)))
        near = [] if is_name else [*slips]
    for candidates in (near, _two_edits(word) if len(word) > _SHORT else ()):
        known = _with_frequencies([*candidates], vocabulary)
        found = [(not vocabulary.familiar(one.word), one.cost, -rows, one.word) for one, rows in known if rows]
        if found:
            written = _as_written(word, min(found)[-1], vocabulary)
            alike = _likeness(word, written) >= _LEAST_LIKENESS and not _is_another_form(word, written, vocabulary)
            return written if alike else None
    return None


def _is_another_form(typed: str, written: str, vocabulary: Vocabulary) -> bool:
    """Return whether the typed word may be right: it ends in another way, and many words end like it.

    The French `salaire` is one slip from `salarie`, but many words end in `-ire`. `Havengedl` has no usual ending.
    """
    own, other = ("".join(map(_base, word[-_ENDING:])) for word in (typed, written))
    return own != other and vocabulary.is_ending(typed[-_ENDING:])


def _likeness(one: str, other: str) -> float:
    return SequenceMatcher(None, one, other).ratio()


def _as_written(typed: str, candidate: str, vocabulary: Vocabulary) -> str:
    """Return the word of the documents that is most like `typed`, among those with the index term of `candidate`.

    Several candidates may have one index term, and most of these are not words: congestion, congestic.
    """
    if is_stop_word(candidate):
        return candidate
    words = {*vocabulary.words(vocabulary.terms(candidate)[0])} or {candidate}
    return max(sorted(words), key=lambda word: _likeness(typed, word))


def _with_frequencies(candidates: Sequence[_Candidate], vocabulary: Vocabulary) -> Iterator[tuple[_Candidate, int]]:
    """Yield each candidate with the number of passages that have it. There are some thousand candidates."""
    common = stop_words((DEFAULT,))
    frequencies = vocabulary.frequencies([one.word for one in candidates])
    for one, rows in zip(candidates, frequencies, strict=True):
        yield one, _STOP_WORD_ROWS if one.word in common else rows


def _edits(word: str) -> Iterator[_Candidate]:
    """Yield the words at one edit. The first letter stays, because few slips change it."""
    for at in range(len(word) - 1):
        if word[at] != word[at + 1]:
            yield _Candidate(word[:at] + word[at + 1] + word[at] + word[at + 2 :], 0, swaps=True)
    for at in range(1, len(word)):
        yield _Candidate(word[:at] + word[at + 1 :], int(word[at] != word[at - 1]))
        for letter in _letters(word):
            same = _base(letter) == _base(word[at])  # an accent left out: `Constituiçao`
            yield _Candidate(word[:at] + letter + word[at + 1 :], int(not same), replaces=not same)
    for at in range(1, len(word) + 1):
        for letter in _letters(word):
            yield _Candidate(word[:at] + letter + word[at:], int(letter != word[at - 1]))


def _two_edits(word: str) -> Iterator[_Candidate]:
    """Yield words at two edits, of which one doubles a letter or makes a double letter single."""
    doubled = {word[:at] + word[at - 1] + word[at:] for at in range(1, len(word) + 1)}
    single = {word[:at] + word[at + 1 :] for at in range(1, len(word)) if word[at] == word[at - 1]}
    for other in sorted(doubled | single):
        yield from (one for one in _edits(other) if not one.replaces)


@lru_cache(maxsize=1024)
def _base(letter: str) -> str:
    """Return a letter without its accent."""
    return unicodedata.normalize("NFD", letter)[0]


@lru_cache(maxsize=64)
def _letters(word: str) -> str:
    """Return the letters of the script of a word."""
    scripts = (_LATIN, _CYRILLIC, _GREEK)
    return next((letters for letters in scripts if any(char in letters for char in word)), "")
