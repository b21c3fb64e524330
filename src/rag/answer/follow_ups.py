"""Carry the subject of a conversation over into a follow-up: `When did it start?` after `What is e-residency?`"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from rag.text import names, terms
from rag.text.languages import DEFAULT, question_languages
from rag.text.provision_names import with_outer_provision
from rag.text.subjects import completed, points_back, subject, with_subject
from rag.text.tokenization import terms_in
from rag.types import Hit, Role, Turn

_OLDER = 0.7  # factor on the weight of a term for each question since the one that had it
_NAME = 2.0  # factor on the weight of a name
_FAR_BELOW = 0.25  # a document is on another subject if it has this share less of the carried terms than the best one


def resolved(question: str, context: Sequence[Turn], languages: Sequence[str] = (DEFAULT,)) -> str:
    """Return the question with the subject that it points to, or the question itself if it points to none.

    `languages` are those of the documents, with English.
    """
    earlier = [turn.content for turn in reversed(context) if turn.role is Role.USER]
    spoken = _spoken(question, earlier, languages)
    whole = (
        *(with_outer_provision(question, one) for one in earlier),
        *(completed(question, one, spoken) for one in earlier),
    )
    if full := next(filter(None, whole), None):
        return full
    if points_back(question, spoken) and (named := next(filter(None, (subject(one, spoken) for one in earlier)), None)):
        return with_subject(question, named, spoken)
    return question


def _spoken(question: str, earlier: Sequence[str], languages: Sequence[str]) -> tuple[str, ...]:
    """Return the languages that a question may be written in. Of several, those of the earlier questions count."""
    spoken = question_languages(question, languages)
    before = question_languages(" ".join(earlier), languages) if len(spoken) > 1 and earlier else spoken
    return tuple(one for one in spoken if one in before) or spoken


def carried_terms(
    question: str, context: Sequence[Turn], idf: Callable[[str], float], spoken: Sequence[str] = (DEFAULT,)
) -> dict[str, float]:
    """Return the terms that show whether a passage is on the subject of the conversation, with their weights.

    They are the terms of the earlier questions that the question leaves out. If the question has names, these replace
    the names of the earlier questions. `spoken` are the languages that they may be written in.
    """
    asked, own_names = set(terms_in(question, spoken)), _name_terms(question, spoken)
    carried = {term: _NAME * idf(term) for term in own_names}
    earlier = [turn.content for turn in reversed(context) if turn.role is Role.USER]
    for age, text in enumerate(earlier):
        named = _name_terms(text, spoken)
        for term in set(terms_in(text, spoken)) - asked - (named if own_names else set()):
            weight = (_NAME if term in named else 1.0) * idf(term) * _OLDER**age
            carried[term] = max(carried.get(term, 0.0), weight)
    return carried


def on_subject(evidence: Sequence[Hit], carried: dict[str, float]) -> set[int]:
    """Return the numbers of the passages whose documents have nearly as many of the carried terms as the best one.

    Of each document, the passages of the evidence are read together with title and headings.
    """
    total = sum(carried.values()) or 1.0
    found: dict[str, set[str]] = {}
    for hit in evidence:
        text = " ".join((hit.reference.title, *hit.heading, hit.text))
        found.setdefault(hit.reference.id, set()).update(terms(text, hit.language))
    shares = {id_: sum(carried[term] for term in carried.keys() & has) / total for id_, has in found.items()}
    least = max(shares.values(), default=0.0) - _FAR_BELOW
    return {number for number, hit in enumerate(evidence) if shares[hit.reference.id] >= least}


def _name_terms(text: str, spoken: Sequence[str]) -> set[str]:
    return {term for language in spoken for name in names(text, language) for term in terms(name, language)}
