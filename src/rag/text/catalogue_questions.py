"""Recognise questions about the documents themselves: which there are, who wrote them, and when.

The patterns here are English. A question is compared with the phrases of the other languages too, whether or not the
index has documents in them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from rag.text.phrases import MODULES, covers, phrases
from rag.text.phrases.model import Documents

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
    r"what can (?:i|you) (?:ask|answer|do)(?: (?:you )?about)?|what do you know(?: about)?|what are you about|"
    rf"(?:what|which) (?:topics?|subjects?) (?:{_HAVE}|(?:do|can) you (?:cover|answer|know)(?: about)?)|"
    rf"what (?:is this|is this (?:site|page|service)|are (?:the|these|your) {_DOCUMENTS}) about|"
    rf"what is in (?:the|your|these) {_DOCUMENTS})\W*",
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
    r"\W*(?:and )?(?:who (?:has |have )?(?:wrote|written|authored|published|issued|drafted|edited|compiled|prepared)|"
    r"(?:who|what) (?:is|are|was|were) (?:the )?(?:names? of )?(?:the )?(?:authors?|writers?|editors?) (?:of|for)|"
    r"(?:(?:name|list|give(?: me)?|tell me|show(?: me)?) (?:all )?)?(?:the )?(?:names? of the )?authors? of|"
    r"which (?:author|person|people) wrote|by whom (?:was|is|were))\s+(?P<title>.+?)(?: (?:written|published))?\W*",
    re.IGNORECASE,
)
_DATE = re.compile(
    r"\W*(?:and )?(?:when was (?P<title>.+?) (?:published|issued|written|dated)|"
    r"(?:what is )?(?:the )?(?:publication )?date of (?P<dated>.+?)|from when is (?P<from>.+?)|"
    r"how old is (?P<old>.+?))\W*",
    re.IGNORECASE,
)


_RELATIONS = frozenset({"since", "after", "before", "until"})


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
    return _request_in_another_language(question)


def _request_in_another_language(question: str) -> Request | None:
    if covers(lambda one: one.documents.which, MODULES, question):
        return Request(CatalogueQuestion.ALL)
    for one in phrases():
        match = _some_of(one.documents).fullmatch(question)
        if match and (match["topic"] or match["year"]):
            return Request(CatalogueQuestion.SOME, (match["topic"] or "").strip(), *_dates(match))
    if match := covers(lambda one: one.documents.author, MODULES, question):
        return Request(CatalogueQuestion.AUTHOR, _title(match))
    if match := covers(lambda one: one.documents.dated, MODULES, question):
        return Request(CatalogueQuestion.DATE, _title(match))
    return None


def _title(match: re.Match[str]) -> str:
    title: str = next(filter(None, match.groups()))
    return title.strip(" ?.!")


@lru_cache(maxsize=len(MODULES))
def _some_of(words: Documents) -> re.Pattern[str]:
    """Return the pattern of a question about the documents on a topic or of a year."""
    when = rf"(?P<since>{words.since})|(?P<after>{words.after})|(?P<before>{words.before})|(?P<until>{words.until})"
    return re.compile(
        rf"\W*(?:{words.some})(?: (?:{words.about})(?: |(?<=['’]))(?P<topic>.+?))?"
        rf"(?: (?P<when>{when}|(?:{words.within})) (?P<year>\d{{4}}(?:-\d\d){{0,2}}))?(?P<last>)\W*",
        re.IGNORECASE,
    )


def _when(match: re.Match[str]) -> str:
    """Return the English word for the relation to the year: `since`, `after`, `before`, `until` or another one."""
    named = (name for name, words in match.groupdict().items() if words and name in _RELATIONS)
    return next(named, (match["when"] or "").lower())


def _dates(match: re.Match[str]) -> tuple[str | None, str | None]:
    when, year = _when(match), match["year"]
    if not year:
        return None, None
    after = f"{year}~"  # `~` follows every digit and hyphen, so this follows all dates that begin with `year`
    if when in ("since", "after"):
        return (year if when == "since" else after), None
    if when in ("before", "until"):
        return None, (year if when == "before" else after)
    return year, f"{match['last'] or year}~"
