"""Dates in common notations become ISO dates with the same precision."""

from __future__ import annotations

import datetime

import pytest

from rag.sources.dates import iso


@pytest.mark.parametrize(
    "written",
    [
        "2022-06-05",
        "2022/6/5",
        "2022-06-05T23:59:00Z",
        "5 June 2022",
        "5th of June 2022",
        "Sunday, 5 June 2022",
        "June 5, 2022",
        "Jun. 5th 2022",
        "05.06.2022",
        "20220605",
        "D:20220605125000+02'00'",
        datetime.date(2022, 6, 5),
        datetime.datetime(2022, 6, 5, 23, tzinfo=datetime.UTC),
    ],
)
def test_common_notations_of_a_day_are_recognised(written: object) -> None:
    assert iso(written) == "2022-06-05"


def test_a_date_keeps_its_precision() -> None:
    assert (iso("June 2022"), iso("2022-06"), iso("2022"), iso(2022)) == ("2022-06", "2022-06", "2022", "2022")


@pytest.mark.parametrize("written", ["", "soon", "05/06/2022", "2022-02-31", "2022-13", True, None, 20.22, ["2022"]])
def test_a_value_that_is_not_a_clear_date_gives_none(written: object) -> None:
    assert iso(written) is None
