"""Reads replies whose server cites the passages itself: text in blocks, each followed by its citations."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from rag.answer.generation.quotes import located
from rag.answer.generation.reply import Proposal
from rag.protocols import PassageCitation, Text
from rag.text import sentences
from rag.types import Hit, Span


@dataclass(slots=True)
class _Block:
    """A block of text at `span` of the pending text, and its citations."""

    span: Span
    citations: list[PassageCitation] = field(default_factory=list)


def read_proposals(events: Iterable[Text | PassageCitation], hits: Sequence[Hit]) -> Iterator[Proposal]:
    """Yield a proposal for each sentence as soon as the next sentence begins.

    A sentence has the citations of all blocks that it shares text with.
    """
    pending, blocks = "", list[_Block]()
    for event in events:
        if isinstance(event, PassageCitation):
            if blocks:
                blocks[-1].citations.append(event)
            continue
        found = sentences(pending)
        for span in found[:-1]:
            yield _proposal(pending, span, blocks, hits)
        if found[1:]:
            cut = found[-1].start
            pending = pending[cut:]
            blocks = [_Block(one.span.shift(-cut), one.citations) for one in blocks if one.span.end > cut]
        blocks.append(_Block(Span(len(pending), len(pending) + len(event.text))))
        pending += event.text
    for span in sentences(pending):
        yield _proposal(pending, span, blocks, hits)


def _proposal(text: str, sentence: Span, blocks: Sequence[_Block], hits: Sequence[Hit]) -> Proposal:
    citations = [
        citation
        for block in blocks
        if block.span.start < sentence.end and sentence.start < block.span.end
        for citation in block.citations
        if 0 <= citation.passage < len(hits)
    ]
    found, misquoted = located(((one.passage, one.quote) for one in citations), hits)
    return Proposal(sentence.of(text), tuple(dict.fromkeys(one.passage for one in citations)), found, misquoted)
