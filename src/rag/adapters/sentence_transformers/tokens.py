"""Loads the tokenizer of a model, finds the tokens that belong to the text itself, and groups texts into batches."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import tokenizers
from numpy.typing import NDArray

Positions = NDArray[np.int64]


def counter(tokenizer: str) -> tokenizers.Tokenizer:
    """Return a tokenizer that counts tokens: it does not truncate. `tokenizer` is its JSON form."""
    loaded = tokenizers.Tokenizer.from_str(tokenizer)
    loaded.no_truncation()
    loaded.no_padding()
    return loaded


def reader(tokenizer: str, max_tokens: int, side: str) -> tokenizers.Tokenizer:
    """Return a tokenizer that truncates texts to `max_tokens` at `side`, "left" or "right"."""
    loaded = counter(tokenizer)
    loaded.enable_truncation(max_tokens, direction=side)
    return loaded


def text_tokens(read: tokenizers.Encoding, prompt_length: int) -> tuple[Positions, Positions]:
    """Return the positions of the tokens of the text itself, and the offset of each in the text.

    Special tokens such as [CLS] and [SEP] are left out. So are the tokens of the prompt, which is the first
    `prompt_length` characters.
    """
    special = np.array(read.special_tokens_mask, bool)
    starts, ends = np.array(read.offsets, np.int64).reshape(-1, 2).T - prompt_length
    positions = np.flatnonzero(~special & (starts >= 0) & (ends > starts))
    return positions, starts[positions]


def batches(lengths: Sequence[int], budget: int) -> Iterator[list[int]]:
    """Yield batches of text numbers, the longest texts first.

    `lengths` are in tokens. A batch is padded to its longest text. With padding, a batch has at most `budget` tokens,
    unless it is a single longer text.
    """
    batch: list[int] = []
    for number in sorted(range(len(lengths)), key=lambda number: -lengths[number]):
        if batch and lengths[batch[0]] * (len(batch) + 1) > budget:
            yield batch
            batch = []
        batch.append(number)
    if batch:
        yield batch
