"""Tests that calibration fits a model that separates answerable questions, and records its source."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from rag.answer import confidence
from rag.errors import UnreadableSource
from rag.evaluation import calibrate, read
from rag.types import Ask
from tests.evaluation import policies
from tests.evaluation.policies import QUERIES, quietly


def test_the_fitted_model_separates_the_questions_and_can_be_loaded(tmp_path: Path) -> None:
    service = policies.service(tmp_path / "index")
    found = calibrate(read([policies.write(tmp_path / "policies")]), service, quietly)
    assert found.error["policies"]["auroc"] == 1.0
    assert "4 questions of policies" in found.provenance
    assert "hashing" in found.provenance
    stored = tmp_path / "confidence.json"
    stored.write_text(json.dumps(found.json()), encoding="utf-8")
    assert confidence.load(stored) == found.model
    own = policies.service(tmp_path / "index", confidence_model=stored)
    own.ingest([tmp_path / "policies" / "corpus.jsonl"], lambda *_: None)
    levy, flute = (own.answer(Ask(str(question["text"]))).confidence for question in (QUERIES[0], QUERIES[3]))
    assert flute < 0.5 < levy


def test_each_benchmark_is_also_measured_with_a_model_fitted_on_the_others(tmp_path: Path) -> None:
    folders = [policies.write(tmp_path / name) for name in ("one", "other")]
    found = calibrate(read(folders), policies.service(tmp_path / "index"), quietly)
    assert found.error["one"]["auroc_fitted_on_others"] == found.error["other"]["auroc_fitted_on_others"] == 1.0


def test_a_benchmark_with_only_answerable_questions_is_refused(tmp_path: Path) -> None:
    folder = policies.write(tmp_path / "policies", queries=QUERIES[:2], qrels=[("soda", "levy, copied", 1)])
    with pytest.raises(UnreadableSource, match="policies has no questions of both kinds"):
        calibrate(read([folder]), policies.service(tmp_path / "index"), quietly)
