"""Measures whether labelled pages and passages are found, and whether the service refuses to answer from them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from rag.evaluation.benchmarks import Question
from rag.evaluation.labelled_index import GoldSpan, IndexedBenchmark, Labels
from rag.evaluation.predictions import Prediction
from rag.evaluation.ranking import Values
from rag.text import one_line
from rag.types import Answer, Hit, Outcome

_LONG_QUOTE = 6  # words; a shorter quote may occur elsewhere with another meaning


def measure(indexed: IndexedBenchmark, predictions: Sequence[Prediction], bar: float) -> dict[str, Values]:
    """Return each measure for each question; NaN if the question has no label for it.

    The service refuses a question below the confidence `bar`. The labels are the gold spans of a question, else its
    pages, else its documents. `refused_with_gold` has a value if a labelled one is in the evidence of the answer.
    """
    rows = [
        {**_page_recall(one.first, labels), **_refusal(one.answer, question, labels, indexed.texts, bar)}
        for one, question, labels in zip(predictions, indexed.benchmark.questions, indexed.labels, strict=True)
    ]
    names = ("page_recall@5", "gold_in_evidence", "refused_answerable", "refused_with_gold")
    return {name: np.array([row.get(name, np.nan) for row in rows]) for name in names}


def is_refused(answer: Answer, bar: float) -> bool:
    """Return whether a service with the confidence `bar` gives no answer."""
    return answer.confidence < bar or answer.outcome is Outcome.NO_EVIDENCE


def gold_in_evidence(evidence: Sequence[Hit], labels: Labels, texts: Mapping[str, str]) -> bool:
    """Return whether a passage overlaps a gold span or page, or is of a relevant document if there are neither.

    Documents may share text, so a passage that contains the words of a gold span counts too, unless they are few.
    `texts` has the text of each document by its id.
    """
    if labels.gold:
        quotes = [one_line(gold.span.of(texts[gold.document])) for gold in labels.spans]
        long = [quote for quote in quotes if len(quote.split()) >= _LONG_QUOTE]
        return any(
            any(_overlaps(hit, gold) for gold in labels.gold) or any(quote in one_line(hit.text) for quote in long)
            for hit in evidence
        )
    return any(hit.reference.id in labels.documents for hit in evidence)


def _page_recall(first: Sequence[Hit], labels: Labels) -> dict[str, float]:
    if not labels.pages:
        return {}
    found = [any(_overlaps(hit, page) for hit in first) for page in labels.pages]
    return {"page_recall@5": sum(found) / len(found)}


def _refusal(
    answer: Answer, question: Question, labels: Labels, texts: Mapping[str, str], bar: float
) -> dict[str, float]:
    if question.answerable is False or not (labels.gold or labels.documents):
        return {}
    present, refused = gold_in_evidence(answer.evidence, labels, texts), float(is_refused(answer, bar))
    values = {"gold_in_evidence": float(present), "refused_answerable": refused}
    return {**values, "refused_with_gold": refused} if present else values


def _overlaps(hit: Hit, gold: GoldSpan) -> bool:
    return hit.reference.id == gold.document and hit.span.overlaps(gold.span)
