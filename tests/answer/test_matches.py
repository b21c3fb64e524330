"""The form of a sentence can show that it answers: a repeated question, or the row of the year that is asked for."""

from __future__ import annotations

import pytest

from rag.snapshots import Snapshot
from rag.types import Answer, Ask, Outcome
from tests import samples
from tests.answer.test_pipeline import snapshot_of

QUESTIONS = """---
title: Questions about the museum
---
# Questions about the museum

1. Which coins does the cloakroom take? Copper and silver.

2. When must a borrowed key be returned? Before the bell at dusk.

3. Who repairs the clocks? The keeper of the tower.
"""
ROWS = "\n".join(f"| {year} | {3 * year - 5000} | {year % 7} |" for year in range(1961, 2001))
CATCH = f"""---
title: Catch of the lake
---
# Catch of the lake

| Year | Perch landed (tonnes) | Boats lost |
|---|---|---|
{ROWS}
"""


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    return snapshot_of(tmp_path_factory.mktemp("matches"), {"museum.md": QUESTIONS, "catch.md": CATCH})


def asked(snapshot: Snapshot, question: str) -> Answer:
    return samples.answerer(None, 0.35).answer(snapshot, Ask(question))


def test_the_answer_to_the_same_question_is_an_answer(snapshot: Snapshot) -> None:
    answer = asked(snapshot, "When must a borrowed key be returned?")
    assert answer.outcome == Outcome.ANSWERED
    assert [one.text for one in answer.statements] == [
        "2. When must a borrowed key be returned? Before the bell at dusk."
    ]


def test_the_row_of_the_year_is_an_answer(snapshot: Snapshot) -> None:
    answer = asked(snapshot, "How much perch was landed in 1977?")
    assert answer.outcome == Outcome.ANSWERED
    assert "Year: 1977; Perch landed (tonnes): 931" in answer.statements[0].text


def test_a_year_without_a_row_is_not_answered(snapshot: Snapshot) -> None:
    assert asked(snapshot, "How much perch was landed in 1942?").outcome == Outcome.NO_EVIDENCE
