"""Answer a request for a list with the whole list: the items of one list or table, or the sections of one series."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from rag.answer.commands import without_commands
from rag.answer.extraction import Scored
from rag.answer.notices import shown
from rag.answer.retrieval import Query
from rag.answer.statements import Sentence, make_draft, sentences_of, shares_list
from rag.answer.whole_lists import rest_left_out, section_around, whole_list
from rag.snapshots import Index
from rag.text import one_line, terms, words_and_initials
from rag.text.sentence_roles import introduces_list
from rag.types import Document, Draft, Heading, Hit, Notice, Span

LEAST_SECTIONS = 4
"""The fewest headings that make a series: `Project 1: Amber`, `Project 2: Birch`, ..."""

MOST_ITEMS = 10
"""The most sentences of one list or section in an answer."""

_LEAST_ITEMS = 3
_HEADED = 0.6  # the headings must have this share of the question's terms, by idf
_ENUMERATES = 0.35  # added to the score of a sentence that enumerates
_ENUMERATION = re.compile(
    r"(?P<before>[^,;:]+?)(?:\b(?:includes?|comprises?|consists? of|such as|namely|are)\b|:)"
    r"[^;:]*[,;].*(?:[,;]|\b(?:and|or)\b)"
)
_LIST_WORDS = frozenset(terms("step stage item point type kind example list reason thing way detail part"))
_NUMBER = re.compile(r"\d+|\b[IVXLC]+\b")


@dataclass(frozen=True, slots=True)
class Series:
    """Sections or items that form a series: their passages, a draft for each, and a notice if some are left out.

    The sources of the drafts count the passages from 0. `count` is the number of sections or items in the drafts.
    """

    hits: tuple[Hit, ...]
    drafts: tuple[Draft, ...]
    notice: Notice | None
    count: int


def _asked(snapshot: Index, query: Query, language: str | None) -> dict[str, float]:
    """Return the idf of the terms of a request for a list, without words such as `item`."""
    weights = query.weights(language, snapshot.idf)
    return {term: idf for term, idf in weights.items() if term not in _LIST_WORDS} or weights


def list_items(ranked: Sequence[Scored], evidence: Sequence[Hit], noun: str) -> list[Scored]:
    """Return the items of the list, or the rows of the table, of the best sentence; all sentences if it is in none.

    A list without a lead-in counts if the heading above has the asked noun. The items have the score of the best one,
    so that all of them are chosen.
    """
    best = ranked[0]
    leads, passage = best.sentence.leads, best.sentence.passage
    members = [one for one in ranked if leads and one.sentence.leads == leads]
    if not leads and best.sentence.marked and {*terms(noun)[-1:]} & _terms_of(evidence[passage].heading[-1:]):
        members = [one for one in ranked if one.sentence.marked and one.sentence.passage == passage]
    members = members[:MOST_ITEMS]
    return (
        [replace(one, score=best.score, wanted=True) for one in members]
        if len(members) >= _LEAST_ITEMS
        else list(ranked)
    )


def announced_first(ranked: Sequence[Scored], evidence: Sequence[Hit], noun: str) -> list[Scored]:
    """Return the sentences with a higher score for the lists whose lead-in names the asked things, and their items."""
    raised = [
        replace(one, score=one.score + _ENUMERATES) if names_things(one, evidence, noun) else one for one in ranked
    ]
    return sorted(raised, key=lambda one: (not one.sentence.whole, -one.score))


def names_things(one: Scored, evidence: Sequence[Hit], noun: str) -> bool:
    """Return whether a sentence is a list or an item of it, and the lead names the asked things: `The steps are:`"""
    listed = (one.sentence.span,) if one.sentence.items else one.sentence.leads[-1:] if one.sentence.marked else ()
    lead = one_line(evidence[one.sentence.passage].quote(listed[0])) if listed else ""
    return introduces_list(lead) and bool({*terms(noun)[-1:]} & {*terms(lead)})


def enumerating_first(ranked: Sequence[Scored], noun: str) -> list[Scored]:
    """Return the sentences with a higher score for those that enumerate the asked things: `the duties include ...`."""
    wanted = {*terms(noun)[-1:]}
    raised = [
        replace(one, score=one.score + _ENUMERATES)
        if (match := _ENUMERATION.match(one.sentence.text)) and wanted & {*terms(match["before"])}
        else one
        for one in ranked
    ]
    return sorted(raised, key=lambda one: (not one.sentence.whole, -one.score))


def series_of(snapshot: Index, query: Query, hits: Sequence[Hit], limit: int) -> Series | None:
    """Return the series of sections that a question asks for, if a document of the best passages has one."""
    for id_ in dict.fromkeys(hit.reference.id for hit in hits[:limit]):
        document = snapshot.document(id_)
        asked = frozenset(_asked(snapshot, query, document.language))
        members = _members(document, asked)
        if members and (found := _found(snapshot, document, members, asked, limit, query.text)):
            return found
    return None


def section_items(snapshot: Index, query: Query, evidence: Sequence[Hit], limit: int) -> Series | None:
    """Return the list items of the section whose headings have most of the asked terms, if it has some items."""
    shares = [_share_above(hit, _asked(snapshot, query, hit.language)) for hit in evidence]
    for number in sorted(range(len(evidence)), key=lambda number: (-shares[number], number)):
        if shares[number] < _HEADED or not evidence[number].heading:
            return None
        if found := _items_around(snapshot, query, evidence[number], limit):
            return found
    return None


def rest_of_list(snapshot: Index, query: Query, evidence: Sequence[Hit], ranked: Sequence[Scored]) -> Series | None:
    """Return the items of the list of the best sentence in order, if it is long or the evidence has only some of it.

    Return None if its lead has few of the asked terms. An item with the others is then the answer.
    """
    best = ranked[0].sentence
    if not best.marked or not best.leads:
        return None
    chosen = evidence[best.passage]
    found = whole_list(snapshot, query, chosen, best.leads, 0)
    ranked_items = sum(
        one.sentence.leads == best.leads and evidence[one.sentence.passage].reference.id == chosen.reference.id
        for one in ranked
    )
    if found is None or not _LEAST_ITEMS <= len(found.items) > min(ranked_items, MOST_ITEMS):
        return None
    if not found.is_asked_in_lead(snapshot, query):
        return None
    draft, notice, count = found.draft(MOST_ITEMS)
    return Series((found.hit,), (draft,), notice, count)


def _sentences(hits: Sequence[Hit], query: Query) -> list[Sentence]:
    return [one for number, hit in enumerate(hits) for _, one in sentences_of(hit, query.text, number)]


def _items_around(snapshot: Index, query: Query, chosen: Hit, limit: int) -> Series | None:
    """Return the list items in the section of a passage, if there are some."""
    hits = section_around(snapshot, chosen, query.text, limit)[:limit]
    quotable = _sentences(hits, query)
    sentences = [one for one in quotable if one.marked]
    lists = (one for one in quotable if len(one.items) >= _LEAST_ITEMS)
    whole = max(lists, key=lambda one: len(one.items), default=None)
    # A list inside an item of a longer one is not the list of the section.
    if whole and len(whole.items) >= sum(one.span not in whole.items for one in sentences):
        return Series(tuple(hits), (make_draft([whole], hits[whole.passage]),), None, len(whole.items))
    return _items(hits, sentences, chosen) if len(sentences) >= _LEAST_ITEMS else None


def _items(hits: Sequence[Hit], sentences: Sequence[Sentence], chosen: Hit) -> Series:
    """Return a series of the first list items in `sentences`, with a notice if there are more."""
    groups: list[list[Sentence]] = []
    for one in sentences[:MOST_ITEMS]:
        if groups and shares_list(groups[-1][-1], one):
            groups[-1].append(one)
        else:
            groups.append([one])
    drafts = tuple({one.text: one for one in (make_draft(group, hits[group[0].passage]) for group in groups)}.values())
    return Series(tuple(hits), drafts, rest_left_out(chosen, sentences, MOST_ITEMS), len(sentences[:MOST_ITEMS]))


def _terms_of(headings: Sequence[str]) -> set[str]:
    return {*terms(" ".join(headings))} if headings else set()


def _share_above(hit: Hit, idf: Mapping[str, float]) -> float:
    """Return the share of the asked terms, by idf, in the title and headings above a passage."""
    above = " ".join((hit.reference.title, *hit.heading))
    found = {*terms(above, hit.language), *words_and_initials(above)}
    return sum(idf[term] for term in idf.keys() & found) / (sum(idf.values()) or 1.0)


def _members(document: Document, asked: frozenset[str]) -> list[tuple[Heading, Span]]:
    """Return the largest group of headings of one level that begin with the same asked word and a number."""
    groups: dict[tuple[int, str], list[tuple[Heading, Span]]] = {}
    for place, heading in enumerate(document.headings):
        shape = _NUMBER.sub("#", heading.title.partition(":")[0]).strip().casefold()
        if "#" in shape and asked & set(terms(shape, document.language)):
            following = document.headings[place + 1 :]
            end = next((one.span.start for one in following if one.level <= heading.level), len(document.text))
            groups.setdefault((heading.level, shape), []).append((heading, Span(heading.span.end, end)))
    largest = max(groups.values(), key=len, default=[])
    return largest if len(largest) >= LEAST_SECTIONS else []


def _found(
    snapshot: Index,
    document: Document,
    members: Sequence[tuple[Heading, Span]],
    asked: frozenset[str],
    limit: int,
    question: str,
) -> Series | None:
    rows = [rows[0] for _, span in members[:limit] if (rows := snapshot.rows_at(document.reference.id, span))]
    hits = snapshot.evidence(snapshot.hits(rows, [0.0] * len(rows)))
    evidence = without_commands(hits, question)
    drafts = []
    for number, (hit, (_, section)) in enumerate(zip(evidence, members, strict=False)):
        inside = [one for _, one in sentences_of(hit, "", number) if section.start <= one.span.start < section.end]
        if best := _best(inside, asked):
            drafts.append(make_draft([best], hit))
    if len(drafts) < min(LEAST_SECTIONS, limit):
        return None
    left_out = members[len(drafts)][0].title if len(drafts) < len(members) else None
    notice = shown(len(drafts), len(members), document.reference.title, left_out) if left_out else None
    return Series(tuple(evidence), tuple(drafts), notice, len(drafts))


def _best(sentences: Sequence[Sentence], asked: frozenset[str]) -> Sentence | None:
    """Return the sentence with the most of the asked terms, the first one if several have as many."""
    return max(sentences, key=lambda one: (one.whole, len(one.terms & asked), -one.span.start), default=None)
