"""Find the subject of a question, and put it into a later question that only points to it.

The patterns here are English. `spoken` are the languages that a question may be written in.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.text.definitions import requested_term
from rag.text.languages import DEFAULT
from rag.text.other_subjects import completed_in, points_back_in, subject_in, with_subject_in
from rag.text.phrases import phrases

_ASKS = (
    r"what|which|who|whom|whose|when|where|why|how|is|are|was|were|do|does|did|can|could|may|might|must|should|shall|"
    r"will|would|has|have|had|much|many|long|high|often|far|old|tell me|explain|describe|compare|about"
)
_LEAD = re.compile(rf"^\W*(?:(?:and|so|but|ok|okay|then|also|please)\b\W*)*(?:(?:{_ASKS})\b\W*)+", re.IGNORECASE)
_VERBS = frozenset(
    """
    affect allow allows amount apply applies ban bans become begin begins change changes come compare compares cost
    costs cover covers differ differs do end ends enter exist get give gives happen happens include includes last
    lasts let mean means need needs offer pay pays provide provides regulate require requires say says set sets
    start starts take takes work works
    """.split()  # noqa: SIM905 - quoting every word would hide the words
)
_STOPS = frozenset(
    "to by from under with at than if unless when while that which who and or into during since".split()  # noqa: SIM905
)
_JOINS = frozenset({"of", "in", "for", "on"})  # a subject may contain one of these: `leave in Ostra`
_MOST_WORDS = 9
_MOST_BEFORE = 5  # words between `what is` and a pronoun that stands for something in an earlier question
_LONGEST_QUESTION = 14  # words of a question that points to an earlier one
_DETERMINERS = frozenset(["the", "a", "an"])
_AUXILIARIES = frozenset(
    """
    is are was were do does did can could may might must should shall will would has have had
    """.split()  # noqa: SIM905
)

_PRONOUN = re.compile(
    r"\b(?:(?P<owner>its|their)|(?P<whole>it|this|that(?=\W*$| or\b)|they|them|these|those))\b", re.IGNORECASE
)
_DEMONSTRATIVES = frozenset({"this", "that", "these", "those"})
_DETERMINING = re.compile(
    r"\s+(?!(?:is|are|was|were|do|does|did|can|may|must|will|has|have|not|also|still|only|or)\b)[^\W\d_]"
)
_EXPLETIVE = re.compile(r"\b(?:is|was|does|will) it\b.{0,200}\b(?:to|that|if)\b", re.IGNORECASE)

_ELLIPSIS = re.compile(
    r"^\W*(?:(?:and|but|so|then)\b\W*)?(?:(?:what|how) about\b\s*)?(?:(?P<preposition>in|for|of|under|with|at|on)\s+)?"
    r"(?P<rest>(?:the\s+)?[\w’'-]+(?:\s+[\w’'-]+){0,3})\W*$",
    re.IGNORECASE,
)
_ELLIPTIC = re.compile(r"^\W*(?:(?:and|but|so|then)\b|(?:what|how) about\b)", re.IGNORECASE)
_NAME = re.compile(r"(?<=\s)[A-Z][\w’'-]*(?:\s+(?:of\s+|the\s+)?[A-Z][\w’'-]*)*")


def subject(question: str, spoken: Sequence[str] = (DEFAULT,)) -> str | None:
    """Return the words that name what a question is about: `the ULEZ charge` for `How much is the ULEZ charge?`."""
    if DEFAULT not in spoken:
        return next(filter(None, (subject_in(question, one) for one in phrases(spoken))), None)
    if term := requested_term(question):
        return term
    lead = _LEAD.match(question)
    words = question[lead.end() if lead else 0 :].rstrip(" ?.!").split()[:_MOST_WORDS]
    found = _noun_phrase(words)
    after = words[len(found) :]
    if found and len(after) > 1 and after[0].casefold() in _AUXILIARIES and (owner := _noun_phrase(after[1:])):
        found = [*found, "of", *owner]  # `the seats of the council` for `How many seats does the council have?`
    return " ".join(found) if found and not points_back(" ".join(found)) else None


def _noun_phrase(words: Sequence[str]) -> list[str]:
    """Return the first words of a question's rest that name a thing."""
    found: list[str] = []
    for word in words:
        bare = word.strip(",;:").casefold()
        joined = bare in _JOINS and any(one.casefold() in _JOINS for one in found)
        is_verb = bool(found) and (bare in _VERBS or bare.endswith("ed")) and found[-1].casefold() not in _DETERMINERS
        if bare in _STOPS | _AUXILIARIES or joined or is_verb:
            break
        found.append(word.strip(",;:"))
        if word[-1] in ",;:":
            break
    while found and found[-1].casefold() in _JOINS | _DETERMINERS | _VERBS:
        found.pop()
    return found


def points_back(question: str, spoken: Sequence[str] = (DEFAULT,)) -> bool:
    """Return whether a question has a pronoun that stands for something named before."""
    if DEFAULT not in spoken:
        return any(points_back_in(question, one) for one in phrases(spoken))
    return _pronoun(question) is not None


def with_subject(question: str, earlier: str, spoken: Sequence[str] = (DEFAULT,)) -> str:
    """Return the question with its first pronoun replaced by `earlier`, the subject of an earlier question."""
    if DEFAULT not in spoken:
        changed = (with_subject_in(question, earlier, one) for one in phrases(spoken))
        return next((one for one in changed if one != question), question)
    match = _pronoun(question)
    if match is None:
        return question
    replacement = f"{earlier}’s" if match["owner"] else earlier
    if match.start() == 0:
        replacement = replacement[0].upper() + replacement[1:]
    return question[: match.start()] + replacement + question[match.end() :]


def _pronoun(question: str) -> re.Match[str] | None:
    """Return the first pronoun that stands alone: not `this act`, and not the `it` of `is it true that`."""
    if _EXPLETIVE.search(question) or len(question.split()) > _LONGEST_QUESTION:
        return None
    for match in _PRONOUN.finditer(question):
        determines = match[0].casefold() in _DEMONSTRATIVES and _DETERMINING.match(question, match.end())
        if not determines:
            # After many words, the pronoun stands for something in the question itself.
            lead = _LEAD.match(question)
            before = question[lead.end() if lead else 0 : match.start()].split()
            return match if len(before) <= _MOST_BEFORE else None
    return None


def completed(question: str, earlier: str, spoken: Sequence[str] = (DEFAULT,)) -> str | None:
    """Return an earlier question with the only words of an elliptic one: `And in Ostra?` asks it about Ostra.

    Return None if the question is not elliptic, or if the earlier one has no name that can be exchanged.
    """
    if DEFAULT not in spoken:
        return next(filter(None, (completed_in(question, earlier, one) for one in phrases(spoken))), None)
    match = _ELLIPSIS.match(question)
    if match is None or not _ELLIPTIC.match(question) or points_back(question):
        return None
    rest = match["rest"]
    names = list(_NAME.finditer(earlier))
    if not names or not _NAME.search(f" {rest}"):
        return None
    last = names[-1]
    return earlier[: last.start()] + rest + earlier[last.end() :]
