"""Decide which sentences stand beside the best one: an explanation, the other case, others with a figure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from rag.answer.checks.lexicon import opposites, stem
from rag.answer.choice import NEAR_BEST
from rag.answer.extraction import Scored
from rag.answer.retrieval import Query
from rag.answer.statements import Sentence, table_of
from rag.text import terms
from rag.text.answer_types import expected_answer_pattern
from rag.text.definitions import requested_term
from rag.text.languages import DEFAULT, known
from rag.text.question_kinds import asks_why, gives_reason
from rag.types import Hit, Span

_CASES = (frozenset({"full-time", "part-time"}), frozenset({"permanent", "temporary"}))
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")


def with_companions(asked: Query, ranked: Sequence[Scored], evidence: Sequence[Hit]) -> list[Scored]:
    """Return the sentences, of which the best one's companions are wanted, and those that only make noise are left out.

    - If a sentence mentions the thing that a question asks to define, the next sentence about it explains it.
    - A sentence about one case, such as full-time employees, is followed by the sentence about the other case.
    - If the best sentence has the figure that is asked for, or the reason, others need one too.
    """
    best = ranked[0]
    if not best.sentence.whole or known(evidence[best.sentence.passage].language) != DEFAULT:
        return list(ranked)
    beside, others = [], []
    for one in ranked[1:]:
        if _accompanies(asked, best.sentence, one.sentence, evidence):
            beside.append(replace(one, score=max(one.score, NEAR_BEST * best.score), wanted=True))
        elif one.wanted or _answers_too(asked, best.sentence, one.sentence, evidence):
            others.append(one)
    return [best, *beside, *others]


def _accompanies(asked: Query, best: Sentence, one: Sentence, evidence: Sequence[Hit]) -> bool:
    if not one.whole or not _is_next(best, one, evidence):
        return False
    return _explains(asked, best, one) or _is_other_case(asked, best, one)


def _is_next(best: Sentence, one: Sentence, evidence: Sequence[Hit]) -> bool:
    """Return whether a sentence directly follows the best one in its paragraph."""
    if one.passage != best.passage or one.span.start < best.span.end:
        return False
    return not evidence[best.passage].quote(Span(best.span.end, one.span.start)).strip(" \n")


def _explains(asked: Query, best: Sentence, one: Sentence) -> bool:
    """Return whether a sentence says more about a thing that the best one mentions and does not define."""
    term = frozenset(terms(requested_term(asked.text, asked.spoken) or "", DEFAULT))
    if not term or not term <= best.terms or best.defined_terms(DEFAULT) or table_of(one) is not None:
        return False
    return len(one.terms & term) > len(term) / 2


def _is_other_case(asked: Query, best: Sentence, one: Sentence) -> bool:
    """Return whether two sentences speak of opposite cases of one thing, and the question names neither case."""
    asked_words = frozenset(word.lower() for word in _WORD.findall(asked.text))
    cases = dict(_cases(best.text))
    return any(
        noun in cases and _are_opposite(cases[noun], case) and asked_words.isdisjoint({cases[noun], case})
        for noun, case in _cases(one.text)
    )


def _cases(text: str) -> Iterator[tuple[str, str]]:
    """Yield the stem of each word with the word before it: `employe` with `part-time`."""
    words = [word.lower() for word in _WORD.findall(text)]
    yield from ((stem(noun), case) for case, noun in pairwise(words))


def _are_opposite(one: str, other: str) -> bool:
    return frozenset({one, other}) in _CASES or stem(other) in opposites(stem(one))


def _answers_too(asked: Query, best: Sentence, one: Sentence, evidence: Sequence[Hit]) -> bool:
    """Return whether a sentence has what the best one answers with, or goes on from a figure."""
    if asks_why(asked.text, asked.spoken) and gives_reason(best.text):
        return gives_reason(one.text)
    figure = expected_answer_pattern(asked.text, asked.spoken)
    if figure is None or not figure.search(best.text) or table_of(one) is not None or _is_next(best, one, evidence):
        return True
    return figure.search(one.text) is not None
