"""Chooses the blocks of a page's main part. Trafilatura finds its words; the page itself gives their structure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from rag.sources.blocks import Kind
from rag.sources.html.reading import Read

if TYPE_CHECKING:
    from lxml.etree import _Element

_SHINGLE = 12  # characters compared at a time
_FOUND_SHARE = 0.5  # of a block's shingles that the main part holds
_WHOLE_SHARE = 1.5  # if the whole page is at most this many times as long as its main part, nothing is left out
_SHORT = 500  # characters; trafilatura cannot tell the main part of so short a page


def choose(page: Sequence[Read], main: _Element | None) -> list[Read]:
    """Return the blocks of `page` whose words are in `main`; all blocks if the rest is little.

    A heading is kept if the block after it is.
    """
    words = _bare("".join(main.itertext())) if main is not None else ""
    lines = {_bare(text) for text in main.itertext()} if main is not None else set()
    kept = [_within(_bare(one.words), words, lines) for one in page]
    for place in range(len(page) - 2, -1, -1):
        kept[place] |= page[place].block.kind is Kind.HEADING and kept[place + 1]
    chosen = [one for one, is_kept in zip(page, kept, strict=True) if is_kept]
    lengths = [sum(len(one.words) for one in blocks) for blocks in (chosen, page)]
    whole = not chosen or lengths[1] <= max(_WHOLE_SHARE * lengths[0], _SHORT)
    return list(page) if whole else chosen


def _within(block: str, words: str, lines: set[str]) -> bool:
    if len(block) <= _SHINGLE:
        return block in lines
    shingles = [block[start : start + _SHINGLE] for start in range(0, len(block) - _SHINGLE + 1, _SHINGLE // 2)]
    return block in words or sum(one in words for one in shingles) >= _FOUND_SHARE * len(shingles)


def _bare(text: str) -> str:
    """Return the letters and digits alone, because the two readings differ in space and punctuation."""
    return re.sub(r"[\W_]+", "", text)
