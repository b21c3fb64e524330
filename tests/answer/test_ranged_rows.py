"""Rows of tables with ranges, and the figures of questions."""

from __future__ import annotations

import pytest

from rag.answer.ranged_rows import figure_held, holding

SERVICE = ["Not more than a year", "More than one year but less than three years", "At least 3 but less than 5 years"]


def rows(column: str, *ranges: str) -> list[list[tuple[str, str]]]:
    return [[(column, one), ("Notice", f"{number} weeks")] for number, one in enumerate(ranges, 1)]


@pytest.mark.parametrize(
    ("question", "found"),
    [
        ("How much notice is given after six months?", [0]),
        ("How much notice is given after 1 year?", [0]),
        ("How much notice is given after two years?", [1]),
        ("How much notice is given after three years?", [2]),
        ("How much notice is given after 48 months?", [2]),
        ("How much notice is given after 5 years?", [3]),
        ("How much notice is given after more than 4 years?", []),
        ("How much notice is given after 2 or 4 years?", []),
        ("How much notice is given?", []),
    ],
)
def test_the_row_whose_range_holds_the_figure_answers(question: str, found: list[int]) -> None:
    assert holding(rows("Length of service", *SERVICE, "5 years or more"), question) == found


def test_ranges_of_two_figures_include_both() -> None:
    table = rows("Employees", "1 to 10 employees", "11 to 50 employees", "over 50 employees")
    assert holding(table, "What does a firm with 50 employees pay?") == [1]
    assert holding(table, "What does a firm with 51 employees pay?") == [2]


def test_a_count_of_other_things_chooses_no_row() -> None:
    table = rows("Employees", "1 to 10", "11 to 50")
    assert holding(table, "What does a firm with 5 lorries pay?") == []
    assert holding(table, "What does a firm with 5 employees pay?") == [0]


def test_a_figure_of_another_kind_chooses_no_row() -> None:
    assert holding(rows("Weight", "up to 2 kg", "over 2 kg"), "What does a parcel of 30 cm cost?") == []


def test_a_column_without_ranges_chooses_no_row() -> None:
    assert holding(rows("Term", "3 years", "5 years"), "What is paid after 3 years?") == []


def test_the_figure_that_a_range_holds_is_returned_as_written() -> None:
    table = rows("Length of service", *SERVICE)
    assert figure_held(table, "How much notice is given after two years of work?") == "two years"
    assert figure_held(table, "How much notice is given after 9 years of work?") == ""
