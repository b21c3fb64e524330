"""Measures the letters and the distances between lines, which show where paragraphs begin."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from rag.sources.pdf.lines import Line

_LARGER = 1.12
_LOOSER = 1.25


@dataclass(frozen=True, slots=True)
class Style:
    """The typography of the running text: the height of its letters and the distance between its lines, in points."""

    size: float
    leading: float

    def larger(self, line: Line) -> bool:
        """Return whether a line is larger than the running text."""
        return line.size >= _LARGER * self.size


def measure(lines: Sequence[Line]) -> Style:
    """Return the style that most letters have."""
    sizes: Counter[float] = Counter()
    for line in lines:
        sizes[round(line.size, 1)] += len(line.text)
    size = sizes.most_common(1)[0][0] if sizes else 1.0
    body = [line for line in lines if abs(line.size - size) < 0.1 * size]
    drops = [drop(one, two) for one, two in pairwise(body)]
    common = Counter(round(2 * points) / 2 for points in drops if 0.5 * size < points < 3 * size)
    # If paragraphs are short, the distance between paragraphs is as common as that between lines. Take the smaller.
    often = 0.4 * max(common.values(), default=0)
    return Style(size, min((points for points, times in common.items() if times >= often), default=1.2 * size))


def drop(upper: Line, lower: Line) -> float:
    """Return the distance between two baselines in points, or -1 if they are on different pages."""
    return upper.bottom - lower.bottom if upper.page == lower.page else -1.0


def jumps(previous: Line, line: Line) -> bool:
    """Return whether the text continues at the top of another page or column."""
    return previous.page != line.page or line.bottom > previous.bottom + previous.size


def loose(previous: Line, line: Line, style: Style) -> bool:
    """Return whether two lines on a page are farther apart than the lines of a paragraph."""
    scale = max(1.0, line.size / style.size)
    return not jumps(previous, line) and drop(previous, line) > _LOOSER * scale * style.leading


def same_look(one: Line, two: Line) -> bool:
    """Return whether two lines have the same weight and size."""
    return one.bold == two.bold and same_size(one, two)


def same_size(one: Line, two: Line) -> bool:
    """Return whether the letters of two lines are equally high, up to 8 %."""
    return abs(one.size - two.size) < 0.08 * one.size
