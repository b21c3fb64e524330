"""Chooses the passages that fit into the context window of a language model."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from rag.protocols import Passage
from rag.text import sentences

_BYTES_PER_TOKEN = 3


def estimate_tokens(text: str) -> int:
    """Estimate the tokens of a text from above: one for each three bytes of UTF-8.

    The tokenizers of language models take about four bytes of English a token, and fewer tokens a character in other
    scripts than they have bytes. An estimate needs no tokenizer of the model, which the service does not have.
    """
    return -(-len(text.encode("utf-8", "replace")) // _BYTES_PER_TOKEN)


def fitting(passages: Sequence[Passage], room: int, rendered: Callable[[Passage], str]) -> tuple[Passage, ...]:
    """Return the first passages whose rendered form takes at most `room` tokens.

    If a passage does not fit, the sentences at its beginning that fit take its place, and the passages after it are
    left out. The passages are in the order of their rank.
    """
    found: list[Passage] = []
    for passage in passages:
        shortened = _shortened(passage, room, rendered)
        if shortened is None:
            break
        found.append(shortened)
        room -= estimate_tokens(rendered(shortened))
        if shortened is not passage:
            break
    return tuple(found)


def _shortened(passage: Passage, room: int, rendered: Callable[[Passage], str]) -> Passage | None:
    """Return the passage with as many whole sentences as fit; None if not even the first one fits."""
    if estimate_tokens(rendered(passage)) <= room:
        return passage
    for span in reversed(sentences(passage.text)[:-1]):
        shorter = replace(passage, text=passage.text[: span.end])
        if estimate_tokens(rendered(shorter)) <= room:
            return shorter
    return None
