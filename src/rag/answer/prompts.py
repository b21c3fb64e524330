"""Renders the prompts for a language model from the templates in `prompts/`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from string import Template

from rag.answer.commands import fit_headings, unordered_text
from rag.errors import ConfigurationError
from rag.protocols import Passage
from rag.text import one_line
from rag.types import Hit, Turn

_PLACEHOLDERS = {"instructions.md": set[str](), "answer.md": {"question", "passages"}, "condense.md": set[str]()}
_LONGEST_TURN = 2_000  # characters of an earlier turn; the beginning of a turn shows its subject

_TAG = re.compile(r"[<＜‹〈⟨](?=\s*+[/|!?<A-Za-z])|\[(?=/?(?:INST|SYS)\b)", re.IGNORECASE)
"""The beginning of a tag. Only the prompt itself may contain tags, and the marks that servers put between turns."""


class Form(Enum):
    """The form of the reply that a prompt asks for, and the template that ends it."""

    MARKERS = "markers.md"
    STRUCTURED = "structured.md"
    DOCUMENTS = "documents.md"


@dataclass(frozen=True, slots=True)
class Prompts:
    """The checked templates.

    `instructions` tells the model how to answer. `answer` has placeholders for the question and the passages.
    `condensing` tells the model how to rewrite a follow-up so that it stands alone. One of the others ends the prompt:
    `markers` for sentences with the numbers of their passages, `structured` for JSON, and `documents` for servers that
    get the passages as documents and cite them.
    """

    instructions: str
    answer: Template
    condensing: str
    markers: str
    structured: str
    documents: str

    def render(self, question: str, passages: Sequence[Passage], form: Form = Form.MARKERS) -> str:
        """Return the prompt, with the passages numbered from 1. For `DOCUMENTS` the prompt has no passages."""
        numbered = "" if form is Form.DOCUMENTS else "\n\n".join(map(tagged, range(1, 1 + len(passages)), passages))
        end = {Form.MARKERS: self.markers, Form.STRUCTURED: self.structured, Form.DOCUMENTS: self.documents}[form]
        return self.answer.substitute(question=_escaped(question), passages=numbered) + end

    def conversation(self, question: str, context: Sequence[Turn]) -> str:
        """Return the prompt that goes with `condensing`: the earlier turns, one per line, then the question."""
        turns = [f"{turn.role}: {one_line(turn.content[:_LONGEST_TURN])}" for turn in context]
        return "\n".join([*turns, f"Last question: {one_line(question)}"])


def load(folder: Path | None = None) -> Prompts:
    """Read the templates from `folder`, or the templates of this package by default. Raises ConfigurationError.

    If the folder lacks the end of a prompt, the one of this package is used.
    """
    own = _default_folder()
    folder = folder or own
    instructions, answer, condense = (_template(folder / name, expected) for name, expected in _PLACEHOLDERS.items())
    ends = [_template((folder if (folder / form.value).exists() else own) / form.value, set()) for form in Form]
    return Prompts(instructions.substitute(), answer, condense.substitute(), *(one.substitute() for one in ends))


def passage_of(hit: Hit, question: str = "") -> Passage:
    """Return the passage of a hit, with its title, headings and date as its source.

    Sentences, titles and headings that give orders are left out, unless the question asks about such orders.
    """
    source = ", ".join(filter(None, (*fit_headings(hit, question), hit.reference.published)))
    return Passage(one_line(source), unordered_text(hit, question))


def tagged(number: int, passage: Passage) -> str:
    """Return a passage between tags with its number and source. A document cannot forge the tags."""
    source = _escaped(passage.source).replace('"', "'")
    return f'<passage number="{number}" source="{source}">\n{_escaped(passage.text)}\n</passage>'


def _escaped(text: str) -> str:
    return _TAG.sub(lambda match: "&#91;" if match[0] == "[" else "&lt;", text)


def _default_folder() -> Path:
    """Return `prompts/` in the package if it exists, as in a wheel; otherwise `prompts/` at the top of the checkout."""
    package = Path(__file__).parents[1]
    return package / "prompts" if (package / "prompts").is_dir() else package.parents[1] / "prompts"


def _template(path: Path, expected: set[str]) -> Template:
    try:
        template = Template(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigurationError(f"the prompt {path} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise ConfigurationError(f"the prompt {path} cannot be read: it is not UTF-8") from error
    if not template.is_valid():
        raise ConfigurationError(f"the prompt {path} contains a lone '$': write '$$' for a dollar sign")
    found = set(template.get_identifiers())
    if found != expected:
        raise ConfigurationError(
            f"the prompt {path} has the placeholders {sorted(found)}: it must have exactly {sorted(expected)}"
        )
    return template
