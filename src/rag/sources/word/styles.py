"""The styles of a Word document: which text is a heading, a contents entry, hidden, struck out or raised."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from rag.sources.word.package import W, integer, value

if TYPE_CHECKING:
    from lxml.etree import _Element

_LONGEST_CHAIN = 20
_FALSE = ("false", "0", "off", "none")
_TOGGLES = frozenset(("b", "vanish", "strike", "dstrike"))
_VALUES = frozenset(("vertAlign", "color", "sz"))
_GROUNDS = frozenset(("shd", "highlight"))
_HEADING = re.compile(
    r"(?:heading|überschrift|titre|título|titulo|titolo|kop|rubrik|overskrift|otsikko|nagłówek|nadpis|címsor|naslov|"
    r"başlık|επικεφαλίδα|заголовок|标题|標題|見出し|제목) ?([1-9])"
)
_CONTENTS = re.compile(r"(?:toc|contents) (?:heading|\d)|table of (?:figures|authorities)|index heading|toc\d")

Run = Mapping[str, str]
"""The properties of a run of text by name. A switch that is on has the value "on"."""


@dataclass(frozen=True, slots=True)
class Style:
    """A paragraph style with all that it inherits.

    `name` is in lower case. `level` is the level of a heading from 1, or 0 for text. `number` is the id of its
    numbering, with the id of the style that gives it, and `depth` its level there.
    """

    name: str = ""
    level: int = 0
    number: str | None = None
    source: str = ""
    depth: int | None = None
    run: Run | None = None
    shaded: bool = False

    @property
    def is_contents(self) -> bool:
        """Whether its paragraphs are entries of a table of contents, or the heading of one."""
        return _CONTENTS.fullmatch(self.name) is not None


class Styles:
    """The styles by id."""

    def __init__(self, root: _Element | None) -> None:
        found = root.iterchildren(f"{W}style") if root is not None else ()
        self._elements = {str(one.get(f"{W}styleId")): one for one in found}
        self._defaults = properties(root.find(f"{W}docDefaults/{W}rPrDefault/{W}rPr") if root is not None else None)
        self._paragraphs: dict[str, Style] = {}
        self._characters: dict[str, Run] = {}

    def paragraph(self, style_id: str | None) -> Style:
        """Return a paragraph style; None stands for the default style."""
        key = style_id if style_id in self._elements else self._default
        if key not in self._paragraphs:
            self._paragraphs[key] = self._resolved(key)
        return self._paragraphs[key]

    def character(self, style_id: str | None) -> Run:
        """Return the properties that a character style gives its runs."""
        if not style_id:
            return {}
        if style_id not in self._characters:
            self._characters[style_id] = _merged(one.find(f"{W}rPr") for one in self._chain(style_id))
        return self._characters[style_id]

    def numbering(self, style_id: str) -> str | None:
        """Return the id of the numbering that a style of lists stands for."""
        return value(self._elements.get(style_id), "pPr/numPr/numId")

    def body_size(self) -> int:
        """Return the size of the letters of usual text in half points."""
        return integer((self.paragraph(None).run or {}).get("sz")) or 20

    @cached_property
    def _default(self) -> str:
        for key, one in self._elements.items():
            if one.get(f"{W}type") == "paragraph" and one.get(f"{W}default") in ("1", "true", "on"):
                return key
        return ""

    def _chain(self, key: str) -> Iterator[_Element]:
        """Yield a style and the styles that it is based on, from itself up."""
        element = self._elements.get(key)
        for _ in range(_LONGEST_CHAIN):
            if element is None:
                return
            yield element
            element = self._elements.get(value(element, "basedOn") or "")

    def _resolved(self, key: str) -> Style:
        chain = list(self._chain(key))
        names = [(value(one, "name") or str(one.get(f"{W}styleId"))).lower() for one in chain]
        numbered = next((one for one in chain if value(one, "pPr/numPr/numId") is not None), None)
        return Style(
            name=names[0] if names else "",
            level=_level(chain, names),
            number=value(numbered, "pPr/numPr/numId"),
            source=str(numbered.get(f"{W}styleId")) if numbered is not None else "",
            depth=next((integer(found) for one in chain if (found := value(one, "pPr/numPr/ilvl"))), None),
            run={**self._defaults, **_merged(one.find(f"{W}rPr") for one in chain)},
            shaded=any(one.find(f"{W}pPr/{W}shd") is not None for one in chain),
        )


def properties(element: _Element | None) -> dict[str, str]:
    """Return the properties in an `rPr` element by name."""
    found: dict[str, str] = {}
    for one in element if element is not None else ():
        name = str(one.tag).removeprefix(W)
        if name in _TOGGLES:
            found[name] = "" if one.get(f"{W}val", "on") in _FALSE else "on"
        elif name in _VALUES:
            found[name] = str(one.get(f"{W}val", ""))
        elif name in _GROUNDS:
            found["ground"] = "on"
        elif name == "rFonts":
            found["font"] = str(one.get(f"{W}ascii") or one.get(f"{W}hAnsi") or "")
    return found


def _merged(elements: Iterable[_Element | None]) -> Run:
    """Return the properties of a chain of styles; those of the first win."""
    merged: dict[str, str] = {}
    for element in elements:
        merged = {**properties(element), **merged}
    return merged


def _level(chain: list[_Element], names: list[str]) -> int:
    """Return the level of a heading style: its outline level, or else the number in its name or its base's name."""
    for one, name in zip(chain, names, strict=True):
        outline = value(one, "pPr/outlineLvl")
        if outline is not None:
            return heading_level(outline)
        if level := level_of_name(name):
            return level
    return 0


def level_of_name(name: str) -> int:
    """Return the level of the headings of a style by its name in lower case, or 0."""
    match = _HEADING.match(name)
    return int(match[1]) if match else int(name == "title")


def heading_level(outline: str) -> int:
    """Return the level of a heading for an outline level, which counts from 0; 9 stands for text."""
    found = integer(outline)
    return found + 1 if found is not None and 0 <= found < 9 else 0
