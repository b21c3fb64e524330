"""Recognise sentences that announce what follows: `There are five causes.`, `The steps are as follows:`

The patterns here are English. Texts in other languages are compared with the phrases of their language too.
"""

from __future__ import annotations

import re

from rag.text.phrases import covers, starts

_NUMBER = r"(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|[2-9]|1[0-2])"
_COUNT = (
    rf"(?:(?:these\ |the\ )?{_NUMBER}|several|various|many|a\ (?:list|number|range|set|series|variety)\ of|certain)"
)
_THINGS = rf"{_COUNT}\ (?:[\w-]+\ ){{0,4}}[\w-]*[^\W\d_]s"
_ANNOUNCES = re.compile(
    rf"""
    .*\b(?:the\ following|as\ follows|listed\ below|set\ out\ below|described\ below)\b[^:]{{0,60}}[.:]?
    | .*\bthere\ (?:are|were|exist)\ {_THINGS}.{{0,60}}
    | .*\b(?:has|have|had|comprises?|contains?|covers?|distinguish(?:es)?|divided\ into|falls?\ into
        |identif(?:y|ies|ied)|includes?|lists?|met|meets?|names?|recogni[sz]es?|rests?\ on|sets?\ out|uses?)
      \ (?:one\ of\ )?{_THINGS}[.:]
    | .*\b(?:in|by|on|from|of|for)\ (?:one\ of\ )?(?:these\ |the\ )?{_NUMBER}\ (?:[\w-]+\ ){{0,3}}[\w-]*[^\W\d_]s[.:]
    | .*:
    """,
    re.VERBOSE | re.IGNORECASE,
)
_NAMES_THEM = re.compile(
    r"(?:They|These|Those|The \w+|It|This|Among them)\b.{0,40}? "
    r"(?:are|is|were|was|include[sd]?|consists? of|covers?)\b"
    r"|(?:First|Firstly|The first|One)\b",
)
_NEXT_IN_ORDER = re.compile(
    r"(?:Second|Secondly|Third|Thirdly|Fourth|Fourthly|Fifth|Fifthly|Finally|Lastly|The (?:second|third|fourth|fifth"
    r"|last|other|next)|Another|The others?)\b"
)


def announces(words: str, language: str | None = None) -> bool:
    """Return whether a sentence announces something that it does not name: `There are five causes of delay.`"""
    return bool(_ANNOUNCES.fullmatch(words) or covers(lambda one: one.texts.announces, (language,), words))


def names_the_announced(words: str, language: str | None = None) -> bool:
    """Return whether a sentence may name what the one before it announces: `They are rain, frost, ice and snow.`"""
    enumerates = words.count(",") > 1 and " and " in words
    return enumerates or bool(_NAMES_THEM.match(words) or starts(lambda one: one.texts.named, (language,), words))


def continues_series(words: str, language: str | None = None) -> bool:
    """Return whether a sentence continues a series: `Second, ...`, `The third ...`, `Finally, ...`"""
    return bool(_NEXT_IN_ORDER.match(words) or starts(lambda one: one.texts.next, (language,), words))
