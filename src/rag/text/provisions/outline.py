"""Finds the provisions of a document: its articles, sections, schedules and recitals, with their numbered items.

The tree is computed from the canonical text and its headings alone. A provision whose limits are not certain is not
`clear`: a pinpoint never names it, but the provision around it.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile

from rag.text.provisions.amendments import Amendment, amendments
from rag.text.provisions.items import NOTE, Node, Reader, walk
from rag.text.provisions.labels import Mark, Style, follows, key_of, marks_at, normal
from rag.text.provisions.starts import Line, Start, attachments, divisions, lines_of, units
from rag.types import Heading, Span

_WHEREAS = re.compile(
    r"(?<!\S)(?:whereas|in erwägung nachstehender gründe|considérant ce qui suit)\s*+(?:[:,]\s*+)?\Z",
    re.IGNORECASE,
)
_ADOPTED = re.compile(
    r"\s*+(?:HA(?:VE|S) ADOPTED|HA(?:BEN|T) FOLGENDE|(?:ONT|A) ADOPTÉ|(?:Done at|Geschehen zu|Fait à) [A-Z]"
    r"|Adopted (?:at|by|in|on)\b)"
)
_SKIPPED_RECITALS = 1
_FEW = 40  # characters; a repeated provision with fewer is an entry of a list


@dataclass(frozen=True, slots=True)
class Provision:
    """A provision at `span`: its kind and label, such as `article` and `5`, or an item with the kind ``.

    `parent` is the number of the provision around it in the outline. `around` has the characters around the label of
    an item, and `style` its numbering. `name` is the word or sign before the label as it is written. `clear` is false
    if its limits are not certain. `body` is the offset of the words after the label. `prose` has the paragraphs
    directly in it that have no number. `items` is true if it has numbered items.
    """

    kind: str
    label: str
    span: Span
    parent: int | None = None
    around: str = ""
    style: Style | None = None
    name: str = ""
    clear: bool = True
    body: int = 0
    prose: tuple[Span, ...] = ()
    items: bool = False


@dataclass(frozen=True, slots=True)
class Outline:
    """The provisions of a document in reading order. `unclear` has the spans that belong to no known provision."""

    provisions: tuple[Provision, ...] = ()
    unclear: tuple[Span, ...] = ()

    def path(self, span: Span) -> tuple[Provision, ...]:
        """Return the provisions that certainly contain a span, the outermost first."""
        if self.is_unclear(span):
            return ()
        found = (self.provisions[number] for number in self.numbers(span))
        return tuple(takewhile(lambda one: one.clear, found))

    def is_unclear(self, span: Span) -> bool:
        """Return whether a span touches a part of the text whose provision is not known."""
        return any(map(span.overlaps, self.unclear))

    def numbers(self, span: Span) -> tuple[int, ...]:
        """Return the numbers of the provisions that contain a span, the outermost first."""
        found: list[int] = []
        number = self._number_at(span)
        while number is not None:
            found.append(number)
            number = self.provisions[number].parent
        return tuple(reversed(found))

    def _number_at(self, span: Span) -> int | None:
        """Return the number of the innermost provision that contains a span."""
        last = bisect_right(self.provisions, span.start, key=lambda one: one.span.start) - 1
        number: int | None = last if last >= 0 else None
        while number is not None and not self.provisions[number].span.contains(span):
            number = self.provisions[number].parent
        return number

    def children(self, number: int | None) -> Iterator[int]:
        """Yield the numbers of the provisions directly inside one, or of the outermost ones."""
        first = 0 if number is None else number + 1
        for other in range(first, len(self.provisions)):
            one = self.provisions[other]
            if number is not None and one.span.start > self.provisions[number].span.end:
                return
            if one.parent == number:
                yield other


def find_outline(text: str, headings: Sequence[Heading] = ()) -> Outline:
    """Return the provisions of a canonical text."""
    return _Builder(text, lines_of(text, headings)).outline()


class _Builder:
    """Builds the tree of one document."""

    def __init__(self, text: str, lines: Sequence[Line]) -> None:
        self.text, self.lines = text, lines
        self.unclear: list[Span] = []

    def outline(self) -> Outline:
        if amended := amendments(self.lines):
            return self._frozen(self._amendments(amended))
        attached = attachments(self.text, self.lines)
        bounds = [*(one.line for one in attached), len(self.lines)]
        nodes = self._main(bounds[0])
        for one, end in zip(attached, bounds[1:], strict=True):
            nodes.append(self._attachment(one, self._end(one, end, attached=True)))
        return self._frozen(nodes)

    def _frozen(self, nodes: Sequence[Node]) -> Outline:
        _mark_repeated(nodes)
        return Outline(tuple(_frozen(nodes)), tuple(self.unclear))

    def _amendments(self, amended: Sequence[Amendment]) -> list[Node]:
        """Return the amendments, each with the path of the provision that it changes."""
        bounds = [*(one.line for one in amended[1:]), len(self.lines)]
        return [self._amendment(one, bound) for one, bound in zip(amended, bounds, strict=True)]

    def _amendment(self, amended: Amendment, bound: int) -> Node:
        first = self.lines[amended.line]
        whole = Span(first.span.start, self.lines[bound - 1].span.end)
        found = node = Node("amendment", amended.label, whole.start, whole.end)
        for kind, label in amended.path:
            mark = Mark(label, "()", whole.start)
            node = Node(kind, label, whole.start, whole.end, node, "()", mark.styles[-1], body=whole.start)
            node.parent.children.append(node)  # type: ignore[union-attr]
        if len(amended.path) == 1 and amended.path[0][0] == "article":
            self._read(node, amended.line + 1, bound, self.lines[amended.line].span.end)
        return found

    def _main(self, last: int) -> list[Node]:
        starts = units(self.text, self.lines, 0, last)
        kinds = {one.kind for one in starts}
        divided = divisions(self.text, self.lines, 0, last, kinds)
        first = min((one.line for one in (*starts, *divided) if one.line), default=last)
        found = [*self._recitals(first)] if "recital" not in kinds else []
        taken = {one.line for one in starts}
        bounds = sorted({*taken, *(one.line for one in divided), last})
        for one in starts:
            end = next(bound for bound in bounds if bound > one.line)
            found.append(self._unit(one, self._end(one, end)))
        return found

    def _unit(self, start: Start, end: int) -> Node:
        node = self._node(start)
        self._read(node, start.line, end, start.end)
        return node

    def _node(self, start: Start, parent: Node | None = None) -> Node:
        at = self.lines[start.line].span.start
        return Node(start.kind, start.label, at, start.end, parent, name=start.name, body=start.end)

    def _read(self, node: Node, first: int, end: int, at: int) -> None:
        reader = Reader(self.text, node, self.lines[first:end], self.unclear)
        reader.read(at)

    def _end(self, start: Start, bound: int, *, attached: bool = False) -> int:
        """Return the number of the line at which a unit ends: at the latest at `bound`."""
        words = self.lines[start.line].span.end - start.end > _FEW and not start.level
        for number in range(start.line + 1, bound):
            line = self.lines[number]
            if line.heading is None:
                words = words or line.span.end - line.span.start > _FEW
                if _ADOPTED.match(self.text, line.span.start, line.span.end):
                    return number
            elif self._ends(line, start, words) and not (attached and self._is_numbered(line)):
                return number
        return bound

    def _ends(self, line: Line, start: Start, words: bool) -> bool:
        """Return whether a heading that is no title of the unit ends it."""
        return words and line.heading is not None and (not start.level or line.heading.level <= start.level)

    def _is_numbered(self, line: Line) -> bool:
        found = divisions(self.text, self.lines, self.lines.index(line), self.lines.index(line) + 1, ())
        return bool(found or marks_at(self.text, line.span.start, line.span.end))

    def _attachment(self, start: Start, end: int) -> Node:
        node = self._node(start)
        found = units(self.text, self.lines, start.line + 1, end)
        inner = [one for one in found if one.kind == "article" and one.name]
        divided = divisions(self.text, self.lines, start.line + 1, end, {one.kind for one in inner})
        parts = sorted([*inner, *divided], key=lambda one: one.line)
        bounds = [*(one.line for one in parts), end]
        self._read(node, start.line, bounds[0], start.end)
        part: Node = node
        for one, bound in zip(parts, bounds[1:], strict=True):
            outer = part if one.kind == "article" and part.kind != "article" else node
            child = self._node(one, outer)
            outer.children.append(child)
            self._read(child, one.line, bound, one.end)
            part = child if one.kind != "article" else part
        _mark_repeated(node.children)
        return node

    def _recitals(self, last: int) -> Iterator[Node]:
        """Yield the recitals: numbered paragraphs after `Whereas:`."""
        first = next((n for n in range(last) if _WHEREAS.search(self.lines[n].span.of(self.text))), None)
        if first is None:
            return
        starts: list[Start] = []
        end = last
        for number in range(first + 1, last):
            span = self.lines[number].span
            if _ADOPTED.match(self.text, span.start, span.end):
                end = number
                break
            marks = marks_at(self.text, span.start, span.end)
            if not marks or NOTE.match(self.text, span.start, span.end) or marks[0][1].styles != (Style.NUMBER,):
                continue
            mark = marks[0][1]
            if mark.around == "()" and (
                follows(key_of(starts[-1].label), key_of(mark.label)) if starts else mark.label == "1"
            ):
                starts.append(Start(number, "recital", mark.label, mark.end))
        bounds = [*(one.line for one in starts[1:]), end]
        for one, bound in zip(starts, bounds, strict=False):
            yield self._unit(one, bound)


def _mark_repeated(nodes: Sequence[Node]) -> None:
    """Mark provisions of the same kind and label as unclear, because nothing tells them apart."""
    counts = Counter((one.kind, normal(one.label)) for one in nodes)
    for one in nodes:
        one.clear = one.clear and counts[one.kind, normal(one.label)] == 1


def _frozen(nodes: Sequence[Node]) -> Iterator[Provision]:
    """Yield the nodes in reading order as values."""
    numbers: dict[int, int] = {}
    for number, node in enumerate(sorted(walk(nodes), key=lambda one: one.start)):
        numbers[id(node)] = number
        parent = None if node.parent is None else numbers[id(node.parent)]
        yield Provision(
            node.kind,
            node.label,
            Span(node.start, node.end),
            parent,
            node.around,
            node.style,
            node.name,
            node.clear,
            node.body,
            tuple(node.prose),
            bool(node.children),
        )
