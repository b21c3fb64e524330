"""The slides of a PowerPoint file, with the places and styles that they inherit from layouts and masters."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rag.errors import UnreadableSource
from rag.sources.blocks import Block, Kind
from rag.sources.office import Package, first, own
from rag.sources.slides.shapes import Box, Place, Shape, box_of, in_order, place_of, shapes_of
from rag.sources.slides.text import paragraphs, words_of
from rag.sources.xml.safe import name_of

if TYPE_CHECKING:
    from lxml.etree import _Element

_MOST_SLIDES = 5_000
_NODES = ("asst", "node")


class Deck:
    """The slides of a file. `count` is their number, with the hidden ones."""

    def __init__(self, package: Package) -> None:
        self._package = package
        main = package.main()
        root = package.tree(main)
        if name_of(root) != "presentation":
            raise UnreadableSource("is not a PowerPoint presentation; give it the suffix of its format.")
        size = first(root, "sldSz")
        self._size = _size(size)
        relations = package.relations(main)
        listed = first(root, "sldIdLst")
        ids = [_relation_id(one) for one in listed] if listed is not None else []
        self._names = [relations[one].target for one in ids if one in relations][:_MOST_SLIDES]
        self._layers: dict[str, _Layer] = {}
        self.count = len(self._names)

    def slides(self) -> Iterator[tuple[int, Slide]]:
        """Yield the visible slides, each with its number from 1."""
        for number, name in enumerate(self._names, start=1):
            root = self._package.tree(name)
            if root.get("show") not in ("0", "false"):
                yield number, Slide(self._package, name, root, self._size, self._above(name))

    def _above(self, name: str) -> list[_Layer]:
        """Return the layout of a slide, and the master of the layout."""
        found = []
        for kind in ("slideLayout", "slideMaster"):
            above = self._package.of_kind(name, kind)
            if above is None or not self._package.has(above):
                break
            if above not in self._layers:
                self._layers[above] = _Layer.of(self._package.tree(above))
            found.append(self._layers[above])
            name = above
        return found


@dataclass(frozen=True, slots=True)
class _Layer:
    """A layout or a master: its placeholders, and the text styles of a master by their name."""

    places: dict[Place, _Element]
    styles: dict[str, _Element] = field(default_factory=dict)

    @classmethod
    def of(cls, root: _Element) -> _Layer:
        tree = first(root, "cSld", "spTree")
        shapes = [] if tree is None else list(own(tree, "sp"))
        places = {place: one for one in shapes if (place := place_of(one)) is not None}
        styles = first(root, "txStyles")
        return cls(places, {name_of(one): one for one in styles} if styles is not None else {})

    def find(self, place: Place) -> _Element | None:
        """Return the placeholder that another one inherits from: of the same index, or else of the same kind."""
        same = [one for own_place, one in self.places.items() if own_place.index == place.index]
        if same and place.index != "0":
            return same[0]
        kinds = _kinds(place.kind)
        return next((one for own_place, one in self.places.items() if own_place.kind in kinds), None)


def _kinds(kind: str) -> tuple[str, ...]:
    """Return the kinds of placeholder that one kind inherits from."""
    if kind in ("title", "ctrTitle"):
        return "title", "ctrTitle"
    return (kind, "body") if kind in ("obj", "subTitle", "tbl", "chart", "dgm", "media", "pic", "clipArt") else (kind,)


@dataclass(frozen=True, slots=True)
class Slide:
    """One slide. `above` are its layout and its master."""

    package: Package
    name: str
    root: _Element
    size: tuple[float, float]
    above: list[_Layer]

    def shapes(self) -> list[Shape]:
        """Return the shapes with text, tables or diagrams in reading order."""
        tree = first(self.root, "cSld", "spTree")
        return [] if tree is None else in_order(list(shapes_of(tree, self._inherited)), *self.size)

    def styles(self, shape: Shape) -> list[_Element]:
        """Return the list styles that apply to a shape, from the nearest one on."""
        around = [shape.element]
        if shape.place is not None:
            around += [found for layer in self.above if (found := layer.find(shape.place)) is not None]
        own_styles = [style for one in around if (style := first(one, "txBody", "lstStyle")) is not None]
        kind = _style_name(shape.place)
        return [*own_styles, *(layer.styles[kind] for layer in self.above if kind in layer.styles)]

    def notes(self) -> Iterator[Block]:
        """Yield the paragraphs of the notes."""
        name = self.package.of_kind(self.name, "notesSlide")
        tree = first(self.package.tree(name), "cSld", "spTree") if name and self.package.has(name) else None
        for shape in own(tree, "sp") if tree is not None else ():
            place = place_of(shape)
            if place is not None and place.kind == "body":
                yield from paragraphs(first(shape, "txBody"), [])

    def diagram(self, relation: str) -> Iterator[Block]:
        """Yield the texts of a diagram (SmartArt) as items."""
        found = self.package.relations(self.name).get(relation)
        if found is None or not self.package.has(found.target):
            return
        points = first(self.package.tree(found.target), "ptLst")
        for point in own(points, "pt") if points is not None else ():
            body = first(point, "t")
            if (point.get("type") or "node") not in _NODES or body is None:
                continue
            if text := " ".join(words_of(one).strip() for one in own(body, "p")).strip():
                yield Block(f"- {text}", Kind.ITEM)

    def _inherited(self, place: Place) -> Box | None:
        boxes = (box_of(found) for layer in self.above if (found := layer.find(place)) is not None)
        return next((box for box in boxes if box is not None), None)


def _style_name(place: Place | None) -> str:
    if place is None or place.kind in ("dt", "ftr", "sldNum"):
        return "otherStyle"
    return "titleStyle" if place.kind in ("title", "ctrTitle") else "bodyStyle"


def _relation_id(element: _Element) -> str:
    return next((str(value) for name, value in element.attrib.items() if str(name).endswith("}id")), "")


def _size(element: _Element | None) -> tuple[float, float]:
    if element is None:
        return 0.0, 0.0
    width, height = (float(value) if (value := element.get(name) or "").isdecimal() else 0.0 for name in ("cx", "cy"))
    return width, height
