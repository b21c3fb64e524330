"""Answer a question that has several parts or sides: select for each one, and join the selections."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import chain, zip_longest

from rag.answer.composition import Selection
from rag.answer.notices import unanswered
from rag.answer.retrieval import Retriever
from rag.answer.selection import Selector
from rag.snapshots import Index
from rag.text import terms
from rag.text.answer_types import expected_answer_pattern
from rag.text.languages import question_languages
from rag.text.question_kinds import is_measured, parts, sides
from rag.types import Ask, Draft, Hit, Lap, Stage, Turn

MOST_PARTS = 3
"""The most parts of a question that are searched one by one. Each takes as long as a question."""

_MOST_DRAFTS = 5  # in the whole answer
_MEASURING = re.compile(r"^\w+ (?:\w+ )?(?:is|was) (?:the )?")  # `How much is the` of a question about a side
_PARTLY = 0.49  # the most confidence if a part has no answer: the whole answer is then partial


class CompoundSelector:
    """Selects for whole questions, and for each part of questions that have several."""

    def __init__(self, retriever: Retriever, selector: Selector, least_confidence: float) -> None:
        self._retriever = retriever
        self._selector = selector
        self._least = least_confidence

    def select(self, snapshot: Index, question: str, ask: Ask, context: Sequence[Turn], lap: Lap) -> Selection:
        """Return the selection for a question and the turns that it depends on. Raises InvalidFilter."""
        spoken = question_languages(question, snapshot.languages)
        compared = sides(question, spoken)
        several = compared or parts(question, spoken)
        whole = self._one(snapshot, question, ask, context, lap)
        if not 1 < len(several) <= MOST_PARTS:
            return whole
        selections = [self._one(snapshot, part, ask, context, lap, is_side=bool(compared)) for part in several]
        answered = [one for one in selections if one.drafts and one.confidence >= self._least]
        if len(answered) == len(several):
            if any(map(is_measured, compared)):
                pairs = zip(answered, compared, strict=True)
                return joined([_measured(one, side, spoken) for one, side in pairs], ask.limit)
            if whole.confidence < self._least:
                return joined(answered, ask.limit)
            whole = replace(whole, drafts=_of_both(whole.drafts, compared)) if compared else whole
            return replace(joined([whole, *answered], ask.limit), confidence=whole.confidence)
        if not answered or whole.confidence >= self._least:
            return whole
        missing = [part for part, one in zip(several, selections, strict=True) if one not in answered]
        partly = joined(answered, ask.limit)
        notices = (*partly.notices, unanswered(missing))
        return replace(partly, confidence=min(partly.confidence, _PARTLY), notices=notices)

    def _one(
        self,
        snapshot: Index,
        question: str,
        ask: Ask,
        context: Sequence[Turn],
        lap: Lap,
        *,
        is_side: bool = False,
    ) -> Selection:
        query = self._retriever.query(snapshot, question, [turn.content for turn in context], ask.as_of)
        lap(Stage.ENCODE)
        return self._selector.select(snapshot, query, ask, context, lap, names_only=is_side)


def _measured(selection: Selection, side: str, spoken: tuple[str, ...]) -> Selection:
    """Return the selection with the one draft that says most about a side: a value, and the name of the side.

    The answer is partial if no draft has a value.
    """
    value = expected_answer_pattern(side, spoken)
    name = _MEASURING.sub("", side).rstrip("?").casefold()
    ranked = sorted(
        selection.drafts,
        key=lambda draft: (not (value and value.search(draft.text)), name not in draft.text.casefold()),
    )
    has_value = value is None or any(value.search(draft.text) for draft in ranked[:1])
    confidence = selection.confidence if has_value else min(selection.confidence, _PARTLY)
    return replace(selection, drafts=tuple(ranked[:1]), confidence=confidence)


def _of_both(drafts: Sequence[Draft], sides: Sequence[str]) -> tuple[Draft, ...]:
    """Return the drafts that speak of both sides of a comparison. The others would stand before the sides."""
    found = [frozenset(terms(side)) for side in sides]
    own = [one - frozenset(chain.from_iterable(other for other in found if other is not one)) for one in found]
    return tuple(draft for draft in drafts if all(frozenset(terms(draft.text)) & one for one in own))


def joined(selections: Sequence[Selection], limit: int) -> Selection:
    """Return one selection with the best drafts of each, in their order, and at most `limit` passages.

    The passages that drafts cite come before the others. The confidence is the lowest one.
    """
    of_each = _MOST_DRAFTS // len(selections)
    of_first = _MOST_DRAFTS - of_each * (len(selections) - 1)
    kept = [one.drafts[: of_each if number else of_first] for number, one in enumerate(selections)]
    pairs = list(zip(selections, kept, strict=True))
    cited = [[one.evidence[number] for draft in drafts for number, _ in draft.sources] for one, drafts in pairs]
    evidence = _without_repeats([*_in_turn(cited), *_in_turn(one.evidence for one in selections)])[:limit]
    numbers = {hit.row: number for number, hit in enumerate(evidence)}
    drafts = [_renumbered(draft, one.evidence, numbers) for one, chosen in pairs for draft in chosen]
    by_text: dict[str, Draft] = {}
    for draft in drafts:
        if draft.sources:
            by_text.setdefault(draft.text, draft)
    notices = dict.fromkeys(chain.from_iterable(one.notices for one in selections))
    confidence = min(one.confidence for one in selections)
    return Selection(tuple(evidence), tuple(by_text.values()), confidence, tuple(notices))


def _renumbered(draft: Draft, evidence: Sequence[Hit], numbers: dict[int, int]) -> Draft:
    """Return the draft with the new numbers of its passages; without sources if one of its passages is left out."""
    rows = [evidence[number].row for number, _ in draft.sources]
    if any(row not in numbers for row in rows):
        return Draft(draft.text, ())
    return Draft(draft.text, tuple((numbers[row], span) for row, (_, span) in zip(rows, draft.sources, strict=True)))


def _in_turn(groups: Iterable[Iterable[Hit]]) -> list[Hit]:
    """Return the first hit of each group, then the second of each, and so on."""
    return [hit for one_of_each in zip_longest(*groups) for hit in one_of_each if hit is not None]


def _without_repeats(hits: Iterable[Hit]) -> list[Hit]:
    first: dict[int, Hit] = {}
    for hit in hits:
        first.setdefault(hit.row, hit)
    return list(first.values())
