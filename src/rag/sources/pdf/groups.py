"""Groups lines into headings, table rows and paragraphs, by position, size and weight."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from rag.sources.blocks import Kind
from rag.sources.patterns import CLAUSE_NUMBER, ITEM, MARKER, bare_label, label_rank, numbered_depth
from rag.sources.pdf.lines import Line

_LARGER = 1.12
_LOOSER = 1.25
_HEADING_LONGEST = 200
_HEADING_LINES = 4
_BOLD_LONGEST = 120
_LABELLED_LONGEST = 90
_STOPS = (".", "!", "?", ":", ";", "”", '"', "’")


@dataclass(frozen=True, slots=True)
class Style:
    """The typography of the running text: the height of its letters and the distance between its lines, in points."""

    size: float
    leading: float

    def larger(self, line: Line) -> bool:
        """Return whether a line is larger than the running text."""
        return line.size >= _LARGER * self.size


@dataclass(slots=True)
class Group:
    """The lines of one block."""

    kind: Kind
    lines: list[Line] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The text of the lines, joined with spaces."""
        return " ".join(line.text for line in self.lines)


def measure(lines: Sequence[Line]) -> Style:
    """Return the style that most letters have."""
    sizes: Counter[float] = Counter()
    for line in lines:
        sizes[round(line.size, 1)] += len(line.text)
    size = sizes.most_common(1)[0][0] if sizes else 1.0
    body = [line for line in lines if abs(line.size - size) < 0.1 * size]
    drops = [_drop(one, two) for one, two in pairwise(body)]
    common = Counter(round(2 * drop) / 2 for drop in drops if 0.5 * size < drop < 3 * size)
    # If paragraphs are short, the distance between paragraphs is as common as that between lines. Take the smaller.
    often = 0.4 * max(common.values(), default=0)
    return Style(size, min((drop for drop, times in common.items() if times >= often), default=1.2 * size))


def group(lines: Sequence[Line], style: Style, column: bool) -> list[Group]:
    """Group lines into blocks. In a `column` of a comparison, bold marks new text and not headings."""
    groups: list[Group] = []
    for number, line in enumerate(lines):
        previous = lines[number - 1] if number else None
        kind = _kind(lines, number, style, column)
        last = groups[-1] if groups else None
        if last is None or previous is None or last.kind is not kind or _begins(previous, line, kind, style):
            groups.append(Group(kind))
        groups[-1].lines.append(line)
    return _with_titles(_without_false_headings(groups, style), style)


def _kind(lines: Sequence[Line], number: int, style: Style, column: bool) -> Kind:
    line = lines[number]
    around = [*lines[max(0, number - 1) : number], *lines[number + 1 : number + 2]]
    if not column and _tabular(line) and any(line.aligned(other) for other in around):
        return Kind.ROW
    if style.larger(line) or (line.bold and not column):
        return Kind.HEADING
    return Kind.HEADING if _labelled(lines, number, style) else Kind.PARAGRAPH


def _labelled(lines: Sequence[Line], number: int, style: Style) -> bool:
    """Return whether a line is a heading in the style of the running text: set apart, with a label or a number."""
    line = lines[number]
    if number and not _loose(lines[number - 1], line, style):
        return False
    if bare_label(line.text):
        return True
    alone = number + 1 < len(lines) and _loose(line, lines[number + 1], style)
    labelled = label_rank(line.text) is not None or numbered_depth(line.text) > 1
    return alone and labelled and len(line.text) <= _LABELLED_LONGEST and line.text[-1] not in ".;:,"


def _tabular(line: Line) -> bool:
    return len(line.cells) > 1 and not _is_item(line)


def _is_item(line: Line) -> bool:
    """Return whether a line is a list item or a clause whose number stands in a column of its own."""
    return ITEM.match(line.text) is not None or _has_own_mark(line)


def _has_own_mark(line: Line) -> bool:
    """Return whether a bullet or the number of a clause stands in a column of its own, to the left of the line."""
    mark, words = (line.cells[0].text, line.cells[1].text) if len(line.cells) == 2 else ("", "")
    if MARKER.fullmatch(f"{mark} "):
        return True
    return CLAUSE_NUMBER.fullmatch(mark) is not None and words[:1].isalpha() and " " in words


def _begins(previous: Line, line: Line, kind: Kind, style: Style) -> bool:
    """Return whether `line` begins a block and does not continue the block of `previous`."""
    if kind is Kind.ROW:
        return not previous.aligned(line)
    if kind is Kind.HEADING:
        return bare_label(line.text) or not _same_look(previous, line) or not _heading_goes_on(previous, line)
    return _begins_unit(previous, line, style) or _begins_paragraph(previous, line, style)


def _begins_unit(previous: Line, line: Line, style: Style) -> bool:
    """Return whether `line` begins a list item or is a URL on its own line."""
    if line.text.startswith("http"):
        return previous.text.endswith(_STOPS) or "http" in previous.text.split()[-1] or " " not in previous.text
    # "(a)" is not an item if the line end divides a reference: "referred to in point / (a) of".
    free = previous.text.endswith((*_STOPS, " and", " or")) or _loose(previous, line, style)
    return _has_own_mark(line) or (_is_item(line) and free)


def _begins_paragraph(previous: Line, line: Line, style: Style) -> bool:
    ended = previous.text.endswith(_STOPS)
    if _jumps(previous, line):
        return ended and not line.text[0].islower()
    indented = line.left - previous.left > 0.9 * line.size
    return _loose(previous, line, style) or (indented and ended and not _is_item(previous))


def _heading_goes_on(previous: Line, line: Line) -> bool:
    """Return whether two lines belong to one heading. It may continue on the next page."""
    return previous.page + 1 == line.page or 0 <= _drop(previous, line) <= 1.3 * line.size


def _drop(upper: Line, lower: Line) -> float:
    """Return the distance between two baselines in points, or -1 if they are on different pages."""
    return upper.bottom - lower.bottom if upper.page == lower.page else -1.0


def _jumps(previous: Line, line: Line) -> bool:
    """Return whether the text continues at the top of another page or column."""
    return previous.page != line.page or line.bottom > previous.bottom + previous.size


def _loose(previous: Line, line: Line, style: Style) -> bool:
    """Return whether two lines on a page are farther apart than the lines of a paragraph."""
    scale = max(1.0, line.size / style.size)
    return not _jumps(previous, line) and _drop(previous, line) > _LOOSER * scale * style.leading


def _same_look(one: Line, two: Line) -> bool:
    return one.bold == two.bold and abs(one.size - two.size) < 0.08 * one.size


def _without_false_headings(groups: list[Group], style: Style) -> list[Group]:
    """Turn groups that look like a heading but do not read like one into paragraphs."""
    for number, one in enumerate(groups):
        following = groups[number + 1] if number + 1 < len(groups) else None
        if one.kind is Kind.HEADING and not _reads_as_heading(one, following, style):
            one.kind = Kind.PARAGRAPH
    return groups


def _reads_as_heading(one: Group, following: Group | None, style: Style) -> bool:
    text = one.text
    if len(text) > _HEADING_LONGEST or len(one.lines) > _HEADING_LINES or not any(map(str.isalpha, text)):
        return False
    if style.larger(one.lines[0]) or label_rank(text) is not None or numbered_depth(text) > 1:
        return True
    runs_on = following is not None and following.kind is Kind.PARAGRAPH and following.lines[0].text[:1].islower()
    return len(text) <= _BOLD_LONGEST and not runs_on and not text.endswith((".", ";", ",")) and not text[0].islower()


def _with_titles(groups: list[Group], style: Style) -> list[Group]:
    """Merge each heading that is only a label, such as `Article 5`, with the title that follows it."""
    merged: list[Group] = []
    for one in groups:
        last = merged[-1] if merged else None
        if last is not None and last.kind is Kind.HEADING and bare_label(last.text) and _is_title(last, one, style):
            last.lines += one.lines
        else:
            merged.append(one)
    return merged


def _is_title(label: Group, one: Group, style: Style) -> bool:
    above, below = label.lines[-1], one.lines[0]
    near = 0 <= _drop(above, below) <= 3.5 * max(above.size, below.size)
    if not (near or above.page + 1 == below.page) or bare_label(one.lines[0].text) or ITEM.match(one.lines[0].text):
        return False
    short = len(one.lines) <= 2 and len(one.text) <= _BOLD_LONGEST and not one.text.endswith(_STOPS)
    return one.kind is Kind.HEADING or (one.kind is Kind.PARAGRAPH and short and one.text[0].isupper())
