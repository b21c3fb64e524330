"""Computes the features of a sentence that the model of choice weighs."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray

from rag.answer.retrieval import Query
from rag.answer.statements import Sentence
from rag.index.late_interaction import PREFIX, SentenceScores
from rag.protocols import Scores
from rag.text import term_set
from rag.text.answer_types import expected_answer_pattern
from rag.types import Hit, Span

FEATURES = (
    "mean_match",
    "unmatched",
    "neighbour",
    "coverage",
    "passage_rank",
    "place",
    "log_words",
    "expected_figure",
    "expected_place",
    "points_back",
    "announces",
)
"""The names of the features, in the order of the columns of `PassageFeatures.rows`.

- `mean_match`: the mean similarity of the question's tokens with their best match in the unit; all weigh the same
- `unmatched`: the weight of the question's tokens without a match
- `neighbour`: the highest MaxSim of the sentence before and of the sentence after
- `coverage`: the share of the question's terms, by idf, in the unit, in the title and headings above it, or in the
  year of publication
- `passage_rank`: 1 divided by the rank of the passage
- `place`: the share of its passage before the sentence
- `log_words`: the logarithm of its number of words
- `expected_figure`: 1 if the question asks for a duration, date, amount or number, and the sentence has one
- `expected_place`: 1 if the question asks for a place, and the unit names one
- `points_back`: 1 if the sentence has a word that refers to other text: `such`, `this`, `thereof`
- `announces`: 1 if the sentence announces a list or a sentence that the unit quotes too
"""

_MATCHED = 0.45  # the least similarity of a match
_ASKS_WHERE = re.compile(
    r"\bwhere\b|\b(?:what|which) (?:country|city|state|place|area|region|province)\b", re.IGNORECASE
)
_NAMED_PLACE = re.compile(r"\b(?:[Ii]n|[Aa]t|[Nn]ear|[Ff]rom|[Tt]o|[Oo]f) (?:the )?[A-Z]\w+")
_REFERS = re.compile(
    r"\b(?:such|said|aforesaid|the above|the following|thereof|therein|hereof|these|those|this)\b", re.IGNORECASE
)
_ANNOUNCES = re.compile(r":\s*\Z|\b(?:as follows|the following)\b", re.IGNORECASE)


@dataclass(frozen=True)
class PassageFeatures:
    """Computes the features of the sentences of one passage.

    `number` is the place of the passage in the evidence, counted from 0. `idf` has the terms of the question with their
    weights, and `maxsims` the MaxSim of the passage's sentences. `leads` has the similarities of leads that stand in
    other passages.
    """

    hit: Hit
    number: int
    asked: Query
    idf: dict[str, float]
    maxsims: SentenceScores
    leads: Mapping[Span, Scores] = field(default_factory=dict)

    def rows(self, sentences: Sequence[tuple[int, Sentence]]) -> Iterator[tuple[float, ...]]:
        """Yield the features of each sentence, in the order of FEATURES. `sentences` has each with its number."""
        figure = expected_answer_pattern(self.asked.text, self.asked.spoken)
        asks_where = _asks_where(self.asked.text)
        for before, (place, sentence) in enumerate(sentences):
            mean, unmatched = self._match(place, sentence)
            yield (
                mean,
                unmatched,
                max(self._own(place - 1), self._own(place + 1)),
                self.coverage(sentence),
                1 / (1 + self.number),
                before / len(sentences),
                math.log(len(sentence.text.split())),
                float(figure is not None and figure.search(sentence.text) is not None),
                float(asks_where and self._names_place(sentence)),
                float(_REFERS.search(sentence.text) is not None),
                float(bool(sentence.items or sentence.tails) and _ANNOUNCES.search(sentence.text) is not None),
            )

    def coverage(self, sentence: Sentence) -> float:
        """Return the share of the question's terms, by idf, in a unit or above it."""
        found = [weight for term, weight in self.idf.items() if term in sentence.unit_terms or term in self._above]
        return sum(found) / self._total

    @cached_property
    def _above(self) -> frozenset[str]:
        """The terms of the title and headings, and the year of publication."""
        reference = self.hit.reference
        year = str(reference.published)[:4] if reference.published else ""
        return term_set(" ".join((reference.title, *self.hit.heading, year)), self.hit.language)

    @cached_property
    def _total(self) -> float:
        return sum(self.idf.values()) or 1.0

    @cached_property
    def _matches(self) -> list[tuple[float, float]]:
        """The mean match and the unmatched weight of each row of `maxsims.best`."""
        return _matches(self.maxsims.best, self.maxsims.weights) if self.maxsims.rows else []

    def _match(self, place: int, sentence: Sentence) -> tuple[float, float]:
        rows = [row for one in (place, *sentence.places) if (row := self.maxsims.rows.get(one)) is not None]
        elsewhere = [self.leads[lead] for lead in sentence.leads if lead in self.leads] if rows else []
        if len(rows) == 1 and not elsewhere:
            return self._matches[rows[0]]
        if not rows:
            return 0.0, 1.0
        best = np.stack((*self.maxsims.best[rows], *elsewhere)).max(axis=0, keepdims=True)
        return _matches(best, self.maxsims.weights)[0]

    def _own(self, place: int) -> float:
        score = self.maxsims.alone.get(place) if place != PREFIX else None
        return score.own if score else 0.0

    def _names_place(self, sentence: Sentence) -> bool:
        return any(_NAMED_PLACE.search(text) for text in (sentence.text, *map(self.hit.quote, sentence.parts)))


def _matches(best: NDArray[np.float32], weights: NDArray[np.float32]) -> list[tuple[float, float]]:
    """Return the mean of each row of `best`, shape (n, t), and the weight of its tokens without a match."""
    unmatched = np.vecdot((best < _MATCHED).astype(np.float32), weights)
    return list(zip(best.mean(axis=1).tolist(), unmatched.tolist(), strict=True))


@lru_cache(maxsize=256)  # an answer looks the same question up for each of its passages
def _asks_where(question: str) -> bool:
    return bool(_ASKS_WHERE.search(question))
