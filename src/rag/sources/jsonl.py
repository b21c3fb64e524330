"""Parses JSON Lines: one document on each line."""

from __future__ import annotations

import json
from collections.abc import Iterator

from rag.errors import UnreadableSource
from rag.sources.blocks import Block, Entry, Facts, Parsed
from rag.sources.decode import decode
from rag.sources.facts import named, phrase
from rag.text import normalise

_SHAPE = 'write one JSON object on each line, such as {"id": "a", "title": "A", "text": "..."}.'


def parse(raw: bytes, stem: str) -> Iterator[Entry]:
    """Yield an entry for each line that is not blank. A wrong line does not affect the others."""
    # Not splitlines(), which would also break a line at a U+2028 inside a JSON string.
    for number, line in enumerate(decode(raw).split("\n"), start=1):
        if line.strip():
            yield _entry(number, line)


def _entry(number: int, line: str) -> Entry:
    try:
        content = json.loads(line)
    except (ValueError, RecursionError) as error:
        return Entry(number, str(number), UnreadableSource(f"is not JSON ({error}); {_SHAPE}"))
    if not isinstance(content, dict):
        message = f"holds {type(content).__name__}, not an object; {_SHAPE}"
        return Entry(number, str(number), UnreadableSource(message))
    return Entry(number, phrase(named(content).get("id")) or str(number), _parsed(content), line.encode())


def _parsed(fields: dict[str, object]) -> Parsed | UnreadableSource:
    text = fields.pop("text", None)
    if not isinstance(text, str):
        return UnreadableSource(f'has no "text" that is a string; {_SHAPE}')
    return Parsed([Block(paragraph) for paragraph in normalise(text).split("\n\n")], _facts(fields))


def _facts(fields: dict[str, object]) -> Facts:
    nested = fields.pop("metadata", None)
    return {**(named(nested) if isinstance(nested, dict) else {}), **named(fields)}
