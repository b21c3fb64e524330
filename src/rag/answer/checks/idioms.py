"""Write fixed expressions, contractions and phrases in plain words, so that two ways to say one thing compare equal."""

from __future__ import annotations

import re

from rag.answer.checks.lexicon import plain_phrases
from rag.answer.checks.number_words import SMALL

_MORE = "more|longer|higher|greater|older|larger|bigger|later|further|heavier|wider|taller"
_LESS = "less|fewer|lower|smaller|shorter|younger|earlier"
_IDIOMS = {
    r"\bno\.\s{0,3}(?=\d)": "number ",
    r"\bno[- ]confidence\b": "confidence",
    r"\bshort of\b": "fewer than",
    r"\b(?:has|have|had) been in (?:force|effect) (?=since|from)": "started ",
    r"\b(?:took effect|came into (?:force|effect)|entered into (?:force|effect))\b": "started",
    r"\b(?:takes effect|comes into (?:force|effect)|enters into (?:force|effect))\b": "starts",
    r"\b(?:went|gone) up\b": "rose",
    r"\bgo(?:es)? up\b": "rise",
    r"\b(?:went|gone) down\b": "fell",
    r"\bgo(?:es)? down\b": "fall",
    r"\b(?:put|putting) off\b": "postponed",
    r"\bset(?:ting)? up\b": "established",
    r"\bcarr(?:y|ies) out\b": "conduct",
    r"\bcarried out\b": "conducted",
    r"\b(?:went|gone) by\b": "passed",
    r"\bbrought in\b": "introduced",
    r"\bwithout (?:any )?exceptions?\b": "always",
    r"\bwithout (?:any |undue |further |unreasonable )*delay\b": "promptly",
    r"\bwithout (?:any |prior |advance |further )*notice\b": "not announced",
    r"\bunannounced\b": "not announced",
    r"\bwithout (?:any |further |additional )*(?:charge|fee|payment|cost)\b": "at no charge",
    r"\bfree of charge\b|\bat no cost\b|\bfor free\b": "at no charge",
    r"\bno later than (?=[\w.]+ (?:full |calendar |working )?(?:hour|day|week|month|year)s?\b)": "within ",
    r"\bno later than\b": "by",
    rf"\b(?:not?|never) (?:{_LESS}) than ([^,.;:]{{1,40}}?) n?or (?:{_MORE}) than\b": r"at least \1 and up to",
    rf"\b(?:not?|never) (?:{_MORE}) than ([^,.;:]{{1,40}}?) n?or (?:{_LESS}) than\b": r"up to \1 and at least",
    rf"\b(?:not?|never) (?:{_MORE}) than\b": "up to",
    rf"\bnot be (?:{_MORE}) than\b": "be up to",
    rf"\b(?:not?|never) (?:{_LESS}) than\b": "at least",
    rf"\bnot be (?:{_LESS}) than\b": "be at least",
    r"\ban? quarter of a year\b": "3 months",
    r"(?<!and a )\bhalf[- ]hours\b": "periods of 30 minutes",
    r"(?<!and )\b(?:a |one )half[- ]hour\b|\bhalf an hour\b": "30 minutes",
    r"\ban? (year|hour|day|week|month|million) and a half\b": r"1.5 \1s",
    r"\bother than\b": "except",
    r"\bno sooner than\b": "from",
    r"\bnot only\b": "both",
    r"\bcan(?:not|’t|'t)\b": "can not",
    r"\bwon(?:’|')t\b": "will not",
    r"n(?:’|')t\b": " not",
    r"\bno one\b": "nobody",
    r"\b(?:may|must|can|shall|should|could|will) (?:not|never)( \w+)? exceed\b": r"is\1 at most",
    r"\b(?:not|never)( \w+)? exceed(?:ing|s)?\b": r"\1 be at most",
    r"\b(under|over)s?[- ](\d+|(?:sev|t)en|one|two|three|four|five|six|eight|nine|(?:six|eigh)teen)s\b": r"\1 \2",
    rf"\b(?<![.,])(\d[\d.,]*+|{'|'.join(SMALL)}) or more (?=[a-z]+)(?!than\b|of\b)": r"at least \1 ",
    r"\b(?<![.,])(\d[\d.,]*+) or (?:fewer|less) (?=\w+)(?!than\b)": r"at most \1 ",
    r"\b(\d+)-? (and|or|to) (\d+)[- ]years?[- ]olds?\b": r"people aged \1 \2 \3",
    r"\b(\w+)[- ]years?[- ]olds?\b": r"aged \1",
    r"\b(\w+) years (?:old|of age)\b": r"aged \1",
    rf"\bas (?:many|much) as (?=\d|£|€|\$|(?:{'|'.join(SMALL)})\b)": "up to ",
    r"\brather than\b": ", not",
    r"\b(days|weeks|months) old\b": r"\1",
    rf"\bas high as (?=\d|£|€|\$|(?:{'|'.join(SMALL)})\b)": "up to ",
    r"\bno longer\b": "not",
    r"\bnot (.{0,60}?)any (?:longer|more)\b": r"not \1",
}
_IDIOM = [(re.compile(pattern, re.IGNORECASE), plain) for pattern, plain in _IDIOMS.items()]


def plain(text: str) -> str:
    """Return the text with contractions and fixed expressions in their plain form."""
    for pattern, words in _IDIOM:
        text = pattern.sub(words, text)
    return plain_phrases(text)
