"""Finds the footnotes of a page and removes their marks from the text, and joins drop caps with their word."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from rag.sources.pdf.lines import Line

_SMALLER = 0.93
_MARK = re.compile(r"(?:[⁰¹²³⁴-⁹]{1,3}|\d{1,3}|[*†‡§]{1,3})(?=[\s.)]*[^\W\d_])")
_MARK_ALONE = re.compile(r"(?:\d{1,3}|[⁰¹²³⁴-⁹]{1,3}|[*†‡§]{1,3})(?:,\s?\d{1,3})*")
_RAISED = re.compile(r"\s?[⁰¹²³⁴-⁹]{1,3}(?:[,–-][⁰¹²³⁴-⁹]{1,3})*(?![^\W_])")
_AFTER_STOP = re.compile(r"(?:[.,;:!?)\]”\"’'][⁰¹²³⁴-⁹]|[^\W\d_]{4}[⁰¹²³⁴-⁹])")
_UNIT = re.compile(r"(?:^|[\s\d⁰¹²³⁴-⁹(/])(?:[kcdm]?m|ft|in|yd|mi|s)$")
_SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹"
_PLAIN = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")
_LARGER = 1.8
_LONG = 40  # characters of a line of running text
_LEAST_LINES = 3


def with_asides(lines: Sequence[Line], body: float) -> list[Line]:
    """Return the lines of a page in order, with the footnotes last and without the marks of footnotes in the text.

    `body` is the height of the letters of the running text, in points.
    """
    turned = {id(line) for line in lines if line.aside}
    notes = {id(line) for run in _notes(lines, body) for line in run} | _side_notes(lines, body) | turned
    found = [_MARK.match(line.text) or _MARK_ALONE.fullmatch(line.text) for line in lines if id(line) in notes]
    known = {match[0].translate(_PLAIN) for match in found if match}
    kept = [line for line in _without_loose_marks(lines) if id(line) not in notes]
    before = ["", *(one.text if _left_of(one, two) else "" for one, two in pairwise(kept))]
    text = [_without_marks(line, known, left) for line, left in zip(kept, before, strict=False)]
    return [*text, *_with_own_marks([_note(line) for line in lines if id(line) in notes])]


def _with_own_marks(notes: Sequence[Line]) -> list[Line]:
    """Return the lines of notes, with each mark that is a piece of its own joined to the line at its right."""
    joined: list[Line] = []
    for line in notes:
        mark = joined[-1] if joined else None
        if mark and _MARK_ALONE.fullmatch(mark.text) and 0 <= line.left - mark.right < line.size:
            joined[-1] = replace(line, text=f"{mark.text} {line.text}", left=mark.left)
        else:
            joined.append(line)
    return joined


def _note(line: Line) -> Line:
    """Return a line of a footnote, with its mark in plain digits."""
    text = _MARK.sub(lambda match: match[0].translate(_PLAIN), line.text, count=1)
    return replace(line, text=text, aside=True)


def _left_of(one: Line, two: Line) -> bool:
    """Return whether `two` continues the line of `one`."""
    return one.beside(two) and -one.size < two.left - one.right < one.size


def _notes(lines: Sequence[Line], body: float) -> Iterator[list[Line]]:
    """Yield the small lines at the foot of each column, from a footnote mark on."""
    run: list[Line] = []
    for number, line in enumerate(lines):
        first = line.text[0] in _SUPERSCRIPTS and not (number and _left_of(lines[number - 1], line))
        raised = first or (bool(run) and run[0].text[0] in _SUPERSCRIPTS)
        small = line.size < _SMALLER * body or raised
        marked = _MARK.match(line.text) or _MARK_ALONE.fullmatch(line.text)
        if small and (run or (marked and not _in_row(lines, number))):
            run.append(line)
        else:
            run = []
        ends = number + 1 == len(lines) or lines[number + 1].bottom > line.bottom + 2 * body
        if run and ends:
            if any(_MARK.match(one.text) or _MARK_ALONE.fullmatch(one.text) for one in run) and run[0].bottom < _lowest(
                lines, run
            ):
                yield run
            run = []


def _in_row(lines: Sequence[Line], number: int) -> bool:
    """Return whether a line is a cell of a row: words are at its left on the same baseline."""
    left = lines[number - 1] if number else None
    return left is not None and left.beside(lines[number]) and left.right < lines[number].left - lines[number].size


def _side_notes(lines: Sequence[Line], body: float) -> set[int]:
    """Return the `id()` of each small line that lies wholly in the margin beside the running text."""
    text = [line for line in lines if len(line.text) > _LONG and line.size >= _SMALLER * body]
    if len(text) < _LEAST_LINES:
        return set()
    left, right = min(line.left for line in text), max(line.right for line in text)
    top, bottom = max(line.bottom for line in text), min(line.bottom for line in text)
    return {
        id(line)
        for line in lines
        if line.size < _SMALLER * body
        and (line.right < left or line.left > right)
        and bottom - 3 * body < line.bottom < top + body
    }


def _lowest(lines: Sequence[Line], run: Sequence[Line]) -> float:
    """Return the lowest baseline of the text in the column of `run`."""
    ids = set(map(id, run))
    left, right = min(one.left for one in run), max(one.right for one in run)
    return min((o.bottom for o in lines if id(o) not in ids and o.left < right and o.right > left), default=0.0)


def _without_loose_marks(lines: Sequence[Line]) -> Iterator[Line]:
    """Yield the lines without the raised marks that the file draws as pieces of their own."""
    for number, line in enumerate(lines):
        near = [*lines[max(0, number - 2) : number], *lines[number + 1 : number + 3]]
        if not (_MARK_ALONE.fullmatch(line.text) and any(_raised(line, other) for other in near)):
            yield line


def _raised(mark: Line, other: Line) -> bool:
    """Return whether `mark` is small and at the upper half of the letters of `other`."""
    inside = other.left < mark.left < other.right + other.size
    return mark.size < 0.75 * other.size and inside and 0.2 < (mark.bottom - other.bottom) / other.size < 0.8


def _without_marks(line: Line, known: set[str], left: str = "") -> Line:
    """Remove the raised numbers that are marks of footnotes: known ones, and those after a stop or a long word.

    `left` is the text at the left of the line.
    """
    if not _RAISED.search(line.text):
        return line

    def plain(match: re.Match[str]) -> str:
        if not left and not match.start():
            return f"{match[0].translate(_PLAIN)} "  # the number of a note
        return "" if _is_mark(left + line.text[: match.start()], match[0].strip(), known) else match[0].lstrip()

    text = " ".join(_RAISED.sub(plain, line.text).split())
    return replace(line, text=text, cells=tuple(_without_marks(cell, known) for cell in line.cells)) if text else line


def _is_mark(before: str, mark: str, known: set[str]) -> bool:
    before = before.rstrip()
    if before and (before[-1].isdigit() or (mark in "²³" and _UNIT.search(before[-4:]))):
        return False
    return mark.translate(_PLAIN) in known or _AFTER_STOP.search(before[-4:] + mark) is not None


def with_drop_caps(lines: Sequence[Line]) -> list[Line]:
    """Return the lines of a page with each large first letter joined to the line at its right, wherever it is drawn."""
    caps = [line for line in lines if len(line.text) == 1 and line.text.isupper()]
    if not caps:
        return list(lines)
    first: dict[int, Line] = {}
    for cap in caps:
        beside = [line for line in lines if _begins_with(cap, line)]
        if beside:
            first[id(max(beside, key=lambda line: line.bottom))] = cap
    used = {id(cap) for cap in first.values()}
    return [
        replace(line, text=first[id(line)].text + line.text) if id(line) in first else line
        for line in lines
        if id(line) not in used
    ]


def _begins_with(cap: Line, line: Line) -> bool:
    near = -0.2 * line.size < line.left - cap.right < 1.5 * line.size
    top = abs(cap.bottom + 0.75 * cap.size - line.bottom - 0.75 * line.size) < line.size
    return cap.size > _LARGER * line.size and near and top and line.text[0].isalpha()
