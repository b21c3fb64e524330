"""Aligns the text of a document with the characters of a page, so that the words of a quote can be found on it.

Both say the same words, but in another order if the page has columns, tables or notes, and with other spaces, hyphens
and ligatures. So the longest equal pieces are matched first, wherever they are, and each character at most once. This
is greedy string tiling (Wise 1993). Short rests are matched next to their neighbours.
"""

from __future__ import annotations

import unicodedata
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from functools import lru_cache

SEED = 8
"""The least length of a piece that is matched anywhere on the page. Shorter ones are often equal by chance."""

_FREQUENT = 40
"""A seed that is at more places is in the leaders of a table of contents or in a pattern, so it says nothing."""

_SHORT = 4
"""The least length of a piece beside its neighbours that need not be a whole word."""

_NEAR = 24
"""The most characters of a page that may be between a rest and its neighbour."""

Match = tuple[int, int, int]
"""A place in the text, a place on the page, and the length of an equal piece."""


_BULLETS = frozenset("•●▪◦‣∙")
"""Punctuation that may be all that a cell of a table holds."""


class Folded:
    """The letters, digits and symbols of a text, without accents and capitals. `places[n]` is the index of letter n.

    One of the texts may lack the spaces, the punctuation and the controls, so they are left out.
    """

    def __init__(self, characters: Sequence[str]) -> None:
        letters: list[str] = []
        self.places: list[int] = []
        for place, character in enumerate(characters):
            for letter in _fold(character):
                letters.append(letter)
                self.places.append(place)
        self.text = "".join(letters)

    def words(self) -> list[int]:
        """Return where each word begins, and the length of the text."""
        places = self.places
        return [n for n in range(len(places)) if n == 0 or places[n] > places[n - 1] + 1] + [len(places)]


@lru_cache(4096)
def _fold(character: str) -> str:
    plain = unicodedata.normalize("NFKD", character).casefold()
    return "".join(one for one in plain if one in _BULLETS or not is_silent(one))


def is_silent(character: str) -> bool:
    """Return whether a character is a space, punctuation, an accent of its own or a control.

    A bar is silent too, because it stands between the cells of a row in the text, and not on the page.
    """
    category = unicodedata.category(character)
    return category[0] in "PZC" or category == "Mn" or character == "|"


def aligned(text: Sequence[str], page: Sequence[str]) -> dict[int, int]:
    """Map indexes in `text` to the indexes of the same characters in `page`.

    A character of `text` that is not on the page is left out. Two characters of the text may have one of the page,
    because the rows of a table repeat the headers of its columns.
    """
    words, shown = Folded(text), Folded(page)
    found = _Alignment(words, shown)
    found.tile()
    found.fill()
    found.repeat()
    return {words.places[n]: shown.places[place] for n, place in enumerate(found.places) if place >= 0}


class _Alignment:
    """The matches of two folded texts. `places[n]` is the place on the page of letter n of the text, or -1."""

    def __init__(self, text: Folded, page: Folded) -> None:
        self._text, self._page = text.text, page.text
        self._words = text.words()
        self._starts = frozenset(self._words)
        self.places = [-1] * len(self._text)
        self._used = bytearray(len(self._page))

    def tile(self) -> None:
        """Match the longest equal pieces first. They end with whole words, since the first letters of two may agree."""
        pieces = sorted(_equal_pieces(self._text, self._page), key=lambda piece: -piece[2])
        for start, place, length in pieces:
            for offset, size in self._free(start, place, length):
                first = self._words[bisect_left(self._words, start + offset)]
                end = self._words[bisect_right(self._words, start + offset + size) - 1]
                if end - first >= SEED:
                    self._match(first, place + first - start, end - first)

    def fill(self) -> None:
        """Match the rests beside their neighbours, and between them."""
        for start, end in self._gaps():
            start, end = self._extend(start, end)
            before = self.places[start - 1] if start else -1
            after = self.places[end] if end < len(self.places) else len(self._page)
            if before < after <= before + 2 * (end - start) + _NEAR:
                self._match_between(start, end, before + 1, after)
            else:
                self._match_between(start, end, before + 1, min(before + 1 + end - start + _NEAR, len(self._page)))
                for rest, rest_end in self._gaps(start, end):
                    self._match_between(rest, rest_end, max(0, after - (rest_end - rest) - _NEAR), after)

    def _extend(self, start: int, end: int) -> tuple[int, int]:
        """Extend the matches on both sides of a rest as far as the letters are equal. Return what is left of it."""
        while start < end and start and self._is_free(self.places[start - 1] + 1, self._text[start]):
            self._match(start, self.places[start - 1] + 1, 1)
            start += 1
        while start < end < len(self.places) and self._is_free(self.places[end] - 1, self._text[end - 1]):
            end -= 1
            self._match(end, self.places[end + 1] - 1, 1)
        return start, end

    def _is_free(self, place: int, letter: str) -> bool:
        return 0 <= place < len(self._page) and not self._used[place] and self._page[place] == letter

    def repeat(self) -> None:
        """Match the rests with equal words that are matched already, the nearest ones first."""
        for start, end in self._gaps():
            near = self.places[start - 1] if start else 0
            at = _nearest(self._page, self._text[start:end], near) if end - start > 1 else -1
            if at >= 0:
                self.places[start:end] = range(at, at + end - start)

    def _gaps(self, start: int = 0, end: int | None = None) -> list[tuple[int, int]]:
        """Return the half-open ranges of the text without a match."""
        end = len(self.places) if end is None else end
        found, begun = [], -1
        for n in range(start, end):
            if self.places[n] < 0:
                begun = n if begun < 0 else begun
            elif begun >= 0:
                found.append((begun, n))
                begun = -1
        return [*found, (begun, end)] if begun >= 0 else found

    def _free(self, start: int, place: int, length: int) -> Iterator[tuple[int, int]]:
        """Yield the offsets and lengths of the parts of an equal piece without a match."""
        begun = -1
        for offset in range(length + 1):
            free = offset < length and self.places[start + offset] < 0 and not self._used[place + offset]
            if free and begun < 0:
                begun = offset
            elif not free and begun >= 0:
                yield begun, offset - begun
                begun = -1

    def _match_between(self, start: int, end: int, left: int, right: int) -> None:
        if start >= end or left >= right:
            return
        matcher = SequenceMatcher(None, self._text[start:end], self._page[left:right], autojunk=False)
        for one, other, length in matcher.get_matching_blocks():
            for offset, size in self._free(start + one, left + other, length):
                if self._is_sure(start + one + offset, left + other + offset, size):
                    self._match(start + one + offset, left + other + offset, size)

    def _is_sure(self, start: int, place: int, size: int) -> bool:
        """Return whether a short piece is no chance: it is long enough, goes on from a match, or is a whole word."""
        end = start + size
        if size >= _SHORT or (start > 0 and self.places[start - 1] == place - 1 >= 0):
            return True
        return (end < len(self.places) and self.places[end] == place + size) or (
            start in self._starts and end in self._starts
        )

    def _match(self, start: int, place: int, length: int) -> None:
        self.places[start : start + length] = range(place, place + length)
        self._used[place : place + length] = b"\1" * length


def _equal_pieces(text: str, page: str) -> Iterator[Match]:
    """Yield the longest equal pieces of at least `SEED` letters at each pair of places."""
    seeds: dict[str, list[int]] = defaultdict(list)
    for place in range(len(page) - SEED + 1):
        seeds[page[place : place + SEED]].append(place)
    for start in range(len(text) - SEED + 1):
        places = seeds.get(text[start : start + SEED], ())
        if len(places) > _FREQUENT:
            continue
        for place in places:
            if start and place and text[start - 1] == page[place - 1]:
                continue  # a part of the piece that begins before
            yield start, place, _equal_length(text, page, start, place)


def _equal_length(text: str, page: str, start: int, place: int) -> int:
    length, most = SEED, min(len(text) - start, len(page) - place)
    while length < most and text[start + length] == page[place + length]:
        length += 1
    return length


def _nearest(page: str, words: str, near: int) -> int:
    """Return the place of `words` that is nearest to `near`, or -1."""
    before, after = page.rfind(words, 0, near + len(words)), page.find(words, near)
    if before < 0 or after < 0:
        return max(before, after)
    return before if near - before < after - near else after
