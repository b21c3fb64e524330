"""The shapes of a slide: their places, their text, and the order in which a reader takes them up."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rag.sources.office import first
from rag.sources.slides.text import words_of
from rag.sources.xml.safe import name_of

if TYPE_CHECKING:
    from lxml.etree import _Element

_DEEPEST = 50  # groups within each other
_NARROW = 0.2  # of the width of a slide; a narrower column holds labels of the one beside it
_OVERLAP = 0.02  # of a slide; shapes that overlap less are still apart
_SIDES = ("dt", "ftr", "hdr", "sldImg", "sldNum")
_TITLES = ("ctrTitle", "title")
_NAMES = ("nvSpPr", "nvGrpSpPr", "nvGraphicFramePr", "nvPicPr", "nvCxnSpPr")

Box = tuple[float, float, float, float]
"""Left, top, right and bottom, in English Metric Units."""


@dataclass(frozen=True, slots=True)
class Place:
    """The role of a placeholder, by which it inherits position and style: its type and its index."""

    kind: str
    index: str


@dataclass(frozen=True, slots=True)
class Shape:
    """A shape with text, a table or a diagram. `diagram` is the id of the relation to its data."""

    box: Box | None
    element: _Element
    place: Place | None = None
    body: _Element | None = None
    table: _Element | None = None
    diagram: str = ""

    @property
    def is_title(self) -> bool:
        """Whether it is the placeholder of the title."""
        return self.place is not None and self.place.kind in _TITLES

    @property
    def words(self) -> str:
        """The text of the shape on one line."""
        found = [] if self.body is None else [words_of(one) for one in self.body if name_of(one) == "p"]
        return " ".join(" ".join(found).split())


Transform = Callable[[Box], Box]


def shapes_of(
    tree: _Element, inherited: Callable[[Place], Box | None], depth: int = 0
) -> Iterator[Shape | list[Shape]]:
    """Yield the shapes in a tree; a group is a list of shapes, in the coordinates of the slide."""
    for element in tree:
        name = name_of(element)
        if name == "AlternateContent":
            choice = first(element, "Choice")
            yield from shapes_of(choice, inherited, depth) if choice is not None else ()
        elif _is_hidden(element):
            continue
        elif name == "grpSp" and depth < _DEEPEST:
            inner = list(_flat(shapes_of(element, inherited, depth + 1)))
            yield [_moved(shape, element) for shape in inner]
        elif name in ("sp", "graphicFrame"):
            shape = _shape(element, inherited)
            if shape is not None:
                yield shape


def _flat(shapes: Iterator[Shape | list[Shape]]) -> Iterator[Shape]:
    for one in shapes:
        yield from one if isinstance(one, list) else [one]


def _shape(element: _Element, inherited: Callable[[Place], Box | None]) -> Shape | None:
    place = place_of(element)
    if place is not None and place.kind in _SIDES:
        return None
    box = box_of(element) or (inherited(place) if place is not None else None)
    body = first(element, "txBody")
    table = first(element, "graphic", "graphicData", "tbl")
    relations = first(element, "graphic", "graphicData", "relIds")
    diagram = (
        next((str(v) for k, v in relations.attrib.items() if str(k).endswith("}dm")), "")
        if relations is not None
        else ""
    )
    if body is None and table is None and not diagram:
        return None
    return Shape(box, element, place, body, table, diagram)


def place_of(element: _Element) -> Place | None:
    """Return the placeholder that a shape fills, or None."""
    for name in _NAMES:
        if (found := first(element, name, "nvPr", "ph")) is not None:
            return Place(found.get("type") or "obj", found.get("idx") or "0")
    return None


def _is_hidden(element: _Element) -> bool:
    for name in _NAMES:
        if (found := first(element, name, "cNvPr")) is not None:
            return found.get("hidden") in ("1", "true")
    return False


def box_of(element: _Element) -> Box | None:
    """Return the box that a shape states, or None."""
    form = first(element, "spPr", "xfrm")
    if form is None:
        form = first(element, "xfrm")
    return None if form is None else _box(form, "off", "ext")


def _box(form: _Element, offset: str, extent: str) -> Box | None:
    off, ext = first(form, offset), first(form, extent)
    if off is None or ext is None:
        return None
    left, top, width, height = (
        _number(one.get(name)) for one, name in ((off, "x"), (off, "y"), (ext, "cx"), (ext, "cy"))
    )
    return left, top, left + width, top + height


def _number(value: str | None) -> float:
    try:
        return float(int(value or "0"))
    except ValueError:
        return 0.0


def _moved(shape: Shape, group: _Element) -> Shape:
    """Return a shape in the coordinates around its group."""
    form = first(group, "grpSpPr", "xfrm")
    outer = _box(form, "off", "ext") if form is not None else None
    inner = _box(form, "chOff", "chExt") if form is not None else None
    if shape.box is None or outer is None or inner is None:
        return shape
    across, down = (_scale(outer, inner, side) for side in (0, 1))
    left, top, right, bottom = shape.box
    box = (across(left), down(top), across(right), down(bottom))
    return Shape(box, shape.element, shape.place, shape.body, shape.table, shape.diagram)


def _scale(outer: Box, inner: Box, side: int) -> Callable[[float], float]:
    size = inner[side + 2] - inner[side]
    factor = (outer[side + 2] - outer[side]) / size if size else 1.0
    return lambda value: outer[side] + (value - inner[side]) * factor


def in_order(shapes: Sequence[Shape | list[Shape]], width: float, height: float) -> list[Shape]:
    """Return shapes in reading order: title first, then columns or rows. Shapes outside the slide are left out.

    A group is read as a whole. The shapes are divided at gaps from side to side and from top to bottom (recursive X-Y
    cut, Nagy and Seth 1984).
    """
    units = [_Unit.of(one if isinstance(one, list) else [one], width, height) for one in shapes]
    seen = [unit for unit in units if unit.shapes]
    titles = [unit for unit in seen if len(unit.shapes) == 1 and unit.shapes[0].is_title]
    rest = [unit for unit in seen if unit not in titles]
    return [shape for unit in (*titles, *_cut(rest, width, height)) for shape in unit.shapes]


@dataclass(frozen=True, slots=True)
class _Unit:
    shapes: list[Shape]
    box: Box

    @classmethod
    def of(cls, shapes: list[Shape], width: float, height: float) -> _Unit:
        seen = [one for one in shapes if _is_seen(one.box, width, height)]
        boxes = [one.box for one in seen if one.box is not None] or [(0.0, 0.0, width, height)]
        box = (min(b[0] for b in boxes), min(b[1] for b in boxes), max(b[2] for b in boxes), max(b[3] for b in boxes))
        if len(seen) > 1:
            seen = in_order(list(seen), width, height)
        return cls(seen, box)


def _is_seen(box: Box | None, width: float, height: float) -> bool:
    return box is None or (box[0] < width and box[1] < height and box[2] > 0 and box[3] > 0) or not (width and height)


def _cut(units: Sequence[_Unit], width: float, height: float) -> list[_Unit]:
    if len(units) < 2:
        return list(units)
    columns = _divided(units, 0, _OVERLAP * width)
    if len(columns) > 1 and all(_width(column) >= _NARROW * width for column in columns):
        return [unit for column in columns for unit in _cut(column, width, height)]
    rows = _divided(units, 1, _OVERLAP * height)
    if len(rows) > 1:
        return [unit for row in rows for unit in _cut(row, width, height)]
    if len(columns) > 1:
        return [unit for column in columns for unit in _cut(column, width, height)]
    return sorted(units, key=lambda unit: (unit.box[1], unit.box[0]))


def _divided(units: Sequence[_Unit], side: int, overlap: float) -> list[list[_Unit]]:
    """Divide units at the gaps along an axis: 0 is from left to right, 1 from top to bottom."""
    found: list[list[_Unit]] = []
    end = 0.0
    for unit in sorted(units, key=lambda one: one.box[side]):
        if not found or unit.box[side] < end - overlap:
            found = found or [[]]
            found[-1].append(unit)
        else:
            found.append([unit])
        end = max(end, unit.box[side + 2]) if len(found[-1]) > 1 else unit.box[side + 2]
    return found


def _width(units: Sequence[_Unit]) -> float:
    return max(unit.box[2] for unit in units) - min(unit.box[0] for unit in units)
