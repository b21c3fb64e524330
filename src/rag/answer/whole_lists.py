"""Collects the items of a list from all passages that it goes through, with the sub-items of each item."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import takewhile

from rag.answer.commands import without_commands
from rag.answer.notices import shown
from rag.answer.retrieval import Query
from rag.answer.statements import Sentence, make_draft, sentences_of
from rag.snapshots import Index
from rag.text import one_line, terms
from rag.types import Draft, Hit, Notice, Span

_FARTHEST = 12  # passages between the lead of a list and its last item
_ASKED_IN_LEAD = 0.5  # of the question's terms, by idf, in the lead of a list that answers it
_LONGEST_QUOTED = 60  # characters


@dataclass(frozen=True, slots=True)
class WholeList:
    """A list with its items in reading order. The sub-items of an item are its `items`.

    `hit` is the passage that the list was found from, with the text around it as far as the list needs it. `leads`
    are the leads of the list.
    """

    hit: Hit
    leads: tuple[Span, ...]
    items: tuple[Sentence, ...]

    def draft(self, most: int) -> tuple[Draft, Notice | None, int]:
        """Return a draft of the first items, a notice if some are left out, and the number of the drafted items.

        The drafted items and their sub-items are at most `most` together, unless the first item alone has more.
        """
        count, room = 0, most
        for one in self.items:
            room -= 1 + len(one.items)
            if count and room < 0:
                break
            count += 1
        return make_draft(self.items[:count], self.hit), rest_left_out(self.hit, self.items, count), count

    def is_asked_in_lead(self, snapshot: Index, asked: Query, *, headed: bool = False) -> bool:
        """Return whether the leads have most of the question's terms. If `headed`, title and headings count too."""
        idf = asked.weights(self.hit.language, snapshot.idf)
        above = (self.hit.reference.title, *self.hit.heading) if headed else ()
        found = self._lead_terms() | {*terms(" ".join(above), self.hit.language)}
        return sum(idf[term] for term in idf.keys() & found) >= _ASKED_IN_LEAD * (sum(idf.values()) or 1.0)

    def is_named_in_lead(self, noun: str) -> bool:
        """Return whether the last lead names the asked thing: `purpose` in `The purpose of the policy is to:`"""
        return not frozenset(terms(noun)).isdisjoint(terms(self.hit.quote(self.leads[-1]), self.hit.language))

    def some_stand_out(self, snapshot: Index, asked: Query) -> bool:
        """Return whether an item has a telling term of the question that neither the leads nor all items have.

        The idf of such a term is at least the mean of the question. `institution` is in half of the items by chance.
        """
        idf = asked.weights(self.hit.language, snapshot.idf)
        wanted = frozenset(term for term, weight in idf.items() if weight * len(idf) >= sum(idf.values()))
        common = frozenset.intersection(*(one.terms for one in self.items))
        return any(one.terms & wanted - self._lead_terms() - common for one in self.items)

    def _lead_terms(self) -> frozenset[str]:
        return frozenset(terms(" ".join(map(self.hit.quote, self.leads)), self.hit.language))


def whole_list(snapshot: Index, asked: Query, hit: Hit, leads: tuple[Span, ...], number: int) -> WholeList | None:
    """Return the list in the section of a passage with these leads; None if it has no items.

    `number` is the place of the passage in the evidence.
    """
    passages = section_around(snapshot, hit, asked.text, _FARTHEST)
    items = _items(passages, leads, number, asked.text)
    return WholeList(_widened(hit, passages), leads, tuple(items)) if items else None


def rest_left_out(hit: Hit, items: Sequence[Sentence], count: int) -> Notice | None:
    """Return a notice of the items of a list after the first `count`; None if there are none.

    `hit` is a passage of the section with the list.
    """
    if count >= len(items):
        return None
    title = (hit.reference.title, *hit.heading)[-1]
    return shown(count, len(items), title, items[count].text[:_LONGEST_QUOTED])


def section_around(snapshot: Index, hit: Hit, question: str, reach: int) -> list[Hit]:
    """Return the passages of a hit's section, in order, at most `reach` before and after it, as evidence."""
    near = snapshot.around(hit, reach, reach)
    before = takewhile(lambda one: one.heading == hit.heading, reversed([one for one in near if one.row < hit.row]))
    after = takewhile(lambda one: one.heading == hit.heading, [one for one in near if one.row >= hit.row])
    return without_commands(snapshot.evidence([*reversed([*before]), *after]), question)


def _items(passages: Sequence[Hit], leads: tuple[Span, ...], number: int, question: str) -> list[Sentence]:
    """Return the items of the list with these leads, each with the sub-items that follow it as its `items`."""
    depth = len(leads)
    found: dict[Span, Sentence] = {}
    for passage in passages:
        for _, one in sentences_of(passage, question, number):
            if not one.marked or one.leads[:depth] != leads:
                continue
            if len(one.leads) == depth:
                found[one.span] = _with_parts(one, found[one.span].items if one.span in found else ())
                continue
            top = one.leads[depth]
            text = one_line(passage.quote(top))
            item = found.get(top) or replace(
                one, span=top, text=text, terms=frozenset(terms(text, passage.language)), leads=leads, items=()
            )
            found[top] = _with_parts(item, (*one.leads[depth + 1 :], one.span, *one.items, *one.tails))
    return sorted(found.values(), key=lambda one: one.span)


def _with_parts(item: Sentence, parts: Sequence[Span]) -> Sentence:
    """Return an item with more sub-items, in reading order."""
    return replace(item, items=tuple(sorted({*item.items, *parts})))


def _widened(hit: Hit, passages: Sequence[Hit]) -> Hit:
    """Return a hit that can quote the text of all `passages`, which stand around it without a gap."""
    before = "".join(one.text for one in passages if one.row < hit.row)
    after = "".join(one.text for one in passages if one.row > hit.row)
    return replace(hit, before=max(before, hit.before, key=len), after=max(after, hit.after, key=len))
