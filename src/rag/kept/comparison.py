"""Compare two answers to one question: the last one, and one from another snapshot.

The review of a change, the feeds and the webhooks all show this comparison.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import zip_longest

from rag.kept.checks import State, check
from rag.snapshots import Index
from rag.types import Answer, Citation


class Effect(StrEnum):
    """The difference between two answers.

    `refused`: the question was answered before, and is not any more. `answered`: the opposite. `changed`: the answer
    has other words. `citations`: it has the same words, but has lost or gained a citation.
    """

    REFUSED = "refused"
    ANSWERED = "answered"
    CHANGED = "changed"
    CITATIONS = "citations"


@dataclass(frozen=True, slots=True)
class CitationPair:
    """An old and a new citation side by side; one of them is None if the other has no counterpart.

    `state` says what has become of the words of the old one in the new documents.
    """

    before: Citation | None
    after: Citation | None
    state: State | None

    @property
    def is_same(self) -> bool:
        """Whether both cite the same words of the same document."""
        return self.before is not None and self.after is not None and _words(self.before) == _words(self.after)


@dataclass(frozen=True, slots=True)
class Comparison:
    """A different answer to the same question."""

    effect: Effect
    before: Answer
    after: Answer
    pairs: tuple[CitationPair, ...]

    @property
    def lost(self) -> tuple[Citation, ...]:
        """The citations of the old answer whose words the new one does not cite."""
        return tuple(one.before for one in self.pairs if one.before and not one.is_same)

    @property
    def gained(self) -> tuple[Citation, ...]:
        """The citations of the new answer whose words the old one does not cite."""
        return tuple(one.after for one in self.pairs if one.after and not one.is_same)


def compare(before: Answer, after: Answer, snapshot: Index) -> Comparison | None:
    """Compare the last answer to a question with that from `snapshot`. Return None if they do not differ.

    The place of a citation in its document does not count, and neither does the confidence.
    """
    pairs = tuple(_pairs(before, after, snapshot))
    effect = _effect(before, after, all(one.is_same for one in pairs))
    return None if effect is None else Comparison(effect, before, after, pairs)


def _effect(before: Answer, after: Answer, has_same_citations: bool) -> Effect | None:
    if before.statements and not after.statements:
        return Effect.REFUSED
    if after.statements and not before.statements:
        return Effect.ANSWERED
    if not after.statements:
        return None
    texts = ([statement.text for statement in one.statements] for one in (before, after))
    if before.outcome != after.outcome or len({tuple(one) for one in texts}) > 1:
        return Effect.CHANGED
    return None if has_same_citations else Effect.CITATIONS


def _pairs(before: Answer, after: Answer, snapshot: Index) -> Iterator[CitationPair]:
    """Pair citations of the same words, then those of the same document, then the others in their order."""
    states = {one.marker: one.state for one in check(before, snapshot, {})}
    old, new = list(before.citations), list(after.citations)
    matched = [*_matched(old, new, by_words=True), *_matched(old, new, by_words=False), *zip_longest(old, new)]
    for was, became in sorted(matched, key=_place):
        yield CitationPair(was, became, states[was.marker] if was else None)


def _matched(old: list[Citation], new: list[Citation], *, by_words: bool) -> list[tuple[Citation, Citation]]:
    """Take the citations that match out of both lists, and return them in pairs."""
    found = []
    for was in list(old):
        became = next((one for one in new if _matches(was, one, by_words=by_words)), None)
        if became is not None:
            old.remove(was)
            new.remove(became)
            found.append((was, became))
    return found


def _matches(was: Citation, became: Citation, *, by_words: bool) -> bool:
    return _words(was) == _words(became) if by_words else was.reference.id == became.reference.id


def _words(citation: Citation) -> tuple[str, bool, str]:
    return citation.reference.id, citation.record, citation.quote


def _place(pair: Sequence[Citation | None]) -> tuple[int, int]:
    """Order pairs by the old marker. Pairs without an old citation come last."""
    was, became = pair
    return (was.marker if was else 1_000_000, became.marker if became else 0)
