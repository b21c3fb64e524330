"""Groups lines into headings, table rows and paragraphs, by position, size and weight."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from rag.sources.blocks import Kind
from rag.sources.patterns import ITEM, bare_label, label_rank, numbered_depth
from rag.sources.pdf.lines import Line
from rag.sources.pdf.markers import follows, opens
from rag.sources.pdf.spacing import Style, drop, jumps, loose, same_look, same_size
from rag.sources.pdf.table import Table, hanging
from rag.sources.pdf.tables import tables

_HEADING_LONGEST = 200
_HEADING_LINES = 4
_BOLD_LONGEST = 120
_LABELLED_LONGEST = 90
_BOLD_PROSE = 45  # characters of a line of bold prose, on average
_RAGGED = 6.0  # the blank at the end of a line that a long word leaves, as a multiple of the height of the letters
_WIDEST = 3.0  # the drop between two wide-spaced lines of a sentence, as a multiple of the height of the letters
_SENTENCE_END = re.compile(r"(?:\d|[^\W\d_]{5})[.!?]$")  # not an abbreviation
_BULLETS = "•●▪◦‣➢➤❖✓\uf0b7\uf0a7\uf0d8"
_STOPS = (".", "!", "?", ":", ";", "—", "”", '"', "’")


@dataclass(slots=True)
class Group:
    """The lines of one block, or of a table."""

    kind: Kind
    lines: list[Line] = field(default_factory=list)
    table: Table | None = None

    @property
    def text(self) -> str:
        """The text of the lines, joined with spaces."""
        return " ".join(line.text for line in self.lines)


def group(lines: Sequence[Line], style: Style, column: bool) -> list[Group]:
    """Group lines into blocks. In a `column` of a comparison, bold marks new text and not headings."""
    found = {} if column else {table.first: table for table in tables(lines)}
    groups: list[Group] = []
    start = 0
    while start < len(lines):
        if start in found:
            groups.append(Group(Kind.ROW, found[start].lines, found[start]))
            start = found[start].end
        else:
            end = min((first for first in found if first > start), default=len(lines))
            groups += _text_groups(lines[start:end], style, column)
            start = end
    return _with_titles(_without_false_headings(groups, style), style)


def _text_groups(lines: Sequence[Line], style: Style, column: bool) -> list[Group]:
    """Group lines that are outside tables."""
    groups: list[Group] = []
    items: list[Line] = []
    for number, line in enumerate(lines):
        previous = lines[number - 1] if number else None
        kind = _kind(lines, number, style, column)
        last = groups[-1] if groups else None
        next_item = follows(items, line) or opens(lines, number)
        hangs = last is not None and len(last.lines) == 1 and _hangs(lines, number, style)
        begins = next_item or (not hangs and previous is not None and _begins(previous, line, kind, style, column))
        if last is None or last.kind is not kind or begins:
            groups.append(Group(kind))
        if kind is Kind.PARAGRAPH and not groups[-1].lines and (next_item or ITEM.match(line.text)):
            items.append(line)
        groups[-1].lines.append(line)
    return groups


def _kind(lines: Sequence[Line], number: int, style: Style, column: bool) -> Kind:
    line = lines[number]
    if not column and (line.run_in or (line.bold and _leads_into_text(lines, number, style))):
        return Kind.PARAGRAPH
    if style.larger(line) or (line.bold and not column and not _in_bold_prose(lines, number)):
        return Kind.HEADING
    return Kind.HEADING if _labelled(lines, number, style) else Kind.PARAGRAPH


def _in_bold_prose(lines: Sequence[Line], number: int) -> bool:
    """Return whether a bold line is one of more neighbouring lines of its look than a heading has."""
    line, count, letters = lines[number], 1, len(lines[number].text)
    for step in (-1, 1):
        at = number
        while count <= _HEADING_LINES and 0 <= at + step < len(lines) and _close(lines[at], lines[at + step]):
            at += step
            count, letters = count + 1, letters + len(lines[at].text)
    return count > _HEADING_LINES and letters > _BOLD_PROSE * count and not bare_label(line.text)


def _close(one: Line, two: Line) -> bool:
    """Return whether two lines are alike, and as near to each other as the lines of a paragraph usually are."""
    return same_look(one, two) and one.page == two.page and abs(one.bottom - two.bottom) < 1.6 * two.size


def _labelled(lines: Sequence[Line], number: int, style: Style) -> bool:
    """Return whether a line is a heading in the style of the running text: set apart, with a label or a number."""
    line = lines[number]
    if number and not loose(lines[number - 1], line, style):
        return False
    if bare_label(line.text):
        return True
    alone = number + 1 < len(lines) and loose(line, lines[number + 1], style)
    labelled = label_rank(line.text) is not None or numbered_depth(line.text) > 1
    return alone and labelled and len(line.text) <= _LABELLED_LONGEST and line.text[-1] not in ".;:,"


def _leads_into_text(lines: Sequence[Line], number: int, style: Style) -> bool:
    """Return whether a bold line is a part of a run-in heading, and the text follows without a gap."""
    line = lines[number]
    for following in lines[number + 1 : number + _HEADING_LINES]:
        if style.larger(line) or loose(line, following, style) or jumps(line, following):
            return False
        if following.run_in or (following.text[0].islower() and not following.bold):
            return True
        if line.text.endswith(".") and not following.bold and not numbered_depth(line.text):
            return True
        if not following.bold:
            return False
        line = following
    return False


def _begins(previous: Line, line: Line, kind: Kind, style: Style, column: bool) -> bool:
    """Return whether `line` begins a block and does not continue the block of `previous`."""
    if kind is Kind.HEADING:
        return bare_label(line.text) or not same_look(previous, line) or not _heading_goes_on(previous, line)
    if not column and (line.run_in or line.bold) and not previous.bold and not _runs_to(previous, line):
        return True
    return _begins_unit(previous, line, style) or _begins_paragraph(previous, line, style)


def _begins_unit(previous: Line, line: Line, style: Style) -> bool:
    """Return whether `line` begins a list item or is a URL on its own line."""
    if hanging(line) and not hanging(previous) and previous.left >= line.left - 0.5 * line.size:
        return True
    if hanging(line) and hanging(previous):
        return True
    if line.text.startswith("http"):
        return previous.text.endswith(_STOPS) or "http" in previous.text.split()[-1] or " " not in previous.text
    # "(a)" is not an item if the line end divides a reference: "referred to in point / (a) of".
    free = previous.text.endswith((*_STOPS, " and", " or")) or loose(previous, line, style)
    return line.text[0] in _BULLETS or (ITEM.match(line.text) is not None and free)


def _runs_to(previous: Line, line: Line) -> bool:
    """Return whether the text of `previous` goes on in `line`: no stop, and no blank at the end of the line."""
    return not previous.text.endswith(_STOPS) and previous.right > line.right - 3 * line.size


def _begins_paragraph(previous: Line, line: Line, style: Style) -> bool:
    ended = previous.text.endswith(_STOPS)
    if jumps(previous, line):
        return ended and (not line.text[0].islower() or _SENTENCE_END.search(previous.text) is not None)
    near = drop(previous, line) < _WIDEST * line.size and same_size(previous, line)
    if not ended and near and line.text[0].islower() and not ITEM.match(line.text):
        return False  # wide-spaced lines of one sentence
    indented = line.left - previous.left > 0.9 * line.size
    return loose(previous, line, style) or (indented and ended and not ITEM.match(previous.text))


def _hangs(lines: Sequence[Line], number: int, style: Style) -> bool:
    """Return whether a line is the indented second line of an entry, such as one of a bibliography.

    The first line fills the column, and a gap is above it.
    """
    if number < 2:
        return False
    above, previous, line = lines[number - 2 : number + 1]
    full = previous.right > max(above.right, line.right) - _RAGGED * line.size
    indented = line.left - previous.left > 0.9 * line.size and abs(above.left - previous.left) > 0.9 * line.size
    plain = not ITEM.match(line.text) and not ITEM.match(previous.text) and not hanging(line)
    return full and indented and plain and loose(above, previous, style) and not loose(previous, line, style)


def _heading_goes_on(previous: Line, line: Line) -> bool:
    """Return whether two lines belong to one heading. It may continue on the next page."""
    return previous.page + 1 == line.page or 0 <= drop(previous, line) <= 1.3 * line.size


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
    near = 0 <= drop(above, below) <= 3.5 * max(above.size, below.size)
    if not (near or above.page + 1 == below.page) or bare_label(one.lines[0].text) or ITEM.match(one.lines[0].text):
        return False
    short = len(one.lines) <= 2 and len(one.text) <= _BOLD_LONGEST and not one.text.endswith(_STOPS)
    return one.kind is Kind.HEADING or (one.kind is Kind.PARAGRAPH and short and one.text[0].isupper())
