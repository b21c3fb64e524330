"""Tests a run of `rag bench`: it measures a new or an existing index, and leaves nothing behind."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from rich.console import Console

from rag.benchmarking import Report, Workload, run, tables
from rag.benchmarking.speed_page import files
from rag.errors import BackendUnavailable, ConfigurationError, NoSnapshot, UnreadableSource
from rag.settings import Settings, load
from rag.types import Stage
from tests import samples

EXAMPLES = Path(__file__).parents[2] / "examples" / "articles"
SMALL = Workload(questions=12, starts=1, rates=3, seconds=0.2)
STAGES = ["encode", "lexical", "dense", "fuse", "rerank", "pick", "extract", "total"]


def _watch(_: str) -> Callable[[int, int], None]:
    return lambda done, total: None


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Settings in the environment, where the child process finds them too."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("RAG_INDEX_DIR", str(tmp_path / "index"))
    monkeypatch.setenv("RAG_ENCODER", "hashing")
    monkeypatch.setenv("RAG_LEAST_CONFIDENCE", "0")
    return load()


def _check(report: Report) -> None:
    assert report.ingested.passages > 0
    assert 0 < report.ingested.encoding < report.ingested.seconds
    assert list(report.stages.times) == STAGES
    assert report.stages.answered == report.questions == 12
    assert 0 < report.http.start < 60
    assert report.http.offers
    assert all(not one.failed for one in report.http.offers)
    assert report.http.first_statement is not None
    assert 0 < report.http.first_statement.p50 <= report.http.first_statement.p99
    assert report.http.times.p99 >= report.http.times.p50 > report.stages.times[Stage.ENCODE].p50


def test_a_run_with_paths_measures_every_step_from_files_to_http(settings: Settings, tmp_path: Path) -> None:
    report = run(settings, [EXAMPLES], None, SMALL, _watch)
    _check(report)
    assert (report.size.documents, report.ingested.documents, report.ingested.read) == (13, 13, True)
    assert report.size.total == sum(report.size.parts.values())
    assert not settings.index_dir.exists(), "the run uses a temporary index"
    written = json.loads(json.dumps(report.json()))
    assert list(written["stages_ms"]) == STAGES
    assert written["ingest"]["passage_rate"] > 0
    assert (
        written["http"]["loaded"]["peak"]
        >= written["http"]["loaded"]["resident"]
        > written["http"]["loaded"]["of_files"]
        > 0
    )
    console = Console(width=100)
    with console.capture() as shown:
        console.print(*tables(report))
    assert "13 documents, 88 passages, 12 questions" in shown.get()
    page = files(report, "speed.md", "rag bench articles")
    assert list(page) == ["speed.md", "speed-stages.svg", "speed-rates.svg"]
    assert all(f"({name})" in page["speed.md"] for name in page if name.endswith(".svg"))
    assert all(stage in page["speed-stages.svg"] for stage in STAGES)
    assert files(report, "speed.md", "rag bench articles") == page


def test_a_run_without_paths_measures_the_existing_index_and_does_not_change_it(
    settings: Settings, tmp_path: Path
) -> None:
    service = samples.service(settings.index_dir)
    snapshot = samples.ingest(service, samples.write(tmp_path / "articles"))
    questions = [f"What is levied in {year}?" for year in range(2000, 2012)]
    report = run(settings, [], questions, SMALL, _watch)
    _check(report)
    assert (report.size.documents, report.ingested.read) == (3, False)
    assert report.ingested.passages == report.size.passages
    assert service.parts.store.ids() == [snapshot]


def test_a_run_without_any_passage_raises_an_error_with_the_reason(settings: Settings, tmp_path: Path) -> None:
    with pytest.raises(NoSnapshot):
        run(settings, [], None, SMALL, _watch)
    (tmp_path / "empty.txt").write_text("")
    with pytest.raises(UnreadableSource, match=r"no passage was found in .*empty\.txt"):
        run(settings, [tmp_path / "empty.txt"], None, SMALL, _watch)
    service = samples.service(settings.index_dir)
    samples.ingest(service, samples.write(tmp_path / "articles", {"levy.md": samples.LEVY}))
    service.remove(["levy"])
    with pytest.raises(ConfigurationError, match="is empty: give files or folders to measure"):
        run(settings, [], None, SMALL, _watch)


def test_the_error_of_a_server_that_cannot_start_is_reported(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RAG_QUEUE_SECONDS", "-1")
    with pytest.raises(BackendUnavailable, match="ended before it was ready: rag: RAG_QUEUE_SECONDS is '-1'"):
        run(settings, [EXAMPLES], None, SMALL, _watch)
