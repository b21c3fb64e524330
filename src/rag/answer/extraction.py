"""Writes the extractive answer: the most relevant sentences of the evidence, quoted word for word."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from rag.answer.choice import NEAR_BEST, ChoiceModel, packaged
from rag.answer.lists import left_out
from rag.answer.retrieval import Query
from rag.answer.rows import selected_rows, words_held
from rag.answer.sentence_features import FEATURES, PassageFeatures
from rag.answer.statements import (
    Sentence,
    is_short,
    make_draft,
    sentences_of,
    shares_list,
    table_of,
)
from rag.index.late_interaction import sentence_scores
from rag.snapshots import Snapshot
from rag.text import numbers, terms
from rag.text.definitions import requested_term
from rag.types import Draft, Hit, Span

MOST_STATEMENTS = 5

MOST_CHOSEN = 3
"""The most sentences in an extractive answer, unless it is a list. A fourth one is seldom more relevant."""

_LEAST = 0.65  # the least share of the best score; below NEAR_BEST, a sentence must directly follow a chosen one
_ANSWERED = 0.7  # of the question, by idf; chosen sentences with this share of its words need no weaker sentence
_NEW = 0.1  # the least share of the question, by idf, of the words that a further sentence adds
_FAR_BELOW = 0.5  # a further sentence's passage must score at most this share below the best sentence's passage
_SAME = 0.6  # the least Jaccard similarity of two sentences that say the same; their figures must be equal too
_REPEATS = 0.8  # a sentence of another document is cited too if its similarity is at least this
_MOST_CITED = 3  # documents cited for one statement
# Added for a row whose period holds the time asked for. A sentence is then near it only if it scored higher.
_TIME_PREFERENCE = 1 - NEAR_BEST
_COVERAGE = FEATURES.index("coverage")


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


def candidates(snapshot: Snapshot, query: Query, evidence: Sequence[Hit]) -> list[Candidate]:
    """Return all quotable sentences of the evidence with their features, in reading order.

    Of a list and its items, only the list or only the items are returned.
    """
    asked = query.asked
    passages = sentence_scores(asked.tokens, [snapshot.tokens.passage(hit.row) for hit in evidence])
    found: list[Candidate] = []
    for number, (hit, maxsims) in enumerate(zip(evidence, passages, strict=True)):
        idf = asked.weights(hit.language, snapshot.lexical.idf)
        total = sum(idf.values()) or 1.0
        numbered = list(sentences_of(hit, asked.text, number))
        needless = left_out([sentence for _, sentence in numbered], frozenset(idf))
        computed = PassageFeatures(hit, number, asked, idf, maxsims)
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


def ranked_sentences(snapshot: Snapshot, query: Query, evidence: Sequence[Hit]) -> list[Scored]:
    """Return all quotable sentences of the evidence, best first, scored by the model in this package."""
    return rank(candidates(snapshot, query, evidence), snapshot, query, evidence, packaged())


def rank(
    found: Sequence[Candidate], snapshot: Snapshot, query: Query, evidence: Sequence[Hit], model: ChoiceModel
) -> list[Scored]:
    """Return the sentences with their scores, best first.

    Whole sentences come before fragments. If the question asks for a definition, sentences that define the term come
    before sentences that only mention it.
    """
    scores = model.scores(model.sums([one.features for one in found]))
    scored = [
        Scored(one.sentence, one.maxsim, one.coverage, score, matched=one.matched)
        for one, score in zip(found, scores, strict=True)
    ]
    term = requested_term(query.text, query.spoken) or ""
    wanted = {hit.language: frozenset(terms(term, hit.language)) for hit in evidence} if term else {}
    languages = [hit.language for hit in evidence]
    return sorted(_selected(scored, snapshot, query, evidence, model), key=lambda one: _rank(one, wanted, languages))


def _selected(
    found: Sequence[Scored], snapshot: Snapshot, query: Query, evidence: Sequence[Hit], model: ChoiceModel
) -> Iterator[Scored]:
    """Yield the sentences without the table rows that the question does not ask for.

    The other rows get the best score of their table, because rows differ by one date or figure.
    """
    tables: dict[Hashable, list[Scored]] = {}
    for scored in found:
        key = table_of(scored.sentence)
        tables.setdefault(key and (evidence[scored.sentence.passage].reference.id, key), []).append(scored)
    others = tables.pop(None, [])
    today = datetime.now(UTC).date()
    for table in tables.values():
        rows = [scored.sentence for scored in table]
        language = evidence[rows[0].passage].language
        answering = selected_rows(rows, query.text, today, language, query.spoken)
        selected = {(row.passage, row.span): row for row in answering}
        held = frozenset(words_held(rows, query.text, language, query.spoken))
        best = max(table, key=lambda scored: scored.score) if len(selected) < len(rows) else None
        for scored in table:
            if row := selected.get((scored.sentence.passage, scored.sentence.span)):
                weights = query.asked.weights(evidence[row.passage].language, snapshot.lexical.idf)
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


def choose(ranked: Sequence[Scored], evidence: Sequence[Hit], most: int = MOST_CHOSEN) -> tuple[Draft, ...]:
    """Return drafts of at most `most` sentences, which do not repeat each other.

    A further sentence is quoted only if it is wanted, has words of the question that the others lack, or goes on
    directly after one of them. Each draft cites up to three documents that say the same. The draft with the best
    sentence comes first, the others in reading order. Items of one list form one draft. If two items of a short list or
    two rows of a short table are chosen, the draft quotes all of them, so that the reader sees the others too.
    """
    chosen: list[Scored] = []
    for one in _near_best(ranked, evidence):
        sentence = one.sentence
        if any(_says_the_same(sentence, other.sentence) or _includes(other.sentence, sentence) for other in chosen):
            continue
        if chosen and not _adds(one, chosen, evidence):
            continue
        chosen = [*(other for other in chosen if not _includes(sentence, other.sentence)), one]
        if len(chosen) == most:
            break
    return _drafts([one.sentence for one in chosen], [one.sentence for one in ranked], evidence)


def _drafts(chosen: Sequence[Sentence], quotable: Sequence[Sentence], evidence: Sequence[Hit]) -> tuple[Draft, ...]:
    """Return the drafts of the chosen sentences, which are given best first."""
    groups = sorted(_grouped(_reading_order(_with_lists(chosen, quotable))), key=lambda group: chosen[0] not in group)
    return tuple(_draft(group, quotable, evidence) for group in groups)


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


def _adds(one: Scored, chosen: Sequence[Scored], evidence: Sequence[Hit]) -> bool:
    """Return whether a further sentence adds to the chosen ones.

    It is wanted, goes on directly after one of them, has words of the question that they lack, or stands with the best
    one in a passage of prose. The sentence that goes on may score less if the chosen ones lack words of the question.
    """
    if one.wanted:
        return True
    seen = {term: share for other in chosen for term, share in other.matched.items()}
    near = one.score >= NEAR_BEST * chosen[0].score
    if _goes_on(one.sentence, chosen, evidence):
        return near or sum(seen.values()) < _ANSWERED
    if not near:
        return False
    if sum(share for term, share in one.matched.items() if term not in seen) >= _NEW:
        return True
    parts = (one.sentence, chosen[0].sentence)
    return parts[0].passage == parts[1].passage and table_of(parts[0]) is None and not any(one.marked for one in parts)


def _goes_on(sentence: Sentence, chosen: Sequence[Scored], evidence: Sequence[Hit]) -> bool:
    """Return whether a sentence follows a chosen one directly, in the same paragraph."""
    others = (other.sentence for other in chosen if other.sentence.passage == sentence.passage)
    end = max((other.span.end for other in others if other.span.end <= sentence.span.start), default=None)
    return end is not None and not evidence[sentence.passage].quote(Span(end, sentence.span.start)).strip(" ")


def _near_best(ranked: Sequence[Scored], evidence: Sequence[Hit]) -> Iterator[Scored]:
    """Yield the sentences that may stand beside the best one, from passages that are on its subject."""
    for one in ranked:
        best = ranked[0]
        if one.sentence.whole != best.sentence.whole or one.score < _LEAST * best.score:
            return
        if _on_subject(evidence[one.sentence.passage], evidence[best.sentence.passage]):
            yield one


def _on_subject(hit: Hit, best: Hit) -> bool:
    """Tell whether a passage's score is near the best one's.

    A follow-up with a common word such as "began" matches sentences of passages on any subject.
    """
    return hit.score >= best.score - _FAR_BELOW * abs(best.score)


def _draft(group: Sequence[Sentence], quotable: Sequence[Sentence], evidence: Sequence[Hit]) -> Draft:
    """Return a draft of the sentences. If there is only one, the draft also cites other documents that repeat it."""
    first = group[0]
    repeats = [other for other in quotable if _repeats(other, first, evidence)] if len(group) == 1 else []
    by_document: dict[str, Sentence] = {}
    for other in repeats:  # best first
        by_document.setdefault(evidence[other.passage].reference.id, other)
    return make_draft(group, evidence[first.passage], tuple(by_document.values())[: _MOST_CITED - 1])


def _grouped(ordered: Sequence[Sentence]) -> list[list[Sentence]]:
    """Group neighbours that are items of one list."""
    groups: list[list[Sentence]] = []
    for sentence in ordered:
        if groups and shares_list(groups[-1][-1], sentence):
            groups[-1].append(sentence)
        else:
            groups.append([sentence])
    return groups


def _with_lists(chosen: Sequence[Sentence], quotable: Sequence[Sentence]) -> list[Sentence]:
    """Add the other rows of a short table, or items of a short list, if at least two of them were chosen."""
    whole = list(chosen)
    for row in chosen:
        table = [other for other in quotable if shares_list(row, other)]
        if sum(shares_list(row, other) for other in chosen) > 1 and is_short(table):
            whole += [other for other in table if other not in whole]
    return whole


def _says_the_same(one: Sentence, other: Sentence) -> bool:
    return _overlap(one.terms, other.terms) >= _SAME and numbers(one.text) == numbers(other.text)


def _repeats(other: Sentence, first: Sentence, evidence: Sequence[Hit]) -> bool:
    """Tell whether a sentence of another document says the same as `first` and little more."""
    other_document = evidence[other.passage].reference.id != evidence[first.passage].reference.id
    without_context = not (first.leads or first.items or other.leads or other.items)
    similar = _says_the_same(other, first) and _overlap(other.terms, first.terms) >= _REPEATS
    return other_document and without_context and similar


def _includes(one: Sentence, other: Sentence) -> bool:
    """Tell whether a statement of `one` quotes `other` too."""
    return one.passage == other.passage and other.span in one.parts


def _reading_order(chosen: Sequence[Sentence]) -> list[Sentence]:
    """Sort by passage, the passage of the best sentence first, and within a passage by position."""
    rank: dict[int, int] = {}
    for sentence in chosen:
        rank.setdefault(sentence.passage, len(rank))
    return sorted(chosen, key=lambda sentence: (rank[sentence.passage], sentence.span))


def _overlap(one: frozenset[str], other: frozenset[str]) -> float:
    """Return the Jaccard similarity of two sets of terms."""
    union = one | other
    return len(one & other) / len(union) if union else 1.0
