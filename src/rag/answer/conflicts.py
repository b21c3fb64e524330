"""Report passages in force that answer the same question as an answer and contradict what it cites.

A false alarm is worse than a missed contradiction. Only sentences of one language are compared, and only of a language
with phrases for rules.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain

from rag.answer.citations import Citer
from rag.answer.contradictions import Comparison, Contradiction, Side
from rag.answer.notices import contradicted
from rag.answer.precedence import Order, Standing, goes_first, standing
from rag.answer.retrieval import Query
from rag.answer.statements import make_draft
from rag.answer.superseded import Successions
from rag.answer.validity import in_force
from rag.snapshots import Index
from rag.text.languages import DEFAULT, known
from rag.text.phrases import MODULES
from rag.text.question_kinds import compares_openly
from rag.types import Conflict, ConflictSide, Hit, Notice, Span, Statement

MOST = 2
"""The most conflicts of an answer."""


@dataclass(frozen=True, slots=True)
class Conflicts:
    """The conflicts, the statements that quote their other sides, and notices about them."""

    found: tuple[Conflict, ...] = ()
    statements: tuple[Statement, ...] = ()
    notices: tuple[Notice, ...] = ()


class ConflictFinder:
    """Finds the conflicts of answers. `familiar` tells common words from rare names."""

    def __init__(self, order: Order, familiar: Callable[[str], bool]) -> None:
        self._order = order
        self._familiar = familiar
        self._successions = Successions()

    def find(
        self, snapshot: Index, query: Query, evidence: Sequence[Hit], statements: Sequence[Statement]
    ) -> Conflicts:
        """Return the conflicts between the sentences that `statements` cite and others of the evidence."""
        read = [hit for hit in evidence if hit.language in (None, DEFAULT) or known(hit.language) in MODULES]
        if len({hit.reference.id for hit in read}) < 2 or compares_openly(query.asked.text, query.spoken):
            return Conflicts()
        valid = in_force(self._successions, snapshot, query, read)
        compared = [hit for hit in read if hit.reference.id in valid]
        markers = {(one.reference.id, one.span): one.marker for each in statements for one in each.citations}
        found = Comparison(snapshot, query, compared, self._familiar).contradictions(markers)
        return self._conflicts(snapshot, query, _once(found), markers)

    def _conflicts(
        self,
        snapshot: Index,
        query: Query,
        contradictions: Sequence[Contradiction],
        known: Mapping[tuple[str, Span], int],
    ) -> Conflicts:
        citer = Citer([one.other.hit for one in contradictions], snapshot.pinpoint, dict(known))
        found, added = [], []
        for number, one in enumerate(contradictions):
            if one.other.marker(known) is None:
                draft = make_draft([replace(one.other.sentence, passage=number)], one.other.hit)
                added.append(citer.verify(draft))
            found.append(self._conflict(snapshot, query, one, citer))
        return Conflicts(tuple(found), tuple(filter(None, added)), tuple(chain.from_iterable(map(contradicted, found))))

    def _conflict(self, snapshot: Index, query: Query, found: Contradiction, citer: Citer) -> Conflict:
        mine, theirs = (self._standing(snapshot, query, side.hit) for side in (found.cited, found.other))
        first, second = _side(found.cited, mine.word, citer), _side(found.other, theirs.word, citer)
        in_order, by = goes_first(mine, theirs, self._order)
        if not in_order:
            first, second = second, first
        return Conflict(found.difference, first, second, by)

    def _standing(self, snapshot: Index, query: Query, hit: Hit) -> Standing:
        metadata = snapshot.stored_document(hit.reference.id).metadata
        return standing(hit, metadata, query, snapshot.idf, self._order)


def _side(side: Side, rank: str, citer: Citer) -> ConflictSide:
    marker = side.marker(citer.markers)
    assert marker is not None
    return ConflictSide(marker, side.hit.reference, rank)


def _once(contradictions: Sequence[Contradiction]) -> list[Contradiction]:
    """Return the first contradictions of different documents, each pair of documents once."""
    found: dict[frozenset[str], Contradiction] = {}
    for one in contradictions:
        found.setdefault(frozenset((one.cited.hit.reference.id, one.other.hit.reference.id)), one)
    return list(found.values())[:MOST]
