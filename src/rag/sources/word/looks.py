"""Finds the title, and headings that only their look shows: documents without heading styles have them too."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from rag.sources.blocks import Kind, heading
from rag.sources.shown import Shown

_MOST_WORDS = 14
_FIRST = 15  # blocks on a title page
_LARGER = 4  # half points
_MOST_SHARE = 0.3  # of the blocks; if more stand out, none of them is a heading


def title(shown: Sequence[Shown]) -> str | None:
    """Return the title on the first page: the first paragraph in the largest letters there, or None if none is larger.

    A paragraph in the style of a title comes first.
    """
    first = [one for one in shown[:_FIRST] if one.block.kind in (Kind.HEADING, Kind.PARAGRAPH)]
    titled = [one for one in first if one.titled]
    if titled:
        return " ".join(titled[0].block.text.split())
    largest = max((one.size for one in first), default=0)
    found = next((one for one in first if one.size == largest and _stands_alone(one)), None)
    others = [one.size for one in shown if one is not found and one.size]
    if found is None or not others or largest < sorted(others)[len(others) // 2] + _LARGER:
        return None
    return " ".join(found.block.text.split())


def with_headings(shown: Sequence[Shown], body: int) -> list[Shown]:
    """Return the blocks of a text; if none is a heading, paragraphs that stand out become headings.

    `body` is the size of usual text in half points. Larger letters are a higher level.
    """
    if any(one.block.kind is Kind.HEADING and not one.titled for one in shown):
        return list(shown)
    out = [_stands_out(one, body) for one in shown]
    if not 0 < sum(out) <= _MOST_SHARE * len(shown):
        return list(shown)
    sizes = sorted({one.size for one, is_out in zip(shown, out, strict=True) if is_out}, reverse=True)
    above = any(one.titled for one in shown)
    return [
        replace(one, block=heading(one.block.text, sizes.index(one.size) + 1 + above)) if is_out else one
        for one, is_out in zip(shown, out, strict=True)
    ]


def _stands_out(one: Shown, body: int) -> bool:
    return (one.bold or one.size >= body + _LARGER) and _stands_alone(one) and not one.titled


def _stands_alone(one: Shown) -> bool:
    """Tell whether a block may be a heading: it is short, has letters, and does not end like a sentence."""
    words = one.block.text.split()
    ended = one.block.text.endswith((".", ";", ":", ",", "?", "!"))
    kinds = (Kind.PARAGRAPH, Kind.ITEM, Kind.HEADING)
    named = any(character.isalpha() for character in one.block.text)
    return one.block.kind in kinds and 0 < len(words) <= _MOST_WORDS and not ended and named and one.size > 0
