"""The question words and conjunctions of languages without a module of phrases, and the words that ask for a person."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from rag.text.languages import DEFAULT

JOINS = {
    "ca": "i|o|però",
    "da": "og|eller|men",
    "el": "και|ή|αλλά",
    "fi": "ja|tai|mutta",
    "hu": "és|vagy|de",
    "id": "dan|atau|tetapi",
    "no": "og|eller|men",
    "ro": "și|şi|sau|dar|iar",
    "sv": "och|eller|men",
    "tr": "ve|veya|ama",
}
"""The words between two questions, in languages without a module of phrases."""

WORDS = {
    "ca": "què|qui|quan|on|com|quant|quanta|quants|quantes|quin|quina|quins|quines|per què",
    "da": "hvad|hvem|hvornår|hvor|hvordan|hvorfor|hvilken|hvilket|hvilke|hvis",
    "el": "τι|ποιος|ποια|ποιο|ποιοι|ποιες|πότε|πού|πώς|πόσο|πόσα|πόσοι|πόσες|γιατί",
    "fi": "mikä|mitä|mitkä|kuka|ketkä|kenen|milloin|koska|missä|mihin|miten|kuinka|miksi|montako|paljonko",
    "hu": "mi|mit|mik|ki|kit|kik|mikor|hol|hova|hogyan|hány|mennyi|mennyibe|miért|melyik|milyen",
    "id": "apa|siapa|kapan|di mana|dimana|bagaimana|berapa|mengapa|kenapa|yang mana",
    "no": "hva|hvem|når|hvor|hvordan|hvorfor|hvilken|hvilket|hvilke",
    "ro": "ce|cine|cui|când|cand|unde|cum|cât|cat|câtă|câți|câte|care|de ce",
    "sv": "vad|vem|vilka|vilken|vilket|när|var|hur|varför|vems",
    "tr": "ne|kim|kimin|ne zaman|nerede|nasıl|kaç|ne kadar|neden|niçin|hangi",
}
"""The words that ask, in languages without a module of phrases."""

_WHO = {
    "ca": "qui",
    "da": "hvem",
    "de": "wer|wen|wem",
    "el": "ποιος|ποια|ποιοι",
    "es": "qui[eé]n|qui[eé]nes",
    "fi": "kuka|ketkä",
    "fr": "qui",
    "hu": "ki|kik",
    "id": "siapa",
    "it": "chi",
    "nl": "wie",
    "no": "hvem",
    "pt": "quem",
    "ro": "cine",
    "ru": "кто|кем",
    "sv": "vem|vilka",
    "tr": "kim|kimin",
}


def asks_who(question: str, spoken: Sequence[str]) -> bool:
    """Return whether a question begins with a word for a person, in another language than English.

    `spoken` are the languages that the question may be written in.
    """
    own = (_WHO[language] for language in spoken if language in _WHO and language != DEFAULT)
    return any(_beginning(words).match(question) for words in own)


@lru_cache(maxsize=64)
def _beginning(words: str) -> re.Pattern[str]:
    return re.compile(rf"\A\W*(?:{words})\b", re.IGNORECASE)
