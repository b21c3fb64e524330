"""Tell kinds of questions apart: two questions in one, a comparison, yes or no, and a request for a list.

The patterns here are English. `spoken` are the languages that a question may be written in. Questions in other
languages are compared with the phrases of their language.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from typing import TypeAlias

from rag.text.languages import DEFAULT
from rag.text.phrases import compiled, phrases, search, starts
from rag.text.phrases.model import Questions
from rag.text.question_tails import with_tail
from rag.text.question_words import JOINS, WORDS
from rag.text.subjects import points_back, subject, with_subject

_WORDS = "what|which|who|whom|whose|when|where|why|how"
_AUXILIARIES = (
    "is|are|was|were|do|does|did|can|could|may|might|must|should|shall|will|would|has|have|had|isn['’]t|aren['’]t|"
    "don['’]t|doesn['’]t|didn['’]t|can['’]t|won['’]t"
)
_PREPOSITIONS = "since|from|by|until|till|to|in|for|at|on|under|with|after|before"
_SPLIT = re.compile(
    rf"\?\s+(?=\w)|(?:[,;]\s*|\s+)(?:and|but|or)\s+(?:also\s+)?(?=(?:(?:{_PREPOSITIONS})\s+)?(?:{_WORDS}|{_AUXILIARIES})\b)",
    re.IGNORECASE,
)
_ASKS = re.compile(rf"^\W*(?:(?:and|so)\s+)?(?:(?:{_PREPOSITIONS})\s+)?(?:{_WORDS}|{_AUXILIARIES})\b", re.IGNORECASE)
_LEAST_WORDS = 3  # of each part: `What and how much is it?` is one question

_YES_NO = re.compile(rf"^\W*(?:(?:and|so|but)\s+)?(?:{_AUXILIARIES})\b(?!.*\bor\b)", re.IGNORECASE)
_DECIDES = re.compile(
    r"\b(?:not|no|neither|nor|never|none|cannot|only|except|unless|may|must|shall|bans?|banned|prohibit\w*|forbid\w*|"
    r"forbidden|unlawful|illegal|allow\w*|permit\w*|require[sd]?|mandatory|oblig\w*|exempt\w*|entitled|ended?|expired?|"
    r"repealed|abolished|revoked|withdrawn|suspended|ceased|closed|replaced|without)\b",
    re.IGNORECASE,
)

_ASKS_LEAVE = re.compile(
    r"^\W*(?:(?:and|so|but)\s+)?(?:can|could|may|might)\b"
    r"|^\W*(?:is|are|am|was|were)\s+(?:.{1,60}\s)?(?:allowed|permitted|entitled|eligible|forbidden|prohibited|free)\b",
    re.IGNORECASE,
)
_GIVES_LEAVE = re.compile(
    r"\b(?:not|no|neither|nor|never|none|cannot|only|unless|may|must|shall|bans?|banned|prohibit\w*|forbid\w*|forbidden|"
    r"unlawful|illegal|allow\w*|permit\w*|permissible|exempt\w*|entitled|eligible)\b",
    re.IGNORECASE,
)

_LIST = re.compile(
    r"\b(?:list|name|enumerate|give me|show)\s+(?:me\s+)?(?:all|every|each|the)\b|"
    r"\b(?:what|which)\b.{1,60}\bare there\b|\bwhat are (?:all )?(?:the|these|those)\b|^\W*(?:list|enumerate)\b",
    re.IGNORECASE,
)
_PLURAL = re.compile(
    rf"^\W*(?:what|which)\s+(?!(?:{_AUXILIARIES})\b)(?:\w+\s+){{0,2}}?\w{{3,}}(?<!s)s\s+"
    r"(?:are|were|do|does|did|have|had|can|could|may|must|should|will|would)\b",
    re.IGNORECASE,
)

_WHY = re.compile(
    r"^\W*(?:(?:and|so|but)\s+)?(?:why|for what reasons?|what (?:is|was|were|are) the reasons?)\b", re.IGNORECASE
)
_REASON = re.compile(
    r"\b(?:because|since|due to|owing to|thanks to|so that|in order to|as a result|caused by|reasons?|therefore)\b",
    re.IGNORECASE,
)
_DUTIES = re.compile(
    r"^\W*(?:and\s+)?what\s+(?:do|does)\s+(?:the|an?)\s+(?P<who>(?:[\w’'-]+\s+){1,5}?)(?:have\s+to\s+)?do\W*\Z"
    r"|^\W*(?:and\s+)?what\s+(?:is|are)\s+(?P<whom>.{3,60}?)\s+(?:responsible|in\s+charge)(?:\s+(?:for|of))?\W*\Z",
    re.IGNORECASE,
)
_DUTIES_NOUN = "responsibilities"
_PURPOSE = re.compile(
    r"\bwhat\s+(?:is|are|was|were)\s+the\s+(?:[\w-]+\s+)?"
    r"(?P<noun>purposes?|aims?|goals?|objectives?|roles?|functions?|missions?|mandate|responsibilit(?:y|ies)|duties|tasks)\b",
    re.IGNORECASE,
)

_COMPARED = (
    re.compile(r"\bcompare\s+(?P<one>.+?)\s+(?:and|with|to|against)\s+(?P<other>.+)", re.IGNORECASE),
    re.compile(r"\bdifferences?\s+between\s+(?P<one>.+?)\s+and\s+(?P<other>.+)", re.IGNORECASE),
    re.compile(
        r"\bhow\s+(?:does|do|is|are)\s+(?P<one>.+?)\s+(?:differ(?:ent)?\s+from|compare\s+(?:to|with))\s+(?P<other>.+)",
        re.I,
    ),
    re.compile(r"^\W*(?P<one>.+?)\s+(?:vs\.?|versus)\s+(?P<other>.+)", re.IGNORECASE),
)
_CHOICE = re.compile(
    r"\b(?:which|what|who)\b(?:\s+(?:one|of the two|of them))?[^,:]*?"
    r"\b(?P<more>\w+er|more|less|fewer|better|worse)\b[^,:]*[,:]\s*"
    r"(?P<one>.+?)\s+or\s+(?P<other>.+)",
    re.IGNORECASE,
)
_THAN = re.compile(
    rf"^\W*(?:{_AUXILIARIES})\s+(?P<one>.+?)\s+(?P<more>\w+er|more\s+\w+|less\s+\w+|better|worse)\s+than\s+(?P<other>.+)",
    re.I,
)
_THAN_WITHIN = re.compile(  # the property is named once: `Was the tax higher in 2023 than in 2018?`
    rf"^\W*(?:{_AUXILIARIES})\s+(?P<what>.+?)\s+(?P<more>\w+er|more\s+\w+|less\s+\w+|better|worse)\s+"
    r"(?P<one>(?:in|on|for|under|at|before|after|with|during)\s+.+?)\s+than\s+(?P<other>.+)",
    re.I,
)
_PROPERTY = re.compile(
    r"\b(?:\w+er|more|less|fewer)\b\s+(?P<after>[^,:]+?)\s*[,:]|^\W*(?:and\s+)?which\s+(?P<noun>[\w-]+)\s+(?:is|are|was|were)\b",
    re.IGNORECASE,
)
_STANDS_FOR_NOUN = re.compile(r"^(?:that|those|the\s+ones?)\b(?=\s+\w)", re.IGNORECASE)
_THAT_OF = re.compile(r"(?:that|those)\s+(of|for|in|under)\b", re.IGNORECASE)
_PLACE_OR_YEAR = re.compile(r"(?:the\s+)?(?:[A-Z][\w’'-]*(?:\s+[A-Z][\w’'-]*)*|(?:1[5-9]|20)\d\d)")
_NAMES = r"[A-Z][\w’'-]*(?:\s+[A-Z][\w’'-]*)*"
_NAMED_NOUN = re.compile(rf"{_NAMES}\s+(?P<noun>[a-z-]+s)")  # `Work Permit fees` after `S Pass`
_THAT_ONE = re.compile(rf"(?P<head>.+\s(?:that|which)\s+)(?:the\s+)?{_NAMES}")  # `the cuts that France`
_OTHER_DOES = re.compile(rf"(?P<name>(?:the\s+)?{_NAMES})(?P<rest>\s+[a-z].*)")  # `Spain has to make`
_SHARED_END = re.compile(r"\s(?:under|in|of|at|by)\s+(?:the\s+)?[A-Z].*$")
_ADJECTIVE = re.compile(r"(?P<article>(?:the|a|an)\s+)?[a-z-]+")
_WITH_NOUN = re.compile(r"(?:(?:the|a|an)\s+)?[a-z-]+\s+(?P<rest>[a-z].*)")
_ORDERS = re.compile(
    r"(?:(?<=\w)er|first|second|third|old|new|minimum|maximum|standard|reduced|full|annual|monthly|weekly|daily|public|"
    r"private|paid|unpaid|full-time|part-time|permanent|temporary)\Z"
)

_HOW_MANY = re.compile(
    rf"\bhow many\s+(?P<noun>[\w’'-]+(?:\s+(?!(?:{_AUXILIARIES})\b)[\w’'-]+){{0,3}}?)\s+"
    rf"(?:{_AUXILIARIES}|in|of|for|per|under|take|takes|took|[a-z]+ed)\b",
    re.IGNORECASE,
)
_LIST_NOUN = re.compile(
    rf"(?:^\W*(?:(?:list|enumerate|name|show|give)\s+(?:me\s+)?(?:(?:all|every|each)\b\s*)?|(?:what|which)\s+(?:are\s+(?:all\s+)?)?))"
    rf"(?:(?:of\s+)?(?:the|these|those)\s+)?(?P<noun>[\w’'-]+(?:\s+(?!(?:{_AUXILIARIES}|{_PREPOSITIONS}|of|that|which|who)\b)"
    rf"[\w’'-]+){{0,3}}?)(?=\s+(?:{_AUXILIARIES}|{_PREPOSITIONS}|of|that|which|who)\b|\W*$)",
    re.IGNORECASE,
)

_OPEN_COMPARISON = re.compile(
    r"^\W*(?:and\s+)?(?:in\s+)?which\s+(?:of\s+)?\w+\b.*\b(?:more|less|fewer|longer|shorter|higher|lower|larger|smaller|bigger|"
    r"greater|cheaper|dearer|older|younger|newer|earlier|later|sooner|better|worse|stricter|faster|slower|stronger|weaker)\b"
    r"(?!.*\bthan\b)",
    re.IGNORECASE,
)
_UNMEASURED = "What is {}?"

_MEASURES = (
    (r"high|low|cheap|dear|expensive|cost|larg|big|great|small", "How much is {}?"),
    (r"charge|fee\b|fees\b|fine|price|penalt|lev(?:y|ies)\b|tariff|toll|salar|wage|allowance", "How much is {}?"),
    (r"long|short|leave\b|season|period|duration", "How long is {}?"),
    (r"old|earl|lat|new|young|soon", "When was {}?"),
)
_YEAR = re.compile(r"(?:(?:in|for|of) )?(?P<year>(?:1[5-9]|20)\d\d)")
_IN_A_YEAR = re.compile(r"(?P<head>.+\b(?:in|for|of) )(?:1[5-9]|20)\d\d")
_IN_A_PLACE = re.compile(
    r"(?P<head>.+\b(?:in|of|for|from|under|on|by)\s+(?:the\s+)?)(?P<name>[A-Z][\w’'-]*(?:\s+[A-Z][\w’'-]*)*)"
)


Spoken: TypeAlias = Sequence[str]
"""The languages that a question may be written in."""


def parts(question: str, spoken: Spoken = (DEFAULT,)) -> tuple[str, ...]:
    """Return the questions that are asked in one, each with its subject; the question alone if it is one."""
    if DEFAULT in spoken and (both := with_tail(question)):
        return both
    cuts = [match.span() for match in _cuts(spoken).finditer(question)]
    bounds = [0, *(place for cut in cuts for place in cut), len(question)]
    pieces = [question[start:end].strip() for start, end in list(pairwise(bounds))[::2]]
    complete = all(len(piece.split()) >= _LEAST_WORDS and _asks(piece, spoken) for piece in pieces)
    if len(pieces) < 2 or not complete:
        return (question,)
    first, *later = pieces
    named = subject(first, spoken)
    whole = [with_subject(one, named, spoken) if named and points_back(one, spoken) else one for one in later]
    return tuple(f"{one.rstrip(' ?.')}?" for one in (first, *whole))


@lru_cache(maxsize=64)
def _cuts(spoken: Spoken) -> re.Pattern[str]:
    """Return the pattern of the words between two questions."""
    pairs = [(one.questions.joins, one.questions.words) for one in phrases(spoken)]
    pairs += [(JOINS[language], WORDS[language]) for language in spoken if language in JOINS]
    own = [rf"(?:[,;]\s*|\s+)(?:{joins})\s+(?=(?:{words})\b)" for joins, words in pairs]
    english = [_SPLIT.pattern] if DEFAULT in spoken or not own else [r"\?\s+(?=\w)"]
    return re.compile("|".join((*english, *own)), re.IGNORECASE)


def _asks(piece: str, spoken: Spoken) -> bool:
    own = starts(lambda one: rf"(?:{one.questions.words})|(?:{one.questions.opens})", spoken, piece)
    others = (WORDS[language] for language in spoken if language in WORDS)
    asks = own or any(compiled(rf"\A\W*(?:{words})\b").match(piece) for words in others)
    return bool(asks or (DEFAULT in spoken and _ASKS.match(piece)))


def sides(question: str, spoken: Spoken = (DEFAULT,)) -> tuple[str, ...]:
    """Return a question about each side of a comparison; empty if the question names no two sides."""
    found = _english_sides(question) if DEFAULT in spoken else ()
    others = (_sides(question, one.questions) for one in phrases(spoken))
    return next(filter(None, (found, *others)), ())


def _english_sides(question: str) -> tuple[str, ...]:
    if match := _THAN_WITHIN.search(question):
        what, one, other = (match[name].strip(" ?.,") for name in ("what", "one", "other"))
        other = other if other.split()[0] == one.split()[0] else f"{one.split()[0]} {other}"
        return tuple(_measure(match["more"]).format(f"{what} {side}") for side in (one, other))
    for pattern in (*_COMPARED, _CHOICE, _THAN):
        if match := pattern.search(question):
            one, other = (match[name].strip(" ?.,") for name in ("one", "other"))
            more = match.groupdict().get("more") or (question if pattern is _COMPARED[0] else "")
            both = _with_property(question, one, other) if pattern is _CHOICE else _with_shared_words(one, other)
            more = more or _shared_noun(both)
            return tuple(_measure(more).format(side) for side in both)
    return ()


def _sides(question: str, words: Questions) -> tuple[str, ...]:
    for pattern in (*words.compared, *words.chosen):
        if match := compiled(pattern).search(question):
            more = match.groupdict().get("more") or question
            asks = (ask for stems, ask in words.measures if compiled(rf"\b(?:{stems})").search(more))
            ask = next(asks, words.unmeasured)
            return tuple(ask.format(match[name].strip(" ?.,¿")) for name in ("one", "other"))
    return ()


def is_measured(side: str) -> bool:
    """Return whether the question about a side of a comparison names a property, such as price or length."""
    asks = (_UNMEASURED, *(one.questions.unmeasured for one in phrases()))
    return not side.startswith(tuple(one.partition("{")[0] for one in asks))


def _with_property(question: str, one: str, other: str) -> tuple[str, str]:
    """Return both sides with the property that the beginning of the question names: the rate in 2012, in 2019."""
    found = _PROPERTY.search(question)
    both = (one, _distributed(one, other))
    if found and found["after"] and all(_PLACE_OR_YEAR.fullmatch(side) for side in both):
        named = found["after"].strip()
        return f"the {named} in {both[0]}", f"the {named} in {both[1]}"
    if found and (named := found["noun"]):
        return _STANDS_FOR_NOUN.sub(f"the {named}", both[0]), _STANDS_FOR_NOUN.sub(f"the {named}", both[1])
    return both


def _shared_noun(sides: tuple[str, str]) -> str:
    """Return the noun in lower case that ends both sides: `salaries`."""
    one, other = (side.split()[-1] for side in sides)
    return one if one == other and one.islower() else ""


def _with_shared_words(one: str, other: str) -> tuple[str, str]:
    """Return both sides with the words that only one of them has: `the lower and the higher rate`."""
    if (thing := _THAT_OF.match(other)) and (own := re.match(rf"(.+?)\s+{thing[1]}\s", one)):
        return one, f"{own[1]} {other[thing.start(1) :]}"
    if _ADJECTIVE.fullmatch(one) and _ORDERS.search(one) and (shared := _WITH_NOUN.fullmatch(other)):
        return f"{one} {shared['rest']}", other
    if (that := _THAT_ONE.fullmatch(one)) and (does := _OTHER_DOES.fullmatch(other)):
        return f"{one}{does['rest']}", f"{that['head']}{other}"
    if re.fullmatch(_NAMES, one) and (shared := _NAMED_NOUN.fullmatch(other)):
        return f"{one} {shared['noun']}", other
    end = _SHARED_END.search(other)
    if end and not re.search(r"[A-Z]", one) and not re.search(r"[A-Z]", other[: end.start()]):
        return f"{one}{end[0]}", other
    return one, _distributed(one, other)


def counted_noun(question: str) -> str | None:
    """Return the words for the things that a question counts: `rights` of `How many rights do workers have?`."""
    match = _HOW_MANY.search(question)
    return match["noun"] if match else None


def listed_noun(question: str) -> str | None:
    """Return the words for the things that a request for a list asks for: `benefits` of `List all benefits of ...`.

    `What does the pilot do?` asks for responsibilities.
    """
    if _DUTIES.match(question):
        return _DUTIES_NOUN
    match = _LIST_NOUN.search(question)
    return match["noun"] if match else None


def purpose_noun(question: str) -> str | None:
    """Return the word for what the whole of a list makes up: `purpose` of `What is the purpose of the salary policy?`

    Each item is then a part of the answer, also if only one of them has the other words of the question.
    """
    match = _PURPOSE.search(question)
    return match["noun"] if match else None


def compares_openly(question: str, spoken: Spoken = (DEFAULT,)) -> bool:
    """Return whether a question compares things that it does not name: `Which province gives longer leave?`"""
    english = DEFAULT in spoken and _OPEN_COMPARISON.match(question)
    return bool(english or starts(lambda one: one.questions.open_comparison, spoken, question))


def asks_yes_or_no(question: str, spoken: Spoken = (DEFAULT,)) -> bool:
    """Return whether a question can be answered with yes or no."""
    if DEFAULT in spoken and _YES_NO.match(question):
        return True
    return any(_asks_yes_or_no(question, one.questions) for one in phrases(spoken))


def _asks_yes_or_no(question: str, words: Questions) -> bool:
    """Return whether a question begins with a verb, or has a question mark and no question word among its first."""
    if compiled(rf"\s(?:{words.either})\s").search(question):
        return False
    if compiled(rf"\A\W*(?:{words.opens})\b").match(question):
        return True
    asks = compiled(rf"\A\W*(?:[\w'’-]+\W+){{0,2}}?(?:{words.words})(?!\w)").match(question)
    return question.rstrip().endswith("?") and len(question.split()) >= _LEAST_WORDS and not asks


def asks_why(question: str, spoken: Spoken = (DEFAULT,)) -> bool:
    """Return whether an English question asks for a reason."""
    return DEFAULT in spoken and _WHY.match(question) is not None


def gives_reason(sentence: str) -> bool:
    """Return whether an English sentence has a word that gives a reason."""
    return _REASON.search(sentence) is not None


def decides(sentence: str, language: str | None = None) -> bool:
    """Return whether a sentence has a word that allows, forbids, denies or ends something."""
    return bool(_DECIDES.search(sentence) or search(lambda one: one.questions.decides, (language,), sentence))


def asks_leave(question: str, spoken: Spoken = (DEFAULT,)) -> bool:
    """Return whether an English question asks if something is possible or allowed: `Can I work abroad?`"""
    return DEFAULT in spoken and _ASKS_LEAVE.match(question) is not None


def gives_leave(sentence: str) -> bool:
    """Return whether an English sentence has a word that allows or denies something. `Required` does neither."""
    return _GIVES_LEAVE.search(sentence) is not None


def asks_for_list(question: str, spoken: Spoken = (DEFAULT,)) -> bool:
    """Return whether a question asks for all members of a group."""
    english = DEFAULT in spoken and (_LIST.search(question) or _PLURAL.match(question) or _DUTIES.match(question))
    return bool(english or starts(lambda one: one.questions.lists, spoken, question))


def _measure(more: str) -> str:
    """Return a question about the property that a comparative compares."""
    measured = (ask for stems, ask in _MEASURES if re.search(rf"\b(?:{stems})", more, re.IGNORECASE))
    return next(measured, _UNMEASURED)


def _distributed(one: str, other: str) -> str:
    """Return the other side with the words that both share: `leave in Ostra` for `leave in Veldmark and Ostra`."""
    if (dated := _IN_A_YEAR.fullmatch(one)) and (year := _YEAR.fullmatch(other)):
        return f"{dated['head']}{year['year']}"
    match = _IN_A_PLACE.fullmatch(one)
    name = re.fullmatch(
        r"(?:(?:in|of|for|from|under|on|by)\s+)?(?:the\s+)?(?P<name>[A-Z][\w’'-]*(?:\s+[A-Z][\w’'-]*)*)", other
    )
    return f"{match['head']}{name['name']}" if match and name else other
