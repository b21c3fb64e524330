"""Converts the reply of a language model to drafts, which are then verified."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from rag.answer.generation import Proposal, Reply
from rag.answer.replies import parse_reply, strip_markers
from rag.types import Draft


def drafts_of(reply: Reply) -> Iterator[Draft]:
    """Yield a draft for each sentence as it arrives. A sentence that a limit on the reply cut off is left out."""
    first = next(reply.parts, None)
    if first is None:
        return
    parts = chain([first], reply.parts)
    if isinstance(first, str):
        yield from parse_reply((part for part in parts if isinstance(part, str)), lambda: reply.finish == "length")
    else:
        yield from _drafts((part for part in parts if isinstance(part, Proposal)), reply)


def _drafts(proposals: Iterator[Proposal], reply: Reply) -> Iterator[Draft]:
    """Convert proposals. Verification finds the quotes itself, because the proposed ones are not verified."""
    drafts = (Draft(strip_markers(one.text).strip(), tuple((n, None) for n in one.passages)) for one in proposals)
    for draft in drafts:
        if reply.finish == "length":  # the end has been read, so these drafts are the last ones
            rest = [draft, *drafts]
            yield from rest[:-1]
            return
        yield draft
