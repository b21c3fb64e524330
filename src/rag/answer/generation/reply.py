"""The reply of a language model in the form that verification reads."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from rag.types import Span


@dataclass(frozen=True, slots=True)
class Proposal:
    """A sentence of a reply whose sources are known. Nothing about it has been verified.

    `passages` are the numbers of the passages that it names, counted from 0. `quotes` are the words that it quotes: the
    number of the passage, and the span in the document. A quote that the passage does not contain is left out, and
    `misquoted` is then true.
    """

    text: str
    passages: tuple[int, ...] = ()
    quotes: tuple[tuple[int, Span], ...] = ()
    misquoted: bool = False


Part: TypeAlias = str | Proposal
"""A part of a reply: a piece of text with [n] markers, split anywhere, or a sentence with its sources."""

FinishReason: TypeAlias = Literal["stop", "length", "filtered"]


@dataclass(slots=True)
class Reply:
    """The parts of a reply as they arrive. `finish` is None until the reply has ended.

    All parts of a reply are of one kind. The parts raise BackendError.
    """

    parts: Iterator[Part] = field(default_factory=lambda: iter(()))
    finish: FinishReason | None = None
