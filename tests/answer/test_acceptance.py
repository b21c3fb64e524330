"""The model that accepts free paraphrases sums its trees, knows its features, and never overrules an exact check."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from rag.adapters.hashing import HashingEncoder
from rag.answer.checks import examination
from rag.answer.checks.acceptance import AcceptanceModel, load, packaged
from rag.answer.checks.alignment import align
from rag.answer.checks.elsewhere import faults
from rag.answer.checks.examination import examine
from rag.answer.checks.features import Compared, features
from rag.answer.checks.nuances import nuances
from rag.answer.checks.similarity import Similarity
from rag.answer.checks.words import read
from rag.errors import ConfigurationError
from rag.types import Doubt

QUOTE = "The office answers a request within 30 days."


def examined(claim: str) -> tuple[Doubt, ...]:
    return examine(claim, QUOTE, "", QUOTE, lambda _: 3.0, Similarity(HashingEncoder())).doubts


def test_the_probability_is_the_logistic_function_of_the_sum_of_the_trees() -> None:
    model = AcceptanceModel(("support",), 0.0, (((0, 0.5, 1, 2), (-1.0,), (1.0,)),) * 2, 0.5, "hashing")
    assert model.probability({"support": 0.4}) == pytest.approx(1 / (1 + np.exp(2)))
    assert model.probability({"support": 0.6}) == pytest.approx(1 / (1 + np.exp(-2)))


def test_the_packaged_model_weighs_only_features_that_exist() -> None:
    one = read(QUOTE)
    cosines = np.ones((len(one.words), len(one.words)), np.float32)
    alignment = align(one, one, cosines)
    found = {**features(Compared(alignment, cosines, 1.0, 1.0)), **faults(alignment, "", QUOTE), **nuances(alignment)}
    assert {name for name in packaged().names if not name.endswith("_doubt")} == set(found)


def test_a_file_that_is_no_model_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "model.json"
    file.write_text(json.dumps({"names": []}), encoding="utf-8")
    with pytest.raises(ConfigurationError, match="make fit-claims"):
        load(file)


@pytest.mark.parametrize(
    ("claim", "doubt"),
    [
        ("A reply to a request comes from the office within 60 days.", Doubt.FIGURE),
        ("The office does not answer a request within 30 days.", Doubt.NEGATION),
    ],
)
def test_the_model_never_overrules_a_figure_or_a_negation(
    claim: str, doubt: Doubt, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(examination, "packaged", lambda: AcceptanceModel((), 9.0, (), 0.5, "hashing"))
    assert doubt in examined(claim)


def test_the_model_overrules_the_checks_that_are_no_vetoes(monkeypatch: pytest.MonkeyPatch) -> None:
    claim = "Requests get a reply from the office within 30 days."
    monkeypatch.setattr(examination, "packaged", lambda: AcceptanceModel((), 9.0, (), 0.5, "hashing"))
    assert examined(claim) == ()
    monkeypatch.setattr(examination, "packaged", lambda: AcceptanceModel((), -9.0, (), 0.5, "hashing"))
    assert examined(claim) != ()


def test_the_model_may_overrule_a_negation_in_a_free_paraphrase(monkeypatch: pytest.MonkeyPatch) -> None:
    claim = "No request waits longer than 30 days until somebody in the office replies."
    monkeypatch.setattr(examination, "packaged", lambda: AcceptanceModel((), 9.0, (), 0.5, "hashing"))
    assert examined(claim) == ()
    monkeypatch.setattr(examination, "packaged", lambda: AcceptanceModel((), -9.0, (), 0.5, "hashing"))
    assert examined(claim) != ()


@pytest.mark.parametrize(
    ("claim", "quote", "name", "value"),
    [
        ("The term is 9 days.", "The term is 5 days.", "figures_nowhere", 1.0),
        ("The term is 30 days.", "The term is 5 days.", "figures_nowhere", 0.0),
        ("The term is 30 days.", "The term is 5 days.", "figures_missing", 1.0),
        ("The office sends a reminder.", "The office sends a letter.", "elsewhere_share", 1 / 3),
        ("The office sends a parcel.", "The office sends a letter.", "nowhere_share", 1 / 3),
        ("The office does not send a letter.", "The office sends a letter.", "turns_claim", 1.0),
    ],
)
def test_what_the_quote_lacks_stands_elsewhere_or_nowhere(claim: str, quote: str, name: str, value: float) -> None:
    alignment = align(read(claim), read(quote), None)
    assert faults(alignment, "", f"{quote} A reminder follows after 30 days.")[name] == pytest.approx(value)


@pytest.mark.parametrize(
    ("claim", "quote", "name"),
    [
        ("Members vote twice.", "Members vote once.", "other_times"),
        ("A lease is renewed as often as you like.", "A lease is renewed once.", "other_times"),
        ("The board meets every month.", "The board meets annually.", "other_period"),
        ("The port built a pier.", "The port intends to build a pier.", "left_intent"),
        ("The pier already stands.", "The pier stands.", "new_done"),
        ("Porters carry bags.", "Guests carry bags.", "first_unlike"),
        ("Guests carry bags.", "Guests carry bottles.", "last_unlike"),
    ],
)
def test_a_nuance_is_seen_and_absent_from_the_sentence_itself(claim: str, quote: str, name: str) -> None:
    assert nuances(align(read(claim), read(quote), None))[name] == 1.0
    assert nuances(align(read(quote), read(quote), None))[name] == 0.0
