"""Calibration fits a model that separates answerable questions, and records its source and its error."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from rag.answer import confidence
from rag.errors import UnreadableSource
from rag.evaluation import calibrate, read
from rag.evaluation.calibration import FITTED, MEASURED, fit, fitted, with_lookups
from rag.evaluation.judged_signals import NAMES, Judged
from rag.types import Ask
from tests.evaluation import policies
from tests.evaluation.policies import QRELS, QUERIES, quietly


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
    levy, flute = (
        own.view(None).answer(Ask(str(question["text"]))).confidence for question in (QUERIES[0], QUERIES[3])
    )
    assert flute < 0.5 < levy


def test_each_benchmark_is_also_measured_with_a_model_fitted_on_the_others(tmp_path: Path) -> None:
    folders = [policies.write(tmp_path / name) for name in ("one", "other")]
    found = calibrate(read(folders), policies.service(tmp_path / "index"), quietly)
    assert found.error["one"]["auroc_fitted_on_others"] == found.error["other"]["auroc_fitted_on_others"] == 1.0


def test_a_benchmark_without_unanswerable_questions_is_asked_again_without_its_relevant_documents(
    tmp_path: Path,
) -> None:
    folder = policies.write(tmp_path / "policies", queries=QUERIES[:2], qrels=QRELS[:2])
    found = calibrate(read([folder]), policies.service(tmp_path / "index"), quietly)
    assert "questions of policies with and without their passages" in found.provenance
    assert found.error["policies"]["auroc"] == 1.0


def test_a_benchmark_without_unanswerable_questions_and_relevant_documents_is_refused(tmp_path: Path) -> None:
    folder = policies.write(tmp_path / "policies", queries=QUERIES[:2], qrels=[])
    with pytest.raises(UnreadableSource, match="policies has no answerable questions, or no labels of relevant"):
        calibrate(read([folder]), policies.service(tmp_path / "index"), quietly)


def test_indexes_may_be_kept_in_a_folder(tmp_path: Path) -> None:
    folder = policies.write(tmp_path / "policies")
    calibrate(read([folder]), policies.service(tmp_path / "index"), quietly, tmp_path / "indexes")
    assert list((tmp_path / "indexes").iterdir())
    assert not (tmp_path / "index").exists()


# Fitting


def judged(count: int, shift: float = 0.0, **constant: float) -> Judged:
    """Return questions with random signals. Those that are answerable have a higher `met`."""
    random = np.random.default_rng(count)
    answerable = np.arange(count) % 2 == 0
    signals = random.normal(0.5, 0.1, (count, len(NAMES)))
    signals[:, NAMES.index("met")] += 0.2 * answerable + shift
    for name, value in constant.items():
        signals[:, NAMES.index(name)] = value
    return Judged(signals, answerable, tuple(f"question {number}" for number in range(count)))


def test_the_halves_of_a_benchmark_have_no_common_questions_and_never_change() -> None:
    one = judged(100)
    first, second = one.part(FITTED), one.part(MEASURED)
    assert sorted((*first.ids, *second.ids)) == sorted(one.ids)
    assert first.ids == judged(100).part(FITTED).ids
    assert 30 < len(first.ids) < 70


def test_both_askings_of_a_question_are_in_the_same_half() -> None:
    one = judged(100)
    twice = Judged(one.signals, one.answerable, tuple(f"question {number // 2}" for number in range(100)), removed=True)
    assert not {*twice.part(FITTED).ids} & {*twice.part(MEASURED).ids}


def test_the_error_is_measured_on_other_questions_than_those_fitted_to() -> None:
    one = judged(200)
    spoilt = Judged(one.signals.copy(), one.answerable, one.ids)
    spoilt.signals[np.isin(one.ids, one.part(MEASURED).ids), NAMES.index("met")] = 0.5
    assert (
        fitted({"one": spoilt}, [], "made").error["one"]["auroc"]
        < 0.6
        < 0.8
        < fitted({"one": one}, [], "made").error["one"]["auroc"]
    )


def test_each_benchmark_weighs_as_much() -> None:
    one, other = judged(100), judged(101, shift=0.3)
    many = Judged(np.tile(other.signals, (9, 1)), np.tile(other.answerable, 9), other.ids * 9)
    alike, apart = fit([one, many]), fit([one, other])
    assert alike.weights["met"] == pytest.approx(apart.weights["met"], rel=0.05)


def test_a_signal_without_variation_has_no_weight() -> None:
    assert fit([judged(100, agreement=1.0)]).weights["agreement"] == 0


def test_the_weight_of_lookups_is_fitted_last() -> None:
    before = fit([judged(100)])
    asked = judged(40)
    asked.signals[:, NAMES.index("met")] = 0.4
    asked.signals[:, NAMES.index("looked_up")] = asked.answerable
    after = with_lookups(before, [asked])
    assert after.weights["looked_up"] > 1
    assert {**after.weights, "looked_up": 0.0} == before.weights
    assert with_lookups(before, []) == before


def test_words_alone_are_fitted_beside_the_other_signals() -> None:
    one = judged(200)
    one.signals[:, NAMES.index("covered")] += 0.2 * one.answerable
    model = fit([one])
    assert model.by_words is not None
    assert model.by_words.weights["covered"] > 1
    assert "met" not in model.by_words.weights
    assert "covered" not in model.weights


def test_questions_of_other_benchmarks_lower_the_confidence_in_what_they_have() -> None:
    strange = judged(100, agreement=1.0)
    strange = Judged(strange.signals, np.zeros(100, bool), strange.ids)
    assert fit([judged(100, agreement=0.0), judged(102, agreement=1.0)], [strange]).weights["agreement"] < 0


def test_each_benchmark_is_asked_questions_of_the_next_one(tmp_path: Path) -> None:
    folders = [policies.write(tmp_path / name) for name in ("one", "other")]
    found = calibrate(read(folders), policies.service(tmp_path / "index"), quietly)
    assert "questions of other sets" in found.provenance
