"""Measures abstention over the questions of several benchmarks together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from rag.errors import UnreadableSource
from rag.evaluation.abstention import answerability
from rag.evaluation.benchmarks import Benchmark
from rag.evaluation.confidences import abstention_figures, pool
from rag.evaluation.measures import MEASURES, Figures
from rag.evaluation.statistics import mean_interval


def check_pool(benchmarks: Sequence[Benchmark]) -> None:
    """Raise UnreadableSource unless two benchmarks have answerable and unanswerable questions."""
    judged = [one.name for one in benchmarks if not np.isnan(answerability(one.questions)).all()]
    if len(judged) < 2:
        found = f"only {judged[0]} has both" if judged else "none of those given has both"
        raise UnreadableSource(f"--pool needs two benchmarks with answerable and unanswerable questions: {found}")


def pooled(sets: Mapping[str, Figures], bar: float) -> tuple[str, Figures]:
    """Return the name and the figures of the pool. Benchmarks without both kinds of questions do not count."""
    judged = {name: figures for name, figures in sets.items() if "auroc" in figures.values}
    confidences = pool({name: figures.confidences for name, figures in judged.items()})
    brier = (confidences.answered - confidences.answerable) ** 2
    values, intervals = abstention_figures(confidences, bar)
    values["brier"] = float(np.nanmean(brier))
    intervals["brier"] = mean_interval(brier[~np.isnan(brier)])
    return " + ".join(judged), Figures(
        values={name: values[name] for name in MEASURES if name in values},
        intervals={name: intervals[name] for name in MEASURES if name in intervals},
        by_question={"brier": brier},
        topic_switch=None,
        questions=len(brier),
        documents=sum(figures.documents for figures in judged.values()),
        chunks=sum(figures.chunks for figures in judged.values()),
        ingest_seconds=0.0,
        snapshot="",
        confidences=confidences,
    )
