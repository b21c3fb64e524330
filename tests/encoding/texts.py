"""The texts to encode: a question of 12 tokens, and passages of 200 tokens from the example articles."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import cycle, islice
from pathlib import Path

from rag.protocols import Encoder

QUESTION = "How long may parents of twins take paid leave from work?"
QUESTION_TOKENS = 12
PASSAGE_TOKENS = 200

_ARTICLES = Path(__file__).parents[2] / "examples" / "articles"


def passages(encoder: Encoder, count: int) -> Sequence[str]:
    """Return different texts of 200 tokens each."""
    words = " ".join(path.read_text(encoding="utf-8") for path in sorted(_ARTICLES.glob("*.md"))).split()
    starts = islice(cycle(range(0, len(words) - 2 * PASSAGE_TOKENS, 53)), count)
    return [_cut(encoder, words[start : start + PASSAGE_TOKENS]) for start in starts]


def _cut(encoder: Encoder, words: Sequence[str]) -> str:
    """Return the first words, as many as fit into a passage."""
    counts = [encoder.count_tokens(word) for word in words]
    room, taken = PASSAGE_TOKENS - 2, 0  # [CLS] and [SEP] count too
    for count in counts:
        if room < count:
            break
        room, taken = room - count, taken + 1
    return " ".join(words[:taken])
