"""Find the time as of which a question asks: `in 2019`, `as of 1 March 2021`, `before 2020`, `before the reform`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from rag.text.languages import DEFAULT
from rag.text.periods import asked_period, asked_words, date_after, point
from rag.text.phrases import Part, compiled, phrases
from rag.text.phrases.model import Reform
from rag.types import Period

_AT = re.compile(
    r"\b(?:as\s+(?:of|at|on)|(?:in\s+force|applicable|valid|effective)\s+(?:on|in|at|as\s+of|from)|in|on|at|during|for)\s+"
    r"(?:the\s+year\s+)?",
    re.IGNORECASE,
)
_FROM = re.compile(r"\b(?:from|starting)\s+", re.IGNORECASE)
_UNTIL = re.compile(r"\s+(?:to|until|till|through|and|up\s+to)\b", re.IGNORECASE)
_BEFORE = r"before|prior\s+to"
_END = r"(?:(?:at|until|till|up\s+to|by|before)\s+)?the\s+end\s+of"
_CHANGE = re.compile(
    r"\b(?P<side>before|prior\s+to|until|after)\s+the\s+(?P<kind>(?:[\w’'-]+\s+){0,4}?)"
    r"(?P<change>reforms?|amendments?|revision|changes?|overhaul|replacement|repeal|introduction|entry\s+into\s+force|"
    r"(?:new|revised|amended)\s+(?:laws?|act|order|policy|rules?|regulations?|version|scheme|guidance|code))\b"
    r"(?:\s+(?:of|to|on|in)\s+(?P<of>(?:the\s+)?[\w’'-]+(?:\s+(?!(?:apply|applied|came|entered|was|were|is)\b)[\w’'-]+){0,3}))?",
    re.IGNORECASE,
)

_NEVER = r"(?!)"

_CLAUSE = re.compile(r"[,.;:!?]\s")
_SAYS_SO = re.compile(r"as|in\s+force|applicable|valid|effective", re.IGNORECASE)
_WORD_START = re.compile(r"\b")
_STORY = re.compile(r"\W*(?:i|we|he|she|they|my|our|his|her|their)\b", re.IGNORECASE)
_ASKS = re.compile(
    r"\b(?:what|which|who|whom|whose|when|where|why|how|whether|want|need|wonder|wondering|like|know|looking|asking)\b",
    re.IGNORECASE,
)
_PAST = re.compile(r"\b(?:was|were|did|had|could|would|might|should|used)\b", re.IGNORECASE)
_DONE = re.compile(
    r"(?<!\bwas )(?<!\bwere )(?<!\bbeen )(?<!\bare )(?<!\bis )\b"
    r"(?:bought|purchased|acquired|obtained|ordered|sold|signed|concluded|issued|granted|registered|filed|submitted|"
    r"born|built|made|hired|employed|rented|founded|joined|moved\s+in|started|began|begun)"
    r"(?:\s+(?:my|our|his|her|their|the|an?|it|them)(?:\s+[\w’'-]+){0,3})?\s+\Z",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Asked:
    """The time as of which a question asks, and its words for it.

    `ends` is true for the last day of a period, as in `until the end of 2019`. If that day is still to come, the words
    rather set a deadline than ask for what applies then.
    """

    period: Period
    words: str
    ends: bool = False


@dataclass(frozen=True, slots=True)
class Change:
    """A change that a question names, as in `before the housing reform`.

    `before` is false if it asks for the time after it. `kind` is the kind of change, and `about` what it changes.
    `period` is the time of the change, as in `before the reform of 2023`.
    """

    before: bool
    kind: str
    about: str
    words: str
    period: Period | None = None


def asked_as_of(question: str, spoken: Sequence[str] = (DEFAULT,)) -> Asked | None:
    """Return the time that a question names as the one that it asks about; None if it names none.

    `spoken` are the languages that the question may be written in.
    """
    found = _at_end(question, spoken) or _before(question, spoken)
    if found or DEFAULT in spoken:
        return found or _at(question, _AT) or _at(question, _FROM)
    words, period = asked_words(question), asked_period(question)
    return Asked(period, words) if period and not _is_open(question, words, spoken) else None


def _at_end(question: str, spoken: Sequence[str]) -> Asked | None:
    """Return the last day of the period that a question names: `until the end of 2019`, `bis Ende 2019`."""
    match, written = _date_asked(_leading(_END, lambda one: one.time.end, tuple(spoken)), question)
    period = _point(written[0]) if written else None
    if match is None or written is None or period is None:
        return None
    return Asked(Period(period.last, period.last), question[match.start() : written.end()], ends=True)


def _before(question: str, spoken: Sequence[str]) -> Asked | None:
    """Return the day before the date that a question names."""
    match, written = _date_asked(_leading(_BEFORE, lambda one: one.time.before, tuple(spoken)), question)
    period = _point(written[0]) if written else None
    if match is None or written is None or period is None or period.first == date.min:
        return None
    day = period.first - timedelta(days=1)
    return Asked(Period(day, day), question[match.start() : written.end()])


def _leading(english: str, part: Part, spoken: tuple[str, ...]) -> re.Pattern[str]:
    """Return a pattern for words that stand before a date, in the languages that a question may be written in."""
    words = [*([english] if DEFAULT in spoken else []), *filter(None, map(part, phrases(spoken)))]
    either = rf"\b(?:{'|'.join(words)})" if words else _NEVER
    return compiled(rf"{either}(?:\s+|(?<=['’]))(?:the\s+year\s+)?")


def _at(question: str, pattern: re.Pattern[str]) -> Asked | None:
    """Return the date that a question names after words such as `in`."""
    match, written = _date_asked(pattern, question)
    period = _point(written[0]) if written else None
    if match is None or written is None or period is None:
        return None
    if pattern is _FROM and _UNTIL.match(question, written.end()):
        return None
    return Asked(period, question[match.start() : written.end()])


def _date_asked(pattern: re.Pattern[str], question: str) -> tuple[re.Match[str], re.Match[str]] | tuple[None, None]:
    """Return the first match of a pattern that a date follows, and the date, if they are no part of a story."""
    match, written = date_after(pattern, question)
    while match is not None and not _SAYS_SO.match(match[0]) and _is_told(question, match.start()):
        match, written = date_after(pattern, question, match.end())
    return (match, written) if match and written else (None, None)


def _is_told(question: str, start: int) -> bool:
    """Return whether a date belongs to a fact that the question tells: `I bought a permit in 2019, is it valid?`.

    That is a date in a clause that begins with a person and asks nothing, or one of an act in a question about the
    present: `Is a permit issued in 2019 still valid?`.
    """
    clause = _CLAUSE.split(question[:start])[-1]
    if _STORY.match(clause) and not _ASKS.search(clause):
        return True
    return _DONE.search(clause) is not None and not _PAST.search(question)


def asked_change(question: str, spoken: Sequence[str] = (DEFAULT,)) -> Change | None:
    """Return the change before or after which a question asks for what applies; None if it names none."""
    match = _CHANGE.search(question) if DEFAULT in spoken else None
    if match is not None and not _is_told(question, match.start()):
        return _change(match, f"{match['kind']} {match['of'] or ''}", before=match["side"].lower() != "after")
    for one in phrases(spoken):
        if found := compiled(_reform(one.reform)).search(question):
            about = f"{found['kind']} {found['of'] or found['adjective'] or ''}"
            return _change(found, about, before=found["before"] is not None)
    return None


def _reform(words: Reform) -> str:
    """Return a pattern for a change of the rules in one language.

    What was changed is the beginning of the word for the change, or the nouns after it, or an adjective at the end.
    """
    noun = r"(?:l['’]|d['’])?[\w-]+"
    return (
        rf"\b(?:(?P<before>{words.before})|(?P<after>{words.after}))(?:\s+|(?<=['’]))"
        rf"(?P<kind>(?:[\w’'-]+\s+){{0,2}}?[\w-]*?)(?P<change>{words.change})\b"
        rf"(?:\s+(?:(?:{words.of})\s+|dell['’]|d['’])(?P<of>{noun}(?:\s+(?:{words.of})\s+{noun})*(?:\s+\d{{4}})?)"
        rf"|\s+(?P<adjective>[\w-]+)(?=\s*(?:[?,.!]|$)))?"
    )


def _change(match: re.Match[str], about: str, *, before: bool) -> Change:
    """Return the change that a match names, with its time if it says what that is."""
    about = about.strip()
    start, written = date_after(_WORD_START, about)
    period = _point(written[0]) if written else None
    if start and written and period:
        about = f"{about[: start.start()]} {about[written.end() :]}".strip()
    return Change(before, match["change"], about, match[0], period)


def _is_open(question: str, words: str, spoken: Sequence[str]) -> bool:
    """Return whether the time that a question names only begins or ends with the date: `seit 2019`."""
    ends = "|".join(f"{one.time.since}|{one.time.until}" for one in phrases(spoken))
    return bool(ends) and re.search(rf"\b(?:{ends})\s+{re.escape(words)}", question, re.IGNORECASE) is not None


def _point(written: str) -> Period | None:
    try:
        return point(written)
    except ValueError:  # there is no such day: 31 June
        return None
