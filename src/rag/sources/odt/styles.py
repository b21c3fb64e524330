"""The styles of an OpenDocument text: the look of its text, and the labels of its lists."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rag.sources.numerals import letters, repeated
from rag.sources.word.numbering import BULLET
from rag.sources.word.package import integer
from rag.text.roman import roman

if TYPE_CHECKING:
    from lxml.etree import _Element

_SPACE = "{{urn:oasis:names:tc:opendocument:xmlns:{}:1.0}}"
TEXT, STYLE, TABLE, OFFICE, DRAW, META, FO = (
    _SPACE.format(name) for name in ("text", "style", "table", "office", "drawing", "meta", "xsl-fo-compatible")
)
_FORMAT = "{urn:org:documentfoundation:names:experimental:office:xmlns:loext:1.0}num-list-format"
_LONGEST_CHAIN = 20
_PLACE = re.compile(r"%([1-9]|10)%")
_POINTS = re.compile(r"(\d{1,4}(?:\.\d{1,4})?)pt")
_TINY = 2.0  # points


@dataclass(frozen=True, slots=True)
class Look:
    """How a text looks, with all that its style inherits: `size` in half points, `place` as in `Piece`."""

    names: tuple[str, ...] = ()
    hidden: bool = False
    bold: bool = False
    size: int = 0
    place: str = ""


@dataclass(frozen=True, slots=True)
class Level:
    """One level of a list: its label, or the form of its number with the words around it."""

    start: int = 1
    form: str = ""
    prefix: str = ""
    suffix: str = ""
    levels: int = 1
    pattern: str = ""
    synced: bool = False
    bullet: bool = False

    def shown(self, number: int) -> str:
        """Return a number in the form of this level."""
        if self.form in ("a", "A"):
            found = repeated(number) if self.synced else letters(number)
            return found.upper() if self.form == "A" else found
        if self.form in ("i", "I"):
            return roman(number).upper() if self.form == "I" else roman(number)
        return str(number) if self.form else ""


class Styles:
    """The styles in the parts of a document; those of later parts win."""

    def __init__(self, parts: list[_Element]) -> None:
        self._styles: dict[tuple[str, str], _Element] = {}
        self._lists: dict[str, dict[int, Level]] = {}
        self.outline: dict[int, Level] = {}
        self._looks: dict[tuple[str, str], Look] = {}
        for part in parts:
            for one in part.iter(f"{STYLE}style"):
                self._styles[str(one.get(f"{STYLE}family")), str(one.get(f"{STYLE}name"))] = one
            for one in part.iter(f"{TEXT}list-style"):
                self._lists[str(one.get(f"{STYLE}name"))] = _levels(one)
            for one in part.iter(f"{TEXT}outline-style"):
                self.outline = _levels(one)

    def look(self, family: str, name: str | None) -> Look:
        """Return the look that a style of a family, `paragraph` or `text`, gives."""
        key = family, name or ""
        if key not in self._looks:
            self._looks[key] = self._resolved(list(self._chain(*key)))
        return self._looks[key]

    def levels(self, name: str | None) -> Mapping[int, Level]:
        """Return the levels of a list style, from 1."""
        return self._lists.get(name or "", {})

    def is_unnumbered(self, name: str | None) -> bool:
        """Return whether a paragraph style takes its headings out of the outline's numbers."""
        lists = (one.get(f"{STYLE}list-style-name") for one in self._chain("paragraph", name or ""))
        return next((found == "" for found in lists if found is not None), False)

    def _chain(self, family: str, name: str) -> Iterator[_Element]:
        for _ in range(_LONGEST_CHAIN):
            element = self._styles.get((family, name))
            if element is None:
                return
            yield element
            name = str(element.get(f"{STYLE}parent-style-name"))

    def _resolved(self, chain: list[_Element]) -> Look:
        values: dict[str, str] = {}
        for element in reversed(chain):
            for one in element.iterchildren(f"{STYLE}text-properties"):
                values.update((str(name).rpartition("}")[2], str(value)) for name, value in one.attrib.items())
        names = [str(one.get(f"{STYLE}display-name") or one.get(f"{STYLE}name")).lower() for one in chain]
        points = _POINTS.fullmatch(values.get("font-size", ""))
        place = values.get("text-position", "").split(" ")[0]
        raised = {"super": "superscript", "sub": "subscript"}.get(place, _by_percent(place))
        white = values.get("color", "").lower() == "#ffffff" and "background-color" not in values
        struck = values.get("text-line-through-style", "none") != "none"
        tiny = points is not None and float(points[1]) < _TINY
        return Look(
            names=tuple(names),
            hidden=values.get("display") == "none" or struck or white or tiny,
            bold=values.get("font-weight") in ("bold", "700", "800", "900"),
            size=round(2 * float(points[1])) if points else 0,
            place=raised,
        )


def _by_percent(place: str) -> str:
    found = integer(place.removesuffix("%"))
    return "" if not found else "superscript" if found > 0 else "subscript"


def _levels(style: _Element) -> dict[int, Level]:
    found: dict[int, Level] = {}
    for one in style:
        depth = integer(one.get(f"{TEXT}level"))
        if depth is not None:
            found[depth] = Level(
                start=integer(one.get(f"{TEXT}start-value")) or 1,
                form=one.get(f"{STYLE}num-format") or "",
                prefix=one.get(f"{STYLE}num-prefix") or "",
                suffix=one.get(f"{STYLE}num-suffix") or "",
                levels=integer(one.get(f"{TEXT}display-levels")) or 1,
                pattern=one.get(_FORMAT) or "",
                synced=one.get(f"{STYLE}num-letter-sync") == "true",
                bullet=str(one.tag).endswith(("bullet", "image")),
            )
    return found


class Counter:
    """Counts the items of one list or of the headings. Levels count from 1."""

    def __init__(self) -> None:
        self._counts: dict[int, int] = {}

    def label(self, levels: Mapping[int, Level], depth: int, start: int | None = None) -> str:
        """Count an item, and return its label; `start` is its own number. The label may be empty."""
        level = levels.get(depth, Level())
        self._counts[depth] = start if start is not None else self._counts.get(depth, level.start - 1) + 1
        for lower in [one for one in self._counts if one > depth]:
            del self._counts[lower]
        if level.bullet:
            return BULLET

        def shown(place: int) -> str:
            one = levels.get(place, Level())
            return one.shown(self._counts.get(place, one.start))

        if level.pattern:
            return " ".join(_PLACE.sub(lambda match: shown(int(match[1])), level.pattern).split())
        numbers = [shown(place) for place in range(max(1, depth - level.levels + 1), depth + 1)]
        joined = ".".join(filter(None, numbers)) if level.form else ""
        return f"{level.prefix}{joined}{level.suffix}".strip()
