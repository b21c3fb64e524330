"""Takes a sentence or a question in English; gives the term that it defines, or wants defined."""

from __future__ import annotations

import re

_CLAUSE = r"(?:\(?\w{1,4}[.)]\s+)?"
# "A carbon tax is a charge ..." defines; so does "The Kigali Amendment is an ...", by the name in it.
_IS = re.compile(
    r"(?P<term>An?\ [a-z][\w-]*(?:\ [\w-]+){0,3} | The(?:\ [A-Z][\w-]*){1,5}) \ is\ (?:an?|the)\ ", re.VERBOSE
)
# "(4) ‘deployer’ means any natural or legal person ...", as laws have it.
_MEANS = re.compile(rf"{_CLAUSE}[‘“\"'](?P<term>[^‘’“”\"'\n]{{2,50}})[’”\"']\ means\ ")
_MEANS_UNQUOTED = re.compile(rf"{_CLAUSE}(?P<term>[A-Z][\w-]*(?: [\w-]+){{0,4}}) means ")
_ASKS = re.compile(
    r"(?:what|who) (?:is|are) (?:an? |the )?(?:meant by |definition of )?(?P<is>.{2,60}?)\s*\?*"
    r"|(?:what|how) (?:do|does|is|are) (?:an? |the )?(?P<does>.{2,60}?) (?:mean|defined)\s*\?*"
    r"|define (?:an? |the )?(?P<define>.{2,60}?)\s*[.?]*",
    re.IGNORECASE,
)


def said_to_be(sentence: str) -> str | None:
    """Return the term of `A carbon tax is a charge`, with its article."""
    match = _IS.match(sentence)
    return match["term"] if match else None


def said_to_mean(sentence: str) -> str | None:
    """Return the term of `‘deployer’ means any person`."""
    match = _MEANS.match(sentence)
    return match["term"] if match else None


def defined(sentence: str) -> str | None:
    """Return the term that a sentence defines in one way or another."""
    unquoted = _MEANS_UNQUOTED.match(sentence)
    return said_to_be(sentence) or said_to_mean(sentence) or (unquoted["term"] if unquoted else None)


def asked_for(question: str) -> str | None:
    """Return what may be a term whose definition a question wants: `What is a deep fake?`"""
    match = _ASKS.fullmatch(question.strip())
    return next(filter(None, match.groups()), None) if match else None
