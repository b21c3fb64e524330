"""Filters on the command line: values, ranges and exclusions."""

from __future__ import annotations

import pytest

from rag.cli.arguments import read_filters
from rag.errors import ConfigurationError


@pytest.mark.parametrize(
    ("given", "filters"),
    [
        (None, {}),
        (["topic=tax", "topic = health"], {"topic": ["tax", "health"]}),
        (["title=a>=b"], {"title": ["a>=b"]}),
        (["published>=2022-01-01", "published < 2023"], {"published": {"gte": "2022-01-01", "lt": "2023"}}),
        (["year>2018", "year<=2020"], {"year": {"gt": "2018", "lte": "2020"}}),
        (["id!=levy", "id!=charge"], {"id": {"not": ["levy", "charge"]}}),
        (["id!=levy", "id>a"], {"id": {"not": ["levy"], "gt": "a"}}),
        (["published=2022-06..2024"], {"published": {"gte": "2022-06", "lte": "2024"}}),
        (["year=..-5", "id=a..b"], {"year": {"lte": "-5"}, "id": ["a..b"]}),
        (["name=.."], {"name": [".."]}),
        (["published=2022..", "published<2024"], {"published": {"gte": "2022", "lt": "2024"}}),
    ],
)
def test_a_filter_has_values_bounds_or_exclusions(given: list[str] | None, filters: dict[str, object]) -> None:
    assert read_filters(given) == filters


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        (["topic"], "the filter 'topic' is not of the form"),
        (["=tax"], "the filter '=tax' is not of the form"),
        (["year>1", "year>2"], "the filter 'year>2' is the second one with year>"),
        (["year=1..2", "year=3.."], "the filter 'year=3..' is the second one with year>="),
        (["year=1", "year>2"], "the filters on 'year' have values and bounds"),
    ],
)
def test_a_wrong_filter_is_named(given: list[str], sentence: str) -> None:
    with pytest.raises(ConfigurationError, match=sentence):
        read_filters(given)
