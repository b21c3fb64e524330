"""Find who does what to whom: the verb that governs each word of a sentence, and the word's role.

This is a shallow parse without a model. It knows the verbs of the lexicon, the passive voice and prepositions.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rag.answer.checks.lexicon import is_irregular, is_verb
from rag.answer.checks.listing import group
from rag.answer.checks.words import BE, PARTICIPLES, Reading, Word

AGENT = "agent"
PATIENT = "patient"
SECOND = "second"
"""The object of a passive clause: `the form` in `the buyer is shown the form`."""

_AUXILIARIES = BE | group(
    "has have had having do does did will would shall should may might can could must cannot to not n't never also "
    "who that which already either first only then it they he she we you neither"
)
_BEFORE_NOUN = group(
    "a an the this that these those its their his her our your every each any no some all both of in on at for with "
    "from by under over about into than own such other another public first last annual new"
)
_PREPOSITIONS = group(
    "for from to into by against of with over under before after until on in at between about through during without "
    "within outside than as per towards around"
)
_DETERMINERS = group("the a an each every all no their its this these")
_RELATIVE = group("who which that whom")


@dataclass(frozen=True, slots=True)
class Role:
    """The role of a word: `verb` is the place of the verb that governs it; `name` is the role or a preposition."""

    verb: int
    name: str


def roles(reading: Reading) -> dict[int, Role]:
    """Return the role of each content word that a known verb governs, by the place of the word."""
    found: dict[int, Role] = {}
    verbs = [word for word in reading.words if _acts(reading.words, word)]
    subject: list[int] = []
    for number, verb in enumerate(verbs):
        start = verbs[number - 1].at + 1 if number else 0
        end = verbs[number + 1].at if number + 1 < len(verbs) else len(reading.words)
        subject = _subject(reading.words, verb, start) or subject
        passive = _is_passive(reading.words, verb)
        for at in subject:
            found.setdefault(at, Role(verb.at, PATIENT if passive else AGENT))
        found.update(_objects(reading.words, verb, end, passive))
    return found


def _acts(words: Sequence[Word], word: Word) -> bool:
    """Return whether a word is a verb here: its stem is one, and the word before it does not make it a noun."""
    if word.quantity is not None or not is_verb(word.stem):
        return False
    before = words[word.at - 1] if word.at else None
    if before is None or (before.low in _BEFORE_NOUN and not _relates(words, before)):
        return False
    if before.low in _AUXILIARIES or before.low.endswith("ly"):
        return not word.low.endswith("ing") or before.low in BE
    if word.low.endswith("ing") or word.text[:1].isupper():
        return False
    if _relates(words, before):
        return True
    if word.low.endswith(("s", "ed")) or word.low in PARTICIPLES or is_irregular(word.low):
        return before.content or before.low in ("and", "or", "but")
    return before.low.endswith("s") or before.low in ("and", "or", "but")


def _relates(words: Sequence[Word], word: Word) -> bool:
    """Return whether `that` or `which` begins a relative clause: it follows a noun."""
    return word.low in _RELATIVE and word.at > 0 and words[word.at - 1].content


def _is_passive(words: Sequence[Word], verb: Word) -> bool:
    participle = verb.low.endswith(("ed", "en")) or verb.low in PARTICIPLES
    if participle and [word.low for word in words[verb.at + 1 : verb.at + 2]] == ["by"]:
        return True  # `a committee appointed by the minister`
    before = words[max(0, verb.at - 3) : verb.at]
    return participle and any(word.low in BE and word.clause == verb.clause for word in before)


def _subject(words: Sequence[Word], verb: Word, start: int) -> list[int]:
    """Return the places of the words of the subject, without the phrases that begin with a preposition."""
    segment = [word for word in words[start : verb.at] if word.clause == verb.clause]
    relative = [word.at for word in segment if word.low in _RELATIVE]
    if relative and any(word.content for word in segment if word.at > relative[-1]):
        segment = [word for word in segment if word.at > relative[-1]]  # `which parliament passed`
    elif relative:
        first = relative[0]
        before = [word for word in words[max(0, first - 6) : first] if word.content and word.quantity is None]
        return [before[-1].at] if before else []
    found: list[int] = []
    fronted = bool(segment) and segment[0].low in _PREPOSITIONS
    for word in segment:
        if fronted and found and not word.content and word.low in _DETERMINERS:
            found, fronted = [], False  # `During the leave the employer pays`
        if word.low in _PREPOSITIONS:
            if found:
                break
            continue
        if word.content and word.quantity is None:
            found.append(word.at)
    return found


def _objects(words: Sequence[Word], verb: Word, end: int, passive: bool) -> dict[int, Role]:
    found: dict[int, Role] = {}
    name = SECOND if passive else PATIENT
    for word in words[verb.at + 1 : end]:
        if word.clause != verb.clause and word.low not in ("and", "or") and not found:
            break
        if word.clause > verb.clause + 1:
            break
        if word.low in _PREPOSITIONS:
            name = AGENT if passive and word.low == "by" else word.low
        elif word.content and word.quantity is None:
            found[word.at] = Role(verb.at, name)
    return found
