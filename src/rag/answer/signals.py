"""Computes the signals that the confidence of an answer is estimated from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from rag.answer.extraction import Scored
from rag.answer.retrieval import Query
from rag.answer.statements import Sentence
from rag.index.late_interaction import SentenceScores, sentence_scores
from rag.protocols import Scores
from rag.snapshots import Index
from rag.text import names, numbers, term_set, words_and_initials
from rag.text.languages import DEFAULT, known
from rag.types import Hit

_NEAR = 0.9  # a passage is near the best one if it has at least this share of the highest MaxSim of a passage


@dataclass(frozen=True, slots=True)
class Signals:
    """The inputs of the confidence model, each about 0 to 1.

    The field names are the keys of `weights` in the files that `rag calibrate` writes. The best unit is the sentence,
    list item or table row that ranks first. MaxSim compares its words with the question.
    """

    met: float
    """The highest MaxSim of any unit."""
    mean_met: float
    """The mean MaxSim of all units. If it is high, the whole topic resembles the question."""
    cosine: float
    """The highest cosine of any passage with the question and its earlier turns. The turns often name the subject."""
    coverage: float
    """The share of the question's terms, by idf, in the best unit."""
    agreement: float
    """1 if the passage with the highest cosine also has the largest share of the question's terms, else 0."""
    weakest_word: float
    """The lowest similarity of an informative word of the question to the best unit."""
    words_elsewhere: float
    """How much better other passages match single words of the question than the passage of the best unit."""
    figures_missing: float
    """The share of the question's figures that the best unit lacks."""
    names_missing: float
    """The share of the question's names that the best passages lack, with their titles and headings."""
    further_words: float
    """The number of terms of the best unit that the question does not have, divided by 20."""
    looked_up: float
    """How surely the structure or the spelling of the documents leads to the place that the question asks for.

    1 if one document has the provision that it names, or shows the whole list that it asks for; 0.8 if several places
    have that name, or if the list is too long to show; the share of its terms in a unit with its codes or rare names.
    """
    covered: float
    """The share of the question's terms, by idf, in the best unit, its title and its headings."""
    unreadable: float
    """1 if the best unit is not in English, so that an English encoder cannot read it, else 0.

    It is .5 if the question and the unit's passage have an acronym or a code that the encoder has no token for. This
    signal has no weight. `ConfidenceModel` explains its use.
    """


NONE = Signals(**dict.fromkeys(Signals.__slots__, 0.0) | {"figures_missing": 1.0, "names_missing": 1.0})
"""The signals without any quotable unit."""


def signals_of(
    snapshot: Index,
    query: Query,
    evidence: Sequence[Hit],
    ranked: Sequence[Scored],
    looked_up: float = 0.0,
    unread: Sequence[str] = (),
) -> Signals:
    """Compute the signals from the evidence and its ranked units. `Signals` explains `looked_up`.

    `unread` are the acronyms and codes of the question that the encoder has no token for.
    """
    if not ranked:
        return NONE
    seen = _Seen(snapshot, query, evidence, ranked[0])
    maxsims = np.array([one.maxsim for one in ranked])
    cosines = snapshot.cosines(query.vector, [hit.row for hit in evidence])
    covered = np.array(seen.coverages)
    return Signals(
        met=float(maxsims.max()),
        mean_met=float(maxsims.mean()),
        cosine=float(cosines.max()),
        coverage=_share(seen.weights, ranked[0].sentence.unit_terms),
        agreement=float(covered[cosines.argmax()] == covered.max()),
        weakest_word=seen.weakest_word,
        words_elsewhere=seen.words_elsewhere,
        figures_missing=_missing(numbers(query.text), numbers(seen.unit_text) | ranked[0].held),
        names_missing=seen.names_missing,
        further_words=len(ranked[0].sentence.unit_terms - seen.weights.keys()) / 20,
        looked_up=looked_up,
        covered=ranked[0].coverage,
        unreadable=seen.unreadable(unread),
    )


@dataclass(frozen=True)
class _Seen:
    """The evidence as the signals need it. `best` is the unit that ranks first."""

    snapshot: Index
    query: Query
    evidence: Sequence[Hit]
    best: Scored

    @property
    def place(self) -> int:
        """The number of the best unit's passage."""
        return self.best.sentence.passage

    @cached_property
    def weights(self) -> dict[str, float]:
        """The idf of the question's terms, in the language of the best unit."""
        return self.query.asked.weights(self.evidence[self.place].language, self.snapshot.idf)

    @cached_property
    def terms(self) -> list[frozenset[str]]:
        """The terms of each passage, its title and its headings."""
        return [term_set(_with_headings(hit), hit.language) for hit in self.evidence]

    @cached_property
    def coverages(self) -> list[float]:
        """The share of the question's terms in each passage."""
        idf, asked = self.snapshot.idf, self.query.asked
        weights = [asked.weights(hit.language, idf) for hit in self.evidence]
        return [_share(one, found) for one, found in zip(weights, self.terms, strict=True)]

    def unreadable(self, unread: Sequence[str]) -> float:
        """Return 1 if the best unit is not in English, .5 if its passage has one of the `unread` words, else 0.

        The initials of a long name count as a word. A language without a stemmer counts as English, because it is often
        a wrong guess about a short text.
        """
        hit = self.evidence[self.place]
        if known(hit.language) != DEFAULT:
            return 1.0
        shared = {word.casefold() for word in unread} & words_and_initials(_with_headings(hit)) if unread else set()
        return 0.5 if shared else 0.0

    @cached_property
    def _scores(self) -> list[SentenceScores]:
        return sentence_scores(self.query.asked.tokens, self.snapshot.tokens([hit.row for hit in self.evidence]))

    @cached_property
    def _by_token(self) -> NDArray[np.float64]:
        """The best similarity of each passage and its headings to each token of the question, shape (n, t)."""
        count = len(self.query.asked.tokens.weights)
        return np.stack([_best_of_passage(one, count) for one in self._scores])

    @property
    def weakest_word(self) -> float:
        """The lowest similarity to the best unit of a token with at least the median weight."""
        weights, scores = self.query.asked.tokens.weights, self._scores[self.place]
        rows = [scores.rows[place] for place in self._places if place in scores.rows]
        if not rows:
            return 0.0
        return float(scores.best[rows].max(axis=0)[weights >= np.median(weights)].min())

    @property
    def words_elsewhere(self) -> float:
        """The weighted sum, over the tokens, of the lead of the best passage for a token over the best unit's one."""
        lead = self._by_token.max(axis=0) - self._by_token[self.place]
        return float(np.vecdot(lead, self.query.asked.tokens.weights))

    @property
    def _places(self) -> list[int]:
        """The sentence numbers of the best unit in its passage."""
        sentence = self.best.sentence
        own = [one.place for one in self.evidence[self.place].quotable if one.span == sentence.span]
        return [*own[:1], *sentence.places]

    @property
    def unit_text(self) -> str:
        """The text of the best unit with its leads, items and tails."""
        return _unit_text(self.evidence[self.place], self.best.sentence)

    @property
    def names_missing(self) -> float:
        """The share of the question's names that no passage has whose MaxSim is near the best one."""
        wanted = names(self.query.text, self.query.spoken[0])
        if not wanted:
            return 0.0
        maxsims = np.vecdot(self._by_token, self.query.asked.tokens.weights)
        near = {self.place, *np.flatnonzero(maxsims >= _NEAR * maxsims.max()).tolist()}
        found = set().union(*(words_and_initials(_with_headings(self.evidence[number])) for number in near))
        return _missing(wanted, found)


def _best_of_passage(scores: SentenceScores, count: int) -> Scores:
    if not scores.rows:
        return np.zeros(count, np.float32)
    best: Scores = np.maximum(scores.best.max(axis=0), scores.in_heading)
    return best


def _with_headings(hit: Hit) -> str:
    return f"{hit.reference.title} {' '.join(hit.heading)} {hit.before} {hit.text} {hit.after}"


def _unit_text(hit: Hit, sentence: Sentence) -> str:
    return " ".join((sentence.text, *map(hit.quote, filter(hit.known.contains, sentence.parts))))


def _share(weights: dict[str, float], found: frozenset[str]) -> float:
    return sum(weight for term, weight in weights.items() if term in found) / (sum(weights.values()) or 1.0)


def _missing(wanted: set[str], found: set[str]) -> float:
    return len(wanted - found) / len(wanted) if wanted else 0.0
