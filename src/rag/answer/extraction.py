"""Scores the sentences of the evidence and ranks them. An extractive answer quotes the best ones."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from rag.answer.choice import NEAR_BEST, ChoiceModel, packaged
from rag.answer.introductions import introductions
from rag.answer.lead_scores import lead_scores
from rag.answer.lists import left_out
from rag.answer.retrieval import Query
from rag.answer.rows import dates_asked_for, selected_rows, words_held
from rag.answer.sentence_features import FEATURES, PassageFeatures
from rag.answer.statements import (
    Sentence,
    sentences_of,
    table_of,
)
from rag.index.late_interaction import sentence_scores
from rag.snapshots import Index
from rag.text import terms
from rag.text.amount_questions import amount_question
from rag.text.definitions import requested_term
from rag.text.languages import DEFAULT
from rag.text.question_kinds import asks_for_list, asks_why
from rag.types import Hit

MOST_STATEMENTS = 5

# Added for a row whose period holds the time asked for. A sentence is then near it only if it scored higher.
_TIME_PREFERENCE = 1 - NEAR_BEST
_COVERAGE = FEATURES.index("coverage")
_INTRODUCES = 0.6
"""Added for a sentence that introduces the term that a question asks about."""


@dataclass(frozen=True, slots=True)
class Scored:
    """A sentence of the evidence with its relevance to the question.

    `maxsim` compares the sentence's own words with the question's. `coverage` is the share of the question's terms,
    by idf, in the sentence or in the title and headings above it. Sentences are ranked by `score`. `held` are the words
    of the question for a time, such as `2012` or `today`, that the period of a table row holds. `matched` has the
    question's terms in the unit, each with its share of the question by idf. A sentence that the kind of the question
    asks for, such as an item of a list, is `wanted`.
    """

    sentence: Sentence
    maxsim: float
    coverage: float
    score: float
    held: frozenset[str] = frozenset()
    matched: Mapping[str, float] = field(default_factory=dict)
    wanted: bool = False


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence of the evidence before it is scored. `features` are in the order of `sentence_features.FEATURES`.

    `matched` has the question's terms in the unit, each with its share of the question by idf.
    """

    sentence: Sentence
    maxsim: float
    coverage: float
    features: tuple[float, ...]
    matched: Mapping[str, float] = field(default_factory=dict)


def candidates(snapshot: Index, query: Query, evidence: Sequence[Hit]) -> list[Candidate]:
    """Return all quotable sentences of the evidence with their features, in reading order.

    Of a list and its items, only the list or only the items are returned.
    """
    asked = query.asked
    passages = sentence_scores(asked.tokens, snapshot.tokens([hit.row for hit in evidence]))
    whole_lists = asks_for_list(asked.text, asked.spoken)
    found: list[Candidate] = []
    for number, (hit, maxsims) in enumerate(zip(evidence, passages, strict=True)):
        idf = asked.weights(hit.language, snapshot.idf)
        total = sum(idf.values()) or 1.0
        numbered = list(sentences_of(hit, asked.text, number))
        needless = left_out([sentence for _, sentence in numbered], frozenset() if whole_lists else frozenset(idf))
        computed = PassageFeatures(hit, number, asked, idf, maxsims, lead_scores(evidence, passages, number))
        found += (
            Candidate(
                sentence,
                maxsims.together((place, *sentence.places)).own,
                row[_COVERAGE],
                row,
                {term: idf[term] / total for term in idf.keys() & sentence.unit_terms},
            )
            for (place, sentence), row in zip(numbered, computed.rows(numbered), strict=True)
            if (number, sentence.span) not in needless
        )
    return found


def ranked_sentences(snapshot: Index, query: Query, evidence: Sequence[Hit]) -> list[Scored]:
    """Return all quotable sentences of the evidence, best first, scored by the model in this package."""
    return rank(candidates(snapshot, query, evidence), snapshot, query, evidence, packaged())


def rank(
    found: Sequence[Candidate], snapshot: Index, query: Query, evidence: Sequence[Hit], model: ChoiceModel
) -> list[Scored]:
    """Return the sentences with their scores, best first.

    Whole sentences come before fragments. If the question asks for a definition, sentences that define the term come
    before sentences that only mention it, and a sentence that introduces it has a higher score.
    """
    scores = model.scores(model.sums([one.features for one in found]))
    scored = [
        Scored(one.sentence, one.maxsim, one.coverage, score, matched=one.matched)
        for one, score in zip(found, scores, strict=True)
    ]
    term = requested_term(query.text, query.spoken) or ""
    is_thing = term and query.spoken == (DEFAULT,) and amount_question(query.text, query.spoken) is None
    introducing = introductions([one.sentence for one in found], term, evidence, snapshot.idf) if is_thing else ()
    for number in introducing:
        scored[number] = replace(scored[number], score=scored[number].score + _INTRODUCES)
    wanted = {hit.language: frozenset(terms(term, hit.language)) for hit in evidence} if term else {}
    languages = [hit.language for hit in evidence]
    return sorted(_selected(scored, snapshot, query, evidence, model), key=lambda one: _rank(one, wanted, languages))


def _selected(
    found: Sequence[Scored], snapshot: Index, query: Query, evidence: Sequence[Hit], model: ChoiceModel
) -> Iterator[Scored]:
    """Yield the sentences without the table rows that the question does not ask for.

    The other rows get the best score of their table, because rows differ by one date or figure. So do all rows of a
    table of dates if the question asks when.
    """
    tables: dict[Hashable, list[Scored]] = {}
    for scored in found:
        key = table_of(scored.sentence)
        tables.setdefault(key and (evidence[scored.sentence.passage].reference.id, key), []).append(scored)
    others = tables.pop(None, [])
    today = query.as_of.last if query.as_of else datetime.now(UTC).date()
    for table in tables.values():
        rows = [scored.sentence for scored in table]
        language = evidence[rows[0].passage].language
        answering = selected_rows(rows, query.text, today, language, query.spoken)
        selected = {(row.passage, row.span): row for row in answering}
        held = frozenset(words_held(rows, query.text, language, query.spoken))
        chosen = len(selected) < len(rows) or dates_asked_for(answering, query.text, query.spoken)
        if asks_why(query.text, query.spoken):  # a row gives no reason
            yield from table
            continue
        best = max(table, key=lambda scored: scored.score) if chosen else None
        for scored in table:
            if row := selected.get((scored.sentence.passage, scored.sentence.span)):
                weights = query.asked.weights(evidence[row.passage].language, snapshot.idf)
                one = replace(best or scored, sentence=row, held=held, wanted=best is not None)
                yield _of_selected_row(one, weights, model)
        if best is None:
            continue
        # The whole list would quote the other items too.
        others = [one for one in others if not {*one.sentence.items} & {row.span for row in rows}]
    yield from others


def _of_selected_row(scored: Scored, idf: dict[str, float], model: ChoiceModel) -> Scored:
    """Count the words of the time that the period of a row holds as words of the row, and prefer the row for them."""
    if not scored.held:
        return scored
    share = sum(idf.get(term, 0.0) for term in scored.held - scored.sentence.unit_terms) / (sum(idf.values()) or 1.0)
    score = scored.score + model.coverage(share) + _TIME_PREFERENCE
    return replace(scored, score=score, coverage=scored.coverage + share)


def _rank(
    one: Scored, wanted: Mapping[str | None, frozenset[str]], languages: Sequence[str | None]
) -> tuple[object, ...]:
    """Return the sort key of a sentence.

    `wanted` has the terms that the question asks to define, if any, by language. `languages` are those of the passages.
    """
    sentence = one.sentence
    language = languages[sentence.passage]
    defines = bool(wanted.get(language)) and sentence.defined_terms(language) == wanted[language]
    return not sentence.whole, not defines, -one.score, sentence.passage, sentence.span
