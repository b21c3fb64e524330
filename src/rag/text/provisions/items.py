"""Reads the numbered items of an article, a section or a schedule, with their nesting.

An item is only placed if its mark is the first one of a list, or follows the item before it. If that is not certain,
the words belong to the nearest provision that is certain.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from rag.text.provisions.labels import Key, Mark, Style, follows, is_first, mark_at, marks_at, number_of
from rag.text.provisions.starts import ATTACHMENTS, UNITS, Line
from rag.types import Span

NOTE = re.compile(r"\W*+\d{0,3}+\W*+(?:(?:OJ|ABl\.|JO) (?:[LC]|Nr|n°)\W?\s?\d|(?:See|Siehe|Voir) page\b)|\[\^\w++\]:")
"""A footnote with the place of a law in the Official Journal. It belongs to no provision."""

_DASHES = re.compile(r"[.:]?[—–-]*")  # between the number of a unit and its first item: `12.—(1)`
_LARGEST_GAP = 3  # repealed items between two of a list
_LONGEST_TITLE = 160  # characters
_QUOTED = re.compile(r"\s*+[‘“«„\"](?=\s*+(?:\(?\w{1,4}[.)]|Article|Section|Art\.|§|Anne?x|Recital|[A-Z]))")
_QUOTE_ENDS = re.compile(r"[’”»“\"]\s*+(?:[.;,]\s*+)?\Z")
_MOST_QUOTED = 60  # lines of a quoted text
_BARE = re.compile(r"[^\S\n]*(?P<label>\d{1,3})[^\S\n]+(?=[A-Z])")
_FEWEST_BARE = 2  # lines of an attachment that are counted without a full stop
_RUN_IN = re.compile(r"(?:[:;—–]|[;,]\s*+(?:and/or|and|or|und|oder|et|ou))[^\S\n]*+(?=\(?\w{1,5}\))")


@dataclass(slots=True, eq=False)
class Node:
    """A provision while it is read: its kind and label, its text so far, and whether its limits are certain."""

    kind: str
    label: str
    start: int
    end: int
    parent: Node | None = None
    around: str = ""
    style: Style | None = None
    name: str = ""
    clear: bool = True
    body: int = 0
    children: list[Node] = field(default_factory=list)
    prose: list[Span] = field(default_factory=list)

    def extend(self, end: int) -> None:
        """Add the text up to `end` to this provision, and to those around it."""
        node: Node | None = self
        while node is not None:
            node.end = max(node.end, end)
            node = node.parent


@dataclass(slots=True)
class _OpenList:
    """A list that may go on. `lead` is true if words before it announce its items, so that words after it are no part
    of the last item."""

    style: Style
    around: str
    last: Key
    lead: bool
    parent: Node
    item: Node


@dataclass(slots=True)
class Reader:
    """Reads the lines of one unit into `node`. `unclear` has the spans whose provision is unknown."""

    text: str
    node: Node
    lines: Sequence[Line]
    unclear: list[Span] = field(default_factory=list)
    open: list[_OpenList] = field(default_factory=list)
    owner: Node | None = None
    headed: bool = False
    quoted: int = 0
    words: bool = False
    bare: Mapping[int, Mark] = field(default_factory=dict)

    def read(self, start: int) -> None:
        """Read the text from `start`, which lies in the first line."""
        self.owner = self.node
        self.bare = _bare_marks(self.text, self.lines[1:]) if self.node.kind in ATTACHMENTS else {}
        start += len(_DASHES.match(self.text, start)[0])  # type: ignore[index]
        for number, line in enumerate(self.lines):
            span = Span(max(start, line.span.start), line.span.end)
            if span.of(self.text).strip() and not self._line(span, line, number):
                self.unclear.append(Span(span.start, self.lines[-1].span.end))
                break
        _mark_repeated(self.node)

    def _line(self, span: Span, line: Line, number: int) -> bool:
        """Read a line. Return false if the structure is lost from there on."""
        if NOTE.match(self.text, span.start, span.end):
            return True
        if self._is_quoted(span):
            self._assign(self._certain(), span)
            return True
        marks = self._marks(span)
        if not marks:
            self._prose(span, line, number)
        at = span.start
        for at, mark in marks:
            placed = self._place(mark, at, number)
            if placed is None:
                return False
            at = mark.end
        if marks:
            self._assign(self.owner or self.node, Span(span.start, span.end))
        self._run_in(Span(at, span.end), number)
        return True

    def _marks(self, span: Span) -> list[tuple[int, Mark]]:
        found = marks_at(self.text, span.start, span.end)
        return found or ([(span.start, self.bare[span.start])] if span.start in self.bare else [])

    def _is_quoted(self, span: Span) -> bool:
        """Return whether a line is part of a quoted provision, for example of an amended law."""
        if not self.quoted and _QUOTED.match(self.text, span.start, span.end):
            self.quoted = _MOST_QUOTED
            words = span.of(self.text).strip()
            if re.search(r"[’”»](?![^\W\d_])", words[1:]) or '"' in words[1:]:
                self.quoted = 0
                return bool(_QUOTE_ENDS.search(words))
            return True
        if self.quoted:
            self.quoted = 0 if _QUOTE_ENDS.search(span.of(self.text)) else self.quoted - 1
            return True
        return False

    def _prose(self, span: Span, line: Line, number: int) -> None:
        if line.heading is not None:
            if self.words:
                self.open, self.headed = [], True
            self.owner = self.node
            self.node.extend(span.end)
            return
        target = self._certain()
        self._assign(target, span)
        title = not self.words and not self.open and number <= 1 and self._is_title(span)
        if not title:
            self.words = True
            if target is self.node:
                self.node.prose.append(span)

    def _is_title(self, span: Span) -> bool:
        words = span.of(self.text).strip()
        return len(words) <= _LONGEST_TITLE and not words.endswith((".", ":", ";", ",", "—", "–"))

    def _certain(self) -> Node:
        """Return the innermost provision that certainly has the words after the last item."""
        node = self.node
        for one in self.open:
            if one.lead:
                break
            node = one.item
        return node

    def _assign(self, node: Node, span: Span) -> None:
        self.owner = node
        node.extend(span.start + len(span.of(self.text).rstrip()))

    def _place(self, mark: Mark, at: int, number: int) -> bool | None:
        """Open an item. Return false if its place is not certain, and None if nothing after it can be placed."""
        going = [(one, style) for one in reversed(self.open) for style in mark.styles if _goes_on(one, mark, style)]
        first = [style for style in mark.styles if self._begins(mark, style)]
        if going and first:
            after = self._next_label(mark, number)
            if after == "ii":
                going = []
            elif after != "j":
                return self._lose(mark)
        if going:
            return self._continue(*going[0], mark, at)
        if first:
            return self._begin(first[-1], mark, at)
        return self._skip(mark, at)

    def _skip(self, mark: Mark, at: int) -> bool:
        """Open an item of a list with missing items; further lines of the one before it may belong to a missing one."""
        for one in reversed(self.open):
            for style in mark.styles:
                if _skips(one, mark, style):
                    one.item.clear &= "\n" not in self.text[one.item.start : one.item.end]
                    return self._continue(one, style, mark, at)
        return self._lose(mark)

    def _begins(self, mark: Mark, style: Style) -> bool:
        if self._is_excerpt(mark, style):
            return True
        if style is Style.DOTTED:
            parent = mark.label.rpartition(".")[0]
            return mark.label.endswith(".1") and any(one.item.label == parent for one in self.open)
        return is_first(number_of(mark.label, style))

    def _is_excerpt(self, mark: Mark, style: Style) -> bool:
        """Return whether a unit has words only from a later paragraph on: `Article 83` with paragraphs 4 and 5."""
        opens = not (self.open or self.words or self.headed or self.node.children)
        return opens and style is Style.NUMBER and self.node.kind in UNITS and mark.label.isdigit()

    def _lose(self, mark: Mark) -> bool:
        """Note an item without a certain place: what follows belongs to the whole unit.

        If it is the second item of a list, the first one was not seen, and nothing inside it is certain.
        """
        if mark.label in ("2", "1A", "1a"):
            for child in self.node.children:
                child.clear = False
        self.open, self.owner = self.open[:1], self.node
        if self.open:
            self.open[0].lead = True
        return False

    def _continue(self, one: _OpenList, style: Style, mark: Mark, at: int) -> bool:
        place = self.open.index(one)
        one.last = number_of(mark.label, style)
        one.item = self._child(one.parent, mark, style, at)
        self.open = self.open[: place + 1]
        self.owner, self.words = one.item, True
        return True

    def _begin(self, style: Style, mark: Mark, at: int) -> bool | None:
        alike = [place for place, one in enumerate(self.open) if (one.style, one.around) == (style, mark.around)]
        if alike:
            old = self.open[alike[-1]]
            if not old.lead and not self.headed and alike[-1] == 0:
                return None  # the numbers begin again, so the beginning of a unit was not seen
            parent, kept = old.parent, alike[-1]
        else:
            parent = self.owner or self.node
            if style is Style.DOTTED:
                parent = next(one.item for one in self.open if one.item.label == mark.label.rpartition(".")[0])
            kept = next((place + 1 for place, one in enumerate(self.open) if one.item is parent), 0)
        lead = self.words if parent is self.node else bool(self.text[parent.start : at].strip(" .—–()" + parent.label))
        item = self._child(parent, mark, style, at)
        opened = _OpenList(style, mark.around, number_of(mark.label, style), lead, parent, item)
        self.open = [*self.open[:kept], opened]
        self.owner, self.words = item, True
        return True

    def _child(self, parent: Node, mark: Mark, style: Style, at: int) -> Node:
        """Add an item. Below a heading without a number, its number is not that of the unit."""
        clear = not (self.headed and parent is self.node)
        node = Node("", mark.label, at, at, parent, mark.around, style, clear=clear, body=mark.end)
        parent.children.append(node)
        return node

    def _next_label(self, mark: Mark, number: int) -> str:
        """Return the label of the next mark with the same characters around it, if it is one that tells `i` apart."""
        for line in self.lines[number : number + 40]:
            for _, other in marks_at(self.text, line.span.start, line.span.end):
                if other.around == mark.around and other.label in ("ii", "j"):
                    return other.label
            if (inline := re.search(r"[;:]\s*+(?:and |or )?\((ii|j)\)", line.span.of(self.text))) is not None:
                return inline[1]
        return ""

    def _run_in(self, span: Span, number: int) -> None:
        """Open the items that stand inside a line: `… if: (a) it is paid; or (b) it is waived.`"""
        for found in _RUN_IN.finditer(self.text, span.start, span.end):
            mark = mark_at(self.text, found.end(), span.end)
            if mark is None or mark.around not in ("()", ")"):
                continue
            going = any(_goes_on(one, mark, style) for one in self.open for style in mark.styles)
            first = any(is_first(number_of(mark.label, style)) for style in mark.styles)
            if not going and not (first and self._goes_on_later(mark, Span(mark.end, span.end), number)):
                continue
            self._place(mark, found.end(), number)
            self._assign(self.owner or self.node, Span(found.end(), span.end))

    def _goes_on_later(self, mark: Mark, rest: Span, number: int) -> bool:
        """Return whether the second item of a list stands in the rest of a line, or begins the next line."""
        seconds = {"1": "2", "a": "b", "i": "ii", "A": "B"}
        second = re.escape(seconds.get(mark.label, "\0"))
        opening = r"\(" if mark.around == "()" else r"(?<=\s)"
        if re.search(rf"[;:,.—–]\s*+(?:and |or |und |oder |et |ou )?{opening}{second}\)", rest.of(self.text)):
            return True
        after = self.lines[number + 1 : number + 2]
        return any(
            found.label == seconds.get(mark.label) and found.around == mark.around
            for line in after
            for _, found in marks_at(self.text, line.span.start, line.span.end)[:1]
        )


def _bare_marks(text: str, lines: Sequence[Line]) -> dict[int, Mark]:
    """Return the numbers without a full stop that count all lines of an attachment, by their offsets: `1 The landlord`.

    None is returned if one line has another number, because it may be an amount.
    """
    lines = [line for line in lines if line.heading is None]
    found = [_BARE.match(text, line.span.start, line.span.end) for line in lines]
    labels = [one["label"] for one in found if one is not None]
    if len(labels) < _FEWEST_BARE or len(labels) < len(lines) or labels != [str(n + 1) for n in range(len(labels))]:
        return {}
    return {one.start("label"): Mark(one["label"], "", one.end()) for one in found if one is not None}


def _goes_on(one: _OpenList, mark: Mark, style: Style) -> bool:
    return _alike(one, mark, style) and follows(one.last, number_of(mark.label, style))


def _skips(one: _OpenList, mark: Mark, style: Style) -> bool:
    """Return whether an item may continue a list of which some items are missing, because they are repealed."""
    if not _alike(one, mark, style):
        return False
    key = number_of(mark.label, style)
    return len(key) == len(one.last) and key[:-1] == one.last[:-1] and 0 < key[-1][0] - one.last[-1][0] <= _LARGEST_GAP


def _alike(one: _OpenList, mark: Mark, style: Style) -> bool:
    return one.style is style and one.around == mark.around


def _mark_repeated(node: Node) -> None:
    """Mark items as unclear that have the same label as a neighbour: two lists in one paragraph."""
    counts = Counter(child.label for child in node.children)
    for child in node.children:
        child.clear = child.clear and counts[child.label] == 1
        _mark_repeated(child)


def walk(nodes: Sequence[Node]) -> Iterator[Node]:
    """Yield nodes and everything inside them, in reading order."""
    for node in nodes:
        yield node
        yield from walk(node.children)
