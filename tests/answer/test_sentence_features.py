"""The features of sentences, computed by hand."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pytest

from rag.answer.retrieval import Query
from rag.answer.sentence_features import FEATURES, PassageFeatures
from rag.answer.statements import sentences_of
from rag.index.late_interaction import sentence_scores
from rag.types import Hit, Reference
from tests.answer.made import ABOVE, Row, hit, one_token, snapshot

FOUR = "Offices open at nine."


def features(
    row: Row,
    question: str = "tax",
    number: int = 0,
    reference: Reference | None = None,
    idf: Mapping[str, float] | None = None,
) -> list[dict[str, float]]:
    """Return the features of each sentence of a row, by name, for a question of one token."""
    weights = dict(idf or {})
    query = Query(question, np.zeros((1, 1), np.float32), tuple(weights), one_token())
    found: Hit = replace(hit(row), reference=reference) if reference else hit(row)
    (maxsims,) = sentence_scores(query.tokens, snapshot([row]).tokens([0]))
    computed = PassageFeatures(found, number, query, weights, maxsims)
    return [dict(zip(FEATURES, one, strict=True)) for one in computed.rows(list(sentences_of(found, question)))]


def test_the_match_of_a_sentence_leaves_out_the_headings() -> None:
    (one,) = features(Row(FOUR, maxsims={0: 0.5, ABOVE: 1.0}))
    assert (one["mean_match"], one["unmatched"]) == pytest.approx((0.5, 0.0))


def test_a_token_below_the_least_similarity_is_unmatched() -> None:
    (one,) = features(Row(FOUR, maxsims={0: 0.25}))
    assert (one["mean_match"], one["unmatched"]) == pytest.approx((0.25, 1.0))


def test_a_sentence_that_the_model_did_not_read_matches_nothing() -> None:
    (one,) = features(Row(FOUR))
    assert (one["mean_match"], one["unmatched"], one["neighbour"]) == (0.0, 1.0, 0.0)


def test_the_better_neighbour_counts() -> None:
    first, second, third = features(Row(" ".join([FOUR] * 3), maxsims={0: 1.0, 1: 0.25, 2: 0.5}))
    assert [one["neighbour"] for one in (first, second, third)] == pytest.approx([0.25, 1.0, 0.25])


def test_coverage_counts_the_sentence_the_headings_and_the_year_of_publication() -> None:
    def coverage(row: Row, reference: Reference | None = None) -> float:
        return features(row, reference=reference, idf={"tax": 3.0, "2015": 1.0})[0]["coverage"]

    assert coverage(Row(FOUR)) == 0.0
    assert coverage(Row("Offices open for tax.")) == coverage(Row(FOUR, heading=("The tax",))) == pytest.approx(0.75)
    assert coverage(Row(FOUR), Reference("a", "Notice", published="2015-02-01")) == pytest.approx(0.25)


def test_rank_place_and_length() -> None:
    first, second = features(Row(f"{FOUR} {FOUR}"), number=1)
    assert (first["passage_rank"], first["place"], second["place"]) == (0.5, 0.0, 0.5)
    assert first["log_words"] == pytest.approx(math.log(4))


@pytest.mark.parametrize(
    ("name", "question", "holding", "other"),
    [
        ("expected_figure", "How many offices open?", "Offices open in 9 towns.", "Offices open at dawn."),
        ("expected_place", "Where do offices open?", "Offices open in Lakeland.", "Offices open at dawn."),
        ("points_back", "tax", "Offices open on such a day.", "Offices open at dawn."),
    ],
)
def test_what_the_question_asks_for_and_what_the_sentence_refers_to(
    name: str, question: str, holding: str, other: str
) -> None:
    assert features(Row(holding), question)[0][name] == 1.0
    assert features(Row(other), question)[0][name] == 0.0


def test_a_kind_that_the_question_does_not_ask_for_does_not_count() -> None:
    (one,) = features(Row("Offices open in 9 towns of Lakeland."), "Who opens offices?")
    assert (one["expected_figure"], one["expected_place"]) == (0.0, 0.0)


def test_a_lead_in_announces_the_items_that_its_unit_quotes() -> None:
    found = features(Row("Offices open on the following days:\n\n- every Monday\n- every Friday"))
    assert max(one["announces"] for one in found) == 1.0
    assert features(Row(FOUR))[0]["announces"] == 0.0
