"""Finds the level of each list item from the style of its marker, such as 1 for `2.` and 2 for the `(a)` below it."""

from __future__ import annotations

from dataclasses import dataclass, field

from rag.text.markers import Marker, Numbering, as_letter

_DEEPEST = 6
"""The deepest level of a list item."""


@dataclass(slots=True)
class ListLevels:
    """Takes the markers of list items in reading order, and holds the last marker of each open list."""

    open: list[Marker] = field(default_factory=list)
    interrupted: bool = False

    def take(self, mark: Marker) -> int:
        """Return the level of an item, from 1."""
        if self.interrupted and not any(mark.follows(one) for one in self.open):
            self.open = []
        self.interrupted = False
        if mark.numbering is Numbering.ROMAN and not any(one.alike(mark) for one in self.open):
            letters = [one for one in self.open if one.numbering is Numbering.LETTER]
            mark = as_letter(mark, letters[-1]) if letters else mark
        alike = [number for number, one in enumerate(self.open) if one.alike(mark)]
        self.open = [*self.open[: alike[-1] if alike else _DEEPEST - 1], mark]
        return len(self.open)

    def interrupt(self) -> None:
        """Note a paragraph between two items. Only the next item of an open list continues after it."""
        self.interrupted = True

    def end(self) -> None:
        """End all lists, at a heading."""
        self.open = []
