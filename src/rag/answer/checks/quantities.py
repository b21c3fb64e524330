"""Find the quantities, dates and times of an English sentence, so that two spellings of one value compare equal."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

from rag.answer.checks.listing import group, words
from rag.answer.checks.units import CURRENCY_NAMES, CURRENCY_SIGNS, SCALES, UNITS, Unit
from rag.types import Span

_SMALL = words(
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
)
_TENS = words("twenty thirty forty fifty sixty seventy eighty ninety")
_WORDS = {word: number for number, word in enumerate(_SMALL)} | {
    word: 10 * number for number, word in enumerate(_TENS, 2)
}
_PARTS = {"half": 2, "halves": 2, "third": 3, "thirds": 3, "quarter": 4, "quarters": 4, "fourth": 4, "fourths": 4}
_PARTS |= {"fifth": 5, "fifths": 5, "sixth": 6, "sixths": 6, "eighth": 8, "eighths": 8, "tenth": 10, "tenths": 10}
_MONTHS = words("january february march april may june july august september october november december")
_MONTH = "|".join(f"{month[:3]}(?:{month[3:]})?" if month != "may" else month for month in _MONTHS) + "|sept"
_DAY = r"(?P<day>[0-3]?\d)(?:st|nd|rd|th)?"
_YEAR = r"(?P<year>1[5-9]\d\d|20\d\d)"
_DATES = [
    re.compile(rf"\b{_YEAR}-(?P<number>[01]\d)-{_DAY}\b"),
    re.compile(rf"\b{_DAY}\s+(?:of\s+)?(?P<month>{_MONTH})\b\.?(?:,?\s+{_YEAR}\b)?", re.IGNORECASE),
    re.compile(rf"\b(?P<month>{_MONTH})\b\.?\s+{_DAY}\b(?!\s*(?:%|per))(?:,?\s+{_YEAR}\b)?", re.IGNORECASE),
    re.compile(rf"\b(?P<month>{_MONTH})\b\.?\s+(?:of\s+)?{_YEAR}\b", re.IGNORECASE),
    re.compile(rf"\b(?P<month>{'|'.join(month.title() for month in _MONTHS if month != 'may')})\b"),
    re.compile(r"(?<=\b(?:in|of|by) )(?P<month>May)\b(?!\s+[a-z])"),
    re.compile(rf"(?<![\w.,:/£$€-]){_YEAR}(?![\w/:]|[.,]\d|-\d\d-)"),
]
_YEARS = re.compile(r"\b(?P<first>1[5-9]\d\d|20\d\d)\s*[–-]\s*(?:\d\d)?(?P<last>\d\d)\b(?!-)")
_TIMES = re.compile(
    r"\b(?:(?P<named>noon|midday|midnight)|(?P<hour>[0-2]?\d)(?:[:.](?P<minute>[0-5]\d))?\s?(?P<half>[ap])\.?m\b\.?"
    r"|(?P<hours>[0-2]?\d):(?P<minutes>[0-5]\d))",
    re.IGNORECASE,
)
_DIGITS = r"\d{1,3}(?:[,\u00a0\u202f]\d{3})+(?:\.\d+)?|\d{1,3}(?: \d{3})+(?![\d.])|\d+(?:\.\d+)?"
_UNIT_WORD = "|".join(sorted(map(re.escape, {*_SMALL[1:], *_TENS}), key=len, reverse=True))
_SPELLED = rf"(?:{_UNIT_WORD}|a (?=hundred|thousand|million|dozen))(?:[- ](?:and )?(?:{'|'.join(_SMALL[1:10])})\b)?"
_SCALE = "|".join(sorted(map(re.escape, SCALES), key=len, reverse=True))
_SIGN = "|".join(sorted(map(re.escape, CURRENCY_SIGNS), key=len, reverse=True))
_UNIT = "|".join(sorted(map(re.escape, {*UNITS, *CURRENCY_NAMES}), key=len, reverse=True))
_PER = re.compile(
    r"\s{0,3}(?:(?:a|an|per|each|every|for each|for every)\s{1,3}|/\s?)(?:\d+\s)?"
    rf"(?P<per>{_UNIT}|person|head|vehicle|page)\b"
    r"|\s{1,3}(?P<adverb>annually|yearly|monthly|weekly|daily|hourly)\b",
    re.IGNORECASE,
)
_ADVERBS = {
    "annually": "year",
    "yearly": "year",
    "monthly": "month",
    "weekly": "week",
    "daily": "day",
    "hourly": "hour",
}
_QUANTITY = re.compile(
    rf"(?P<sign>(?=[^\d\s])(?:{_SIGN}))?\s?(?<![\w.])(?P<number>(?:{_DIGITS})(?:\^\d+|/\d+)?|\b(?:{_SPELLED})\b)"
    rf"(?:(?=[ -]?[^\W\d_])(?:[ -]?(?P<scale>{_SCALE})\b)*(?:[ -](?P<scale2>{_SCALE})\b)?)?"
    rf"(?:\s?(?P<percent>%)|[\s-]?(?P<percentage>percentage points?|per\s?cent(?:age)?)\b"
    rf"|[\s-]?(?=[^\W\d_]|°)"
    rf"(?:(?:further|more|additional|extra|full|whole|calendar|consecutive|of)\s)?(?P<unit>{_UNIT})\b)?",
    re.IGNORECASE,
)
_LARGEST = 700.0  # the logarithm of nearly the largest float
_RANGES = frozenset({"to", "and", "or", "–", "-"})
_ORDINALS = {
    word: number
    for number, word in enumerate(
        words(
            "third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth "
            "fifteenth sixteenth "
            "seventeenth eighteenth nineteenth twentieth"
        ),
        3,
    )
} | {"thirtieth": 30, "fortieth": 40, "fiftieth": 50, "hundredth": 100}
_ORDINAL = re.compile(
    rf"\b(?:(?P<spelled>{'|'.join(_ORDINALS)})|(?P<digits>\d{{1,3}})(?:st|nd|rd|th))\b", re.IGNORECASE
)
_FRACTION = re.compile(
    rf"\b(?:(?P<over>{'|'.join(_SMALL[1:10])}|an?)[\s-])?(?P<part>{'|'.join(_PARTS)})\b(?=\s+(?:of|the|to)\b|\s*[,.;)]|-)",
    re.IGNORECASE,
)
_PLAIN_LABELS = {"art": "article", "sec": "section", "para": "paragraph", "§": "section", "annexe": "annex"}
_NOT_LABELS = (
    group(
        "in on at by from to of for the a an and or about around over under only some since until after before "
        "between up "
        "within nearly almost roughly approximately than last next first these those all more less it they that this"
    )
    | {month[:3] for month in _MONTHS}
    | {*_MONTHS}
)
_LABEL = re.compile(
    r"\b(?P<label>articles?|art\.?|sections?|sec\.?|§|paragraphs?|para\.?|clauses?|parts?|chapters?|annex(?:es)?|rules?"
    r"|regulations?|schedules?|stages?|phases?|levels?|tiers?|class|category|bands?|zones?)\s?"
    r"(?P<number>\d+(?:\.\d+)*)(?P<rest>(?:\(\w{1,4}\))*)(?!\s?(?:%|per\b))(?![\d,]*\d)"
    rf"|\b(?P<name>[A-Z][a-z]+)\s(?P<plain>\d{{1,2}})\b(?![.,]\d|\s?(?:%|per\b|(?:{_SCALE}|{_UNIT})\b))"
    r"|\b(?P<romanised>(?:[Aa]nnex|[Tt]itle|[Cc]hapter|[Pp]art|[Aa]rticle|[Ss]chedule|[Tt]ier|[Pp]hase|[Tt]ype|[Cc]lass|[Bb]ook"
    r"|[Aa]ppendix|[Ss]tage|[Ll]evel))\s(?P<roman>[IVX]{1,5})\b"
)
_BEFORE = [
    (
        ">=",
        r"at least|no (?:less|fewer|lower|earlier) than|not (?:less|fewer) than|(?:a )?minimum (?:of|age of)"
        r"|starting at",
    ),
    (
        "<=",
        r"(?:be )?at most|up to|no (?:more|later|higher|longer) than|not (?:more|exceed(?:ing)?|over) (?:than )?"
        r"|(?:a )?maximum of"
        r"|(?:not|never) (?:\w+ )?exceed|capped at|as (?:much|many) as",
    ),
    (
        ">",
        r"more than|over|above|exceed(?:s|ed|ing)?|in excess of|greater than|higher than|longer than|older than|beyond"
        r"|just over",
    ),
    ("<", r"less than|fewer than|under|below|lower than|shorter than|younger than|just under"),
]
_BEFORES = [
    (
        bound,
        re.compile(
            rf"\b(?:{words})\s+(?:the age of |(?:a|the) (?:total|maximum|minimum) of |the |a |an |some |about )?\Z",
            re.IGNORECASE,
        ),
    )
    for bound, words in _BEFORE
]
_AFTERS = [
    (
        ">=",
        re.compile(
            r"(?: (?:of )?\w+)?,?\s+(?:or|and) (?:more|above|over|older|higher|longer|greater|upwards)\b", re.IGNORECASE
        ),
    ),
    (
        "<=",
        re.compile(
            r"(?: (?:of )?\w+)?,?\s+(?:or|and) (?:less|fewer|below|under|younger|lower|shorter)\b", re.IGNORECASE
        ),
    ),
]
_RELATIONS = [
    (
        "before",
        re.compile(
            r"\b(?:before|until|till|up to|prior to|by|ahead of|through|to)\s+(?:the |end of |start of )*\Z", re.I
        ),
    ),
    (
        "after",
        re.compile(
            r"\b(?:after|since|from|following|as (?:of|from)|starting(?: on| in)?|beginning)\s+(?:the |end of "
            r"|start of )*\Z",
            re.I,
        ),
    ),
]


@dataclass(frozen=True, slots=True)
class Quantity:
    """A value in a sentence: `span` is its place in the text.

    `kind` is `date`, `time`, `money`, `percent`, `label` (Article 33), `count`, or the dimension of a unit. `value` is
    in the base unit of the dimension; for a date it is (year, month, day) with 0 for an unknown part. `bound` is one
    of >=, <=, >, < or empty. `per` is the unit after `a` or `per`. `relation` is `before` or `after` for dates.
    `written` is the number before its unit.
    """

    kind: str
    value: tuple[float, ...] | float
    unit: str
    span: Span
    bound: str = ""
    per: str = ""
    relation: str = ""
    written: float = 0.0

    def same_value(self, other: Quantity) -> bool:
        """Return whether this quantity of a claim says the value of another, or a less precise date."""
        if self.kind == "date" and other.kind == "date":
            return _date_within(self.value, other.value)
        if self.kind != other.kind and "count" not in (self.kind, other.kind):
            return False
        if self.kind == "label" or other.kind == "label":
            return self.kind == other.kind and (self.value, self.unit) == (other.value, other.unit)
        if self.kind == "count" and other.kind not in ("count", "label"):
            return _close(self.value, other.value) if other.kind == "count" else _close(self.value, other.written)
        if self.kind != "count" and other.kind == "count":
            return False
        return self.unit == other.unit and _close(self.value, other.value)


def _close(one: object, other: object) -> bool:
    if isinstance(one, float) and isinstance(other, float):
        return abs(one - other) <= 1e-9 * max(abs(one), abs(other), 1.0)
    return one == other


def _date_within(one: object, other: object) -> bool:
    assert isinstance(one, tuple)
    assert isinstance(other, tuple)
    return all(part in (0.0, known) for part, known in zip(one, other, strict=True)) and any(
        part and part == known for part, known in zip(one, other, strict=True)
    )


def quantities(text: str) -> list[Quantity]:
    """Return the quantities of `text` in reading order. They do not overlap."""
    found: list[Quantity] = []
    taken = bytearray(len(text))
    for quantity in (
        *_dates(text),
        *_times(text),
        *_labels(text),
        *_fractions(text),
        *_ordinals(text),
        *_amounts(text),
    ):
        span = quantity.span
        if not any(taken[span.start : span.end]):
            taken[span.start : span.end] = b"\1" * (span.end - span.start)
            found.append(quantity)
    found.sort(key=lambda quantity: quantity.span)
    return [_bounded(quantity, text) for quantity in _with_shared_units(found, text)]


def _with_shared_units(found: list[Quantity], text: str) -> list[Quantity]:
    """Give the first number of a range the unit of the second: `from 160 to 320 pounds`."""
    for number, (one, other) in enumerate(pairwise(found)):
        between = text[one.span.end : other.span.start].strip().lower()
        ranged = (
            one.kind == "count" and one.unit == "" and other.kind not in ("count", "date", "time", "label", "ordinal")
        )
        if ranged and between in _RANGES and isinstance(other.value, float) and other.written:
            value = one.written * other.value / other.written
            found[number] = replace(one, kind=other.kind, unit=other.unit, value=value)
    return found


def _bounded(quantity: Quantity, text: str) -> Quantity:
    before, after = text[max(0, quantity.span.start - 40) : quantity.span.start], text[quantity.span.end :]
    if quantity.kind in ("date", "time"):
        relation = next((name for name, pattern in _RELATIONS if pattern.search(before)), "")
        return replace(quantity, relation=relation)
    bound = next((bound for bound, pattern in _BEFORES if pattern.search(before)), "")
    bound = bound or next((bound for bound, pattern in _AFTERS if pattern.match(after)), "")
    return replace(quantity, bound=bound)


def _dates(text: str) -> Iterator[Quantity]:
    for match in _YEARS.finditer(text):
        middle = match.start("last")
        yield Quantity("date", (float(match["first"]), 0.0, 0.0), "", Span(match.start(), middle))
        century = float(match["first"]) // 100 * 100
        yield Quantity("date", (century + float(match["last"]), 0.0, 0.0), "", Span(middle, match.end()))
    for pattern in _DATES:
        for match in pattern.finditer(text):
            parts = match.groupdict()
            month = _month_number(parts["month"]) if parts.get("month") else float(parts.get("number") or 0)
            value = (float(parts.get("year") or 0), month, float(parts.get("day") or 0))
            yield Quantity("date", value, "", Span(match.start(), match.end()))


def _month_number(name: str) -> float:
    return float(1 + next(number for number, month in enumerate(_MONTHS) if month.startswith(name[:3].lower())))


def _times(text: str) -> Iterator[Quantity]:
    for match in _TIMES.finditer(text):
        span = Span(match.start(), match.end())
        if match["named"]:
            minutes = 0.0 if match["named"].lower() == "midnight" else 720.0
        elif match["half"]:
            minutes = float(match["hour"]) % 12 * 60 + float(match["minute"] or 0) + 720 * (match["half"] in "pP")
        else:
            minutes = float(match["hours"]) * 60 + float(match["minutes"])
        yield Quantity("time", minutes, "minute of day", span)


def _labels(text: str) -> Iterator[Quantity]:
    for match in _LABEL.finditer(text):
        label = (match["label"] or match["name"] or match["romanised"]).lower().rstrip(".")
        if label in _NOT_LABELS:
            continue
        label = _PLAIN_LABELS.get(label, label)
        rest = match["rest"] or ""
        number = match["number"] or match["plain"] or match["roman"]
        place = Span(match.end() - len(number + rest), match.end())
        value = (_roman(number),) if match["roman"] else tuple(map(float, number.split(".")))
        yield Quantity("label", value, f"{label.removesuffix('s')}{rest}", place)


def _roman(number: str) -> float:
    values = [{"I": 1, "V": 5, "X": 10}[letter] for letter in number]
    return float(sum(-one if one < after else one for one, after in zip(values, [*values[1:], 0], strict=True)))


def _ordinals(text: str) -> Iterator[Quantity]:
    for match in _ORDINAL.finditer(text):
        spelled = match["spelled"]
        value = float(_ORDINALS[spelled.lower()]) if spelled else float(match["digits"])
        yield Quantity("ordinal", value, "ordinal", Span(match.start(), match.end()), written=value)


def _fractions(text: str) -> Iterator[Quantity]:
    for match in _FRACTION.finditer(text):
        over = _WORDS.get((match["over"] or "").lower(), 1)
        if match["over"] is None and match["part"].lower() not in ("half", "quarter"):
            continue  # the third of the Acts
        yield Quantity("count", over / _PARTS[match["part"].lower()], "fraction", Span(match.start(), match.end()))


def _amounts(text: str) -> Iterator[Quantity]:
    for match in _QUANTITY.finditer(text):
        number = _value(match["number"])
        unit = (match["unit"] or "").lower()
        if match["number"].lower() in ("one", "a ") and not (unit or match["scale"] or match["percentage"]):
            continue
        scale = (match["scale"] or "").lower()
        after = _PER.match(text, match.end())
        per = _singular(after["per"]) if after and after["per"] else _ADVERBS[after["adverb"].lower()] if after else ""
        quantity = _amount(number, match, scale, unit)
        end = after.end() if after and quantity.kind != "count" else match.end() - match[0].endswith(" ")
        start = match.start() + len(match[0]) - len(match[0].lstrip())
        yield replace(quantity, span=Span(start, end), per=per if quantity.kind != "count" else "")


def _amount(number: float, match: re.Match[str], scale: str, unit: str) -> Quantity:
    nowhere = Span(0, 0)
    money = CURRENCY_SIGNS.get(match["sign"] or "") or (CURRENCY_NAMES.get(unit) if unit else None)
    for name in filter(None, (scale, (match["scale2"] or "").lower())):
        if len(name) > 2 or money:
            number *= SCALES[name]
        else:
            unit = unit or name
    if match["percent"] or match["percentage"]:
        points = "points" if "point" in (match["percentage"] or "") else "%"
        return Quantity("percent", number, points, nowhere, written=number)
    if money:
        name, size = money
        return Quantity("money", number * size, name, nowhere, written=number)
    if unit in UNITS:
        found: Unit = UNITS[unit]
        return Quantity(found.dimension, number * found.size, found.dimension, nowhere, written=number)
    return Quantity("count", number, "", nowhere, written=number)


def _singular(unit: str) -> str:
    lower = unit.lower()
    return UNITS[lower].name if lower in UNITS else lower


def _value(written: str) -> float:
    written = written.lower().strip()
    if "^" in written:
        base, power = written.split("^")
        return math.exp(min(float(power) * math.log(float(base.replace(",", "")) or 1.0), _LARGEST))
    if "/" in written:
        over, under = written.split("/")
        return float(over.replace(",", "")) / (float(under) or 1.0)
    digits = re.sub(r"[,\s]", "", written)
    if digits[:1].isdigit():
        return float(digits)
    return float(sum(_WORDS.get(word, 1 if word == "a" else 0) for word in re.split(r"[- ]", written) if word != "and"))
