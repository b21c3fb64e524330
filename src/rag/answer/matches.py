"""Recognise a sentence that answers by its form: the answer to the same question, or the row that is asked for."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.answer.extraction import Scored
from rag.answer.statements import Sentence, is_row
from rag.text import numbers, one_line, terms
from rag.types import Hit

_SAME_QUESTION = 0.8  # the least Jaccard similarity of two questions that ask the same
_LEAST_TERMS = 2
_MARKER = re.compile(r"^\W*(?:(?:q|question|faq)\b\W*)?(?:\d{1,3}[.):]\s*)?", re.IGNORECASE)


def answers_by_form(question: str, asked: frozenset[str], best: Scored, evidence: Sequence[Hit]) -> bool:
    """Return whether the form of the best sentence shows that it answers. `asked` has the question's index terms."""
    hit = evidence[best.sentence.passage]
    return len(asked) >= _LEAST_TERMS and (
        _answers_same(asked, best.sentence, hit) or _is_row(question, asked, best, hit)
    )


def _answers_same(asked: frozenset[str], sentence: Sentence, hit: Hit) -> bool:
    """Return whether the sentence follows the same question in the text, as in a list of frequent questions."""
    before = [one_line(hit.quote(lead)) for lead in sentence.leads[-1:]]
    question, mark, _ = (before[0] if before else sentence.text).partition("?")
    found = frozenset(terms(_MARKER.sub("", question), hit.language))
    alike = len(found & asked) / (len(found | asked) or 1)
    return bool(mark) and alike >= _SAME_QUESTION


def _is_row(question: str, asked: frozenset[str], best: Scored, hit: Hit) -> bool:
    """Return whether the sentence is the row of a table that has all terms and figures of the question."""
    figures = numbers(question)
    has_all = asked <= best.sentence.unit_terms | best.held
    return (
        bool(figures or best.held)
        and is_row(best.sentence)
        and figures <= numbers(best.sentence.text) | best.held
        and has_all
    )
