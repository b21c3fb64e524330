"""Scores a reply to a question, point by point."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from tests.policy.asking import Cited, Reply
from tests.policy.corpus import Policy, Question, policies

_KINDS = {
    "articles": "art",
    "article": "art",
    "sections": "s",
    "section": "s",
    "sec": "s",
    "paragraph": "para",
    "regulation": "reg",
    "clause": "cl",
    "schedule": "sch",
    "recitals": "recital",
}
_UNWRITTEN = re.compile(r"^(?:s|para|point|rule|reg|r|cl|part|pt|no)(?=\d|[a-z]\d|[a-z]$)")
_INNER = re.compile(r",\(?(?:point|para|s|no)?(\w+)\)?")


@dataclass(frozen=True, slots=True)
class Point:
    """One thing that an answer must do. `right` returns None if the question does not ask for it.

    The point holds if at least the share `least` of the answers is right.
    """

    name: str
    least: float
    right: Callable[[Question, Reply], bool | None]


@dataclass(frozen=True, slots=True)
class Score:
    """The right answers of all that a point applies to, and the ids of the questions that were answered wrongly."""

    right: int
    total: int
    wrong: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.right} of {self.total}" if self.total else "-"

    def reaches(self, least: float) -> bool:
        """Return whether at least this share is right."""
        return self.total > 0 and self.right >= least * self.total


def score(point: Point, questions: Sequence[Question], replies: Sequence[Reply]) -> Score:
    """Score the replies to the questions in one point."""
    judged = [(one.id, point.right(one, reply)) for one, reply in zip(questions, replies, strict=True)]
    wrong = tuple(id_ for id_, right in judged if right is False)
    total = sum(right is not None for _, right in judged)
    return Score(total - len(wrong), total, wrong)


def the_document_in_force_answers(question: Question, reply: Reply) -> bool | None:
    """Return whether the first citation of a question with a date is from a document that answers it."""
    return _is_first(question, reply) if question.kind == "as-of" else None


def the_right_document_answers(question: Question, reply: Reply) -> bool | None:
    """Return whether the first citation of any other question with one answer is from a document that answers it."""
    other = question.kind not in ("as-of", "version") and question.outcome == "answered"
    return _is_first(question, reply) if other else None


def nothing_else_is_cited(question: Question, reply: Reply) -> bool | None:
    """Return whether every cited document is in force on the day of the question."""
    if question.kind == "version" or not reply.cited:
        return None
    return all(policies()[one.document].in_force(question.day) for one in reply.cited)


def versions_are_named(question: Question, reply: Reply) -> bool | None:
    """Return whether each version that a question about versions is about is cited or named."""
    if question.kind != "version":
        return None
    cited = {one.document for one in reply.cited}
    return all(stem in cited or _is_named(policies()[stem], reply) for stem in question.quotes)


def others_are_named(question: Question, reply: Reply) -> bool | None:
    """Return whether the policies that are not yet in force are named beside the answer, and not cited in it."""
    if not question.beside or question.kind == "before-first-version":
        return None
    cited = {one.document for one in reply.cited}
    return all(stem not in cited and _is_named(policies()[stem], reply) for stem in question.beside)


def the_outcome_is_right(question: Question, reply: Reply) -> bool | None:
    """Return whether the outcome is right. A part of an answer counts as an answer."""
    return reply.outcome.replace("partial", "answered") == question.outcome


def the_words_are_cited(question: Question, reply: Reply) -> bool | None:
    """Return whether all words that answer the question are cited."""
    if not question.quotes:
        return None
    return _are_among(question.quotes, reply.cited) or _answers_otherwise(question, reply)


def exceptions_are_shown(question: Question, reply: Reply) -> bool | None:
    """Return whether the exceptions of the rule are cited or shown. Another policy may leave them out."""
    if not question.exceptions or _answers_otherwise(question, reply):
        return None
    return _are_among(question.exceptions, reply.cited)


def no_other_exception_is_shown(question: Question, reply: Reply) -> bool | None:
    """Return whether an answer to a plain question, whose rule has no exception, shows at most the conditions of it."""
    if question.kind != "plain" or question.exceptions or not reply.cited:
        return None
    return all(_is_listed(one, question.limits) for one in reply.exceptions)


def the_conflict_is_found(question: Question, reply: Reply) -> bool | None:
    """Return whether a conflict has its outcome, and both sides are quoted."""
    if question.outcome != "conflicting":
        return None
    return reply.outcome == "conflicting" and _are_among(question.quotes, reply.cited)


def no_conflict_is_seen(question: Question, reply: Reply) -> bool | None:
    """Return whether a question without a conflict has another outcome."""
    return reply.outcome != "conflicting" if question.outcome == "answered" else None


def the_pinpoint_is_right(question: Question, reply: Reply) -> bool | None:
    """Return whether the citation of the answering words names their provision."""
    if question.pinpoint is None or _answers_otherwise(question, reply):
        return None
    given = [one.pinpoint for one in reply.cited if _are_among(question.quotes, [one])]
    return any(one is not None and normal(one) == normal(question.pinpoint) for one in given)


def it_is_refused(question: Question, reply: Reply) -> bool | None:
    """Return whether a question that no policy answers is refused."""
    return reply.outcome == "no_evidence" if question.kind == "unanswerable" else None


def the_first_version_is_named(question: Question, reply: Reply) -> bool | None:
    """Return whether a question about the time before the first rule is refused, with the first rule and its date."""
    if question.first is None:
        return None
    first = date.fromisoformat(question.first)
    dated = question.first in reply.beside or f"{first.day} {first:%B %Y}" in reply.beside
    named = all(_is_named(policies()[stem], reply) for stem in question.beside)
    return reply.abstention == "before_first_version" and dated and named


WORDS = Point("the words that answer are cited", 0.8, the_words_are_cited)
OUTCOME = Point("the outcome is right", 0.9, the_outcome_is_right)

POINTS = (
    Point("asked as of a date, the document in force answers", 0.9, the_document_in_force_answers),
    Point("without a date, the right document answers", 0.9, the_right_document_answers),
    Point("nothing is cited that is not in force", 0.99, nothing_else_is_cited),
    Point("what is not yet in force is named beside the answer", 0.8, others_are_named),
    Point("before the first version, the answer is a refusal that names it", 0.9, the_first_version_is_named),
    Point("the version that is asked for is cited or named", 0.8, versions_are_named),
    Point("conflicts are found, with both sides quoted", 0.8, the_conflict_is_found),
    Point("no conflict is seen where there is none", 0.95, no_conflict_is_seen),
    Point("the exception is shown with its rule", 0.9, exceptions_are_shown),
    Point("no exception is shown that is none", 0.9, no_other_exception_is_shown),
    Point("the citation names its provision", 0.9, the_pinpoint_is_right),
    WORDS,
    OUTCOME,
    Point("a question that no policy answers is refused", 0.9, it_is_refused),
)


def normal(pinpoint: str) -> str:
    """Return a pinpoint in a form in which different spellings are equal.

    `Article 5 (1) (a)` and `Art. 5(1)(a)` are equal, and so are `Annex III, point 6` and `Annex III(6)`. The kind of
    a provision counts only if documents write it beside the number: `s 4`, `para 4` and `4` are equal.
    """
    bare = re.sub(r"(?<!\d)\.|\.(?!\d)", "", pinpoint.casefold())
    words = re.findall(r"[^\W\d_]+|\d[\d.]*|[^\s\w]", bare)
    joined = "".join(_KINDS.get(word, word) for word in words)
    return _UNWRITTEN.sub("", _INNER.sub(r"(\1)", joined))


def _is_first(question: Question, reply: Reply) -> bool:
    return bool(reply.cited) and reply.cited[0].document in {**question.quotes, **question.also}


def _answers_otherwise(question: Question, reply: Reply) -> bool:
    """Return whether the answer cites only another policy that answers as well."""
    found = _are_among(question.quotes, reply.cited)
    return bool(question.also) and not found and _are_among(question.also, reply.cited)


def _is_named(policy: Policy, reply: Reply) -> bool:
    return policy.document.reference.title in reply.beside or policy.stem in reply.beside


def _is_listed(cited: Cited, quotes: Mapping[str, Sequence[str]]) -> bool:
    return any(quote in cited.quote for quote in quotes.get(cited.document, ()))


def _are_among(quotes: Mapping[str, Sequence[str]], cited: Sequence[Cited]) -> bool:
    """Return whether each quote stands in cited words of its document."""
    words = {stem: "\n".join(one.quote for one in cited if one.document == stem) for stem in quotes}
    return all(quote in words[stem] for stem, all_ in quotes.items() for quote in all_)
