"""Gathers what was measured on one benchmark under one configuration into its figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

import numpy as np

from rag.evaluation import abstention, answers, ranking, storage
from rag.evaluation.labelled_index import Indexed
from rag.evaluation.predictions import Asked
from rag.evaluation.probes import GoldRemoved, TopicSwitch
from rag.evaluation.ranking import Values
from rag.evaluation.statistics import Interval, auroc_interval, mean_interval

MEASURES: Mapping[str, str] = {
    "ndcg@10": "normalised discounted cumulative gain of the first ten documents",
    "recall@10": "share of the relevant documents among the first ten",
    "map@10": "mean average precision of the first ten documents",
    "p@1": "share of questions whose first document is relevant",
    "document_recall@1": "share of the relevant documents that the first document is",
    "evidence_recall@1": "share of the words known to answer that stand in the first document, labelled or not",
    "first_statement_f1": "words that the first statement shares with the reference, the best of several",
    "two_sentence_f1": "the same of the first two statements",
    "answer_f1": "the same of the whole answer",
    "first_quote_overlap": "share of answers whose first quote overlaps the words known to answer",
    "citation_precision": "share of an answer's citations that point at the known words, or a relevant document",
    "citation_recall": "share of the known words, or relevant documents, that a citation points at",
    "span_validity": "share of quotes and passages that are exactly the words at their span",
    "auroc": "how often an answerable question gets more confidence than an unanswerable one",
    "coverage@precision90": "most questions that a bar can let through if nine in ten of them are answerable",
    "brier": "mean squared error of the confidence as a probability; less is better",
    "calibration_error": "mean distance between confidence and what came true, in ten bins; less is better",
    "coverage@bar": "share of questions at or above the configured bar",
    "precision@bar": "share of those that are answerable",
    "gold_removed_auroc": "how often a question gets more confidence with its relevant documents than without",
    "topic_switch_alone": "share of opening questions that find their document",
    "topic_switch_after": "the same, put after a conversation about something else",
    "topic_switch_difference": "the second less the first",
    "latency_p50_ms": "milliseconds that half of the answers took at most",
    "latency_p95_ms": "milliseconds that 95 in 100 answers took at most",
    **storage.MEASURED,
}
"""What each measure is, in the order in which they are shown."""


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures of one benchmark: only those it has labels for, each by the name of its measure.

    `by_question` are the values that means were taken of, one a question, NaN where there is none.
    """

    values: Mapping[str, float]
    intervals: Mapping[str, Interval]
    by_question: Mapping[str, Values]
    topic_switch: TopicSwitch | None
    questions: int
    documents: int
    chunks: int
    ingest_seconds: float
    snapshot: str

    def json(self) -> dict[str, object]:
        """Return the figures as they are written to JSON."""
        switch = self.topic_switch
        return {
            **{name: round(value, 4) for name, value in self.values.items() if not name.startswith("topic_switch")},
            **({"topic_switch": {**asdict(switch), "difference": switch.difference}} if switch else {}),
            "intervals": {name: [round(bound, 4) for bound in bounds] for name, bounds in self.intervals.items()},
            "questions": self.questions,
            "documents": self.documents,
            "chunks": self.chunks,
            "ingest_seconds": round(self.ingest_seconds, 1),
        }


def figures(
    indexed: Indexed, asked: Sequence[Asked], switch: TopicSwitch | None, gold: GoldRemoved | None, bar: float
) -> Figures:
    """Measure what was asked; `bar` is the confidence below which the configured service would have abstained."""
    by_question = _by_question(indexed, asked)
    values = {name: float(np.nanmean(found)) for name, found in by_question.items()}
    intervals = {name: mean_interval(found[~np.isnan(found)]) for name, found in by_question.items()}
    values |= {"span_validity": answers.span_validity(asked), **_latencies(asked), **_switched(switch)}
    values |= storage.measured(indexed.snapshot, indexed.service.parts.encoder)
    if "brier" in by_question:
        judged = ~np.isnan(by_question["brier"])
        confidence = _confidence(asked)[judged]
        answerable = abstention.truths(indexed.benchmark.questions)[judged] == 1
        values |= abstention.measured(confidence, answerable, bar)
        intervals["auroc"] = auroc_interval(confidence[answerable], confidence[~answerable])
    if gold:
        values["gold_removed_auroc"] = float(abstention.auroc(gold.present, gold.removed))
        intervals["gold_removed_auroc"] = auroc_interval(gold.present, gold.removed)
    manifest = indexed.snapshot.manifest
    return Figures(
        values={name: values[name] for name in MEASURES if name in values},
        intervals={name: intervals[name] for name in MEASURES if name in intervals},
        by_question=by_question,
        topic_switch=switch,
        questions=len(asked),
        documents=manifest.documents,
        chunks=manifest.chunks,
        ingest_seconds=indexed.ingest_seconds,
        snapshot=indexed.snapshot.id,
    )


def _by_question(indexed: Indexed, asked: Sequence[Asked]) -> dict[str, Values]:
    """Return every measure that is a mean over questions and for which some question has a label."""
    found = {
        **ranking.measured([one.ranking for one in asked], [labels.relevance for labels in indexed.labels]),
        **answers.measured(indexed, asked),
        "brier": (_confidence(asked) - abstention.truths(indexed.benchmark.questions)) ** 2,
    }
    return {name: values for name, values in found.items() if not np.isnan(values).all()}


def _confidence(asked: Sequence[Asked]) -> Values:
    return np.array([one.answer.confidence for one in asked])


def _latencies(asked: Sequence[Asked]) -> dict[str, float]:
    median, slow = np.percentile([one.milliseconds for one in asked], [50, 95])
    return {"latency_p50_ms": float(median), "latency_p95_ms": float(slow)}


def _switched(switch: TopicSwitch | None) -> dict[str, float]:
    return (
        {f"topic_switch_{name}": getattr(switch, name) for name in ("alone", "after", "difference")} if switch else {}
    )
