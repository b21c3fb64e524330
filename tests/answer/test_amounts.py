"""A question for an amount gets the sentence that states it beside the thing that it is asked for."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from rag.service import Service
from rag.types import Answer, Ask, Outcome
from tests import samples

HARBOUR = """---
title: Charges of the harbour of Skagby
---
# Charges of the harbour of Skagby

The harbour charge of Skagby began in 2019 in the same basin as the quay charge, replacing the 10 crowns mooring charge.

The harbour charge is 25 crowns a night and is due at all times of the year.

The harbour charge must be paid by noon.

## Ferry

Until 2024 the ferry ticket cost 49 crowns a month. Since 1 January 2025 the ferry ticket costs 58 crowns a month.

## Fines

| Kind of breach | Highest fine |
|---|---|
| Mooring without a ticket | 200 crowns |
| Fouling the basin | 5,000 crowns |

The harbour master fined one skipper 900 crowns in May 2023 for fouling.

A skipper must not pay a deckhand less than the minimum wage.
"""

Asked = Callable[[str], Answer]


@pytest.fixture(scope="module")
def ask(tmp_path_factory: pytest.TempPathFactory) -> Asked:
    folder = tmp_path_factory.mktemp("amounts")
    made: Service = samples.service(folder / "index")
    samples.ingest(made, samples.write(folder / "articles", {"harbour.md": HARBOUR, **samples.ARTICLES}))
    return lambda question: made.view(None).answer(Ask(question))


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("How much is the harbour charge?", "25 crowns"),
        ("harbour charge", "25 crowns"),
        ("What is the harbour charge in Skagby?", "25 crowns"),
        ("How much is the ferry ticket?", "58 crowns"),
        ("How much was the ferry ticket in 2024?", "49 crowns"),
        ("What is the fine for fouling the basin?", "5,000 crowns"),
    ],
)
def test_the_sentence_with_the_amount_comes_first(ask: Asked, question: str, words: str) -> None:
    assert words in ask(question).statements[0].text


def test_all_parts_of_an_amount_are_shown(ask: Asked) -> None:
    text = ask("How high is the highest fine?").text
    assert "200 crowns" in text
    assert "5,000 crowns" in text


def test_an_answer_without_the_amount_is_not_whole(ask: Asked) -> None:
    answer = ask("What is the minimum wage of a deckhand?")
    assert answer.outcome is not Outcome.ANSWERED
    assert answer.confidence < 0.3
