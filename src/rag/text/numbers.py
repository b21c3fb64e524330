"""Find the numbers in a text and normalise them, so that two spellings of one number compare equal."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rag.types import Span

_SPACES = " \xa0\u2009\u202f"
_NUMBER = re.compile(
    rf"(?<!\d)(?:\d{{1,3}}(?:[{_SPACES}]\d{{3}})+(?![\d.,]*\d)|\d+(?:[.,]\d+)*)"
    r"(?P<percent>\s?[%％٪]|\s(?:percent|per\s?cent|pct|pro[cszt]+ent|p[eo]u?r\s?cento?|por\s?ciento|процент\w{0,3})\b)?",
    re.IGNORECASE,
)
_SPACE = re.compile(rf"[{_SPACES}]")
_DATE = re.compile(r"\d{1,2}\.\d{1,2}\.\d{4}")
_COMMA_GROUPS = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?")
_POINT_GROUPS = re.compile(r"\d{1,3}(?:\.\d{3}){2,}(?:,\d+)?|\d{1,3}\.\d{3},\d+")
_DECIMAL_COMMA = re.compile(r"\d+,\d{1,2}")


def numbers(text: str) -> set[str]:
    """Return the numbers in `text`: `2,000` and `2 000` as `2000`, `7 per cent` as `7%`, `05` as `5`.

    Numbers written as words are left out.
    """
    return {number for found, _ in written_numbers(text) for number in found}


def written_numbers(text: str) -> Iterator[tuple[tuple[str, ...], Span]]:
    """Yield the numbers in `text` as `numbers` returns them, each with its place; those of a list come together."""
    for match in _NUMBER.finditer(text):
        percent = match["percent"]
        *parts, last = parse_number(_SPACE.sub("", match[0].removesuffix(percent or "")))
        yield (*map(_plain, parts), _plain(last) + ("%" if percent else "")), Span(*match.span())


def parse_number(written: str) -> list[str]:
    """Parse digits joined by commas and points into one number, or into several if they are a date or a list."""
    written = written if written.isascii() else "".join(_ascii_digit(c) for c in written)
    if written.isdigit():
        return [written]
    if _DATE.fullmatch(written):
        return written.split(".")
    if _COMMA_GROUPS.fullmatch(written):
        return [written.replace(",", "")]
    if _POINT_GROUPS.fullmatch(written):
        return [written.replace(".", "").replace(",", ".")]
    if _DECIMAL_COMMA.fullmatch(written):
        return [written.replace(",", ".")]
    return written.split(",")


def _ascii_digit(char: str) -> str:
    return str(int(char)) if char.isdecimal() else char


def _plain(number: str) -> str:
    number = number.removesuffix(".00")
    return number if "." in number else number.lstrip("0") or "0"
