"""Read the labelled texts: each line of a file is a sentence, and a blank line ends a text.

A space separates two sentences, unless the line of the second begins with `↵` (a line break) or `¶` (a blank line).
A `↵` within a line is a line break within the sentence.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from rag.types import Span

FOLDER = Path(__file__).parent

SETS = ("held_out", "development")
"""The folders of the labelled texts. The segmenter was developed with the development texts only."""

_JOINTS = {"↵": "\n", "¶": "\n\n"}


@dataclass(frozen=True, slots=True)
class Labelled:
    """One text, its genre, and the spans of its sentences in order."""

    genre: str
    text: str
    sentences: tuple[Span, ...]


def read(folder: Path) -> list[Labelled]:
    """Return the labelled texts of each file in `folder`; the name of a file is a genre."""
    return [
        parse(path.stem, block)
        for path in sorted(folder.glob("*.txt"))
        for block in path.read_text(encoding="utf-8").strip().split("\n\n")
    ]


def parse(genre: str, block: str) -> Labelled:
    """Return one text from its lines."""
    text, spans = "", []
    for line in block.split("\n"):
        joint = _JOINTS.get(line[0], " ") if text else ""
        sentence = line.lstrip("↵¶").replace("↵", "\n")
        start = len(text) + len(joint)
        text += joint + sentence
        spans.append(Span(start, start + len(sentence)))
    return Labelled(genre, text, tuple(spans))
