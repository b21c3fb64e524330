"""The styles of an Excel file that decide which words of a cell a reader sees: number formats and fonts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rag.sources.office import first, own
from rag.sources.sheets.number_formats import BUILT_IN

if TYPE_CHECKING:
    from lxml.etree import _Element

_OFF = ("0", "false", "off", "none")
_WHITE = ("FFFFFFFF", "00FFFFFF", "FFFFFF")


@dataclass(frozen=True, slots=True)
class Style:
    """The style of a cell. `unseen` is true if its words are struck out, or white without a ground."""

    code: str = "General"
    bold: bool = False
    unseen: bool = False


def styles_of(root: _Element | None) -> list[Style]:
    """Return the styles of cells, in the order in which cells refer to them."""
    if root is None:
        return []
    codes = dict(BUILT_IN)
    for one in _all(root, "numFmts", "numFmt"):
        codes[_number(one.get("numFmtId"))] = one.get("formatCode") or "General"
    fonts = [(_is_on(one, "b"), _is_on(one, "strike"), _is_white(one)) for one in _all(root, "fonts", "font")]
    grounds = [_has_ground(one) for one in _all(root, "fills", "fill")]
    return [_style(one, codes, fonts, grounds) for one in _all(root, "cellXfs", "xf")]


def _style(form: _Element, codes: dict[int, str], fonts: list[tuple[bool, bool, bool]], grounds: list[bool]) -> Style:
    font, fill = _number(form.get("fontId")), _number(form.get("fillId"))
    bold, struck, white = fonts[font] if font < len(fonts) else (False, False, False)
    ground = fill < len(grounds) and grounds[fill]
    return Style(codes.get(_number(form.get("numFmtId")), "General"), bold, struck or (white and not ground))


def is_struck(properties: _Element | None) -> bool:
    """Tell whether the properties of a run strike its words out."""
    return properties is not None and _is_on(properties, "strike")


def _all(root: _Element, group: str, name: str) -> list[_Element]:
    found = first(root, group)
    return list(own(found, name)) if found is not None else []


def _is_on(properties: _Element, name: str) -> bool:
    found = first(properties, name)
    return found is not None and (found.get("val") or "1").lower() not in _OFF


def _is_white(font: _Element) -> bool:
    colour = first(font, "color")
    return colour is not None and (colour.get("rgb") or "").upper() in _WHITE


def _has_ground(fill: _Element) -> bool:
    pattern = first(fill, "patternFill")
    return pattern is None or (pattern.get("patternType") or "none") != "none"


def _number(value: str | None) -> int:
    return int(value) if value and value.isdecimal() and len(value) < 10 else 0
