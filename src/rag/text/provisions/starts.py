"""Finds the lines at which articles, sections, schedules and other named or numbered parts of a document begin."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from rag.text.provision_names import kind_names
from rag.text.provisions.labels import Key, key_of, normal, roman_value
from rag.types import Heading, Span

UNITS = ("article", "section", "regulation", "rule", "clause", "principle", "recital")
"""Kinds that a document counts through, from its beginning to its end."""

ATTACHMENTS = ("annex", "schedule", "appendix")
"""Kinds that follow the units, and have a numbering of their own inside."""

NUMBERED = ""
"""The kind of a part with only a number, such as the heading `3.2 Sick leave`."""

_DIVISIONS = {
    kind: kind_names(kind) + more
    for kind, more in (
        ("part", ""),
        ("title", r"|titel|titre"),
        ("chapter", r"|unterkapitel"),
        ("section", r"|abschnitt|unterabschnitt|sous-section"),
    )
}

_LABEL = (
    r"(?P<label>[LRDA]\.?\s?\*?\d{1,4}(?:-\d{1,3})*|\d{1,4}[A-Za-z]{0,2}(?:[.-]\d{1,3}[A-Za-z]?){0,4}|"
    r"[IVXLC]{1,8}|[A-Z]|premier)"
)
_REST = r"(?=[^\S\n]*+(?:\Z|$|[.:;—–(-]|[“\"‘«]|(?-i:[^\W\d_a-zß-ÿа-я])))(?![\w(%€$£]|[.,-]\d|/)"
_INNER = re.compile(
    r"[^\S\n]*+(?:(?:Abs|Absatz|Satz|Nr|Nummer|lit|Buchst|Buchstabe|Unterabs|bis|und|oder|of|and|or|to|shall|et|à)\b|"
    r"(?-i:TFEU|TEU|AEUV|EUV|TFUE|[A-Z]+[a-z]*G\b|BGB|StGB|HGB|ZPO|StPO|DSGVO|GDPR)|,|\.\s*+[A-Z]?[a-z]++\s++\d)"
)
_NUMBER = re.compile(
    r"[^\w\n(]{0,3}(?![A-Z]\d++\s)(?P<label>[A-Z]?\d{1,3}[A-Z]{0,2}(?:\.\d{1,3}){0,4})(?:[.)]?[^\S\n]++(?=[^\W\da-zß-ÿ_]|[(“‘«])|\.(?=[—–]))"
)
_MENTION = re.compile(
    r"(?<!\w)(?P<kind>section|regulation|rule|clause|article|paragraph)s? (?P<label>[A-Z]?\d{1,3}[A-Z]?)"
    r"(?![\w.]|[^.;:\n]{0,14}\bof (?:the|that|[A-Z]))",
    re.IGNORECASE,
)
"""References of a document to its own numbers. `section 5 of the Ports Act` refers to another one."""

_TITLES = {
    "section": re.compile(r"\b(?:Act|Code|Statute|Ordinance|Bill)(?: \d{4})?\Z"),
    "regulation": re.compile(r"\bRegulations(?: \d{4})?\Z"),
    "rule": re.compile(r"\bRules(?: \d{4})?\Z"),
    "article": re.compile(r"\b(?:Order|Constitution|Treaty|Convention|Charter)(?: \d{4})?\Z"),
    "clause": re.compile(r"\b(?:Agreement|Contract|Terms)(?: \d{4})?\Z"),
}
_ADDITION = re.compile(r"\s*+[‘“«\"„]")  # a quoted text, for example of an amended law
_RESTARTS = 2  # starts of a run that begins at 1 again
_LARGEST = 400  # a larger number alone at a line start is a year, or an amount
_LINE = re.compile(r"^[^\S\n]*+\S[^\n]*+", re.MULTILINE)
_SENTENCE_ENDS = (".", ";", ":", "!", "?")
_EMPTY = 160  # characters of a title; a provision of only these is an entry of a table of contents


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the text with words, and its heading if it is one."""

    span: Span
    heading: Heading | None = None


@dataclass(frozen=True, slots=True)
class Start:
    """The beginning of a part at line number `line`: its kind and label.

    `end` is the offset after its name, and `name` is the word or sign as it is written. `level` is that of its heading.
    """

    line: int
    kind: str
    label: str
    end: int
    level: int = 0
    name: str = ""

    @property
    def key(self) -> Key:
        """The place of the label in the order of its kind."""
        value = roman_value(self.label)
        if value is not None:
            return ((value, ""),)
        if self.kind in UNITS and len(self.label) > 1:  # `L. 123-4` of a French code
            return key_of(self.label)
        lettered = self.label[0].isalpha()
        return (*(((ord(self.label[0].upper()) - 64, ""),) if lettered else ()), *key_of(self.label))


def lines_of(text: str, headings: Sequence[Heading]) -> list[Line]:
    """Return the lines of a text that have words."""
    by_start = {heading.span.start: heading for heading in headings}
    return [Line(Span(*found.span()), by_start.get(found.start())) for found in _LINE.finditer(text)]


def _pattern(names: str) -> re.Pattern[str]:
    return re.compile(rf"[^\w\n(§]{{0,3}}(?P<name>{names})\s?{_LABEL}(?:er|re)?\b{_REST}", re.IGNORECASE)


_NAMED: Mapping[str, re.Pattern[str]] = {kind: _pattern(kind_names(kind)) for kind in (*UNITS, *ATTACHMENTS)}
_DIVISION = {kind: _pattern(names) for kind, names in _DIVISIONS.items()}
_ALONE = re.compile(
    r"[^\w\n]{0,3}(?P<kind>ANNEX|Annex|SCHEDULE|Schedule|APPENDIX|Appendix|ANHANG|Anhang|ANLAGE|Anlage|ANNEXE|Annexe)"
    r"(?:\W*+\Z|[:.]?[^\S\n]++(?=[A-Z][^\W\d_]{2}))"
)
"""An attachment without a number, alone in its line or before its title: `Annex Emergencies`."""
_ANY = re.compile(
    rf"[^\w\n(]{{0,3}}(?:{'|'.join((*(kind_names(one) for one in (*UNITS, *ATTACHMENTS)), *_DIVISIONS.values()))})",
    re.IGNORECASE,
)


def attachments(text: str, lines: Sequence[Line]) -> list[Start]:
    """Return the annexes, schedules and appendices, in reading order."""
    found = [one for number, line in enumerate(lines) for one in _named_starts(text, line, number, ATTACHMENTS)]
    found = [one for one in found if lines[one.line].heading or _is_title(text, lines[one.line].span)]
    known = {one.kind for one in found}
    alone = [one for number, line in enumerate(lines) if line.heading for one in _unlabelled(text, line, number)]
    found += [one for one in alone if one.end == lines[one.line].span.end or _is_referred_to(text, one, known)]
    return _without_contents(text, lines, sorted(found, key=lambda one: one.line))


def units(text: str, lines: Sequence[Line], first: int, last: int) -> list[Start]:
    """Return the units between two lines, in reading order: articles, sections, or numbered parts."""
    named: dict[str, list[Start]] = {kind: [] for kind in UNITS}
    for number in range(first, last):
        for one in _named_starts(text, lines[number], number, UNITS):
            named[one.kind].append(one)
    found = {kind: _in_order(_without_contents(text, lines, starts)) for kind, starts in named.items()}
    recitals = found.pop("recital")
    kind = "article" if len(found["article"]) > 2 else max(found, key=lambda one: len(found[one]))
    chosen = found[kind] or _numbered(text, lines, first, last)
    return sorted([*chosen, *recitals], key=lambda one: one.line)


def divisions(text: str, lines: Sequence[Line], first: int, last: int, taken: Iterable[str]) -> list[Start]:
    """Return the parts, chapters and other divisions between two lines. Kinds in `taken` are units."""
    kinds = [kind for kind in _DIVISION if kind not in taken]
    return [
        start
        for number in range(first, last)
        if lines[number].heading or _is_title(text, lines[number].span)
        for start in _matching(text, lines[number], number, kinds, divided=True)
    ]


def _named_starts(text: str, line: Line, number: int, kinds: Sequence[str]) -> list[Start]:
    return _matching(text, line, number, kinds)


def _matching(text: str, line: Line, number: int, kinds: Sequence[str], *, divided: bool = False) -> list[Start]:
    """Return the start of a part of one of the kinds, as a list; `divided` tells that the kinds are divisions."""
    start, end = line.span.start, line.span.end
    if not _ANY.match(text, start, end) or _ADDITION.match(text, start, end):
        return []
    for kind, pattern in (_DIVISION if divided else _NAMED).items():
        found = pattern.match(text, start, end) if kind in kinds else None
        if found and not _INNER.match(text, found.end(), end) and _is_label(found["label"]):
            label = "1" if found["label"].lower() == "premier" else found["label"]
            level = line.heading.level if line.heading else 0
            return [Start(number, kind, label, found.end(), level, found["name"])]
    return []


def _is_label(label: str) -> bool:
    """Return whether letters are capitals: `Part I`, but not `part i`."""
    return label[0].isdigit() or label.isupper() or label[0] in "LRDA" or label.lower() == "premier"


def _unlabelled(text: str, line: Line, number: int) -> Iterator[Start]:
    found = _ALONE.match(text, line.span.start, line.span.end)
    if found:
        names = {"anhang": "annex", "anlage": "annex", "annexe": "annex"}
        kind = found["kind"].lower()
        level = line.heading.level if line.heading else 0
        yield Start(number, names.get(kind, kind), "", found.end(), level, found["kind"])


def _is_referred_to(text: str, start: Start, known: Collection[str]) -> bool:
    """Return whether a document has one attachment of a kind, and refers to it without a number: `in the Annex`."""
    name = re.escape(start.name.capitalize())
    return start.kind not in known and re.search(rf"\w {name}\b(?! ?(?:\d|[IVXLC]+\b|[A-Z]\b))", text) is not None


def _is_title(text: str, span: Span) -> bool:
    """Return whether a line that is no heading may be one: it is short and no sentence."""
    words = span.of(text).strip()
    return len(words) <= _EMPTY and not words.endswith((".", ";", ",")) and words[:1].isupper()


def _without_contents(text: str, lines: Sequence[Line], starts: Sequence[Start]) -> list[Start]:
    """Return the starts without those of a table of contents: parts without a text that begin again later."""
    later = Counter((one.kind, normal(one.label)) for one in starts)
    kept: list[Start] = []
    listed = False
    for place, one in enumerate(starts):
        name = (one.kind, normal(one.label))
        later[name] -= 1
        end = starts[place + 1].line if place + 1 < len(starts) else len(lines)
        listed_before, listed = listed, later[name] > 0 and _is_empty(text, lines, one, end)
        if not listed and not (later[name] > 0 and listed_before):
            kept.append(one)
    return kept


def _is_empty(text: str, lines: Sequence[Line], start: Start, end: int) -> bool:
    body = [line for line in lines[start.line + 1 : end] if line.heading is None]
    if any(line.span.of(text).rstrip().endswith(_SENTENCE_ENDS) for line in body):
        return False
    return sum(line.span.end - line.span.start for line in body) <= _EMPTY


def _numbered(text: str, lines: Sequence[Line], first: int, last: int) -> list[Start]:
    """Return numbered headings with the numbered paragraphs below them; or numbered paragraphs alone."""
    heads: list[Start] = []
    dotted: list[Start] = []
    plain: list[Start] = []
    for number in range(first, last):
        line = lines[number]
        found = _NUMBER.match(text, line.span.start, line.span.end)
        if found is None or key_of(found["label"])[0][0] > _LARGEST:
            continue
        one = Start(number, NUMBERED, found["label"], found.end(), line.heading.level if line.heading else 0)
        (heads if line.heading else dotted if "." in one.label else plain).append(one)
    named = _kind_of_numbers(text, lines, [*heads, *plain])
    titles = [one for one in _without_contents(text, lines, plain) if _has_text_below(text, lines, one, last)]
    if len(heads) >= _RESTARTS or (named and len(titles) >= _RESTARTS and not heads):
        chosen = _in_order(sorted([*(heads or titles), *dotted], key=lambda one: one.line))
        return [_of_kind(one, named or ("section" if one.level else "paragraph")) for one in chosen]
    plain = _in_order(plain)
    kind = named or "paragraph"
    return [_of_kind(one, kind) for one in plain] if _covers(text, lines, plain, last) else []


def _of_kind(start: Start, kind: str) -> Start:
    return replace(start, kind=kind if start.level or "." not in start.label or kind != "section" else "paragraph")


def _kind_of_numbers(text: str, lines: Sequence[Line], starts: Sequence[Start]) -> str:
    """Return the word by which a document refers to its own numbers, or which its title demands; empty if unknown."""
    labels = {one.label for one in starts}
    mentions = _MENTION.finditer(text) if labels else ()
    counts = Counter(found["kind"].lower() for found in mentions if found["label"] in labels).most_common(2)
    if counts and counts[0][1] > 1 and (len(counts) == 1 or counts[0][1] >= 2 * counts[1][1]):
        return counts[0][0]
    title = lines[0].span.of(text).strip() if lines else ""
    return next((kind for kind, pattern in _TITLES.items() if pattern.search(title)), "")


def _has_text_below(text: str, lines: Sequence[Line], start: Start, last: int) -> bool:
    """Return whether a line is a title: short, no sentence, and with words below it that are no other title."""
    if not _is_title(text, Span(start.end, lines[start.line].span.end)) or start.line + 1 >= last:
        return False
    below = lines[start.line + 1]
    return below.heading is None and not _NUMBER.match(text, below.span.start, below.span.end)


def _covers(text: str, lines: Sequence[Line], starts: Sequence[Start], last: int) -> bool:
    """Return whether numbered paragraphs are most of the text, so that their numbers are those of the document."""
    if len(starts) < 5:
        return False
    numbered = {one.line for one in starts}
    before = [line for line in lines[: starts[0].line] if line.heading is None]
    introduced = before and before[-1].span.of(text).rstrip().endswith(":")
    if introduced and starts[-1].line < last - 2:  # more than a signature follows the list, and belongs to no number
        return False
    prose = [n for n in range(starts[0].line, starts[-1].line) if not lines[n].heading and _is_prose(lines[n])]
    return sum(number in numbered for number in prose) >= 0.5 * len(prose)


def _is_prose(line: Line) -> bool:
    return line.span.end - line.span.start > 60


def _in_order(starts: Sequence[Start]) -> list[Start]:
    """Return the longest series of starts in ascending order in each run that begins with the first label."""
    runs: list[list[Start]] = [[]]
    for one in starts:
        if one.key == ((1, ""),) and any(other.key == one.key for other in runs[-1]):
            runs.append([])
        runs[-1].append(one)
    return [one for run in runs for one in _ascending(run)]


def _ascending(starts: Sequence[Start]) -> list[Start]:
    """Return the longest ascending series (patience sorting); of equal labels, both are kept apart by their place."""
    tails: list[Key] = []
    places: list[int] = []
    previous: list[int] = []
    for number, one in enumerate(starts):
        at = bisect_left(tails, one.key)
        previous.append(places[at - 1] if at else -1)
        tails[at : at + 1] = [one.key]
        places[at : at + 1] = [number]
    chain, number = [], places[-1] if places else -1
    while number >= 0:
        chain.append(starts[number])
        number = previous[number]
    return [replace(one) for one in reversed(chain)]
