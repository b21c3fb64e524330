"""Writes numbers as a spreadsheet shows them: by the number format of their cell (ECMA-376, part 1, 18.8.31)."""

from __future__ import annotations

import datetime
import re
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from math import isfinite
from typing import TypeAlias

BUILT_IN = {
    0: "General", 1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%", 11: "0.00E+00", 12: "# ?/?",
    13: "# ??/??", 14: "yyyy-mm-dd", 15: "d-mmm-yy", 16: "d-mmm", 17: "mmm-yy", 18: "h:mm AM/PM", 19: "h:mm:ss AM/PM",
    20: "h:mm", 21: "h:mm:ss", 22: "yyyy-mm-dd h:mm", 37: "#,##0;(#,##0)", 38: "#,##0;(#,##0)",
    39: "#,##0.00;(#,##0.00)", 40: "#,##0.00;(#,##0.00)", 41: "#,##0", 42: '"$"#,##0', 43: "#,##0.00",
    44: '"$"#,##0.00', 45: "mm:ss", 46: "[h]:mm:ss", 47: "mm:ss.0", 48: "0.0E+0", 49: "@",
    **dict.fromkeys((*range(27, 37), *range(50, 59)), "yyyy-mm-dd"),
}  # fmt: skip
"""The formats without a code. Those that depend on the language of the reader's system are written as ISO dates."""

_LONGEST_CODE = 255  # characters
_LARGE = Decimal(10) ** 20
_MOST_DIGITS = 30
_Parts: TypeAlias = tuple[tuple[str, str], ...]
_TOKEN = re.compile(
    r'"(?P<quoted>[^"]*+)"?+|\\(?P<escaped>.)|_.|\*.|\[\$(?P<currency>[^\[\]-]{0,20}+)(?P<place>-[^\[\]]{0,40}+)?\]|\[(?P<elapsed>h+|m+|s+)\]'
    r"|\[[^\[\]]{0,40}+\]|(?P<half>AM/PM|A/P)|(?P<general>General)|(?P<date>[ymdhs]+)|(?P<number>[#0?][#0?,]*+(?:\.[#0?,]*+)?|\.[0#?]+)"
    r"|(?P<exponent>E[+-][0#?]+)|(?P<percent>%)|(?P<text>@)|(?P<other>.)",
    re.IGNORECASE | re.DOTALL,
)
_CONDITION = re.compile(r"\[(<=|>=|<>|<|>|=)(-?\d{1,20}(?:\.\d{1,20})?)\]")
_FRACTION = re.compile(r"[#?0]{1,20}\s{0,5}/\s{0,5}([#?0]{1,20}|\d{1,10})")
_MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
           "November", "December")  # fmt: skip
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_ENGLISH = 0x09  # the last ten bits of the number of a language
_SYSTEM_DATES = ("-F800", "-F400", "-f800", "-f400")


def shown(value: float, code: str, since_1904: bool = False) -> str:
    """Return a number in a format. Raises ValueError if the number is a date beyond the calendar."""
    if not isfinite(value):
        raise ValueError("not a finite number")
    section, value = _section(code[:_LONGEST_CODE], value)
    parts = _parts(section)
    if any(kind in ("date", "elapsed", "half") for kind, _ in parts):
        return _date(value, parts, section, since_1904)
    if not code or any(kind in ("general", "text") for kind, _ in parts):
        return _with_text(parts, "general", general(value)) or general(value)
    if not any(kind == "number" for kind, _ in parts):
        return _with_text(parts, "number", "")
    if fraction := _FRACTION.search(section):
        return _fraction(value, fraction[1])
    return _number(value, parts)


def general(value: float) -> str:
    """Return a number as the format General shows it, but whole numbers with all digits."""
    if value == int(value) and abs(value) < 1e15:
        return str(int(value))
    return f"{value:.10g}" if abs(value) >= 1e-4 else f"{value:.5E}".replace("E-0", "E-")


@lru_cache(1024)
def _parts(section: str) -> _Parts:
    """Return the parts of a format: the kind of each, and its characters."""
    found = []
    for match in _TOKEN.finditer(section):
        kind = match.lastgroup
        if kind == "place":
            kind = "currency"
        if kind is not None:
            found.append((kind, match[kind] or ""))
    return tuple(found)


@lru_cache(1024)
def _sections(code: str) -> tuple[str, ...]:
    """Return the sections of a format, for positive and negative numbers, zero and text."""
    sections, current = [], ""
    for match in re.finditer(r'"[^"]*+"?+|\\.|\[[^\]]*+\]?|;|[^;"\\\[]', code, re.DOTALL):
        if match[0] == ";":
            sections.append(current)
            current = ""
        else:
            current += match[0]
    return (*sections, current)


def _section(code: str, value: float) -> tuple[str, float]:
    """Return the section for a number, and the number without a sign if the section writes the sign itself."""
    sections = _sections(code)
    conditions = [_CONDITION.search(section) for section in sections[:2]]
    if any(conditions):
        for section, condition in zip(sections, conditions, strict=False):
            if condition is None or _holds(value, condition[1], float(condition[2])):
                return section, value
        return sections[min(2, len(sections) - 1)], value
    if value < 0 and len(sections) > 1:
        return sections[1], -value
    if value == 0 and len(sections) > 2:
        return sections[2], value
    return sections[0], value


def _holds(value: float, sign: str, limit: float) -> bool:
    signs = {"<": value < limit, ">": value > limit, "=": value == limit}
    signs |= {"<=": value <= limit, ">=": value >= limit, "<>": value != limit}
    return signs[sign]


def _with_text(parts: _Parts, number: str, written: str) -> str:
    """Return the number with the text of the format around it."""
    text = "".join(written if kind == number else chars for kind, chars in parts if kind in (number, *_LITERALS))
    return " ".join(text.split())


_LITERALS = ("quoted", "escaped", "currency", "other", "percent")
_WRITTEN = (*_LITERALS, "number")


def _number(value: float, parts: _Parts) -> str:
    """Return a number with the text of its format. Digits of the whole part fill the places from the right."""
    pattern = "|".join(chars for kind, chars in parts if kind == "number")
    exponent = any(kind == "exponent" for kind, _ in parts)
    whole, _, decimals = pattern.partition(".")
    scale = len(pattern) - len(pattern.rstrip(","))
    amount = Decimal(repr(value)).scaleb(2 * sum(kind == "percent" for kind, _ in parts) - 3 * scale)
    places = len(decimals.replace("|", "").rstrip(","))
    optional = len(decimals.rstrip(",")) - len(decimals.rstrip(",").rstrip("#?"))
    if exponent:
        return _with_text(parts, "number", f"{float(amount):.{places}E}")
    rounded = amount.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP) if abs(amount) < _LARGE else amount
    digits, _, rest = f"{abs(rounded):.{places}f}".partition(".")
    for _ in range(optional):
        rest = rest.removesuffix("0")
    least = whole.count("0")
    digits = "" if digits == "0" and not least else digits.zfill(least)
    groups = _places(digits, whole.rstrip(","), "," in whole.rstrip(","))
    if rest:
        groups[-1] += f".{rest}"
    filled = iter(groups)
    written = "".join(next(filled, "") if kind == "number" else chars for kind, chars in parts if kind in _WRITTEN)
    return f"{'-' if rounded < 0 else ''}{' '.join(written.split())}"


def _places(digits: str, whole: str, grouped: bool) -> list[str]:
    """Return the digits for each part of the whole pattern. Parts such as those of `000-00` are divided by `|`."""
    sizes = [len(part.replace(",", "")) for part in whole.split("|")]
    if len(sizes) == 1:
        return [f"{int(digits):,}" if grouped and digits and len(digits) <= _MOST_DIGITS else digits]
    found: list[str] = []
    for size in reversed(sizes[1:]):
        digits, part = (digits[:-size], digits[-size:]) if size else (digits, "")
        found.insert(0, part)
    return [digits, *found]


def _fraction(value: float, denominator: str) -> str:
    from fractions import Fraction

    most = int(denominator) if denominator.isdigit() and int(denominator) else 10 ** len(denominator) - 1
    exact = Fraction(value).limit_denominator(most)
    whole, rest = divmod(abs(exact.numerator), exact.denominator)
    sign = "-" if value < 0 else ""
    part = f"{rest}/{exact.denominator}" if rest else ""
    return f"{sign}{' '.join(filter(None, (str(whole) if whole or not part else '', part)))}"


def _date(value: float, parts: _Parts, section: str, since_1904: bool) -> str:
    """Return a date, time or duration. The names of months and days are English; in other languages, it is ISO."""
    moment = _moment(value, since_1904)
    kinds = [(kind, chars.lower()) for kind, chars in parts]
    dates = [chars for kind, chars in kinds if kind == "date"]
    if _is_foreign(section) and any(chars[0] in "md" and len(chars) > 2 for chars in dates):
        return moment.date().isoformat()
    if any(place in section for place in _SYSTEM_DATES):
        return moment.date().isoformat() if any("y" in chars for chars in dates) else f"{moment:%H:%M:%S}"
    half = any(kind == "half" for kind, _ in kinds)
    pieces = (_piece(kinds, number, parts[number][1], (moment, value, half)) for number in range(len(kinds)))
    return " ".join("".join(pieces).split())


def _piece(kinds: list[tuple[str, str]], number: int, literal: str, when: tuple[datetime.datetime, float, bool]) -> str:
    """Return one part of a date. `when` is the moment, its number of days, and whether hours are counted to 12."""
    moment, value, half = when
    kind, chars = kinds[number]
    match kind:
        case "date":
            return _date_part(chars, moment, half, chars in ("m", "mm") and _are_minutes(kinds, number))
        case "elapsed":
            return _elapsed(chars, value)
        case "half":
            return "AM" if moment.hour < 12 else "PM"
        case "number" if chars.startswith("."):
            return f"{moment.microsecond / 1e6:.{len(chars) - 1}f}"[1:]
        case _:
            return literal if kind in _LITERALS else ""


def _moment(value: float, since_1904: bool) -> datetime.datetime:
    start = datetime.datetime(1904, 1, 1) if since_1904 else datetime.datetime(1899, 12, 30)  # noqa: DTZ001 - no zone
    if not since_1904 and 0 < value < 60:
        value += 1  # Excel takes 1900 for a leap year.
    if value < 0:
        raise ValueError("a negative date")
    try:
        return start + datetime.timedelta(seconds=round(value * 86400, 3))
    except OverflowError as error:
        raise ValueError("a date beyond the calendar") from error


def _is_foreign(section: str) -> bool:
    found = re.search(r"\[\$[^\[\]-]{0,20}-([0-9a-fA-F]{3,8})\]", section)
    return found is not None and int(found[1], 16) & 0x3FF != _ENGLISH


def _are_minutes(kinds: list[tuple[str, str]], number: int) -> bool:
    """Tell whether the part `m` stands for minutes: it follows hours, or seconds follow it."""
    parts = [(place, chars) for place, (kind, chars) in enumerate(kinds) if kind in ("date", "elapsed")]
    order = [place for place, _ in parts].index(number)
    before = parts[order - 1][1] if order else ""
    after = parts[order + 1][1] if order + 1 < len(parts) else ""
    return before.startswith("h") or after.startswith("s")


def _date_part(chars: str, moment: datetime.datetime, half: bool, minutes: bool) -> str:
    if minutes:
        return f"{moment.minute:0{len(chars)}d}"
    hour = moment.hour % 12 or 12 if half else moment.hour
    match chars[0]:
        case "y":
            return f"{moment.year % 100:02d}" if len(chars) < 3 else str(moment.year)
        case "m":
            name = _MONTHS[moment.month - 1]
            return {1: str(moment.month), 2: f"{moment.month:02d}", 3: name[:3], 5: name[:1]}.get(len(chars), name)
        case "d":
            name = _DAYS[moment.weekday()]
            return {1: str(moment.day), 2: f"{moment.day:02d}", 3: name[:3]}.get(len(chars), name)
        case "h":
            return f"{hour:0{min(len(chars), 2)}d}"
        case _:
            return f"{moment.second:0{min(len(chars), 2)}d}"


def _elapsed(chars: str, value: float) -> str:
    seconds = round(value * 86400)
    return f"{seconds // {'h': 3600, 'm': 60, 's': 1}[chars[0]]:0{len(chars)}d}"
