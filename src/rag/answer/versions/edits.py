"""Finds the words that two versions of a sentence do not share, and names the kind of each change."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rag.answer.marks import ChangeKind
from rag.answer.versions.alignment import Gap, Run, equal_runs, gaps
from rag.answer.versions.sentences import Sentence
from rag.text import one_line
from rag.types import Span


@dataclass(frozen=True, slots=True)
class Edit:
    """Words that became others: their spans in the canonical texts, one of which may be empty, and what they concern.

    Without `kinds`, no figure, date, reference, modality or negation changed.
    """

    was: Span
    became: Span
    kinds: tuple[ChangeKind, ...] = ()


def edits(was: Sentence, became: Sentence) -> tuple[Edit, ...]:
    """Return the words that differ, in their order. White space does not count."""
    one, other = _keys(was), _keys(became)
    runs = _with_words(equal_runs(one, other), one)
    around = Gap(0, len(one), 0, len(other))
    return tuple(_edit(was, became, gap) for gap in gaps(runs, around) if not gap.is_empty)


def kinds_of(sentence: Sentence) -> tuple[ChangeKind, ...]:
    """Return the kinds of words that a sentence has, which is new or gone as a whole. Its own number does not count."""
    return ordered(mark.kind for mark in sentence.marks if mark.span.start or mark.kind is not ChangeKind.REFERENCE)


def ordered(kinds: Iterable[ChangeKind]) -> tuple[ChangeKind, ...]:
    """Return each kind once, in the order of `ChangeKind`."""
    found = set(kinds)
    return tuple(kind for kind in ChangeKind if kind in found)


def _keys(sentence: Sentence) -> list[str]:
    return [one_line(span.of(sentence.text)) for span in sentence.tokens]


def _with_words(runs: Sequence[Run], keys: Sequence[str]) -> list[Run]:
    """Leave out runs of only punctuation between two changes, because they would cut one change into two."""
    ends = (0, len(runs) - 1)
    return [run for number, run in enumerate(runs) if number in ends or _has_words(run, keys)]


def _has_words(run: Run, keys: Sequence[str]) -> bool:
    return any(any(map(str.isalnum, key)) for key in keys[run.first : run.first + run.length])


def _edit(was: Sentence, became: Sentence, gap: Gap) -> Edit:
    one, other = was.between(gap.first, gap.first_end), became.between(gap.second, gap.second_end)
    before, after = was.values_in(one), became.values_in(other)
    differing = (kind for kind, _ in [*(before - after), *(after - before)])
    return Edit(one.shift(was.span.start), other.shift(became.span.start), ordered(differing))
