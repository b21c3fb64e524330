"""Score a segmenter on labelled texts, with confidence intervals from the bootstrap."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from benchmarks.segmentation.labelled import Labelled
from benchmarks.segmentation.segmenters import Segmenter

RESAMPLES = 5_000

_COPIES = 4
_RUNS = 5


@dataclass(frozen=True, slots=True)
class Interval:
    """A figure with the 2.5th and the 97.5th percentile of its bootstrap distribution."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Counts:
    """Counts of each text, shape (texts,).

    `found` and `labelled` are numbers of boundaries, and `right` is the number of boundaries in both. The end of a text
    does not count, because no segmenter can miss it. `sentences` is the number of labelled sentences, and `whole` the
    number of those whose span the segmenter found. `lost` is the number of characters, other than white space, outside
    every span.
    """

    right: NDArray[np.float64]
    found: NDArray[np.float64]
    labelled: NDArray[np.float64]
    whole: NDArray[np.float64]
    sentences: NDArray[np.float64]
    lost: NDArray[np.float64]

    @property
    def precision(self) -> float:
        """The share of found boundaries that are right."""
        return float(self.right.sum() / self.found.sum())

    @property
    def recall(self) -> float:
        """The share of labelled boundaries that were found."""
        return float(self.right.sum() / self.labelled.sum())

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall."""
        return float(2 * self.right.sum() / (self.found.sum() + self.labelled.sum()))

    @property
    def exact(self) -> float:
        """The share of labelled sentences whose span was found."""
        return float(self.whole.sum() / self.sentences.sum())


def count(texts: Sequence[Labelled], segmenter: Segmenter) -> Counts:
    """Run `segmenter` on each text."""
    return Counts(*np.array([_counts(one, segmenter) for one in texts], np.float64).T)


def _counts(one: Labelled, segmenter: Segmenter) -> tuple[int, ...]:
    spans = segmenter(one.text)
    found = {span.end for span in spans if span.end < len(one.text)}
    labelled = {span.end for span in one.sentences[:-1]}
    whole = set(spans).intersection(one.sentences)
    held = {place for span in spans for place in range(span.start, span.end)}
    lost = sum(not char.isspace() for place, char in enumerate(one.text) if place not in held)
    return len(found & labelled), len(found), len(labelled), len(whole), len(one.sentences), lost


def f1_interval(counts: Counts) -> Interval:
    """Return F1 with its interval over resampled texts."""
    low, high = np.quantile(_resampled(counts), (0.025, 0.975))
    return Interval(counts.f1, float(low), float(high))


def difference(counts: Counts, ours: Counts) -> Interval:
    """Return how much higher F1 is than ours on the same texts; both are resampled together."""
    low, high = np.quantile(_resampled(counts) - _resampled(ours), (0.025, 0.975))
    return Interval(counts.f1 - ours.f1, float(low), float(high))


def _resampled(counts: Counts) -> NDArray[np.float64]:
    texts = len(counts.right)
    weights = np.random.default_rng(0).multinomial(texts, np.full(texts, 1 / texts), RESAMPLES)
    f1: NDArray[np.float64] = 2 * (weights @ counts.right) / (weights @ (counts.found + counts.labelled))
    return f1


def speeds(texts: Sequence[Labelled], segmenters: dict[str, Segmenter]) -> dict[str, float]:
    """Return how many characters a second each segmenter reads, in the best of several interleaved runs.

    The segmenters read one document, which has all texts several times with blank lines between them.
    """
    document = "\n\n".join(one.text for one in [*texts] * _COPIES)
    best: dict[str, float] = {}
    for _ in range(_RUNS):
        for name, segmenter in segmenters.items():
            start = time.perf_counter()
            segmenter(document)
            best[name] = max(best.get(name, 0.0), len(document) / (time.perf_counter() - start))
    return best
