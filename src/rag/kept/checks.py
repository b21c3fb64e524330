"""Compare the quotes of a kept answer with the documents of the present index."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TypeAlias

from rag.errors import UnknownDocument
from rag.snapshots import Index, StoredDocument
from rag.types import Answer, Citation, Span


class State(StrEnum):
    """The state of a citation since its answer was given."""

    VALID = "valid"
    MOVED = "moved"
    CHANGED = "changed"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Check:
    """The state of one citation.

    `valid`: the words are at their place. `moved`: they are elsewhere in the document, at the place of `now`.
    `changed`: the document no longer has these words. `gone`: the index no longer has the document. `since` is the time
    of its removal (ISO 8601, UTC) if it is known. If the words are neither in the document nor elsewhere, `version` is
    the name of the newest earlier version that has them at their place, if the index has one.
    """

    marker: int
    state: State
    now: Citation | None = None
    since: str | None = None
    version: str | None = None


FindVersion: TypeAlias = Callable[[Citation], str | None]
"""Returns the name of the newest earlier version that has the words of a citation at their place; None without one."""


def check(
    answer: Answer, snapshot: Index, removed: Mapping[str, str], find: FindVersion = lambda _: None
) -> tuple[Check, ...]:
    """Return a check of each citation, in the order of markers. `removed` has the time of removal by document id."""
    found = (_check(citation, snapshot, removed) for citation in answer.citations)
    lost = (State.CHANGED, State.GONE)
    return tuple(
        replace(one, version=find(citation)) if one.state in lost else one
        for one, citation in zip(found, answer.citations, strict=True)
    )


def _check(citation: Citation, snapshot: Index, removed: Mapping[str, str]) -> Check:
    document_id = citation.reference.id
    try:
        stored = snapshot.stored_document(document_id)
    except UnknownDocument:
        return Check(citation.marker, State.GONE, since=removed.get(document_id))
    document = snapshot.document(document_id)
    text = stored.record if citation.record else document.text
    if citation.span.of(text) == citation.quote:
        return Check(citation.marker, State.VALID)
    start = _nearest(text, citation.quote, citation.span.start)
    if start is None:
        return Check(citation.marker, State.CHANGED)
    span = Span(start, start + len(citation.quote))
    return Check(citation.marker, State.MOVED, _moved(citation, span, stored, snapshot))


def _nearest(text: str, words: str, place: int) -> int | None:
    """Return the start of the occurrence of `words` that is nearest to `place`; None if there is none."""
    after, before = text.find(words, place), text.rfind(words, 0, place + len(words))
    found = [start for start in (after, before) if start >= 0]
    return min(found, key=lambda start: abs(start - place), default=None)


def _moved(citation: Citation, span: Span, stored: StoredDocument, snapshot: Index) -> Citation:
    """Return the citation at its new place, with the page and the headings there."""
    moved = replace(citation, span=span, reference=stored.reference)
    rows = [] if citation.record else snapshot.rows_at(stored.reference.id, span)
    if not rows:
        return moved
    (hit,) = snapshot.hits(rows[:1], [citation.score])
    return replace(
        hit.citation(span, citation.quote, snapshot.pinpoint), marker=citation.marker, in_force=citation.in_force
    )
