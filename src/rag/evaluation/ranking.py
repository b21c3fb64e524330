"""Measures rankings of documents with ir_measures, which gives the same values as trec_eval."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeAlias

import ir_measures
import numpy as np
from numpy.typing import NDArray

Values: TypeAlias = NDArray[np.float64]
"""One value for each question, in their order; NaN if a question has no label for the measure."""

METRICS = {
    "ndcg@10": ir_measures.nDCG @ 10,
    "recall@10": ir_measures.R @ 10,
    "map@10": ir_measures.AP @ 10,
    "p@1": ir_measures.P @ 1,
    "document_recall@1": ir_measures.R @ 1,
}


def measure(rankings: Sequence[Sequence[str]], relevance: Sequence[Mapping[str, int]]) -> dict[str, Values]:
    """Return each measure for each ranking (documents, best first), given the relevance of documents."""
    judged = [number for number, documents in enumerate(relevance) if documents]
    qrels = [
        ir_measures.Qrel(str(number), document, score)
        for number in judged
        for document, score in relevance[number].items()
    ]
    run = [
        ir_measures.ScoredDoc(str(number), document, -place)
        for number in judged
        for place, document in enumerate(rankings[number])
    ]
    values = {name: np.full(len(rankings), np.nan) for name in METRICS}
    names = {measure: name for name, measure in METRICS.items()}
    for metric in ir_measures.iter_calc(list(METRICS.values()), qrels, run) if qrels else ():
        values[names[metric.measure]][int(metric.query_id)] = metric.value
    return values


def first_found(rankings: Sequence[Sequence[str]], relevance: Sequence[Mapping[str, int]]) -> Values:
    """Return the document recall at 1 for each ranking."""
    return measure(rankings, relevance)["document_recall@1"]
