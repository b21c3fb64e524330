"""Replace phrases by single words, so that `turned down` and `rejected` compare equal."""

from __future__ import annotations

import re
from functools import lru_cache

from rag.answer.checks.lexicon.files import lines
from rag.answer.checks.lexicon.stems import irregular_forms

_MARK = "~"
_VOWELS = "aeiou"


def plain_phrases(text: str) -> str:
    """Return the text with the phrases of the lexicon replaced."""
    table = _table()
    text = _SEPARATED.sub(lambda match: f"{match['verb']} {match['particle']} {match['object']}", text)
    return _pattern().sub(lambda match: table[match[0].lower()], text)


_SEPARATED = re.compile(
    r"\b(?P<verb>(?:turn|pay|hand|send|give|call|put|rul|tak)\w{0,3}|paid|gave|sent|took) "
    r"(?P<object>(?:the|an?|its|their|his|her|any|such|this|that|it|them)(?: \w+){0,3}) "
    r"(?P<particle>down|back|away|off)\b",
    re.IGNORECASE,
)
"""A phrasal verb with its object inside: `turns the application down`."""


@lru_cache(maxsize=1)
def _pattern() -> re.Pattern[str]:
    phrases = sorted(map(re.escape, _table()), key=len, reverse=True)
    return re.compile(rf"\b(?:{'|'.join(phrases)})\b", re.IGNORECASE)


@lru_cache(maxsize=1)
def _table() -> dict[str, str]:
    """Return the replacement of each phrase, in lower case, with all forms of its verb."""
    found: dict[str, str] = {}
    for line in lines("phrases.txt"):
        phrase, plain = (side.strip() for side in line.split("|"))
        verb, marked, rest = phrase.partition(_MARK)
        if not marked:
            found[phrase] = plain
            continue
        other, has_forms, tail = plain.partition(_MARK)
        for form, same in zip(_forms(verb), _forms(other), strict=True):
            for one in form.split("/"):
                found[f"{one}{rest}"] = f"{same.split('/')[0] if has_forms else other}{tail}"
    return found


def _forms(verb: str) -> tuple[str, str, str, str]:
    """Return the base form, the third person, the past forms (with `/` between them) and the `-ing` form."""
    if verb == "be":
        return "be", "is/are", "was/were/been", "being"
    past = "/".join(irregular_forms(verb)) or _ending(verb, "ed")
    third = f"{verb[:-1]}ies" if verb.endswith("y") and verb[-2] not in _VOWELS else _third(verb)
    return verb, "has" if verb == "have" else third, past, _ending(verb, "ing")


def _third(verb: str) -> str:
    return f"{verb}es" if verb.endswith(("s", "sh", "ch", "x")) else f"{verb}s"


def _ending(verb: str, ending: str) -> str:
    if verb.endswith("e"):
        return f"{verb[:-1]}{ending}"
    if verb.endswith("y") and ending == "ed" and verb[-2] not in _VOWELS:
        return f"{verb[:-1]}ied"
    short = len(verb) <= 4 and verb[-1] not in "aeiouwxy" and verb[-2] in _VOWELS and verb[-3:-2] not in _VOWELS
    doubled = short or verb in _DOUBLED
    return f"{verb}{verb[-1] if doubled else ''}{ending}"


_DOUBLED = frozenset({"submit", "omit", "commit", "transfer"})
