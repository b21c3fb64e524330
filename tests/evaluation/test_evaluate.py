"""Tests the figures of an evaluation, and the comparison with a second configuration."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from rag.errors import UnreadableSource
from rag.evaluation import Options, Report, read, run
from rag.evaluation.measures import MEASURES
from rag.service import Service
from rag.types import Fusion
from tests.evaluation import policies
from tests.evaluation.policies import QUERIES, quietly

STATEMENT_FORM = ("cut_statements", "unended_statements", "leaning_statements")
SIZES = ("questions", "documents", "chunks", "ingest_seconds", "intervals", "topic_switch")


def _run(*folders: Path, service: Service, against: Service | None = None, ablations: bool = False) -> Any:
    return _report(*folders, service=service, against=against, ablations=ablations).json()


def _report(*folders: Path, service: Service, against: Service | None = None, ablations: bool = False) -> Report:
    return run(read(folders), service, quietly, against=against, ablations=ablations)


@pytest.fixture
def service(tmp_path: Path) -> Service:
    return policies.service(tmp_path / "index")


def test_the_figures_of_a_small_benchmark_equal_those_computed_by_hand(tmp_path: Path, service: Service) -> None:
    figures = _run(policies.write(tmp_path / "policies"), service=service)["sets"]["policies"]
    assert set(figures) <= {*MEASURES, *SIZES}
    expected = {
        "ndcg@10": (1 + 2 / (2 + 0.6309) + 1) / 3,  # of two relevant documents for `day`, one is not in the index
        "recall@10": (1 + 0.5 + 1) / 3,
        "map@10": (1 + 0.5 + 1) / 3,
        "p@1": 1.0,
        "document_recall@1": (1 + 0.5 + 1) / 3,
        "evidence_recall@1": 1.0,
        "first_statement_f1": 1.0,
        "first_quote_overlap": 1.0,
        "citation_recall": 1.0,
        "span_validity": 1.0,
        "auroc": 1.0,
        "coverage@precision90": 0.75,
        "refused@15": 0.0,
        "gold_in_evidence": 1.0,
        "refused_answerable": figures["refused_with_gold"],  # because the evidence of every question has the labels
        "follow_up_document_recall@1": 1.0,  # of `discount` alone
        "cut_statements": 0.0,
    }
    assert {name: figures[name] for name in expected} == pytest.approx(expected, abs=1e-4)
    assert (figures["questions"], figures["documents"], figures["chunks"]) == (4, 3, 3)
    assert figures["intervals"]["p@1"] == [1.0, 1.0]
    assert figures["intervals"]["recall@10"][0] < figures["recall@10"] < figures["intervals"]["recall@10"][1]
    assert 0 < figures["latency_p50_ms"] <= figures["latency_p95_ms"]


def test_a_question_is_asked_again_after_a_conversation_about_another_document(
    tmp_path: Path, service: Service
) -> None:
    # The only conversation is about the charge. `day` is about the charge too, so it is not asked again.
    switch = _run(policies.write(tmp_path / "policies"), service=service)["sets"]["policies"]["topic_switch"]
    assert (switch["questions"], switch["alone"]) == (1, 1.0)
    assert switch["difference"] == switch["after"] - switch["alone"]


def test_confidence_falls_without_the_relevant_documents(tmp_path: Path, service: Service) -> None:
    queries = [{"_id": line["_id"], "text": line["text"]} for line in QUERIES[:2]]
    folder = policies.write(tmp_path / "a", queries=queries, qrels=policies.QRELS[:3])
    figures = _run(folder, service=service)["sets"]["a"]
    assert figures["gold_removed_auroc"] == 1.0
    assert "auroc" not in figures


def test_a_document_with_the_same_words_as_the_labelled_one_counts_as_evidence(
    tmp_path: Path, service: Service
) -> None:
    twin = {"_id": "twin", "title": "The congestion charge: the cost a day", "text": f"{policies.DAY} It may rise."}
    folder = policies.write(tmp_path / "a", [policies.CORPUS[1], twin], [QUERIES[1]], [("day", "charge/zone", 1)])
    figures = _run(folder, service=service)["sets"]["a"]
    assert (figures["document_recall@1"], figures["evidence_recall@1"]) == (0.0, 1.0)


def test_measures_without_labels_are_left_out(tmp_path: Path, service: Service) -> None:
    folder = policies.write(tmp_path / "a", queries=[{"_id": "a", "text": "What is the levy?"}], qrels=[])
    figures = _run(folder, service=service)["sets"]["a"]
    assert set(figures) == {
        *STATEMENT_FORM,
        *("span_validity", "latency_p50_ms", "latency_p95_ms", "passage_tokens", "token_bytes"),
        *("questions", "documents", "chunks", "ingest_seconds", "intervals"),
    }
    assert set(figures["intervals"]) == set(STATEMENT_FORM)


def test_abstention_is_measured_over_two_benchmarks_together(tmp_path: Path, service: Service) -> None:
    folders = [policies.write(tmp_path / name) for name in ("a", "b")]
    report = run(read(folders), service, quietly, options=Options(pool=True)).json()
    sets: Any = report["sets"]
    assert list(sets) == ["a", "b", "a + b"]
    pooled = sets["a + b"]
    assert (pooled["questions"], pooled["documents"], pooled["auroc"]) == (8, 6, sets["a"]["auroc"])
    assert pooled["brier"] == pytest.approx(sets["a"]["brier"], abs=1e-3)
    assert "ndcg@10" not in pooled
    by_question: Any = report["by_question"]
    assert by_question["a + b"]["id"][4] == "b: soda"


def test_one_benchmark_cannot_be_pooled(tmp_path: Path, service: Service) -> None:
    folders = [policies.write(tmp_path / "a"), policies.write(tmp_path / "b", queries=QUERIES[:2], qrels=[])]
    with pytest.raises(UnreadableSource, match=r"--pool needs two benchmarks with answerable .*: only a has both"):
        run(read(folders), service, quietly, options=Options(pool=True))


def test_a_quick_run_asks_each_question_once(tmp_path: Path, service: Service) -> None:
    queries = [{"_id": line["_id"], "text": line["text"]} for line in QUERIES[:2]]
    folder = policies.write(tmp_path / "a", queries=queries, qrels=policies.QRELS[:3])
    quick: Any = run(read([folder]), service, quietly, options=Options(quick=True)).json()
    assert "gold_removed_auroc" not in quick["sets"]["a"]
    assert "confidence_without_gold" not in quick["by_question"]["a"]


def test_the_report_has_the_value_of_each_question(tmp_path: Path, service: Service) -> None:
    report = _run(policies.write(tmp_path / "a"), service=service)
    found = report["by_question"]["a"]
    assert found["id"] == ["soda", "day", "discount", "opera"]
    assert found["answerable"] == [1, 1, 1, 0]
    assert found["recall@10"] == [1, 0.5, 1, None]
    assert all(len(values) == 4 for values in found.values())


def test_the_indexes_of_benchmarks_may_have_a_folder_of_their_own(tmp_path: Path, service: Service) -> None:
    run(read([policies.write(tmp_path / "a")]), service, quietly, options=Options(indexes=tmp_path / "kept"))
    assert len(list((tmp_path / "kept").iterdir())) == 1
    assert not (tmp_path / "index" / "evaluation").exists()


def test_the_bar_changes_only_the_measures_at_the_bar(tmp_path: Path) -> None:
    folder = policies.write(tmp_path / "a")
    low, high = (
        _run(folder, service=policies.service(tmp_path / "index", least_confidence=bar))["sets"]["a"] for bar in (0, 1)
    )
    assert (low["coverage@bar"], low["precision@bar"], high["coverage@bar"]) == (1.0, 0.75, 0.0)
    assert low["first_statement_f1"] == high["first_statement_f1"]


def test_the_report_names_settings_and_the_snapshot_of_each_set(tmp_path: Path, service: Service) -> None:
    report = _run(policies.write(tmp_path / "a"), policies.write(tmp_path / "b"), service=service)
    assert list(report["sets"]) == ["a", "b"]
    assert report["snapshot"]["a"] == report["snapshot"]["b"]
    assert report["snapshot"]["a"].startswith("000001-")
    assert report["settings"]["least_confidence"] == 0.3
    assert not {"against", "ablations"} & set(report)


def test_a_second_configuration_is_compared_with_the_first(tmp_path: Path, service: Service) -> None:
    other = policies.service(tmp_path / "index", fusion=Fusion.DENSE, reranker="none")
    report = _run(policies.write(tmp_path / "a"), service=service, against=other)
    against = report["against"]
    assert (against["settings"]["fusion"], report["settings"]["fusion"]) == ("dense", "z-score")
    for measure, found in against["differences"]["a"].items():
        first, second = (
            figures["topic_switch"][measure.removeprefix("topic_switch_")]
            if measure.startswith("topic_switch")
            else figures[measure]
            for figures in (report["sets"]["a"], against["sets"]["a"])
        )
        assert found["difference"] == pytest.approx(second - first, abs=2e-4)
    assert 0 < against["differences"]["a"]["ndcg@10"]["p"] <= 1
    assert against["differences"]["a"]["auroc"]["p"] is None


def test_the_same_configuration_differs_from_itself_only_in_time(tmp_path: Path, service: Service) -> None:
    report = _run(policies.write(tmp_path / "a"), service=service, against=service)
    for measure, found in report["against"]["differences"]["a"].items():
        assert measure.startswith("latency") or found["difference"] == 0
        assert found["p"] in (None, 1.0)


def test_each_stage_of_retrieval_is_measured(tmp_path: Path, service: Service) -> None:
    report = _run(policies.write(tmp_path / "a"), service=service, ablations=True)
    stages = report["ablations"]["a"]
    assert list(stages) == [
        "BM25 alone",
        "dense alone",
        "both, by reciprocal rank",
        "both, by z-score",
        "and late interaction",
        "the same, tokens not compressed",
    ]
    assert stages["and late interaction"]["ndcg@10"] == pytest.approx(report["sets"]["a"]["ndcg@10"], abs=1e-4), (
        "the service uses this stage"
    )
