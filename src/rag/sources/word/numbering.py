"""Numbers the paragraphs of lists as Word does: from the definitions of lists, their levels and their restarts."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from rag.sources.numerals import WORD
from rag.sources.word.package import W, integer, value
from rag.sources.word.styles import Styles

if TYPE_CHECKING:
    from lxml.etree import _Element

BULLET = "-"
"""The label of a list item without a number."""

_LEVELS = 9
_BOXES = ("☐", "☑", "☒", "✓", "✗")
_PLACE = re.compile(r"%([1-9])")
_CHOICE = "{http://schemas.openxmlformats.org/markup-compatibility/2006}AlternateContent/*"


@dataclass(frozen=True, slots=True)
class Level:
    """One level of a list.

    `text` is the label with `%1` for the number of the first level. `restart` is the number of the level, from 1,
    after which this one starts again; 0 for never. `legal` writes all numbers in digits. `style` is the id of the
    paragraph style that has this level.
    """

    start: int = 1
    form: str = "decimal"
    text: str = ""
    restart: int | None = None
    legal: bool = False
    style: str = ""


@dataclass(frozen=True, slots=True)
class _List:
    """A list in use: the id of its definition, its levels, and the numbers at which it starts anew when first used."""

    definition: str
    levels: dict[int, Level]
    overrides: dict[int, int]


class Numbering:
    """The definitions of the lists of a document."""

    def __init__(self, root: _Element | None, styles: Styles) -> None:
        found = [] if root is None else list(root)
        self._styles = styles
        self._definitions = {_id(one, "abstractNumId"): one for one in found if one.tag == f"{W}abstractNum"}
        self._numbers = {_id(one, "numId"): one for one in found if one.tag == f"{W}num"}
        self._lists: dict[str, _List | None] = {}

    def list(self, number: str) -> _List | None:
        """Return the list with an id; None if there is none."""
        if number not in self._lists:
            self._lists[number] = self._resolved(number)
        return self._lists[number]

    def _resolved(self, number: str) -> _List | None:
        element = self._numbers.get(number)
        key = value(element, "abstractNumId") or ""
        definition = self._definitions.get(key)
        linked = value(definition, "numStyleLink")
        if linked:
            key = value(self._numbers.get(self._styles.numbering(linked) or ""), "abstractNumId") or key
            definition = self._definitions.get(key)
        if element is None or definition is None:
            return None
        levels = {depth: _level(one) for one in definition.iter(f"{W}lvl") if (depth := _depth(one)) is not None}
        if value(definition, "multiLevelType") == "singleLevel":
            levels = {0: levels.get(0, Level())}
        overrides: dict[int, int] = {}
        for one in element.iter(f"{W}lvlOverride"):
            depth = _depth(one)
            changed = one.find(f"{W}lvl")
            start = integer(value(one, "startOverride"))
            if depth is not None and changed is not None:
                levels[depth] = _level(changed)
            if depth is not None and start is not None:
                overrides[depth] = start
                levels[depth] = replace(levels.get(depth, Level()), start=start)
        return _List(key, levels, overrides)


class Counter:
    """Counts the items of all lists in one text. Lists of one definition count on from each other."""

    def __init__(self, numbering: Numbering) -> None:
        self._numbering = numbering
        self._counts: dict[str, dict[int, int]] = {}
        self._overridden: set[tuple[str, int]] = set()

    def label(self, number: str, depth: int | None, style: str) -> str | None:
        """Count a paragraph of the list `number`, and return its label; None if it has none.

        Without a depth, the level is that of the paragraph style `style`.
        """
        found = self._numbering.list(number)
        if found is None:
            return None
        if depth is None:
            depth = next((one for one, level in found.levels.items() if level.style and level.style == style), 0)
        depth = min(depth, max(found.levels, default=0))
        counts = self._counts.setdefault(found.definition, {})
        self._count(found, number, depth, counts)
        return _label(found, depth, counts)

    def _count(self, found: _List, number: str, depth: int, counts: dict[int, int]) -> None:
        level = found.levels.get(depth, Level())
        for higher in range(depth):
            counts.setdefault(higher, found.levels.get(higher, Level()).start)
        if depth in found.overrides and (number, depth) not in self._overridden:
            self._overridden.add((number, depth))
            counts[depth] = found.overrides[depth]
        elif depth in counts:
            counts[depth] += 1
        else:
            counts[depth] = level.start
        for lower in range(depth + 1, _LEVELS):
            restart = found.levels.get(lower, Level()).restart
            if restart is None or depth < restart:
                counts.pop(lower, None)


def _label(found: _List, depth: int, counts: dict[int, int]) -> str | None:
    level = found.levels.get(depth, Level())
    if level.form == "bullet":
        return f"{BULLET} {level.text}" if level.text in _BOXES else BULLET

    def shown(match: re.Match[str]) -> str:
        place = int(match[1]) - 1
        form = found.levels.get(place, Level()).form
        number = counts.get(place, found.levels.get(place, Level()).start)
        return _shown(number, "decimal" if level.legal and form not in ("none", "decimalZero") else form)

    return " ".join(_PLACE.sub(shown, level.text).split()) or None


def _shown(number: int, form: str) -> str:
    if form in WORD:
        return WORD[form](number)
    custom = form.partition(",")[0]  # such as "001, 002, 003, ..."
    return f"{number:0{min(len(custom), 9)}}" if custom.isdigit() else str(number)


def _level(element: _Element) -> Level:
    form = element.find(f"{W}numFmt")
    chosen = element.find(f"{_CHOICE}/{W}numFmt")
    own = str(form.get(f"{W}val")) if form is not None else "decimal"
    if chosen is not None and chosen.get(f"{W}format"):
        own = str(chosen.get(f"{W}format"))
    return Level(
        start=integer(value(element, "start")) or 0,
        form="bullet" if element.find(f"{W}lvlPicBulletId") is not None else own,
        text=value(element, "lvlText") or "",
        restart=integer(value(element, "lvlRestart")),
        legal=value(element, "isLgl") not in (None, "0", "false", "off"),
        style=value(element, "pStyle") or "",
    )


def _depth(element: _Element) -> int | None:
    found = integer(element.get(f"{W}ilvl"))
    return found if found is not None and 0 <= found < _LEVELS else None


def _id(element: _Element, name: str) -> str:
    return str(element.get(f"{W}{name}"))
