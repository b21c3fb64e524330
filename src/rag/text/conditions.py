"""Recognise sentences that limit the sentence before them: exceptions, conditions and thresholds.

The patterns here are English. Texts in other languages are compared with the phrases of their language too.
"""

from __future__ import annotations

import re

from rag.text.phrases import search, starts

_LIMITS = re.compile(
    r"""
    (?: Except | Excepting | Unless | Only\ if | Provided\ that | Subject\ to | Notwithstanding | But
      | Ex(?:ce|em)ptions?(?:\ (?:are|is|appl(?:y|ies)|includes?|to)|(?=:))
      | (?:This|That|The)\ (?:\w+\ ){0,4}(?:does|do|shall|will|need)\ not\ (?:apply|be\ required|include|extend|cover)
      | (?:This|These|It|They)\ (?:does|do|shall|will|may|applies|apply)\ (?:not\b|only\b)
      | The\ (?:exceptions?|only\ exceptions?|exemptions?)\ (?:is|are|to)
      | Nothing\ in\ (?:this|that|sub)
      | (?:[^\s.;]{1,20}+\ ){1,8}?(?:still|nevertheless|nonetheless)\ (?:appl(?:y|ies)|needs?|ha(?:s|ve)|must|be|due)
      | (?:[^\s.;]{1,20}+\ ){1,8}?(?:must|need|are|is)\ still
      | (?:Sub)?(?:section|paragraph|clause|rule)\ \(?\w{1,4}\)?\ (?:does|shall|do)\ not\ apply
    ) \b
    """,
    re.VERBOSE,
)
_PROVISO = re.compile(r"Provided,?(?: (?:however|further|always|also|that|this|nothing))\b")
_HOWEVER = re.compile(r"(?:However|Nevertheless|Nonetheless|Otherwise)\b|.{0,40}\bhowever\b")
_RESTRICTS = re.compile(
    r"\b(?:shall|must|may|should|cannot|can|will|need|not|only|unless|except|exceed|subject|provided|applies|apply"
    r"|within|at least|at most|no (?:more|less|later))\b"
)
_SUCH = re.compile(r"(?:Such|The said|That|The same)(?: an?)? (?P<noun>[a-z]{4,})\b")
# Words of a rule. A sentence of a story has none of them, and "However" after it limits no rule.
_RULES = re.compile(
    r"""
    \b (?: shall | must | may\ not | should | cannot | can\ not | need(?:s|ed)?\ to | ha(?:s|ve)\ to | appl(?:y|ies)
        | costs? | charge[sd]? | fees? | fines?
        | (?:is|are|be) \ (?:\w+\ )? (?:entitled | required | exempt | prohibited | allowed | permitted | eligible | due
            | payable | liable | free | valid | subject | responsible | obliged | banned | illegal) ) \b
    | \d[ ]?(?:%|per\ ?cent) | [£$€]
    """,
    re.VERBOSE,
)


def is_proviso(words: str) -> bool:
    """Return whether a sentence or clause is a proviso of the rule before it: `Provided that ...`"""
    return _PROVISO.match(words) is not None


def limits(words: str, before: str, language: str | None = None) -> bool:
    """Return whether a sentence states an exception or a condition of the one before: `Except on Sundays ...`"""
    rule = bool(_RULES.search(before) or search(lambda one: one.texts.rules, (language,), before))
    if _LIMITS.match(words) or starts(lambda one: one.texts.limits, (language,), words):
        return rule or any(char.isdigit() for char in before)
    return rule and (_restricts_however(words) or _restricts_in(language, words))


def _restricts_however(words: str) -> bool:
    return _HOWEVER.match(words) is not None and _RESTRICTS.search(words) is not None


def _restricts_in(language: str | None, words: str) -> bool:
    however = starts(lambda one: one.texts.however, (language,), words)
    return however is not None and search(lambda one: one.texts.restricts, (language,), words) is not None


def completes(words: str, before: str) -> bool:
    """Return whether a sentence says more about a noun of the one before: `for a period. Such period shall ...`"""
    match = _SUCH.match(words)
    if match is None or _RESTRICTS.search(words) is None:
        return False
    return re.search(rf"\b{match['noun']}\b", before) is not None
