"""Renders the prompts for a language model from the templates in `prompts/`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from string import Template

from rag.errors import ConfigurationError
from rag.text import one_line
from rag.types import Hit, Turn

_PLACEHOLDERS = {"instructions.md": set[str](), "answer.md": {"question", "passages"}, "condense.md": set[str]()}
_LONGEST_TURN = 2_000  # characters of an earlier turn; the beginning of a turn shows its subject


@dataclass(frozen=True, slots=True)
class Prompts:
    """The checked templates.

    `instructions` tells the model how to answer. `answer` has placeholders for the question and the passages.
    `condensing` tells the model how to rewrite a follow-up so that it stands alone.
    """

    instructions: str
    answer: Template
    condensing: str

    def render(self, question: str, evidence: Sequence[Hit]) -> str:
        """Return the prompt, with the passages numbered from 1 in the order of `evidence`."""
        passages = "\n\n".join(_passage(number, hit) for number, hit in enumerate(evidence, 1))
        return self.answer.substitute(question=question, passages=passages)

    def conversation(self, question: str, context: Sequence[Turn]) -> str:
        """Return the prompt that goes with `condensing`: the earlier turns, one per line, then the question."""
        turns = [f"{turn.role}: {one_line(turn.content[:_LONGEST_TURN])}" for turn in context]
        return "\n".join([*turns, f"Last question: {one_line(question)}"])


def load(folder: Path | None = None) -> Prompts:
    """Read the templates from `folder`, or the templates of this package by default. Raises ConfigurationError."""
    folder = folder or _default_folder()
    instructions, answer, condense = (_template(folder / name, expected) for name, expected in _PLACEHOLDERS.items())
    return Prompts(instructions.substitute(), answer, condense.substitute())


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


def _passage(number: int, hit: Hit) -> str:
    source = ", ".join(filter(None, (hit.reference.title, *hit.heading, hit.reference.published)))
    return f"[{number}] {source}\n{hit.text.strip()}"
