"""A model's tokenizer: texts in, the numbers that the model reads out, and which of them are the text's own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import tokenizers
from numpy.typing import NDArray

Positions = NDArray[np.int64]


def counter(tokenizer: str) -> tokenizers.Tokenizer:
    """Return the tokenizer, given as JSON, so that it reads a text whole."""
    loaded = tokenizers.Tokenizer.from_str(tokenizer)
    loaded.no_truncation()
    loaded.no_padding()
    return loaded


def reader(tokenizer: str, max_tokens: int, side: str) -> tokenizers.Tokenizer:
    """Return the tokenizer so that it reads at most `max_tokens`, and leaves out what stands on that side."""
    loaded = counter(tokenizer)
    loaded.enable_truncation(max_tokens, direction=side)
    return loaded


def own(read: tokenizers.Encoding, prompt: int) -> tuple[Positions, Positions]:
    """Return which tokens are the text's own, and where in the text each begins.

    Neither [CLS] and [SEP] are, nor those of the prompt, which takes the first `prompt` characters.
    """
    special = np.array(read.special_tokens_mask, bool)
    starts, ends = np.array(read.offsets, np.int64).reshape(-1, 2).T - prompt
    positions = np.flatnonzero(~special & (starts >= 0) & (ends > starts))
    return positions, starts[positions]


def batches(lengths: Sequence[int], budget: int) -> Iterator[list[int]]:
    """Yield the numbers of the texts that are read together, the longest first.

    Every batch is padded to its longest text; with that it has at most `budget` tokens, or is one text alone.
    """
    batch: list[int] = []
    for number in sorted(range(len(lengths)), key=lambda number: -lengths[number]):
        if batch and lengths[batch[0]] * (len(batch) + 1) > budget:
            yield batch
            batch = []
        batch.append(number)
    if batch:
        yield batch
