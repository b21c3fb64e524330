"""Turns flows of lines into blocks: finds the levels of headings, and joins paragraphs that cross pages."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence, Set
from dataclasses import replace
from itertools import groupby

from rag.sources.blocks import Block, Kind, heading, row
from rag.sources.patterns import ITEM, MARKER, label_rank, numbered_depth
from rag.sources.pdf.columns import Flow
from rag.sources.pdf.groups import Group, group
from rag.sources.pdf.lines import Line
from rag.sources.pdf.spacing import Style, measure
from rag.sources.unwrap import join_pair, vocabulary

_TITLE, _NUMBERED_FROM, _BOLD, _COLUMN = -1, 4, 9, 10
"""Ranks of headings of one size, from the highest. `label_rank` gives the ranks 0 to 3. Headings in columns follow."""

_CLAUSE_ITEM = re.compile(r"\d{1,3}(?:\.\d{1,3})+\.?\s+[^\W\dA-Z_]")
"""An item of a list that continues a sentence, such as `44.1 the right to`."""

_INNER_STOP = re.compile(r"^([^.!?]*[^\W_]{3})\.$")
"""The stop of a cell of one sentence. A row is one sentence, and a stop within it would divide it."""

_NOTE = re.compile(r"\d{1,3}(?=[.)]?\s)")
_Rank = tuple[float, int]


def structure(flows: Sequence[Flow]) -> tuple[list[Block], list[Group]]:
    """Return the blocks, and the groups of lines that became headings."""
    lines = [line for flow in flows for line in flow.lines]
    style, words = measure(lines), vocabulary([line.text for line in lines])
    grouped = [(flow, _groups(flow, style)) for flow in flows]
    levels = _levels(grouped, style)
    blocks: list[Block] = []
    for flow, groups in grouped:
        if flow.title:
            blocks.append(heading(flow.title.text, levels[id(flow)], flow.lines[0].page))
        for one in groups:
            blocks += _blocks(one, levels.get(id(one), 0), words)
    return blocks, [one for _, groups in grouped for one in groups if one.kind is Kind.HEADING]


def _groups(flow: Flow, style: Style) -> list[Group]:
    """Return the groups of a flow. The notes of a page come before the first group that has words on a later page.

    The page of each word then stays exact, and a paragraph that crosses the page is not divided by them.
    """
    groups = group([line for line in flow.lines if not line.aside], style, flow.title is not None)
    for page, notes in groupby((line for line in flow.lines if line.aside), key=lambda line: line.page):
        place = next((n for n, one in enumerate(groups) if one.lines[-1].page > page), len(groups))
        groups[place:place] = _notes(list(notes), style)
    return groups


def _notes(lines: list[Line], style: Style) -> list[Group]:
    """Return the notes of a page, one paragraph each."""
    own = Style(lines[0].size, min(style.leading, 1.3 * lines[0].size))
    notes = [one for note in _by_number(lines) for one in group(note, own, column=True)]
    for one in notes:
        one.kind = Kind.PARAGRAPH
    return notes


def _by_number(lines: Sequence[Line]) -> Iterator[list[Line]]:
    """Yield the lines of each note. The next note begins with the next number."""
    note: list[Line] = []
    last = None
    for line in lines:
        match = _NOTE.match(line.text)
        number = int(match[0]) if match else None
        if note and number is not None and (last is None or number == last + 1):
            yield note
            note = []
        last = number if number is not None and (last is None or number == last + 1) else last
        note.append(line)
    yield note


def _levels(grouped: Sequence[tuple[Flow, list[Group]]], style: Style) -> dict[int, int]:
    """Return the level of each heading and of each flow with a title, by `id()` of the object."""
    ranks = {id(flow): (0.0, _COLUMN) for flow, _ in grouped if flow.title}
    for flow, groups in grouped:
        for one in groups:
            if one.kind is Kind.HEADING:
                ranks[id(one)] = _rank(one, flow, style, first=not ranks)
    order = sorted(set(ranks.values()))
    return {key: order.index(rank) + 1 for key, rank in ranks.items()}


def _rank(one: Group, flow: Flow, style: Style, first: bool) -> _Rank:
    """Return the sort key of a heading. Larger letters come first; in one size, chapters come before articles."""
    label, depth = label_rank(one.text), numbered_depth(one.text)
    written = label if label is not None else _NUMBERED_FROM + depth - 1 if depth else _BOLD
    if flow.title:
        return 0.0, written + _COLUMN + 1
    if not any(map(style.larger, one.lines)):
        return 0.0, written
    return -round(max(line.size for line in one.lines)), _TITLE if first and written == _BOLD else written


def _blocks(one: Group, level: int, words: Set[str]) -> Iterator[Block]:
    page = one.lines[0].page
    if one.kind is Kind.HEADING:
        yield heading(_joined(one.lines, words).text, level, page)
    elif one.kind is Kind.ROW:
        yield from _rows(one)
    elif any(map(str.isalnum, one.text)):  # not a lone stop or an ornament
        yield _paragraph(_joined(one.lines, words))


def _rows(one: Group) -> Iterator[Block]:
    """Yield the rows of a table, with the header of its column before each cell. A label within it is a paragraph."""
    assert one.table is not None
    for line, cells in zip(one.lines, one.table.rows, strict=True):
        filled = [cell for cell in cells if cell]
        if len(filled) == 1 and len(line.cells) < 2 and (line.bold or not one.table.headers):
            yield Block(filled[0], page=line.page)
        elif filled:
            last = max(n for n, cell in enumerate(cells) if cell)
            inner = [_INNER_STOP.sub(r"\1", cell) if n < last else cell for n, cell in enumerate(cells)]
            yield Block(row(one.table.headers, inner), Kind.ROW, page=line.page)


def _joined(lines: Sequence[Line], words: Set[str]) -> Block:
    text, page_breaks, page = "", [], lines[0].page
    for line in lines:
        text = join_pair(text, line.text, words)
        if line.page != page:
            page = line.page
            page_breaks.append((len(text) - len(line.text), page))
    return Block(text, page=lines[0].page, page_breaks=tuple(page_breaks))


def _paragraph(block: Block) -> Block:
    """Turn a paragraph with a marker into a list item. A recital such as `(12)` stays a paragraph."""
    marker = MARKER.match(block.text)
    if marker:
        shift = 2 - marker.end()
        page_breaks = tuple((offset + shift, page) for offset, page in block.page_breaks)
        return replace(block, text="- " + block.text[marker.end() :], kind=Kind.ITEM, page_breaks=page_breaks)
    recital = block.text.startswith("(") and block.text[1:2].isdigit()
    item = (ITEM.match(block.text) and not recital) or _CLAUSE_ITEM.match(block.text)
    return replace(block, kind=Kind.ITEM) if item else block
