"""Find the term that a sentence defines, or that a question asks to define.

The patterns here are English. Other languages have theirs in `rag.text.phrases`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.text.languages import DEFAULT
from rag.text.phrases import compiled, covers, phrases

_CLAUSE = r"(?:\(?\w{1,4}[.)]\s++)?"
# "A carbon tax is a charge ..." is a definition. After "The", a name must follow: "The Kigali Amendment is an ...".
_IS = re.compile(
    r"(?P<term>An?\ [a-z][\w-]*(?:\ [\w-]+){0,3} | The(?:\ [A-Z][\w-]*){1,5}) \ is\ (?:an?|the)\ ", re.VERBOSE
)
# Laws write "(4) ‘deployer’ means any natural or legal person ...", and some forget the second mark.
_MEANS = re.compile(rf"{_CLAUSE}[‘“\"'](?P<term>[^‘’“”\"'\n]{{2,50}}?)[’”\"']?\ means\ ")
_MEANS_UNQUOTED = re.compile(rf"{_CLAUSE}(?P<term>[A-Z][\w-]*(?: [\w-]+){{0,4}}) means ")
_ASKS = re.compile(
    r"(?:what|who) (?:is|are) (?:an? |the )?(?:meant by |definition of )?(?P<is>.{2,60}?)\s*\?*"
    r"|(?:what|how) (?:do|does|is|are) (?:an? |the )?(?P<does>.{2,60}?) (?:mean|defined)\s*\?*"
    r"|define (?:an? |the )?(?P<define>.{2,60}?)\s*[.?]*",
    re.IGNORECASE,
)
# The place of a definition is no part of its term: "the definition of a parcel for the purpose of section 4".
_ASKS_FOR_PLACE = re.compile(
    r"what (?:is|are) (?:the )?(?:definition of|meaning of|meant by) (?:an? |the )?(?:(?:term|word|phrase) )?"
    r"(.{2,60}?),? (?:for the purposes? of|within the meaning of|according to|as used in"
    r"|(?:under|in) (?:the|this|(?:sub)?section|article|paragraph)) .{1,200}",
    re.IGNORECASE,
)
# So is the text that uses it, after any other question: "What is a deep fake under the AI Act?"
_IN_A_TEXT = re.compile(
    r",? (?:(?:under|according to|(?:as )?(?:defined|meant|used) (?:in|by)) (?:the |this |that |section |article )"
    r"|(?:in|for the purposes? of) (?:the |this |that )(?:[\w-]+ ){0,4}?"
    r"(?:act|law|regulations?|directive|polic(?:y|ies)|contract|agreement|code|guidelines?|handbook|manual|standards?|"
    r"treaty|convention|rules|document)\b).*",
    re.IGNORECASE,
)


def defined_by_is(sentence: str) -> str | None:
    """Return the term of a definition by `is`, with its article: `A carbon tax` in `A carbon tax is a charge`."""
    match = _IS.match(sentence)
    return match["term"] if match else None


def defined_by_means(sentence: str) -> str | None:
    """Return the quoted term of a definition by `means`: `deployer` in `‘deployer’ means any person`."""
    match = _MEANS.match(sentence)
    return match["term"] if match else None


def defined_term(sentence: str, language: str | None = None) -> str | None:
    """Return the term that a sentence defines, by `is` or by `means`, quoted or not; None if it defines none."""
    for one in phrases((language,)):
        for pattern in one.texts.definition:
            if match := compiled(rf"{_CLAUSE}(?:{pattern})").match(sentence):
                return str(match["term"])
    unquoted = _MEANS_UNQUOTED.match(sentence)
    return defined_by_is(sentence) or defined_by_means(sentence) or (unquoted["term"] if unquoted else None)


def requested_term(question: str, spoken: Sequence[str] = (DEFAULT,)) -> str | None:
    """Return the term that a question may ask to define, or None: `deep fake` in `What is a deep fake?`

    `spoken` are the languages that the question may be written in.
    """
    asked = question.strip()
    match = (_ASKS_FOR_PLACE.fullmatch(asked) or _ASKS.fullmatch(asked)) if DEFAULT in spoken else None
    match = match or covers(lambda one: one.texts.requested, spoken, question)
    term = next(filter(None, match.groups()), None) if match else None
    return (_IN_A_TEXT.sub("", term) or term) if term else None
