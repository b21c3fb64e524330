"""Find what a document says about its own validity: `This policy enters into force on 1 March 2021.`

Only words about the whole document count: a sentence about `this policy`, or a line such as `Effective date: 1 March
2021` near the beginning. A rule, a rate or a section with a date of its own says nothing about its document.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from rag.text.normalisation import one_line
from rag.text.periods import DATE, date_after, date_at, point
from rag.text.phrases import compiled, phrases
from rag.text.segmentation import sentences
from rag.text.succession import KIND, Succession, succession
from rag.types import Period, Span

VALID_FROM, VALID_TO, VERSION_OF, SUPERSEDES = "valid_from", "valid_to", "version_of", "supersedes"
"""The fields with the validity of a document: its first day and its last day, and the ids of other documents."""

SUPERSEDED_BY = "superseded_by"
"""The field with the text that replaces a document. Only its own text states it."""

FIELDS = frozenset({VALID_FROM, VALID_TO, VERSION_OF, SUPERSEDES, SUPERSEDED_BY})
"""The facts about the validity of a document. They may be given, or stated in its text."""

_LONGEST = 600  # characters of a sentence that is read
_HEAD = 2_000  # characters at the beginning in which a line may name a date
_MOST_BETWEEN = 120  # characters between the document and the verb

_ITSELF = re.compile(
    rf"\b(?:this|the present)\s+(?:[\w-]+\s+){{0,3}}?(?:{KIND}|scheme|handbook|decision|resolution|instruction|"
    r"by-?laws?|protocol|charter|tariff)\b",
    re.IGNORECASE,
)
_IT = re.compile(r"\s*It\b")
_BEGINS = re.compile(
    r"\b(?:(?:enters?|entered|comes?|came)\s+in(?:to)?\s+(?:force|effect|operation)|(?:takes?|took|has)\s+effect|"
    r"(?:is|are|becomes?|be)\s+(?:effective|valid|applicable|in\s+force|in\s+effect)|effective|applies)"
    r"\s+(?:(?:on|in|from|since|as\s+(?:of|from)|with\s+effect\s+from)\s+)?(?:and\s+from\s+)?",
    re.IGNORECASE,
)
_LASTS = re.compile(
    r"\b(?:(?:expires?|lapses?)(?:\s+(?:on|at|after))?|"
    r"(?:is|are|be|remains?|stays?)\s+(?:effective|valid|applicable|in\s+force|in\s+effect)\s+(?:until|till|up\s+to|through)|"
    r"applies\s+(?:until|till|up\s+to|through))\s+(?:the\s+end\s+of\s+)?",
    re.IGNORECASE,
)
_STOPS = re.compile(
    r"\b(?:ceases?\s+(?:to\s+(?:apply|have\s+effect|be\s+(?:in\s+force|valid))|to\s+be\s+effective)|"
    r"(?:(?:has|have)\s+been|was|were|is|are|be)\s+(?:\w+\s+)?(?:repealed|replaced|superseded|revoked|withdrawn|"
    r"cancelled|rescinded))\s+(?:on|from|as\s+of|as\s+from|with\s+effect\s+from)\s+",
    re.IGNORECASE,
)
_SINCE = re.compile(
    r"\b(?:(?:with\s+)?effect(?:ive)?\s+(?:from|on|as\s+of)|from|as\s+of|as\s+from|(?P<on>on))\s+", re.IGNORECASE
)
_TO = re.compile(r"\s+(?:until|till|up\s+to|through|to)\s+", re.IGNORECASE)
_REST = re.compile(r"\W*\Z")
_BRACKETS = re.compile(r"\([^()]{0,60}\)")
_WORD = re.compile(r"[\w’'-]+")
_AUXILIARIES = frozenset(
    {"shall", "will", "should", "may", "must", "is", "are", "was", "has", "have", "been", "to", "be", "therefore"}
    | {"itself", "hereby", "also", "only", "now", "first", "version", "as", "amended"}
)
_AND = frozenset({("and",), ("and", "shall"), ("and", "will"), ("and", "it"), ("and", "is"), ("and", "it", "shall")})
_OTHER = re.compile(r"\b(?:that|which|who|when|if|unless|until|section|article|paragraph|chapter)\b", re.IGNORECASE)

_LINE_FROM = (
    r"(?:effective(?:\s+(?:date|from|on|as\s+of))?|in\s+force(?:\s+(?:from|since|as\s+of))?|valid\s+(?:from|since)|"
    r"valid\s+as\s+of|date\s+of\s+(?:entry\s+into\s+force|effect|commencement)|commencement(?:\s+date)?|"
    r"applicable\s+from|with\s+effect\s+from|takes\s+effect(?:\s+on)?|entry\s+into\s+force(?:\s+date)?|"
    r"(?:comes|enters)\s+into\s+force(?:\s+on)?)"
)
_LINE_TO = (
    r"(?:expires(?:\s+on)?|expiry(?:\s+date)?|expiration\s+date|date\s+of\s+expiry|valid\s+(?:until|to|through|till)|"
    r"in\s+force\s+until|end\s+of\s+validity)"
)
_LINE = re.compile(
    rf"[\s>*|(–-]{{0,4}}(?:(?P<begins>{_LINE_FROM})|(?P<lasts>{_LINE_TO}))\s{{0,3}}[:–—-]?\s{{0,3}}", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Stated:
    """One field that the text of a document states, its value, and the words that say so."""

    field: str
    value: str
    span: Span


def stated(text: str, title: str, language: str | None = None) -> list[Stated]:
    """Return what a document says about its validity, at most one value for each field.

    Of several first days the earliest counts, and of several last days the latest.
    """
    found = [*_lines(text), *_sentences(text, title, language)]
    kept: dict[str, Stated] = {}
    for one in found:
        known = kept.get(one.field)
        if known is None or _counts_before(one, known):
            kept[one.field] = one
    return list(kept.values())


def _counts_before(one: Stated, known: Stated) -> bool:
    if one.field == VALID_FROM:
        return one.value < known.value
    return one.field == VALID_TO and one.value > known.value


def _lines(text: str) -> Iterator[Stated]:
    """Yield the dates of lines near the beginning. A label that occurs again belongs to the rows of a table."""
    start = 0
    found: list[tuple[str, Stated]] = []
    for line in text[:_HEAD].split("\n"):
        match = _LINE.match(line)
        day = date_at(line, match.end()) if match else None
        if match and day and _REST.match(line, day.end()):
            field = VALID_FROM if match["begins"] else VALID_TO
            if value := _iso(day[0]):
                label = one_line((match["begins"] or match["lasts"]).casefold())
                found.append((label, Stated(field, value, _trimmed(text, start, start + len(line)))))
        start += len(line) + 1
    lines = one_line(text[: 10 * _HEAD].casefold())
    return (one for label, one in found if lines.count(f"{label}:") <= 1)


def _trimmed(text: str, start: int, end: int) -> Span:
    words = text[start:end]
    left = len(words) - len(words.lstrip())
    return Span(start + left, start + len(words.rstrip()))


def _sentences(text: str, title: str, language: str | None) -> Iterator[Stated]:
    about_itself = False
    for span in sentences(text, language):
        sentence = span.of(text)
        if len(sentence) > _LONGEST:
            about_itself = False
            continue
        subject = _ITSELF.search(sentence) or _titled(title).search(sentence)
        if subject is None and about_itself:
            subject = _IT.match(sentence)
        if subject is not None:
            yield from (Stated(field, value, span) for field, value in _dates(sentence, subject.end()))
        yield from (Stated(field, value, span) for field, value in _successions(sentence, subject, language))
        yield from (Stated(VALID_FROM, value, span) for value in _in_other_languages(sentence, language))
        about_itself = subject is not None


def _titled(title: str) -> re.Pattern[str]:
    """Return a pattern for the title of a document as the subject of a sentence."""
    return re.compile(rf"\A\W*(?:the\s+)?{re.escape(one_line(title)[:200])}\b", re.IGNORECASE)


def _dates(sentence: str, start: int) -> Iterator[tuple[str, str]]:
    """Yield the first and the last day that a sentence states for its subject, which ends at `start`."""
    for field, pattern in ((VALID_FROM, _BEGINS), (VALID_TO, _LASTS), (VALID_TO, _STOPS)):
        match, day = date_after(pattern, sentence, start)
        if match is None or day is None or not _is_said_of(sentence[start : match.start()]):
            continue
        if value := _day_before(day[0]) if pattern is _STOPS else _iso(day[0]):
            yield field, value
        to = _TO.match(sentence, day.end()) if pattern is _BEGINS else None
        last = date_at(sentence, to.end()) if to else None
        if last and (value := _iso(last[0])):
            yield VALID_TO, value


def _is_said_of(between: str) -> bool:
    """Return whether the words between a subject and a verb do not bring in another subject."""
    if len(between) > _MOST_BETWEEN:
        return False
    words = tuple(_WORD.findall(_BRACKETS.sub(" ", between).casefold()))
    joins = any(words[-count:] in _AND for count in (1, 2, 3))
    return _AUXILIARIES.issuperset(words) or (joins and not _OTHER.search(between))


def _successions(sentence: str, subject: re.Match[str] | None, language: str | None) -> Iterator[tuple[str, str]]:
    """Yield the text that this one replaces, or that replaces it, with the day of the change if it is stated."""
    said = f"This document{sentence[subject.end() :]}" if subject and _IT.match(subject[0]) else sentence
    found = succession(one_line(said), language)
    if found is None:
        return
    other, day = _split(found)
    if found.ended:
        if day and (last := _day_before(day)):
            yield VALID_TO, last
        if other:
            yield SUPERSEDED_BY, other
    elif other:
        yield SUPERSEDES, other
        if day and (first := _iso(day)):
            yield VALID_FROM, first


def _split(found: Succession) -> tuple[str, str | None]:
    """Return the other text of a succession, and the day from which it applies: `the order, with effect from 2021`."""
    other = (found.by if found.ended else found.replaces) or ""
    match, day = date_after(_SINCE, other)
    if match is None or day is None or not _REST.match(other, day.end()) or _OTHER.search(other):
        return other.strip(" ."), None
    if match["on"] and not found.ended:
        return other.strip(" ."), None
    return other[: match.start()].rstrip(" ,"), day[0]


def _in_other_languages(sentence: str, language: str | None) -> Iterator[str]:
    for one in phrases((language,)):
        match = compiled(one.succession.begins.replace("DATE", f"(?P<date>{DATE})")).search(sentence)
        if match and (value := _iso(match["date"])):
            yield value


def _iso(written: str) -> str | None:
    """Return a date in ISO 8601 in the precision in which it is written; None if there is no such day."""
    period = _point(written)
    if period is None:
        return None
    days = (period.last - period.first).days
    return period.first.isoformat()[: 10 if days == 0 else 7 if days < 31 else 4]


def _day_before(written: str) -> str | None:
    period = _point(written)
    return (period.first - timedelta(days=1)).isoformat() if period and period.first > date.min else None


def _point(written: str) -> Period | None:
    try:
        return point(one_line(written))
    except ValueError:
        return None
