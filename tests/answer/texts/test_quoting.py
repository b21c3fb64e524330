"""Quotations are found by their words, and differences are named."""

from __future__ import annotations

from rag.answer.texts.quoting import Words, changes, find, similarity
from rag.answer.texts.results import Change
from rag.types import Span

TEXT = "The levy, which began in 2018, is paid by makers.\nThe levy is paid every quarter. Nobody else pays."


def words_at(quotation: str, near: int = 0) -> str | None:
    span = find(quotation, Words(TEXT), near)
    return span.of(TEXT) if span else None


def test_case_punctuation_and_line_breaks_do_not_count() -> None:
    assert words_at("the levy which began in 2018 is paid by makers the levy") == (
        "The levy, which began in 2018, is paid by makers.\nThe levy"
    )


def test_an_ellipsis_leaves_words_out() -> None:
    assert words_at("The levy … is paid by makers") == "The levy, which began in 2018, is paid by makers"
    assert words_at("is paid every quarter [...] began in 2018") is None


def test_parts_of_words_are_not_found() -> None:
    assert words_at("evy is paid") is None


def test_the_nearest_of_several_places_is_taken() -> None:
    assert find("the levy", Words(TEXT), near=60) == Span(50, 58)
    assert find("the levy", Words(TEXT)) == Span(0, 8)


def test_a_quotation_without_words_is_nowhere() -> None:
    assert words_at("…") is None


def test_changes_name_both_sides() -> None:
    assert changes("The levy is paid every year", "The levy is paid every quarter") == (Change("year", "quarter"),)
    assert changes("It is not paid", "It is paid") == (Change("not", ""),)
    assert changes("same words", "Same words!") == ()


def test_similarity_is_one_for_the_same_words() -> None:
    assert similarity("Every levy", "every LEVY.") == 1.0
    assert similarity("Every levy", "no tax at all") == 0.0
