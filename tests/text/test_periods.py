"""Tests of the periods that texts and questions name."""

from __future__ import annotations

from datetime import date

import pytest

from rag.text.periods import Period, asked_period, asks_for_now, find_period, leading_period, parse_period


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("17 February 2003", date(2003, 2, 17), date(2003, 2, 17)),
        ("March 1, 2020", date(2020, 3, 1), date(2020, 3, 1)),
        ("2021-03-04", date(2021, 3, 4), date(2021, 3, 4)),
        ("4.3.2021", date(2021, 3, 4), date(2021, 3, 4)),
        ("July 2012", date(2012, 7, 1), date(2012, 7, 31)),
        ("2012", date(2012, 1, 1), date(2012, 12, 31)),
        ("2003–2005", date(2003, 1, 1), date(2005, 12, 31)),
        ("between 2001 and 2003", date(2001, 1, 1), date(2003, 12, 31)),
        ("2004/05", date(2004, 1, 1), date(2005, 12, 31)),
        ("January to August 1961", date(1961, 1, 1), date(1961, 8, 31)),
        ("From 1 July 2015", date(2015, 7, 1), date.max),
        ("with effect from 1 July 2015", date(2015, 7, 1), date.max),
        ("1968 and later", date(1968, 1, 1), date.max),
        ("2019 to present", date(2019, 1, 1), date.max),
        ("up to 2005", date.min, date(2005, 12, 31)),
    ],
)
def test_a_cell_that_names_a_period_is_parsed(text: str, first: date, last: date) -> None:
    assert parse_period(text) == Period(first, last)


@pytest.mark.parametrize("text", ["Less than 5 g", "signed on 3 May 2012", "31 June 2012", "3001", "12", ""])
def test_other_cells_name_no_period(text: str) -> None:
    assert parse_period(text) is None


def test_a_list_item_may_begin_with_a_period() -> None:
    assert leading_period("From 1 July 2015: 8 crowns") == Period(date(2015, 7, 1), date.max)
    assert leading_period("2015: 8 crowns") == Period(date(2015, 1, 1), date(2015, 12, 31))
    assert leading_period("On 8 April 2019 the zone began") is None


def test_a_question_names_a_time_after_a_preposition() -> None:
    assert asked_period("What did a ticket cost in 2012?") == Period(date(2012, 1, 1), date(2012, 12, 31))
    assert asked_period("What did it cost on 3 May 2012?") == Period(date(2012, 5, 3), date(2012, 5, 3))
    assert asked_period("What did the reform of 2023 change?") is None
    assert asked_period("What did it cost on 31 June 2012?") is None


def test_a_question_may_ask_for_the_present() -> None:
    assert asks_for_now("What does a ticket cost today?")
    assert not asks_for_now("What did a ticket cost in 2012?")


@pytest.mark.parametrize(
    ("name", "first", "rest"),
    [
        ("Rate from 1 April 2025", date(2025, 4, 1), "Rate"),
        ("Fee (2023)", date(2023, 1, 1), "Fee"),
        ("2019-20, in tonnes", date(2019, 1, 1), "in tonnes"),
        ("From 1 May 2020: toll", date(2020, 5, 1), "toll"),
    ],
)
def test_the_period_in_a_column_name_is_found_with_the_rest_of_the_name(name: str, first: date, rest: str) -> None:
    found = find_period(name)
    assert found is not None
    assert (found[0].first, found[1]) == (first, rest)


@pytest.mark.parametrize("name", ["Rate", "Weight up to 2000.5 kg", "Model A2019", "From 31 June 2020"])
def test_a_column_name_without_a_date_has_no_period(name: str) -> None:
    assert find_period(name) is None
