"""Writes the extractive answer: the sentences of the evidence that speak to the question, word for word."""

from __future__ import annotations

import math
from collections.abc import Sequence

from rag.answer.retrieval import Query
from rag.answer.statements import Sentence, draft, is_short, sentences_of, shares_list, shares_table
from rag.index.late_interaction import Met, sentences_met
from rag.snapshots import Snapshot
from rag.text import numbers, terms
from rag.text.answer_types import expected_answer_pattern
from rag.text.definitions import requested_term
from rag.types import Draft, Hit

MOST_STATEMENTS = 5

_STATEMENTS = 3  # sentences that an extractive answer chooses; more are seldom nearer to what was asked
_NEAR_BEST = 0.85  # a further sentence must score at least this share of the best
_FAR_BELOW = 0.5  # of the best passage's score may be missing where a further sentence is still about the same
_SAME = 0.6  # sentences that share this much of their terms (Jaccard), and all figures, say the same
_REPEATS = 0.8  # what shares this much says it so nearly that it may be cited for it
_SOURCES = 3  # documents cited for one statement

# A sentence's score adds to how well it meets the question (MaxSim), by its own words and together with its headings:
_OWN_WORDS = 0.8
_COVERAGE_WEIGHT = 0.5  # of the question's words, by idf, that stand in the sentence or above it
_PASSAGE_WEIGHT = 0.3  # divided by the rank of its passage
_LENGTH_WEIGHT = 0.08  # of the logarithm of its number of words: a short sentence says less
_EXCESS_WEIGHT = 0.15  # taken off for each forty words beyond the first forty: a long one says more than was asked
_KIND_WEIGHT = 0.15  # where it states a duration, a date or a number, and the question asks for one
_PLACE_WEIGHT = 0.1  # taken off for the share of its passage that stands before it: what matters is said first
# These are chosen by hand near weights fitted to the words that the best sentence shares with the gold answers of three
# sets; docs/decisions/sentences.md has the trials.
_LONG = 40
_UNMET = Met(0.0, 0.0)  # it stands beyond what the model read


def ranked_sentences(snapshot: Snapshot, query: Query, evidence: Sequence[Hit]) -> list[Sentence]:
    """Return every sentence of the evidence that may be quoted, best first.

    Where a term is to be defined, what defines it comes before all that only speaks of it.
    """
    asked = query.asked
    wanted = {term: snapshot.lexical.idf(term) for term in asked.terms}
    total = sum(wanted.values()) or 1.0
    kind = expected_answer_pattern(query.text)
    term = frozenset(terms(requested_term(query.text) or ""))
    found = []
    met_by_passage = sentences_met(asked.tokens, [snapshot.tokens.passage(hit.row) for hit in evidence])
    for number, (hit, met_by_place) in enumerate(zip(evidence, met_by_passage, strict=True)):
        said_above = frozenset(terms(" ".join((hit.reference.title, *hit.heading))))
        sentences = list(sentences_of(hit, query.text))
        for before, (place, sentence) in enumerate(sentences):
            sentence.passage = number
            sentence.met, met_in_place = met_by_place.get(place, _UNMET)
            held = [idf for term, idf in wanted.items() if term in sentence.terms or term in said_above]
            sentence.coverage = sum(held) / total
            score = _OWN_WORDS * sentence.met + (1 - _OWN_WORDS) * met_in_place
            score += _COVERAGE_WEIGHT * sentence.coverage + _PASSAGE_WEIGHT / (1 + number)
            score += _said_well(len(sentence.text.split())) - _PLACE_WEIGHT * before / len(sentences)
            score += _KIND_WEIGHT if kind and kind.search(sentence.text) else 0.0
            sentence.score = score
            found.append(sentence)
    return sorted(found, key=lambda s: (not s.whole, not (term and s.defined == term), -s.score, s.passage, s.span))


def choose(ranked: Sequence[Sentence], evidence: Sequence[Hit]) -> tuple[Draft, ...]:
    """Return one to three drafts, none saying what another says, each citing all that say it.

    What answers best comes first, the rest as it reads. Items of one list are one draft; where two rows of a short
    table would be chosen, it is quoted whole, for a reader would ask what the others say.
    """
    chosen: list[Sentence] = []
    for sentence in ranked:
        if sentence.whole != ranked[0].whole or sentence.score < _NEAR_BEST * ranked[0].score:
            break
        if not _speaks_of_it(evidence[sentence.passage], evidence[ranked[0].passage]):
            continue
        if any(_says_the_same(sentence, other) or _holds(other, sentence) for other in chosen):
            continue
        chosen = [*(other for other in chosen if not _holds(sentence, other)), sentence]
        if len(chosen) == _STATEMENTS:
            break
    groups = sorted(
        _lists(_reading_order(_with_tables(chosen, ranked))), key=lambda together: chosen[0] not in together
    )
    return tuple(_draft(together, ranked, evidence) for together in groups)


def _speaks_of_it(hit: Hit, best: Hit) -> bool:
    """Whether a passage is about what the best is: in a follow-up a sentence may speak of anything that "began"."""
    return hit.score >= best.score - _FAR_BELOW * abs(best.score)


def _said_well(words: int) -> float:
    """Return what a sentence scores for its length."""
    return _LENGTH_WEIGHT * math.log(words) - _EXCESS_WEIGHT * max(0, words - _LONG) / _LONG


def _draft(together: Sequence[Sentence], ranked: Sequence[Sentence], evidence: Sequence[Hit]) -> Draft:
    """Return a statement of the sentences, which cites what says the same in other documents too."""
    first = together[0]
    same = [other for other in ranked if _repeats(other, first, evidence)] if len(together) == 1 else []
    by_document = {evidence[other.passage].reference.id: other for other in reversed(same)}
    return draft(together, evidence[first.passage], tuple(by_document.values())[: _SOURCES - 1])


def _lists(ordered: Sequence[Sentence]) -> list[list[Sentence]]:
    """Put neighbours together that are items of one list."""
    groups: list[list[Sentence]] = []
    for sentence in ordered:
        if groups and shares_list(groups[-1][-1], sentence):
            groups[-1].append(sentence)
        else:
            groups.append([sentence])
    return groups


def _with_tables(chosen: Sequence[Sentence], ranked: Sequence[Sentence]) -> list[Sentence]:
    """Put the other rows of a short table beside two that were chosen."""
    whole = list(chosen)
    for row in chosen:
        table = [other for other in ranked if shares_table(row, other)]
        if sum(shares_table(row, other) for other in chosen) > 1 and is_short(table):
            whole += [other for other in table if other not in whole]
    return whole


def _says_the_same(one: Sentence, other: Sentence) -> bool:
    return _overlap(one.terms, other.terms) >= _SAME and numbers(one.text) == numbers(other.text)


def _repeats(other: Sentence, first: Sentence, evidence: Sequence[Hit]) -> bool:
    """Whether another document says all that a sentence says, and hardly more."""
    apart = evidence[other.passage].reference.id != evidence[first.passage].reference.id
    alone = not (first.leads or first.items or other.leads or other.items)
    return apart and alone and _says_the_same(other, first) and _overlap(other.terms, first.terms) >= _REPEATS


def _holds(one: Sentence, other: Sentence) -> bool:
    """Whether a statement of one quotes the other too."""
    return one.passage == other.passage and other.span in one.parts


def _reading_order(chosen: Sequence[Sentence]) -> list[Sentence]:
    """The passage of the best sentence first; within a passage as it reads."""
    rank: dict[int, int] = {}
    for sentence in chosen:
        rank.setdefault(sentence.passage, len(rank))
    return sorted(chosen, key=lambda s: (rank[s.passage], s.span))


def _overlap(one: frozenset[str], other: frozenset[str]) -> float:
    union = one | other
    return len(one & other) / len(union) if union else 1.0
