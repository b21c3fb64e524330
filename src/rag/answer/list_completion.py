"""Completes the list that answers a question which asks for no list: `What must an application contain?`"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from rag.answer.composition import Selection
from rag.answer.extraction import Scored
from rag.answer.retrieval import Query
from rag.answer.series import MOST_ITEMS
from rag.answer.statements import Sentence
from rag.answer.whole_lists import WholeList, whole_list
from rag.snapshots import Index
from rag.text.question_kinds import asks_yes_or_no, compares_openly, counted_noun, purpose_noun
from rag.types import Draft, Hit

_LEAST_ITEMS = 3


def with_whole_list(
    snapshot: Index, asked: Query, evidence: Sequence[Hit], ranked: Sequence[Scored], selection: Selection
) -> Selection:
    """Return the selection with the whole list of its best sentence, as far as MOST_ITEMS, if the question needs it.

    It does if its words are in the lead and in no item, so that no item answers it better than another. A purpose or a
    role is the whole list in any case. `evidence` has
    the passages of the `ranked` sentences. A series in its place is complete already.
    """
    best = ranked[0].sentence if ranked and selection.evidence == evidence else None
    if best is None or not _begins_with_item(selection, best) or not _may_list(asked):
        return selection
    number = best.passage
    found = whole_list(snapshot, asked, evidence[number], best.leads, number)
    if found is None or len(found.items) < _LEAST_ITEMS:
        return selection
    if not _is_wholly_asked(found, snapshot, asked):
        return selection
    draft, notice, _ = found.draft(MOST_ITEMS)
    others = (one for one in selection.drafts[1:] if not _is_within(one, found, evidence))
    return replace(
        selection,
        evidence=(*evidence[:number], found.hit, *evidence[number + 1 :]),
        drafts=(draft, *others),
        notices=(*selection.notices, notice) if notice else selection.notices,
    )


def _is_wholly_asked(found: WholeList, snapshot: Index, asked: Query) -> bool:
    """Return whether the lead answers, and each item is a part of the answer."""
    if (noun := purpose_noun(asked.text)) and found.is_named_in_lead(noun):
        return found.is_asked_in_lead(snapshot, asked, headed=True)
    return not found.some_stand_out(snapshot, asked) and found.is_asked_in_lead(snapshot, asked)


def _may_list(asked: Query) -> bool:
    question, spoken = asked.text, asked.spoken
    return not (compares_openly(question, spoken) or counted_noun(question) or asks_yes_or_no(question, spoken))


def _begins_with_item(selection: Selection, best: Sentence) -> bool:
    """Return whether the first draft quotes the best sentence, and this is an item of a list with a lead."""
    if not (best.marked and best.leads and selection.drafts):
        return False
    sources = selection.drafts[0].sources
    return any(number == best.passage and span is not None and span.contains(best.span) for number, span in sources)


def _is_within(draft: Draft, whole: WholeList, evidence: Sequence[Hit]) -> bool:
    """Return whether a draft quotes only parts of a list."""
    parts = {*whole.leads, *(part for one in whole.items for part in one.parts)}
    return all(
        span is not None
        and evidence[number].reference.id == whole.hit.reference.id
        and any(span.contains(part) or part.contains(span) for part in parts)
        for number, span in draft.sources
    )
