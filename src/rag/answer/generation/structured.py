"""Reads replies in JSON: statements, each with the numbers of its passages and verbatim quotes."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain

from rag.answer.generation.quotes import located
from rag.answer.generation.reply import Part, Proposal
from rag.types import Hit

UNANSWERABLE = "UNANSWERABLE"
"""The text of a reply without statements. `prompts/` asks for the same word in plain replies."""

_SOURCE: Mapping[str, object] = {
    "type": "object",
    "properties": {
        "passage": {"type": "integer", "description": "The number of the passage."},
        "quote": {"type": "string", "description": "The words of the passage that support the statement, verbatim."},
    },
    "required": ["passage", "quote"],
    "additionalProperties": False,
}
_STATEMENT: Mapping[str, object] = {
    "type": "object",
    "properties": {
        "text": {"type": "string", "description": "One sentence of the answer, without markers."},
        "sources": {"type": "array", "items": _SOURCE},
    },
    "required": ["text", "sources"],
    "additionalProperties": False,
}
SCHEMA: Mapping[str, object] = {
    "type": "object",
    "properties": {"statements": {"type": "array", "items": _STATEMENT}},
    "required": ["statements"],
    "additionalProperties": False,
}
"""The JSON Schema of a reply. An empty list of statements means that the passages do not answer the question."""

_BEGINNING = re.compile(r'\s*(?:```(?:json)?\s*)?\{\s*"statements"\s*:\s*\[')
_MAY_BEGIN = re.compile(r'\s*(?:`{0,3}|```j?s?o?n?\s*|```(?:json)?\s*\{[\s"a-z:]*|\{[\s"a-z:]*)')
_DECODER = json.JSONDecoder()


def read_parts(pieces: Iterable[str], hits: Sequence[Hit]) -> Iterator[Part]:
    """Yield a proposal for each statement as soon as its JSON is complete, or the pieces of a reply in plain text."""
    pieces, begun = iter(pieces), ""
    for piece in pieces:
        begun += piece
        if found := _BEGINNING.match(begun):
            yield from _statements(chain([begun[found.end() :]], pieces), hits)
            return
        if not _MAY_BEGIN.fullmatch(begun):
            break
    yield from chain([begun] if begun else (), pieces)


def _statements(pieces: Iterable[str], hits: Sequence[Hit]) -> Iterator[Proposal]:
    pending, count = "", 0
    for piece in pieces:
        pending = f"{pending}{piece}".lstrip(", \t\r\n")
        while pending.startswith("{") and "}" in piece:
            try:
                item, end = _DECODER.raw_decode(pending)
            except (ValueError, RecursionError):
                break
            pending = pending[end:].lstrip(", \t\r\n")
            count += 1
            if proposal := _proposal(item, hits):
                yield proposal
    if not count and pending.startswith("]"):
        yield Proposal(UNANSWERABLE)


def _proposal(item: object, hits: Sequence[Hit]) -> Proposal | None:
    if not isinstance(item, dict) or not isinstance(text := item.get("text"), str) or not text.strip():
        return None
    sources = item.get("sources")
    named = [source for source in sources if isinstance(source, dict)] if isinstance(sources, list) else []
    numbers = [(_number(source.get("passage"), hits), source.get("quote")) for source in named]
    passages = tuple(dict.fromkeys(number for number, _ in numbers if number is not None))
    quotes = ((number, quote) for number, quote in numbers if number is not None and isinstance(quote, str))
    return Proposal(text, passages, *located(quotes, hits))


def _number(passage: object, hits: Sequence[Hit]) -> int | None:
    """Return the number of a passage counted from 0, or None if there is no such passage."""
    return passage - 1 if isinstance(passage, int) and 1 <= passage <= len(hits) else None
