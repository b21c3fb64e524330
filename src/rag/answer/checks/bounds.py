"""Find the words before or after a figure that bound it: at least, up to, before, since."""

from __future__ import annotations

import re
from dataclasses import replace

from rag.answer.checks.quantity import Quantity

_BEFORE = [
    (
        ">=",
        r"at least|no (?:less|fewer|lower|earlier) than|not (?:less|fewer) than|(?:a )?minimum (?:of|age of)"
        r"|starting at|as low as|turn(?:s|ed)?",
    ),
    (
        "<=",
        r"(?:be )?at most|up to|no (?:more|later|higher|longer) than|not (?:more|exceed(?:ing)?|over)(?: than)?"
        r"|(?:a )?maximum of"
        r"|(?:not|never) (?:\w+ )?exceed|capped at|limited to|(?:limit|ceiling|cap) of|as (?:much|many) as",
    ),
    (
        ">",
        r"over|above|exceed(?:s|ed|ing)?|in excess of|beyond|just over|more than"
        r"|(?!(?:small|low|short|young|few|light|narrow|cheap|slow|weak|near|earl|lat)i?er than)[a-z]{2,}er than",
    ),
    ("<", r"less than|fewer than|under|below|just under|(?:small|low|short|young|light|narrow|cheap|slow|weak)er than"),
]
_BEFORES = [
    (
        bound,
        re.compile(
            rf"\b(?:{words})\s+(?:the age of |(?:the )?required |(?:a|the) (?:total|maximum|minimum) of |the |a |an "
            r"|some |about |aged )?\Z",
            re.IGNORECASE,
        ),
    )
    for bound, words in _BEFORE
]
_AFTERS = [
    (">=", re.compile(r",? at (?:the )?(?:very )?least\b", re.IGNORECASE)),
    ("<=", re.compile(r",? at (?:the )?(?:very )?most\b", re.IGNORECASE)),
    (">=", re.compile(r"(?: \w+)? to (?:less than|under|below)\b", re.IGNORECASE)),
    (
        ">=",
        re.compile(
            r"(?: (?:of )?\w+)?,?\s+(?:or|and) (?:more|above|over|older|higher|longer|greater|upwards)\b", re.IGNORECASE
        ),
    ),
    (
        "<=",
        re.compile(
            r"(?: (?:of )?\w+)?,?\s+(?:or|and) (?:less|fewer|below|under|younger|lower|shorter)\b", re.IGNORECASE
        ),
    ),
]
_RELATIONS = [
    (
        "before",
        re.compile(
            r"\b(?:before|until|till|up to|prior to|by|ahead of|through|to)\s+(?:the |end of |start of )*\Z", re.I
        ),
    ),
    (
        "after",
        re.compile(
            r"\b(?:after|since|from|following|as (?:of|from)|starting(?: on| in)?|beginning)\s+(?:the |end of "
            r"|start of )*\Z",
            re.I,
        ),
    ),
]


def bounded(quantity: Quantity, text: str) -> Quantity:
    """Return the quantity with the bound or relation that the words around it give."""
    before, after = text[max(0, quantity.span.start - 40) : quantity.span.start], text[quantity.span.end :]
    if quantity.kind in ("date", "time"):
        relation = next((name for name, pattern in _RELATIONS if pattern.search(before)), "")
        return replace(quantity, relation=relation)
    bound = next((bound for bound, pattern in _BEFORES if pattern.search(before)), "")
    bound = bound or next((bound for bound, pattern in _AFTERS if pattern.match(after)), "")
    return replace(quantity, bound=bound)
