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
    """Convert proposals. Verification checks a sentence with the proposed quotes first, then with others."""
    drafts = map(_draft, proposals)
    for draft in drafts:
        if reply.finish == "length":  # the end has been read, so these drafts are the last ones
            rest = [draft, *drafts]
            yield from rest[:-1]
            return
        yield draft


def _draft(proposal: Proposal) -> Draft:
    quoted = {number for number, _ in proposal.quotes}
    others = ((number, None) for number in proposal.passages if number not in quoted)
    return Draft(strip_markers(proposal.text).strip(), (*proposal.quotes, *others), proposal.misquoted)
