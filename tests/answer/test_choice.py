"""The model that scores sentences, and its file."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from rag.answer.choice import ChoiceModel, load, packaged
from rag.answer.sentence_features import FEATURES
from rag.errors import ConfigurationError


def row(**values: float) -> list[float]:
    return [values.get(name, 0.0) for name in FEATURES]


def test_a_sum_weighs_each_feature() -> None:
    model = ChoiceModel({"coverage": 2.0, "place": -1.0}, near=1.0)
    assert model.sums([row(coverage=0.5, place=0.25), row(log_words=3.0)]) == [0.75, 0.0]


def test_the_best_sentence_scores_1_and_one_that_is_just_near_scores_85_hundredths() -> None:
    model = ChoiceModel({}, near=0.5)
    assert model.scores([2.0, 1.5, -9.0]) == pytest.approx([1.0, 0.85, 0.0])
    assert model.scores([]) == []


def test_a_higher_coverage_adds_as_much_as_in_a_sum() -> None:
    model = ChoiceModel({"coverage": 2.0}, near=0.5)
    best, other = model.scores([2.0, 1.5])
    assert model.coverage(0.25) == pytest.approx(best - other)


def test_the_packaged_model_weighs_every_feature_and_names_its_source_and_error() -> None:
    assert packaged().weights.keys() == set(FEATURES)
    stored = json.loads((Path(__file__).parents[2] / "src/rag/answer/choice.json").read_text(encoding="utf-8"))
    assert len(stored["error"]) > 1
    for name, error in stored["error"].items():
        assert name in stored["provenance"]
        assert error["gain_fitted_on_others"] <= error["gain_of_best"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("{", "not a file that 'rag fit-choice' wrote"),
        ('{"weights": {}}', "not a file that 'rag fit-choice' wrote"),
        ('{"weights": {"colour": 1}, "near": 1}', "weighs 'colour', a feature that this version does not have"),
        ('{"weights": {}, "near": 0}', "'near' 0.0, which must be above 0"),
    ],
)
def test_a_wrong_file_is_refused(tmp_path: Path, content: str, message: str) -> None:
    (tmp_path / "choice.json").write_text(content, encoding="utf-8")
    with pytest.raises(ConfigurationError, match=message):
        load(tmp_path / "choice.json")
