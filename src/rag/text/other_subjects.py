"""Find the subject of a question in other languages than English, and put it into a later one that points to it."""

from __future__ import annotations

import re

from rag.text.phrases import compiled
from rag.text.phrases.model import Phrases

_MOST_WORDS = 6  # of a subject
_LONGEST_QUESTION = 12  # words of a question that points to an earlier one
_MOST_BEFORE = 4  # words before a pronoun that stands for something in an earlier question
_LEAST_BARE = 2  # words of a question without a subject: `¿Cuánto cuesta?`
_MOST_ELLIPTIC = 6  # words of a question that only names another subject
_NAME = re.compile(r"[^\W\d_a-zß-öø-ÿа-яё][\w’'-]*(?:\s+[^\W\d_a-zß-öø-ÿа-яё][\w’'-]*)*")


def subject_in(question: str, one: Phrases) -> str | None:
    """Return the words that name what a question is about: `eine Saisonkarte` for `Was kostet eine Saisonkarte?`."""
    found: list[str] = []
    for word in question[_lead(question, one) :].rstrip(" ?.!").split()[:_MOST_WORDS]:
        bare = word.strip(",;:")
        if compiled(one.follow_ups.stops).fullmatch(bare):
            break
        found.append(bare)
        if bare != word:
            break
    while found and compiled(one.follow_ups.determiners).fullmatch(found[-1]):
        found.pop()
    text = " ".join(found)
    return text if found and not pronoun_in(text, one) else None


def points_back_in(question: str, one: Phrases) -> bool:
    """Return whether a question has a pronoun for something named before, or has no subject."""
    return pronoun_in(question, one) is not None or _about(question, one) is not None or _is_bare(question, one)


def with_subject_in(question: str, earlier: str, one: Phrases) -> str:
    """Return the question with `earlier` instead of its pronoun, or after its verb if it has no subject."""
    if match := pronoun_in(question, one):
        if _disagree(match[0], earlier, one):
            return question
        before = question[: match.start()].rstrip()
        named = f"{before} {earlier}" if before else earlier[0].upper() + earlier[1:]
        return named + question[match.end() :]
    if found := _about(question, one):
        match, preposition = found
        return f"{question[: match.start()]}{preposition} {earlier}{question[match.end() :]}"
    if _is_bare(question, one):
        end = len(question.rstrip(" ?!.\xa0"))
        return f"{question[:end]} {earlier}{question[end:]}"
    return question


def completed_in(question: str, earlier: str, one: Phrases) -> str | None:
    """Return an earlier question about the only subject that an elliptic one names: `Und ein Schließfach?`

    Return None if the question is not elliptic, or if the earlier one has no subject of this kind.
    """
    match = compiled(rf"\A\W*(?:{one.follow_ups.ellipsis})\s+(?P<rest>.+?)\W*\Z").match(question)
    rest = match["rest"] if match else ""
    if not rest or len(rest.split()) > _MOST_ELLIPTIC or _lead(rest, one) or points_back_in(rest, one):
        return None
    if _NAME.fullmatch(rest) and (names := list(_NAME.finditer(earlier, 1))):
        return earlier[: names[-1].start()] + rest + earlier[names[-1].end() :]
    if full := _with_place(question, earlier, one):
        return full
    if _NAME.fullmatch(rest):
        return None
    named = subject_in(earlier, one)
    if named is None or not _is_noun_phrase(rest, one):
        return None
    noun = _noun_phrase_in(named, one)
    return earlier.replace(noun, rest)


def _with_place(question: str, earlier: str, one: Phrases) -> str | None:
    """Return the earlier question with the time or place of an elliptic one: `Und auf der Autobahn?`

    It replaces the last words of the earlier question that begin with a preposition: `in der Stadt`. Return None if one
    of the two has no preposition.
    """
    place = rf"(?<=\s)(?:{one.follow_ups.places})\s"
    new = compiled(rf"\A\W*\w+\s(?P<place>(?:{one.follow_ups.places})\s.+?)\W*\Z").match(question)
    old = list(compiled(place).finditer(earlier))
    if not one.follow_ups.places or not new or not old:
        return None
    return earlier[: old[-1].start()] + new["place"] + earlier[len(earlier.rstrip(" ?!.\xa0")) :]


def _noun_phrase_in(named: str, one: Phrases) -> str:
    """Return a subject from its first determiner on: `a ilha do Corvo` of `habitantes tinha a ilha do Corvo`."""
    match = compiled(rf"(?<!\w)(?:{one.follow_ups.determiners})(?!\w)").search(named)
    return named[match.start() :] if match else named


def pronoun_in(question: str, one: Phrases) -> re.Match[str] | None:
    """Return the first pronoun for something named before: none that follows a noun, and no polite `Sie`."""
    if len(question.split()) > _LONGEST_QUESTION or not one.follow_ups.pronouns:
        return None
    for match in compiled(rf"(?:(?<!\w)|(?=-))(?:{one.follow_ups.pronouns})(?!\w)").finditer(question):
        before = question[_lead(question[: match.start()], one) : match.start()]
        noun = compiled(rf"(?<!\w)(?:{one.follow_ups.determiners})(?!\w)").search(before)
        polite = match[0][0].isupper() and match.start() > 0
        if not noun and not polite and len(before.split()) <= _MOST_BEFORE:
            return match
    return None


def _disagree(pronoun: str, named: str, one: Phrases) -> bool:
    """Return whether a pronoun and the determiner of a subject have different genders."""
    return any(
        compiled(pronouns).fullmatch(pronoun) and compiled(rf"(?:{determiners})\b").match(named)
        for pronouns, determiners in one.follow_ups.disagree
    )


def _about(question: str, one: Phrases) -> tuple[re.Match[str], str] | None:
    """Return the first adverb that stands for a preposition and a subject, with this preposition."""
    if len(question.split()) > _LONGEST_QUESTION:
        return None
    found = ((compiled(rf"\b{adverb}\b").search(question), preposition) for adverb, preposition in one.follow_ups.about)
    return next(((match, preposition) for match, preposition in found if match), None)


def _is_bare(question: str, one: Phrases) -> bool:
    """Return whether a question has only question words and verbs: `¿Cuánto cuesta?`"""
    words = question.rstrip(" ?!.\xa0").split()
    return len(words) >= _LEAST_BARE and _lead(question, one) >= len(question.rstrip(" ?!.\xa0"))


def _lead(question: str, one: Phrases) -> int:
    """Return where the question words and verbs at the beginning end; 0 if there are none."""
    asks = rf"{one.questions.words}|{one.questions.opens}|{one.follow_ups.verbs}"
    match = compiled(rf"\A\W*(?:(?:{asks})(?!\w)['’]?\W*)+").match(question)
    return match.end() if match else 0


def _is_noun_phrase(text: str, one: Phrases) -> bool:
    """Return whether a text begins with a determiner and a noun; any text in a language without determiners."""
    match = compiled(rf"(?:{one.follow_ups.determiners})(?!\w)['’]?\s*").match(text)
    if one.follow_ups.determiners == "(?!)":
        return True
    return match is not None and not compiled(rf"(?:{one.follow_ups.stops}|de|del|di|d[aeo])(?!\w)").match(
        text, match.end()
    )
