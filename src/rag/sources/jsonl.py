"""JSON Lines: one document a line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

from rag.errors import UnreadableSource
from rag.sources.blocks import Block, Facts, Reading
from rag.sources.decode import decode
from rag.sources.facts import named, phrase
from rag.text import normalise

_SHAPE = 'write one JSON object a line, such as {"id": "a", "title": "A", "text": "..."}.'


@dataclass(frozen=True, slots=True)
class Entry:
    """One line that is not blank: its number and what it holds, or what is wrong with it."""

    line: int
    content: dict[str, object] | str

    @property
    def name(self) -> str:
        """The document's own id, or else the number of its line."""
        given = named(self.content).get("id") if isinstance(self.content, dict) else None
        return phrase(given) or str(self.line)

    def reading(self) -> Reading:
        """Return the document on this line."""
        if isinstance(self.content, str):
            raise UnreadableSource(self.content)
        fields = dict(self.content)
        text = fields.pop("text", None)
        if not isinstance(text, str):
            raise UnreadableSource(f'has no "text" that is a string; {_SHAPE}')
        return Reading([Block(paragraph) for paragraph in normalise(text).split("\n\n")], _facts(fields))


def read(raw: bytes) -> Iterator[Entry]:
    """Yield the lines of the file; a bad line is an entry too, so that the others go on."""
    # Not splitlines(): a JSON string may hold U+2028, which that would break the line at.
    for number, line in enumerate(decode(raw).split("\n"), start=1):
        if line.strip():
            yield Entry(number, _parsed(line))


def _parsed(line: str) -> dict[str, object] | str:
    try:
        content = json.loads(line)
    except (ValueError, RecursionError) as error:
        return f"is not JSON ({error}); {_SHAPE}"
    return content if isinstance(content, dict) else f"holds {type(content).__name__}, not an object; {_SHAPE}"


def _facts(fields: dict[str, object]) -> Facts:
    nested = fields.pop("metadata", None)
    return {**(named(nested) if isinstance(nested, dict) else {}), **named(fields)}
