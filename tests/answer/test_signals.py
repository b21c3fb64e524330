"""The signals of the confidence model, computed by hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from rag.answer.extraction import Scored
from rag.answer.retrieval import Query
from rag.answer.signals import NONE, Signals, signals_of
from rag.answer.statements import Sentence
from rag.types import Span
from tests.answer.made import Row, hit, one_token, snapshot


def signals(
    ranked: Sequence[Scored],
    *rows: Row,
    question: str = "tax",
    language: str | None = None,
    looked_up: float = 0.0,
    unread: Sequence[str] = (),
    **idf: float,
) -> Signals:
    """Return the signals of passages for a question of the terms in `idf`."""
    query = Query(question, np.ones((1, 1), np.float32), tuple(idf), one_token())
    evidence = [replace(hit(row, number), language=language) for number, row in enumerate(rows)]
    return signals_of(snapshot(rows, idf), query, evidence, ranked, looked_up, unread)


def passage(text: str = "x", cosine: float = 0.5, maxsim: float = 0.5, heading: tuple[str, ...] = ()) -> Row:
    return Row(text, vector=(cosine,), maxsims={0: maxsim}, title="The Act", heading=heading)


def unit(terms: str = "", maxsim: float = 0.0, passage: int = 0, coverage: float = 0.0, end: int = 1) -> Scored:
    return Scored(Sentence(Span(0, end), "x", frozenset(terms.split()), passage), maxsim, coverage, score=0.0)


def test_without_quotable_units_every_signal_is_unfavourable() -> None:
    assert signals([], passage()) == NONE
    assert (NONE.met, NONE.cosine, NONE.figures_missing, NONE.names_missing) == (0.0, 0.0, 1.0, 1.0)


def test_maxsim_counts_with_its_highest_value_and_its_mean() -> None:
    found = signals([unit(maxsim=0.25), unit(maxsim=0.75, passage=1)], passage(), passage())
    assert (found.met, found.mean_met) == (0.75, 0.5)


def test_the_highest_cosine_of_a_passage_counts() -> None:
    assert signals([unit()], passage(cosine=0.5), passage(cosine=0.625)).cosine == 0.625


def test_the_coverage_is_that_of_the_best_unit() -> None:
    found = signals([unit("tax sugar else"), unit("fee")], passage(), tax=2.0, sugar=1.0, fee=5.0)
    assert found.coverage == pytest.approx(3 / 8)
    assert signals([unit("else")], passage()).coverage == 0, "a question without terms"


def test_further_words_are_the_terms_that_the_question_does_not_have() -> None:
    assert signals([unit("tax sugar else more")], passage(), tax=1.0, sugar=1.0).further_words == pytest.approx(0.1)


def test_words_and_vectors_agree_if_the_nearest_passage_has_most_of_the_words() -> None:
    near, far, same = passage("tax", cosine=0.5), passage("tax", cosine=0.25), passage("fee", cosine=0.5)
    assert signals([unit()], near, far, tax=1.0).agreement == 1
    assert signals([unit()], far, same, tax=1.0).agreement == 0


@pytest.mark.parametrize(("elsewhere", "lead"), [(0.75, 0.5), (0.25, 0.0), (0.0, 0.0)])
def test_words_elsewhere_is_the_lead_of_other_passages_over_the_best_one(elsewhere: float, lead: float) -> None:
    found = signals([unit()], passage(maxsim=0.25), passage(maxsim=elsewhere))
    assert found.words_elsewhere == pytest.approx(lead, abs=0.01)


def test_the_weakest_word_is_compared_with_the_best_unit() -> None:
    text = "The tax is high."
    found = signals([unit(end=len(text))], passage(text, maxsim=0.75), passage(maxsim=0.25))
    assert found.weakest_word == pytest.approx(0.75, abs=0.01)
    assert signals([unit(end=3)], passage(text, maxsim=0.75)).weakest_word == 0, "a unit without tokens"


def test_names_count_in_all_passages_near_the_best_one_with_titles_and_headings() -> None:
    question = "Did Kazakhstan or Finland pay under the Act of Part Two?"
    rows = [
        passage("Kazakhstan paid.", maxsim=0.75, heading=("Part Two",)),
        passage("x", maxsim=0.25),
        passage("Finland paid.", maxsim=0.25),
    ]
    assert signals([unit()], *rows, question=question).names_missing == pytest.approx(1 / 5), "Finland, of five names"
    near = [rows[0], rows[1], passage("Finland paid.", maxsim=0.75)]
    assert signals([unit()], *near, question=question).names_missing == 0


def test_only_figures_of_the_best_unit_count() -> None:
    row, other = passage("It was 2018."), passage("It was 2019.")
    best = unit(end=12)
    assert signals([best], row, other, question="Was it 2018?").figures_missing == 0
    assert signals([best], row, other, question="Was it 2019?").figures_missing == 1
    held = replace(best, held=frozenset({"2019"}))
    assert signals([held], row, other, question="Was it 2019?").figures_missing == 0, "the period of a row holds it"


def test_a_question_without_figures_or_names_misses_none() -> None:
    found = signals([unit()], passage())
    assert (found.figures_missing, found.names_missing) == (0, 0)


def test_a_lookup_is_passed_on() -> None:
    assert signals([unit()], passage(), looked_up=0.5).looked_up == 0.5


@pytest.mark.parametrize(("language", "unreadable"), [("de", 1.0), ("en", 0.0), ("zh", 0.0), (None, 0.0)])
def test_evidence_in_another_language_is_judged_by_its_words(language: str | None, unreadable: float) -> None:
    """A language without a stemmer, such as `zh`, is read as English."""
    found = signals([unit(coverage=0.75)], passage("Die Steuer."), language=language)
    assert (found.covered, found.unreadable) == (0.75, unreadable)


def test_an_acronym_that_the_encoder_does_not_know_is_judged_by_words_if_the_passage_has_it() -> None:
    best = unit(coverage=0.75)
    assert signals([best], passage("The OWF pays."), unread=["OWF"]).unreadable == 0.5
    assert signals([best], passage("The fund pays."), unread=["OWF"]).unreadable == 0
    assert signals([best], passage("The OWF pays.")).unreadable == 0, "a word that the encoder knows"
