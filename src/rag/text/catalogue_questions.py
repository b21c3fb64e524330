"""Recognise English questions about the documents themselves: which there are, who wrote them, and when."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

_DOCUMENTS = r"(?:documents?|docs|files?|sources?|publications?|texts?)"
_WHICH = rf"(?:what|which) {_DOCUMENTS}"
_SHOW = rf"(?:list|show)(?: me)?(?: all)?(?: of)?(?: the| your)? {_DOCUMENTS}"
_HAVE = (
    r"(?:do you have|have you got|are (?:there|available|indexed|here|in the index)|"
    r"can (?:i|you) (?:ask|search|read)\b.*)"
)
_ALL = re.compile(
    rf"\W*(?:{_WHICH} {_HAVE}|{_SHOW}|how many {_DOCUMENTS} {_HAVE}|"
    r"what (?:is|do you have) in (?:the|your|this) (?:index|collection|library|catalogue)|"
    r"what can (?:i|you) (?:ask|answer|do)(?: (?:you )?about)?|what do you know(?: about)?|what are you about)\W*",
    re.IGNORECASE,
)
_ABOUT = (
    r"(?:(?:that )?(?:are |is )?(?:about|on|concerning)|that (?:concern|mention|cover)|"
    r"(?:concern|mention|cover|discuss|deal with))"
)
_SOME = re.compile(
    rf"\W*(?:{_WHICH}|(?:are there|do you have)(?: any)? {_DOCUMENTS}|{_SHOW})(?: do you have| are there)?"
    rf"(?: {_ABOUT} (?P<topic>.+?))?"
    r"(?: (?:that )?(?:are |were |is )?(?:published |issued |dated |written )?"
    r"(?P<when>from|in|of|since|after|before|until) (?P<year>\d{4}(?:-\d\d){0,2}))?(?: and (?P<last>\d{4}))?\W*",
    re.IGNORECASE,
)
_AUTHOR = re.compile(
    r"\W*(?:and )?(?:who (?:wrote|authored|published|issued)|who (?:is|are) the authors? of|(?:the )?author of|"
    r"by whom was)\s+(?P<title>.+?)(?: (?:written|published))?\W*",
    re.IGNORECASE,
)
_DATE = re.compile(
    r"\W*(?:and )?(?:when was (?P<title>.+?) (?:published|issued|written|dated)|"
    r"(?:what is )?(?:the )?(?:publication )?date of (?P<dated>.+?)|from when is (?P<from>.+?)|"
    r"how old is (?P<old>.+?))\W*",
    re.IGNORECASE,
)


class CatalogueQuestion(StrEnum):
    """The kinds of questions about documents."""

    ALL = "all"
    SOME = "some"
    AUTHOR = "author"
    DATE = "date"


@dataclass(frozen=True, slots=True)
class Request:
    """A question about documents.

    `subject` is the title of a document or the topic of documents; empty if there is none. A date of publication, in
    ISO 8601 of any precision, fits if it is at least `least` and less than `below`, compared as text.
    """

    kind: CatalogueQuestion
    subject: str = ""
    least: str | None = None
    below: str | None = None


def catalogue_request(question: str) -> Request | None:
    """Return the request of a question about documents, or None for a question about their contents."""
    if _ALL.fullmatch(question):
        return Request(CatalogueQuestion.ALL)
    if (match := _SOME.fullmatch(question)) and (match["topic"] or match["year"]):
        return Request(CatalogueQuestion.SOME, (match["topic"] or "").strip(), *_dates(match))
    if match := _AUTHOR.fullmatch(question):
        return Request(CatalogueQuestion.AUTHOR, match["title"])
    if match := _DATE.fullmatch(question):
        return Request(CatalogueQuestion.DATE, next(filter(None, match.groups())))
    return None


def _dates(match: re.Match[str]) -> tuple[str | None, str | None]:
    when, year = (match["when"] or "").lower(), match["year"]
    if not year:
        return None, None
    after = f"{year}~"  # `~` follows every digit and hyphen, so this follows all dates that begin with `year`
    if when in ("since", "after"):
        return (year if when == "since" else after), None
    if when in ("before", "until"):
        return None, (year if when == "before" else after)
    return year, f"{match['last'] or year}~"
