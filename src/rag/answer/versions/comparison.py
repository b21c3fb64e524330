"""Compares two documents, or two versions of one, sentence by sentence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from rag.answer.marks import ChangeKind
from rag.answer.versions.alignment import Gap, equal_runs, gaps
from rag.answer.versions.edits import Edit, edits, ordered
from rag.answer.versions.pairing import nearest, pairs
from rag.answer.versions.sentences import Sentences
from rag.types import Document, Span

_SHORTEST_MOVED = 4
"""Different words of a sentence that may count as moved. A shorter one is likely to stand in several places."""


class RowState(StrEnum):
    """What happened to a sentence from one version to the other."""

    SAME = "same"
    CHANGED = "changed"
    ADDED = "added"
    REMOVED = "removed"
    MOVED = "moved"


@dataclass(frozen=True, slots=True)
class Row:
    """A sentence in both versions, or in one: its spans in the canonical texts, and its changed words.

    `heading` has the titles of the headings above it in the newer version, or in the older one if it is gone. `kinds`
    are those of its edits. A moved sentence may have edits too. `titles` is true if it is a heading itself.
    """

    state: RowState
    was: Span | None
    became: Span | None
    heading: tuple[str, ...] = ()
    edits: tuple[Edit, ...] = ()
    kinds: tuple[ChangeKind, ...] = ()
    titles: bool = False


@dataclass(frozen=True)
class Comparison:
    """The sentences of two documents, or of a part of each, in reading order. Each sentence is in one row."""

    was: Document
    became: Document
    rows: tuple[Row, ...]

    @cached_property
    def states(self) -> Mapping[RowState, int]:
        """The number of rows in each state that has some."""
        counts = Counter(row.state for row in self.rows)
        return {state: counts[state] for state in RowState if counts[state]}

    @cached_property
    def kinds(self) -> Mapping[ChangeKind, int]:
        """The number of changed sentences with a change of each kind that has some."""
        counts = Counter(kind for row in self.rows for kind in row.kinds)
        return {kind: counts[kind] for kind in ChangeKind if counts[kind]}

    @property
    def is_same(self) -> bool:
        """Whether the two texts have the same sentences in the same order."""
        return self.states.keys() <= {RowState.SAME}


def compare(
    was: Document, became: Document, was_part: Span | None = None, became_part: Span | None = None
) -> Comparison:
    """Compare an older document with a newer one, or a part of each. White space does not count as a change."""
    one, other = Sentences.of(was, was_part), Sentences.of(became, became_part)
    runs = equal_runs(one.keys, other.keys)
    changes = [_paired(one, other, gap) for gap in gaps(runs, Gap(0, len(one), 0, len(other)))]
    moved = _moves(one, other, changes)
    rows = list[Row]()
    for number, change in enumerate(changes):
        rows += _rows(one, other, change, moved)
        if number < len(runs):
            first, second, length = runs[number]
            rows += (_row(RowState.SAME, one, first + at, other, second + at) for at in range(length))
    return Comparison(was, became, tuple(rows))


@dataclass(frozen=True, slots=True)
class _Change:
    """A gap between equal sentences, with the pairs of sentences in it that are versions of each other."""

    gap: Gap
    pairs: tuple[tuple[int, int], ...]

    @property
    def removed(self) -> list[int]:
        """The older sentences without a pair."""
        kept = {first for first, _ in self.pairs}
        return [at for at in range(self.gap.first, self.gap.first_end) if at not in kept]

    @property
    def added(self) -> list[int]:
        """The newer sentences without a pair."""
        kept = {second for _, second in self.pairs}
        return [at for at in range(self.gap.second, self.gap.second_end) if at not in kept]


def _paired(one: Sentences, other: Sentences, gap: Gap) -> _Change:
    first, second = range(gap.first, gap.first_end), range(gap.second, gap.second_end)
    if not first or not second:
        return _Change(gap, ())
    found = pairs([one.words(at) for at in first], [other.words(at) for at in second])
    return _Change(gap, tuple((gap.first + row, gap.second + column) for row, column in found))


def _moves(one: Sentences, other: Sentences, changes: Sequence[_Change]) -> dict[int, int]:
    """Return the older place of each newer sentence that moved: first of equal sentences, then of similar ones."""
    removed = [at for change in changes for at in change.removed if len(one.words(at)) >= _SHORTEST_MOVED]
    added = [at for change in changes for at in change.added if len(other.words(at)) >= _SHORTEST_MOVED]
    places = {one.keys[at]: at for at in reversed(removed)}
    moved: dict[int, int] = {}
    for at in added:
        place = places.pop(other.keys[at], None)
        if place is not None:
            moved[at] = place
    gone = set(moved.values())
    removed, added = [at for at in removed if at not in gone], [at for at in added if at not in moved]
    similar = nearest([one.words(at) for at in removed], [other.words(at) for at in added])
    return moved | {added[second]: removed[first] for first, second in similar}


def _rows(one: Sentences, other: Sentences, change: _Change, moved: Mapping[int, int]) -> Iterator[Row]:
    """Yield the rows of a gap in order: before each pair, the sentences that are gone and those that are new."""
    before, after, gone = change.gap.first, change.gap.second, set(moved.values())
    for first, second in [*change.pairs, (change.gap.first_end, change.gap.second_end)]:
        removed = [_lone(RowState.REMOVED, one, at) for at in range(before, first) if at not in gone]
        added = [
            _row(RowState.MOVED, one, moved[at], other, at) if at in moved else _lone(RowState.ADDED, other, at)
            for at in range(after, second)
        ]
        yield from _interleaved(removed, one.heading(before - 1), added, other.heading(after - 1))
        if first < change.gap.first_end:
            yield _row(RowState.CHANGED, one, first, other, second)
        before, after = first + 1, second + 1


def _interleaved(
    removed: Sequence[Row], was: tuple[str, ...], added: Sequence[Row], became: tuple[str, ...]
) -> Iterator[Row]:
    """Yield rows that are gone and new rows. Those of the section that goes on come before those of the next ones."""
    for same in (True, False):
        yield from (row for row in removed if (row.heading == was) is same)
        yield from (row for row in added if (row.heading == became) is same)


def _row(state: RowState, one: Sentences, first: int, other: Sentences, second: int) -> Row:
    was, became, heading = one.spans[first], other.spans[second], other.heading(second)
    if one.keys[first] == other.keys[second]:
        same = RowState.SAME if state is RowState.CHANGED else state
        return Row(same, was, became, heading, titles=other.is_heading(second))
    found = edits(one[first], other[second])
    kinds = ordered(kind for edit in found for kind in edit.kinds)
    return Row(state, was, became, heading, found, kinds, other.is_heading(second))


def _lone(state: RowState, text: Sentences, at: int) -> Row:
    was, became = (text.spans[at], None) if state is RowState.REMOVED else (None, text.spans[at])
    return Row(state, was, became, text.heading(at), titles=text.is_heading(at))
