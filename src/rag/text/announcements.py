"""Recognise sentences that announce what follows: `There are five causes.`, `The steps are as follows:`

The patterns here are English. Texts in other languages are compared with the phrases of their language too.
"""

from __future__ import annotations

import re

from rag.text.phrases import covers, starts
from rag.text.sentence_roles import has_verb

_NUMBER = r"(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|[2-9]|1[0-2])"
_VAGUE = r"(?:several|various|many|a\ (?:list|number|range|set|series|variety)\ of)"
_COUNT = rf"(?:(?:these\ |the\ )?{_NUMBER}|{_VAGUE})"
# Plural nouns that measure: "for ten years" announces nothing.
_MEASURES = (
    r"(?:years|months|weeks|days|hours|minutes|seconds|times|persons|people|members|percent|cents|pence|pounds|dollars"
    r"|euros|crowns|francs|pages|words|miles|met(?:re|er)s|kilomet(?:re|er)s|kilograms|grams|tonnes|tons|lit(?:re|er)s"
    r"|millions|thousands|hundreds|degrees|acres|hectares|feet|inches|yards|copies|points|occasions|rounds|decades"
    r"|centuries|generations|children|employees|others)"
)
_THINGS = rf"{_COUNT}\ (?!(?:[\w-]+\ )?{_MEASURES}\b)(?:[\w-]+\ ){{0,4}}(?!{_MEASURES}\b)[\w-]*[^\W\d_]s"
_LISTED = r"(?:as\ follows|(?:listed|set\ out|described|given|shown)\ below)"
_FOLLOWING = r"\bthe\ following(?!\ (?:day|night|morning|evening|week|month|year|season|page|decade|century)s?\b)"
_ANNOUNCES_LIST = re.compile(
    rf".*(?:{_FOLLOWING}\b[^:.;,]{{0,60}}|\b{_LISTED}(?:\ in\ [^:.;]{{1,20}})?)[.:]", re.VERBOSE | re.IGNORECASE
)
_ANNOUNCES = re.compile(
    rf"""
    (?P<clause> [^,;:]{{0,80}} \b there\ (?:are|were|exist)\ )
      {_THINGS}\b[^:.;,]{{0,80}}[.:]
    | (?P<subject> [^,;:]{{3,80}} \b (?:has|have|had|comprises?|contains?|covers?|distinguish(?:es)?|divided\ into
        |falls?\ into|identif(?:y|ies|ied)|includes?|lists?|meets?|names?|recogni[sz]es?|rests?\ on|sets?\ out|uses?
        |entails?|involves?|depends?\ on|made\ up\ of|consists?\ of|in|by|on|from|of)\ (?:one\ of\ )? )
      {_THINGS}(?:\ (?:in|of|for|to|on)\ [^:.;,]{{1,50}})?[.:]
    """,
    re.VERBOSE | re.IGNORECASE,
)
_ANY_COUNT = re.compile(rf"\b{_COUNT} ", re.IGNORECASE)
_NUMBERS = ("two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_EXACT_COUNT = re.compile(rf"(?:these |the )?({_NUMBER})\b", re.IGNORECASE)
_SUBORDINATE = re.compile(
    r"\b(?:if|that|which|who|whose|when|where|because|although|while|since|after|before|until|and|but)\b", re.IGNORECASE
)
_BEFORE_A_LIST = re.compile(
    rf".*\b(?:these|those|are|were|includ(?:e|es|ed|ing)|compris(?:e|es|ing)|consists?|covers?|contains?|must|shall|should"
    rf"|may|can|cannot|will|to|by|with|of|for|if|{_NUMBER})\b[^:]{{0,60}}:",
    re.IGNORECASE,
)
_PRONOUN = re.compile(
    r"(?:They|These|Those|Among (?:them|these))\b"
    r"|(?:It|This) (?:(?:is|are) (?:set|made|based)|includes?|consists? of|covers?|comprises?|depends?)\b"
    r"|(?:First|Firstly|(?:In )?[Tt]he first|One|Some)\b",
)
_SUBJECT = re.compile(r"(?:The|Its|Their|Such|Each|Most|All)((?: [\w-]+){1,3})")
_NOUN = re.compile(r"\b\w*[^\W\d_]s\b")
_ENUMERATES = re.compile(r"[^,]+(?:,[^,]+)+,? (?:and|or) [^,]+")
_NEXT_IN_ORDER = re.compile(
    r"(?:Second|Secondly|Third|Thirdly|Fourth|Fourthly|Fifth|Fifthly|Finally|Lastly|(?:In )?[Tt]he (?:second|third"
    r"|fourth|fifth|last|other|next)|Another|The others?|Others)\b"
)


def announces(words: str, language: str | None = None) -> bool:
    """Return whether a sentence announces something that it does not name: `There are five causes of delay.`"""
    if words.endswith(":") or announces_list(words) or covers(lambda one: one.texts.announces, (language,), words):
        return True
    match = _ANNOUNCES.fullmatch(words) if _ANY_COUNT.search(words) else None
    return match is not None and not _SUBORDINATE.search(match["clause"] or match["subject"])


def announced_count(words: str) -> int | None:
    """Return the number of things that a sentence announces without naming them: 5 for `There are five causes.`"""
    match = _ANNOUNCES.fullmatch(words) if _ANY_COUNT.search(words) else None
    if match is None or _SUBORDINATE.search(match["clause"] or match["subject"]):
        return None
    count = _EXACT_COUNT.match(words, match.end("clause" if match["clause"] else "subject"))
    if count is None:
        return None
    return int(count[1]) if count[1].isdigit() else _NUMBERS.index(count[1].lower()) + 2


def announces_list(words: str) -> bool:
    """Return whether a list must follow a sentence: `These papers are needed:`, `Do the following.`"""
    if words.endswith(":") and _BEFORE_A_LIST.fullmatch(words):
        return True
    pointing = "follow" in words or "below" in words  # cheaper than the pattern, and seldom true
    return pointing and _ANNOUNCES_LIST.fullmatch(words) is not None


def names_the_announced(words: str, announcement: str, language: str | None = None) -> bool:
    """Return whether a sentence may name what the one before it announces: `They are rain, frost, ice and snow.`"""
    if _PRONOUN.match(words) or starts(lambda one: one.texts.named, (language,), words):
        return True
    if subject := _SUBJECT.match(words):
        return any(noun[:5].lower() in subject[1].lower() for noun in _NOUN.findall(announcement) if len(noun) > 3)
    return _ENUMERATES.fullmatch(words) is not None and (announcement.endswith(":") or not has_verb(words))


def continues_series(words: str, language: str | None = None) -> bool:
    """Return whether a sentence continues a series: `Second, ...`, `The third ...`, `Finally, ...`"""
    return bool(_NEXT_IN_ORDER.match(words) or starts(lambda one: one.texts.next, (language,), words))
