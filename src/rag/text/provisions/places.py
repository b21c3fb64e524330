"""Finds the provision that steps name, such as section 12, (3), in the outline of a document."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rag.text.provision_names import INNER, Step
from rag.text.provisions.labels import normal
from rag.text.provisions.outline import Outline
from rag.types import Span

_LEFT_OUT = frozenset({"part", "chapter", "title", "section", "amendment"})
"""Kinds that a reference may leave out: `point 1 of Annex I` may be in its Section A."""


def find(outline: Outline, steps: Sequence[Step]) -> list[Span]:
    """Return the spans of the provisions with these steps, in reading order.

    None is found if the first step is an inner one, such as `subsection (3)`, because each section may have it.
    """
    (kind, label), *inner = steps
    if kind in INNER and kind != "paragraph":
        return []
    outer = [
        number
        for number, one in enumerate(outline.provisions)
        if one.kind == kind and normal(one.label) == normal(label) and _is_outer(outline, one.parent)
    ]
    return [span for number in outer for span in _follow(outline, number, inner)]


def find_near(outline: Outline, steps: Sequence[Step], place: Span) -> Span | None:
    """Return the span of the provision that inner steps name at a place: `point (a)`, `subsection (2)`.

    It is in the provision at the place, or in the nearest one around it that has such a part.
    """
    for number in reversed(outline.numbers(place)):
        found = list(_follow(outline, number, steps))
        if found:
            return found[0] if len(found) == 1 else None
    return None


def _is_outer(outline: Outline, parent: int | None) -> bool:
    return parent is None or outline.provisions[parent].kind in _LEFT_OUT


def _follow(outline: Outline, number: int, steps: Sequence[Step]) -> Iterator[Span]:
    """Yield the spans at the end of the steps from a provision. The sentences of a paragraph are not told apart."""
    steps = [step for step in steps if step[0] != "sentence"]
    one = outline.provisions[number]
    if not steps:
        yield one.span
    elif not one.items and len(steps) == 1 and steps[0][0] == "paragraph" and steps[0][1].isdigit():
        yield from one.prose[int(steps[0][1]) - 1 : int(steps[0][1])] if one.kind == "article" else ()
    else:
        for other in _inside(outline, number, steps[0]):
            yield from _follow(outline, other, steps[1:])


def _inside(outline: Outline, number: int, step: Step) -> Iterator[int]:
    kind, label = step
    for other in outline.children(number):
        one = outline.provisions[other]
        if one.kind in ("", kind, "paragraph") and normal(one.label) == normal(label):
            yield other
        elif one.kind in _LEFT_OUT or (outline.provisions[number].kind == "amendment" and one.kind):
            yield from _inside(outline, other, step)
