"""Reads the paragraphs of a shape, with the bullets and numbers that its slide shows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from rag.sources.blocks import Block, Kind
from rag.sources.html.list_numbers import shown
from rag.sources.office import first
from rag.sources.raised import raised
from rag.sources.xml.safe import name_of

if TYPE_CHECKING:
    from lxml.etree import _Element

_STRUCK = ("sngStrike", "dblStrike")
_KINDS = {"arabic": "1", "alphaLc": "a", "alphaUc": "A", "romanLc": "i", "romanUc": "I"}
_LEVELS = 9


def paragraphs(body: _Element | None, styles: Sequence[_Element]) -> Iterator[Block]:
    """Yield the paragraphs of a shape. `styles` are the list styles that apply, from the nearest one on."""
    numbers: dict[int, tuple[str, int]] = {}  # by level: the type of the numbers, and the last number
    for paragraph in body if body is not None else ():
        text = words_of(paragraph).strip() if name_of(paragraph) == "p" else ""
        if not text:
            continue
        properties = first(paragraph, "pPr")
        level = _integer(properties.get("lvl") if properties is not None else None, 0)
        bullet = _bullet(properties, level, styles)
        for deeper in [one for one in numbers if one > level or (one == level and _scheme(bullet) != numbers[one][0])]:
            del numbers[deeper]
        marker = _marker(bullet, level, numbers)
        yield Block(f"{marker} {text}", Kind.ITEM) if marker else Block(text)


def words_of(paragraph: _Element) -> str:
    """Return the words of a paragraph, without those that are struck out. A line break stays."""
    text = ""
    for child in paragraph:
        name = name_of(child)
        if name == "br":
            text += "\n"
        elif name in ("r", "fld"):
            text += _run(child, text)
    return text


def _run(run: _Element, before: str) -> str:
    properties, content = first(run, "rPr"), first(run, "t")
    words = (content.text or "") if content is not None else ""
    if properties is None:
        return words
    if properties.get("strike") in _STRUCK:
        return ""
    if _integer(properties.get("baseline"), 0) > 0 and words.strip():
        return raised(words.strip(), before)
    return words


def _bullet(properties: _Element | None, level: int, styles: Sequence[_Element]) -> _Element | None:
    """Return the element that states the bullet of a paragraph: its own, or that of the nearest style."""
    levels = [first(style, f"lvl{min(level, _LEVELS - 1) + 1}pPr") for style in styles]
    for one in (properties, *levels):
        for name in ("buNone", "buAutoNum", "buChar", "buBlip") if one is not None else ():
            if (found := first(one, name)) is not None:
                return found
    return None


def _scheme(bullet: _Element | None) -> str:
    return (bullet.get("type") or "") if bullet is not None else ""


def _marker(bullet: _Element | None, level: int, numbers: dict[int, tuple[str, int]]) -> str:
    if bullet is None or name_of(bullet) == "buNone":
        return ""
    if name_of(bullet) != "buAutoNum":
        return "-"
    scheme = _scheme(bullet)
    number = numbers[level][1] + 1 if level in numbers else _integer(bullet.get("startAt"), 1)
    numbers[level] = scheme, number
    kind = next((one for name, one in _KINDS.items() if scheme.startswith(name)), "1")
    written = shown(number, kind)
    if scheme.endswith("ParenBoth"):
        return f"({written})"
    return f"{written})" if scheme.endswith("ParenR") else f"{written}" if scheme.endswith("Plain") else f"{written}."


def _integer(value: str | None, default: int) -> int:
    return int(value) if value and value.lstrip("-").isdecimal() and len(value) < 9 else default
