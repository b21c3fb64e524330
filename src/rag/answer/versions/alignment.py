"""Aligns two sequences: which items of one are items of the other, in the same order.

Patience diff (Bram Cohen): items that both sequences have once are anchors if their order is the same, and the gaps
between them are aligned in the same way. Short gaps are aligned by Ratcliff and Obershelp, as in `difflib`. So the time
is almost linear for two versions of a long text, and no text makes it quadratic.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from typing import NamedTuple

_SHORT = 10_000
"""The most pairs of items, one from each side, that `difflib` compares."""


class Run(NamedTuple):
    """`length` items from `first` in one sequence and from `second` in the other, which are equal or differ."""

    first: int
    second: int
    length: int


class Gap(NamedTuple):
    """The items `[first, first_end)` of one sequence and `[second, second_end)` of the other."""

    first: int
    first_end: int
    second: int
    second_end: int

    @property
    def is_empty(self) -> bool:
        """Whether it has no items on either side."""
        return self.first == self.first_end and self.second == self.second_end


def equal_runs(one: Sequence[str], other: Sequence[str]) -> list[Run]:
    """Return runs of equal items, in ascending order in both sequences."""
    found: list[Run] = []
    waiting = [Gap(0, len(one), 0, len(other))]
    while waiting:
        gap = _without_equal_ends(one, other, waiting.pop(), found)
        size = (gap.first_end - gap.first) * (gap.second_end - gap.second)
        if size and size <= _SHORT:
            found += _by_difflib(one, other, gap)
        elif size:
            anchors = _anchors(one, other, gap)
            found += anchors
            if anchors:
                waiting += gaps(anchors, gap)
    return sorted(run for run in found if run.length)


def gaps(runs: Sequence[Run], around: Gap) -> Iterator[Gap]:
    """Yield the parts of `around` before, between and after runs in ascending order; one side may be empty."""
    first, second = around.first, around.second
    for run in runs:
        yield Gap(first, run.first, second, run.second)
        first, second = run.first + run.length, run.second + run.length
    yield Gap(first, around.first_end, second, around.second_end)


def _without_equal_ends(one: Sequence[str], other: Sequence[str], gap: Gap, found: list[Run]) -> Gap:
    """Add the equal items at both ends of a gap to `found`, and return the rest."""
    shorter = min(gap.first_end - gap.first, gap.second_end - gap.second)
    begin = 0
    while begin < shorter and one[gap.first + begin] == other[gap.second + begin]:
        begin += 1
    end = 0
    while end < shorter - begin and one[gap.first_end - 1 - end] == other[gap.second_end - 1 - end]:
        end += 1
    found.append(Run(gap.first, gap.second, begin))
    found.append(Run(gap.first_end - end, gap.second_end - end, end))
    return Gap(gap.first + begin, gap.first_end - end, gap.second + begin, gap.second_end - end)


def _by_difflib(one: Sequence[str], other: Sequence[str], gap: Gap) -> Iterator[Run]:
    parts = one[gap.first : gap.first_end], other[gap.second : gap.second_end]
    for block in SequenceMatcher(None, *parts, autojunk=False).get_matching_blocks():
        yield Run(gap.first + block.a, gap.second + block.b, block.size)


def _anchors(one: Sequence[str], other: Sequence[str], gap: Gap) -> list[Run]:
    """Return the longest ascending sequence of items that both parts have exactly once."""
    first, second = Counter(one[gap.first : gap.first_end]), Counter(other[gap.second : gap.second_end])
    places = {item: at for at in range(gap.second, gap.second_end) if second[item := other[at]] == 1}
    pairs = [
        (at, places[one[at]]) for at in range(gap.first, gap.first_end) if first[one[at]] == 1 and one[at] in places
    ]
    return [Run(at, place, 1) for at, place in _longest_ascending(pairs)]


def _longest_ascending(pairs: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the longest subsequence of pairs whose second numbers ascend, by patience sorting."""
    tops: list[int] = []  # the least last number of an ascending subsequence of each length
    ends: list[int] = []  # the pair that has this number
    before: list[int] = []
    for number, (_, place) in enumerate(pairs):
        pile = bisect_left(tops, place)
        before.append(ends[pile - 1] if pile else -1)
        tops[pile : pile + 1], ends[pile : pile + 1] = [place], [number]
    found, number = [], ends[-1] if ends else -1
    while number >= 0:
        found.append(pairs[number])
        number = before[number]
    return found[::-1]
