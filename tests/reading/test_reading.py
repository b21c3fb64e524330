"""Files of each kind are read as a person reads them."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from tests.reading.examples import Example
from tests.reading.kinds import examples
from tests.reading.measures import Score, word_order
from tests.reading.measuring import scores

_EXAMPLES = examples()
_FLOORS = {"order": 0.98, "cells": 0.95, "numbers": 0.95, "headings": 0.95, "unread": 0.95, "facts": 0.95}


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[Example, Score]]:
    return list(scores(_EXAMPLES, tmp_path_factory.mktemp("examples")))


@pytest.mark.parametrize("measure", _FLOORS)
def test_each_measure_is_above_its_floor(measure: str, found: list[tuple[Example, Score]]) -> None:
    total = sum((one for _, one in found), Score())
    low = [example.name for example, one in found if getattr(one, measure).value < _FLOORS[measure]]
    assert getattr(total, measure).value >= _FLOORS[measure], low


def test_no_example_is_read_in_another_order(found: list[tuple[Example, Score]]) -> None:
    assert [example.name for example, one in found if one.order.value < 0.9] == []


def test_there_are_examples_of_each_format() -> None:
    kinds = Counter(example.suffix for example in _EXAMPLES)
    assert sum(kinds.values()) >= 60
    assert {".pdf", ".html", ".docx", ".eml", ".md", ".txt", ".csv", ".xlsx", ".ods", ".pptx"} <= set(kinds)
    assert len({(example.kind, example.name) for example in _EXAMPLES}) == len(_EXAMPLES)


@pytest.mark.parametrize(
    ("read", "share"),
    [("a b c d", 1.0), ("a, B; c! d", 1.0), ("x a y b c d", 1.0), ("c d a b", 0.5), ("d c b a", 0.25), ("", 0.0)],
)
def test_word_order_is_the_longest_common_subsequence(read: str, share: float) -> None:
    assert word_order("A b c d", read).value == share


def test_an_example_is_written_twice_with_the_same_bytes(tmp_path: Path) -> None:
    example = next(one for one in _EXAMPLES if one.suffix == ".pdf")
    for name in "ab":
        example.write(tmp_path / name)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()
