"""A document is in force between its own dates, and until another one replaces it."""

from __future__ import annotations

from datetime import date

from rag.index.validity import Described, first_day, last_day, validities

_2019, _2021, _2024 = date(2019, 1, 1), date(2021, 3, 1), date(2024, 7, 1)


def _days(*documents: Described) -> dict[int, tuple[str | None, str | None, str | None]]:
    found = validities(documents).items()
    return {number: (one.first, one.last, one.ended_by) for number, one in found}


def test_a_document_without_dates_has_no_validity() -> None:
    assert _days(Described(0, "a", "A"), Described(1, "b", "B", published="2020-01-01")) == {}


def test_a_date_of_any_precision_covers_its_whole_period() -> None:
    assert (first_day("2021"), last_day("2021-02"), last_day("soon")) == (date(2021, 1, 1), date(2021, 2, 28), None)


def test_a_document_that_supersedes_another_ends_it_the_day_before() -> None:
    old = Described(0, "old", "Old", first=_2019)
    new = Described(1, "new", "New", first=_2021, supersedes=("old",))
    assert _days(old, new) == {0: ("2019-01-01", "2021-02-28", "new"), 1: ("2021-03-01", None, None)}


def test_a_last_day_of_its_own_counts_before_the_end_by_another_document() -> None:
    old = Described(0, "old", "Old", last=date(2020, 6, 30))
    new = Described(1, "new", "New", first=_2021, supersedes=("old",))
    assert _days(old, new)[0] == (None, "2020-06-30", None)


def test_a_document_that_supersedes_another_at_no_known_time_does_not_end_it() -> None:
    assert _days(Described(0, "old", "Old"), Described(1, "new", "New", supersedes=("old",))) == {}


def test_each_version_ends_when_the_next_one_begins() -> None:
    first = Described(0, "fees", "Fees")
    third = Described(1, "fees-3", "Fees", first=_2024, work="fees")
    second = Described(2, "fees-2", "Fees", first=_2021, work="fees")
    assert _days(first, third, second) == {
        0: (None, "2021-02-28", "fees-2"),
        1: ("2024-07-01", None, None),
        2: ("2021-03-01", "2024-06-30", "fees-3"),
    }


def test_the_versions_before_and_after_a_document_are_its_others() -> None:
    first = Described(0, "fees", "Fees", first=_2019, last=date(2020, 12, 31))
    second = Described(1, "fees-2", "Fees", first=_2021, work="fees")
    third = Described(2, "fees-3", "Fees", first=_2024, supersedes=("fees-2", "tolls"))
    tolls = Described(3, "tolls", "Tolls", first=_2019)
    others = {number: one.others for number, one in validities([first, second, third, tolls]).items()}
    assert others == {0: ("fees-2", "fees-3"), 1: ("fees", "fees-3"), 2: ("fees-2", "tolls", "fees"), 3: ("fees-3",)}


def test_words_of_a_text_name_an_older_text_by_its_title_or_by_its_date() -> None:
    named = Described(0, "a", "Ferry Fees Order", first=_2019)
    dated = Described(1, "b", "Order on harbours", published="2015-05-03")
    other = Described(2, "c", "Order on buses", published="2016-05-03")
    words = ("the Ferry Fees Order", "the order of 3 May 2015")
    new = Described(3, "new", "Fares", first=_2021, supersedes=words, inferred=True)
    assert {number: days[2] for number, days in _days(named, dated, other, new).items()} == {
        0: "new",
        1: "new",
        3: None,
    }
    given = Described(3, "new", "Fares", first=_2021, supersedes=words)
    assert _days(dated, given) == {3: ("2021-03-01", None, None)}


def test_words_of_a_text_do_not_end_a_document_before_it_begins() -> None:
    later = Described(0, "later", "Ferry Fees Order", first=_2024)
    new = Described(1, "new", "Fares", first=_2021, supersedes=("the Ferry Fees Order",), inferred=True)
    assert _days(later, new)[0] == ("2024-07-01", None, None)
