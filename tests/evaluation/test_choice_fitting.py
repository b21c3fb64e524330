"""The weights of choice are fitted to questions with known answers."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from rag.answer import choice
from rag.answer.sentence_features import FEATURES
from rag.errors import UnreadableSource
from rag.evaluation import fit_choice, read
from tests.evaluation import policies
from tests.evaluation.policies import Line, quietly

PLACES = ("Lakeland", "Marshport", "Hillford", "Sandwick", "Elmgate", "Northmere", "Quarrow", "Ferngill")


def documents() -> list[Line]:
    """Return a text on the ferry of each place, whose second sentence is the answer."""
    return [
        {
            "_id": name,
            "title": f"The ferry of {name}",
            "text": f"The ferry of {name} is painted green. The fare of the ferry of {name} is {number} crowns. "
            f"Many visitors like {name}.",
        }
        for number, name in enumerate(PLACES, 11)
    ]


def questions() -> list[Line]:
    return [
        {
            "_id": name,
            "text": f"How much is the fare of the ferry of {name}?",
            "answers": [f"The fare of the ferry of {name} is {number} crowns."],
        }
        for number, name in enumerate(PLACES, 11)
    ]


def write(folder: Path, asked: list[Line] | None = None) -> Path:
    return policies.write(folder, documents(), questions() if asked is None else asked, [(PLACES[0], PLACES[0], 1)])


def test_the_fitted_model_chooses_the_answers_and_can_be_loaded(tmp_path: Path) -> None:
    service = policies.service(tmp_path / "index")
    found = fit_choice(read([write(tmp_path / "one"), write(tmp_path / "other")]), service, quietly)
    assert found.error["one"] == {"gain": 1.0, "gain_of_best": 1.0, "gain_fitted_on_others": 1.0}
    assert "questions of one" in found.provenance
    assert "hashing" in found.provenance
    stored = tmp_path / "choice.json"
    stored.write_text(json.dumps(found.json()), encoding="utf-8")
    assert choice.load(stored) == found.model
    assert found.model.weights.keys() == set(FEATURES)


def test_the_same_questions_give_the_same_weights(tmp_path: Path) -> None:
    benchmarks = read([write(tmp_path / "one")])
    first, second = (fit_choice(benchmarks, policies.service(tmp_path / name), quietly) for name in "ab")
    assert first.model == second.model


def test_one_half_of_the_questions_is_kept_apart(tmp_path: Path) -> None:
    found = fit_choice(read([write(tmp_path / "one")]), policies.service(tmp_path / "index"), quietly)
    count = int(found.provenance.split(" questions of one")[0].rsplit(" ", 1)[1])
    assert 0 < count < len(PLACES)
    assert "gain_fitted_on_others" not in found.error["one"]


def test_a_benchmark_without_known_answers_is_refused(tmp_path: Path) -> None:
    unknown: list[Line] = [{"_id": name, "text": f"Who runs the ferry of {name}?"} for name in PLACES]
    with pytest.raises(UnreadableSource, match="one has too few questions with known answers"):
        fit_choice(read([write(tmp_path / "one", unknown)]), policies.service(tmp_path / "index"), quietly)
