"""Turns a question and its evidence into what a language model is asked, through the templates in `prompts/`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from string import Template

from rag.errors import ConfigurationError
from rag.text import one_line
from rag.types import Hit, Turn

_PLACEHOLDERS = {"instructions.md": set[str](), "answer.md": {"question", "passages"}, "condense.md": set[str]()}
_LONGEST_TURN = 2_000  # characters of an earlier turn; what a conversation is about, its beginning tells


@dataclass(frozen=True, slots=True)
class Prompts:
    """The templates, checked: `instructions` says how to answer, `answer` holds the question and the passages.

    `condensing` says how to rewrite a follow-up so that it stands alone.
    """

    instructions: str
    answer: Template
    condensing: str

    def render(self, question: str, evidence: Sequence[Hit]) -> str:
        """Return the prompt; passages are numbered from 1 in the order of `evidence`."""
        passages = "\n\n".join(_passage(number, hit) for number, hit in enumerate(evidence, 1))
        return self.answer.substitute(question=question, passages=passages)

    def conversation(self, question: str, context: Sequence[Turn]) -> str:
        """Return what stands under `condensing`: the earlier turns, one a line, and the question last."""
        turns = [f"{turn.role}: {one_line(turn.content[:_LONGEST_TURN])}" for turn in context]
        return "\n".join([*turns, f"Last question: {one_line(question)}"])


def load(folder: Path | None = None) -> Prompts:
    """Read the templates from `folder`, or those that come with the package. Raises ConfigurationError."""
    folder = folder or _own_folder()
    instructions, answer, condense = (_template(folder / name, known) for name, known in _PLACEHOLDERS.items())
    return Prompts(instructions.substitute(), answer, condense.substitute())


def _own_folder() -> Path:
    """In a wheel the templates lie in the package, in a checkout at its top."""
    package = Path(__file__).parents[1]
    return package / "prompts" if (package / "prompts").is_dir() else package.parents[1] / "prompts"


def _template(path: Path, known: set[str]) -> Template:
    try:
        template = Template(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigurationError(f"the prompt {path} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise ConfigurationError(f"the prompt {path} cannot be read: it is not UTF-8") from error
    if not template.is_valid():
        raise ConfigurationError(f"the prompt {path} holds a lone '$': write '$$' for the sign itself")
    found = set(template.get_identifiers())
    if found != known:
        raise ConfigurationError(
            f"the prompt {path} has the placeholders {sorted(found)}: it must have just {sorted(known)}"
        )
    return template


def _passage(number: int, hit: Hit) -> str:
    origin = ", ".join(filter(None, (hit.reference.title, *hit.heading, hit.reference.published)))
    return f"[{number}] {origin}\n{hit.text.strip()}"
