"""Computes the figures of one benchmark and one configuration from its predictions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field

import numpy as np

from rag.evaluation import abstention, answers, gold_evidence, ranking, statement_form, storage
from rag.evaluation.benchmarks import Question
from rag.evaluation.confidences import Confidences, abstention_figures, confidences_of
from rag.evaluation.labelled_index import IndexedBenchmark
from rag.evaluation.predictions import Prediction
from rag.evaluation.probes import GoldRemoved, TopicSwitch
from rag.evaluation.ranking import Values
from rag.evaluation.statistics import Interval, auroc_interval, mean_interval

MEASURES: Mapping[str, str] = {
    "ndcg@10": "normalised discounted cumulative gain of the first ten documents",
    "recall@10": "share of the relevant documents among the first ten",
    "map@10": "mean average precision of the first ten documents",
    "p@1": "share of questions whose first document is relevant",
    "document_recall@1": "share of the relevant documents that is in first place",
    "evidence_recall@1": "share of the gold quotes that are in the first document, labelled or not",
    "page_recall@5": "share of the labelled pages on which one of the first five passages stands",
    "gold_in_evidence": "share of answerable questions whose evidence contains a labelled passage, page or document",
    "first_statement_f1": "F1 of the words in the first statement and in a reference answer, for the best reference",
    "two_sentence_f1": "the same for the first two statements",
    "answer_f1": "the same for the whole answer",
    "best_sentence_f1": "the same for the best single sentence of the evidence; a limit for one quoted sentence",
    "first_quote_overlap": "share of answers whose first quote overlaps a gold quote or a labelled page",
    "citation_precision": "share of citations that overlap a gold quote or page, or quote a relevant document",
    "citation_recall": "share of the gold quotes, pages or relevant documents that a citation overlaps or quotes",
    "refused_answerable": "share of answerable questions that are refused at the configured bar of confidence",
    "refused_with_gold": "the same, only questions whose evidence contains a labelled passage, page or document",
    "follow_up_document_recall@1": "document_recall@1 of the questions with earlier turns",
    "follow_up_first_statement_f1": "first_statement_f1 of the questions with earlier turns",
    "late_follow_up_document_recall@1": "document_recall@1 of the questions with at least nine earlier turns",
    "late_follow_up_first_statement_f1": "first_statement_f1 of the questions with at least nine earlier turns",
    "cut_statements": "share of an answer's statements that begin or end within a sentence; lower is better",
    "unended_statements": "the same, and those that end where the document has no stop: also list items and headings",
    "leaning_statements": "share of an answer's statements that refer to words not shown; lower is better",
    "span_validity": "share of quotes and passages that equal the document's text at their span",
    "auroc": "probability that an answerable question gets more confidence than an unanswerable one",
    "coverage@precision90": "largest share of questions above one bar of confidence, if 90 % of them are answerable",
    "refused@15": "share of answerable questions refused at the bar where 15 % of the unanswerable are answered",
    "brier": "mean squared error of the confidence as a probability; lower is better",
    "calibration_error": "mean gap between confidence and share of answerable questions, in ten bins; lower is better",
    "coverage@bar": "share of questions at or above the configured bar of confidence",
    "precision@bar": "share of these questions that are answerable",
    "gold_removed_auroc": "probability that confidence is higher with the relevant pages or documents than without",
    "topic_switch_alone": "share of opening questions whose first document is the relevant one",
    "topic_switch_after": "the same, after a conversation about another topic",
    "topic_switch_difference": "topic_switch_after minus topic_switch_alone",
    "latency_p50_ms": "median time of an answer in milliseconds",
    "latency_p95_ms": "95th percentile of the time of an answer in milliseconds",
    **storage.MEASURES,
}
"""The meaning of each measure, in the order of display."""

_FOLLOW_UPS = {"follow_up": 1, "late_follow_up": 9}
"""The least number of earlier turns of each kind of follow-up."""


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures of one benchmark by measure. Measures without labels are left out.

    `by_question` has the values behind each mean, one for each question; NaN if a question has no value. `unread` has
    the files that could not be read, each with the reason.
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
    confidences: Confidences
    unread: Mapping[str, str] = field(default_factory=dict)

    def json(self) -> dict[str, object]:
        """Return the figures for JSON."""
        switch = self.topic_switch
        return {
            **{name: round(value, 4) for name, value in self.values.items() if not name.startswith("topic_switch")},
            **({"topic_switch": {**asdict(switch), "difference": switch.difference}} if switch else {}),
            "intervals": {name: [round(bound, 4) for bound in bounds] for name, bounds in self.intervals.items()},
            "questions": self.questions,
            "documents": self.documents,
            "chunks": self.chunks,
            "ingest_seconds": round(self.ingest_seconds, 1),
            **({"unread": dict(self.unread)} if self.unread else {}),
        }

    def json_by_question(self) -> dict[str, list[object]]:
        """Return the value of each question for each mean, and its confidences, for JSON."""
        columns = {**self.confidences.columns(), **self.by_question}
        return {
            "id": list(self.confidences.ids),
            **{name: list(map(_rounded, found)) for name, found in columns.items()},
        }


def figures(
    indexed: IndexedBenchmark,
    predictions: Sequence[Prediction],
    switch: TopicSwitch | None,
    gold: GoldRemoved | None,
    bar: float,
) -> Figures:
    """Compute the figures. The configured service abstains below the confidence `bar`."""
    by_question = _by_question(indexed, predictions, bar)
    confidences = confidences_of(indexed.benchmark.questions, predictions, gold)
    values = {name: float(np.nanmean(found)) for name, found in by_question.items()}
    intervals = {name: mean_interval(found[~np.isnan(found)]) for name, found in by_question.items()}
    values |= {"span_validity": answers.span_validity(predictions), **_latencies(predictions), **_topic_switch(switch)}
    values |= storage.measure(indexed.snapshot, indexed.service.parts.encoder)
    if "brier" in by_question:
        judged, found = abstention_figures(confidences, bar)
        values |= judged
        intervals |= found
    if gold:
        values["gold_removed_auroc"] = float(abstention.auroc(gold.present, gold.removed))
        intervals["gold_removed_auroc"] = auroc_interval(gold.present, gold.removed)
    manifest = indexed.snapshot.manifest
    return Figures(
        values={name: values[name] for name in MEASURES if name in values},
        intervals={name: intervals[name] for name in MEASURES if name in intervals},
        by_question=by_question,
        topic_switch=switch,
        questions=len(predictions),
        documents=manifest.documents,
        chunks=manifest.chunks,
        ingest_seconds=indexed.ingest_seconds,
        snapshot=indexed.snapshot.id,
        confidences=confidences,
        unread=indexed.unread,
    )


def _by_question(indexed: IndexedBenchmark, predictions: Sequence[Prediction], bar: float) -> dict[str, Values]:
    """Return the measures that are means over questions, if at least one question has a label for them."""
    found = {
        **ranking.measure([one.ranking for one in predictions], [labels.relevance for labels in indexed.labels]),
        **answers.measure(indexed, predictions),
        **gold_evidence.measure(indexed, predictions, bar),
        **statement_form.measure(indexed, predictions),
        "brier": (_confidence(predictions) - abstention.answerability(indexed.benchmark.questions)) ** 2,
    }
    found |= _follow_ups(indexed.benchmark.questions, found)
    return {name: values for name, values in found.items() if not np.isnan(values).all()}


def _follow_ups(questions: Sequence[Question], found: Mapping[str, Values]) -> dict[str, Values]:
    """Return two measures for only the questions with earlier turns, and for only those with many."""
    turns = np.array([len(question.history) for question in questions])
    return {
        f"{kind}_{name}": np.where(turns >= least, found[name], np.nan)
        for kind, least in _FOLLOW_UPS.items()
        for name in ("document_recall@1", "first_statement_f1")
        if name in found
    }


def _rounded(value: float) -> float | None:
    return None if np.isnan(value) else round(float(value), 6)


def _confidence(predictions: Sequence[Prediction]) -> Values:
    return np.array([one.answer.confidence for one in predictions])


def _latencies(predictions: Sequence[Prediction]) -> dict[str, float]:
    median, slow = np.percentile([one.milliseconds for one in predictions], [50, 95])
    return {"latency_p50_ms": float(median), "latency_p95_ms": float(slow)}


def _topic_switch(switch: TopicSwitch | None) -> dict[str, float]:
    return (
        {f"topic_switch_{name}": getattr(switch, name) for name in ("alone", "after", "difference")} if switch else {}
    )
