"""Converts the reply of a language model to drafts, which are then verified."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from rag.answer.citations import parse_reply, strip_markers
from rag.answer.generation import Proposal, Reply
from rag.types import Draft


def drafts_of(reply: Reply) -> Iterator[Draft]:
    """Yield a draft for each sentence as it arrives. A sentence that a limit on the reply cut off is left out."""
    drafts = _all_drafts(reply)
    for draft in drafts:
        if reply.finish == "length":  # the end has been read, so these drafts are the last ones
            rest = [draft, *drafts]
            yield from rest[:-1]
            return
        yield draft


def _all_drafts(reply: Reply) -> Iterator[Draft]:
    first = next(reply.parts, None)
    if first is None:
        return
    parts = chain([first], reply.parts)
    if isinstance(first, str):
        yield from parse_reply(part for part in parts if isinstance(part, str))
    else:
        yield from (_draft(part) for part in parts if isinstance(part, Proposal))


def _draft(proposal: Proposal) -> Draft:
    """Convert a proposal. Verification finds the quotes itself, because the proposed ones are not verified."""
    return Draft(strip_markers(proposal.text).strip(), tuple((number, None) for number in proposal.passages))
