"""Decides whether a question is answered by a whole short list or by single items of it."""

from __future__ import annotations

from collections.abc import Sequence

from rag.answer.statements import Sentence
from rag.types import Span

_Place = tuple[int, Span]


def left_out(sentences: Sequence[Sentence], asked: frozenset[str]) -> set[_Place]:
    """Return the passage and span of each whole list, or of each of its items, that the other one makes needless.

    If words of the question are in some items only, and not in the lead-in, these items answer it. Else the whole list
    does, because no item answers better than another. `asked` has the index terms of the question.
    """
    at = {(one.passage, one.span): one for one in sentences}
    needless: set[_Place] = set()
    for whole in (one for one in sentences if len(one.items) > 1):
        items = [item for span in whole.items if (item := at.get((whole.passage, span)))]
        if len(items) < 2:
            continue
        if _some_stand_out(whole, items, asked):
            needless.add((whole.passage, whole.span))
        else:
            needless.update((item.passage, item.span) for item in items)
    return needless


def _some_stand_out(whole: Sentence, items: Sequence[Sentence], asked: frozenset[str]) -> bool:
    common = frozenset.intersection(*(item.terms for item in items))
    return any(item.terms & asked - whole.terms - common for item in items)
