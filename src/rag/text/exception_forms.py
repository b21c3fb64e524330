"""Recognise the words by which a sentence states an exception or a condition of a rule.

The patterns here are English. Other languages have `rag.text.conditions`.
"""

from __future__ import annotations

import re

from rag.text.markers import marker

_EXCEPTS = re.compile(
    r"""\b(?: except(?:ing|ed)?\b(?!ional) | unless | exempt(?:ed|ion|ions|s)?\b | excluded\b | waived? | instead
      | not\ (?:apply|extend|include|cover|required|obliged|needed|payable|available) | need\ not
      | (?:is|are)\ (?:still\ )?only | no\ (?:[\w-]+\ ){1,4}(?:is|are|may|shall|need|can)\b
      | only\ (?:if|for|to|in|by|when|at|on) | appl(?:y|ies)\ only | provided\ that
      | however | notwithstanding | otherwise
      | with\ (?:the\ )?(?:written\ )?(?:consent|permission|approval) | suffices? )""",
    re.VERBOSE | re.IGNORECASE,
)
_LIMITS = re.compile(
    r"""\b(?: if\b | (?-i:may)\b | can\b | cannot\b | not\b | earlier\b | later\b | in\ (?:an\ )?emergenc(?:y|ies)\b
      | (?:is|are|be)\ (?:prohibited|forbidden|permitted|allowed|reduced|extended|increased|accepted|suspended) )""",
    re.VERBOSE | re.IGNORECASE,
)
_REFERS = re.compile(
    r"""(?: (?: (?:This|That|These|Those|It|They|The\ same)\b (?:\ (?P<noun>[a-z]{3,}(?:\ [a-z]{3,})?))??
          | The\ (?:duty|obligation|requirement|prohibition|ban|restriction|limitation|rule)s? )
        \ (?:(?:do|does|shall|will|must|may|need|can|is|are)\ (?:not|only)\b | appl(?:y|ies)\ (?:not\b|only\b) )
      | (?:The\ )?(?:only\ )?(?:exceptions?|exemptions?)\ (?:is|are|appl)
      | Provided,?\ (?:however|further|always|also|that)\b )""",
    re.VERBOSE,
)
_OF_THE_SECTION = re.compile(
    r"\b(?:nothing (?:contained )?in|notwithstanding|despite|derogation from|exceptions? to|exempt(?:ed)? from"
    r"|excluded from) (?:the provisions of )?"
    r"this (?:section|article|regulation|rule|clause|paragraph|part|chapter|order|policy)\b"
    r"|\bthis (?:section|article|regulation|rule|clause|paragraph|part|chapter|order|policy)"
    r" (?:(?:does|do|shall|will|is|are) not\b|applies only\b)",
    re.IGNORECASE,
)
_TITLE = re.compile(
    r"\b(?:exceptions?|exemptions?|exempted|special cases?|derogations?|exclusions?|waivers?)\b", re.IGNORECASE
)
_OWN_CASE = re.compile(
    r"\b(?:except(?:ing|ed)?\b(?!ional)|unless|provided that|only (?:if|for|to|in|by|when|at|on)|otherwise"
    r"|with (?:the )?(?:written )?(?:consent|permission|approval))\b",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"\d{1,3}(?:\.\d{1,3})*[A-Z]? (?=[A-Z])")
_NAME = re.compile(r"[A-Z][\w’'-]*+(?:[ /&]{1,3}+[\w’'-]++){0,4}+(?:: | [–—] )(?=\S)")


def excepts(words: str) -> bool:
    """Return whether a sentence has words that mostly exceptions have: `exempt`, `unless`, `need not`."""
    return _EXCEPTS.search(words) is not None


def excepts_from_itself(words: str) -> bool:
    """Return whether the words of an exception limit the rule of their own sentence: `A fee is due unless ...`"""
    return excepts(words) and not _EXCEPTS.search(_OWN_CASE.sub("", words))


def opens_provision(words: str) -> bool:
    """Return whether a sentence opens with a number or a name of its own: `(6) A bank ...`, `Sick leave: A worker ...`.

    Such a sentence is mostly a rule beside others and no exception to one of them.
    """
    return marker(words) is not None or _NUMBER.match(words) is not None or _NAME.match(words) is not None


def may_limit(words: str) -> bool:
    """Return whether a sentence has words that conditions have, such as `if` and `may`. Many other sentences do too."""
    return _LIMITS.search(words) is not None


def refers_to_rule(words: str) -> str | None:
    """Return the noun of the rule to which an exception refers: `limit` for `This limit does not apply ...`.

    The noun is empty for `This does not apply ...` and for `The duty does not apply ...`. Return None if the sentence
    states its own subject.
    """
    match = _REFERS.match(words)
    return (match["noun"] or "") if match else None


def excepts_from_section(words: str) -> bool:
    """Return whether a sentence states an exception to its whole section: `Nothing in this section ...`"""
    return _OF_THE_SECTION.search(words) is not None


def is_title_of_exceptions(title: str) -> bool:
    """Return whether a heading announces exceptions or conditions."""
    return _TITLE.search(title) is not None
