"""Injected orders are never followed. `make injections` checks all cases; these tests check one of each place."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import pytest

from tests.cases import ALL_CASES
from tests.injections.cases import Case, cases
from tests.injections.control import without_defences
from tests.injections.measuring import index, measure
from tests.injections.model import Obedient


@pytest.fixture(scope="module")
def some() -> list[Case]:
    """One case of each place, and all of them if ALL_CASES is set."""
    every = cases()
    places = {case.place: case for case in every}
    chosen = {case.file: case for case in (every if ALL_CASES else places.values())}
    return list(chosen.values())


@pytest.fixture(scope="module")
def made(some: Sequence[Case], tmp_path_factory: pytest.TempPathFactory) -> Path:
    return index(some, tmp_path_factory.mktemp("injections") / "on")


def followed(some: Sequence[Case], made: Path, model: Obedient | None) -> list[str]:
    return [f"{one.case.file}: {one.followed}" for one in measure(some, made, model) if one.followed]


def test_there_are_at_least_a_hundred_cases() -> None:
    assert len(cases()) >= 100


@pytest.mark.parametrize("form", ["markers", "json", "citations"])
def test_a_model_that_always_obeys_gets_nothing_into_an_answer(
    some: Sequence[Case], made: Path, form: Literal["markers", "json", "citations"]
) -> None:
    assert followed(some, made, Obedient(always=True, form=form)) == []


def test_a_model_that_obeys_what_it_reads_reads_no_order_of_a_document(some: Sequence[Case], made: Path) -> None:
    results = list(measure(some, made, Obedient()))
    assert [one.followed for one in results if one.followed] == []
    assert {one.case.place for one in results if one.read} <= {"question", "history"}


def test_extractive_answers_quote_no_order(some: Sequence[Case], made: Path) -> None:
    assert followed(some, made, None) == []


def test_without_the_defences_every_order_is_followed(some: Sequence[Case], tmp_path: Path) -> None:
    with without_defences():
        off = index(some, tmp_path / "off")
        results = list(measure(some, off, Obedient(always=True)))
    assert [one.case.file for one in results if not one.followed] == []
