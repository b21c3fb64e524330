"""Which sentences stand beside the best one, and which are noise."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import pytest

from rag.answer.companions import with_companions
from rag.answer.extraction import Scored
from rag.answer.statements import sentences_of
from tests.answer.made import Row, hit


def beside(question: str, text: str, language: str = "en") -> tuple[list[str], list[str]]:
    """Return the sentences that remain, and the wanted ones. The first sentence is the best, all others score .5."""
    passage = hit(Row(text))
    scored = [
        Scored(one, 0.5, 0.5, 0.5 if number else 1.0) for number, (_, one) in enumerate(sentences_of(passage, question))
    ]
    asked = cast(Any, SimpleNamespace(text=question, spoken=(language,)))
    found = with_companions(asked, scored, [passage])
    return [one.sentence.text for one in found], [one.sentence.text for one in found if one.wanted]


MENTIONS = "The old mills moved to ebb pricing in May."
EXPLAINS = "Under ebb pricing a mill pays only at low tide."
FURTHER = "The tide is late."


def test_the_next_sentence_about_a_thing_explains_it() -> None:
    assert beside("What is ebb pricing?", f"{MENTIONS} {EXPLAINS} {FURTHER}")[1] == [EXPLAINS]


def test_only_the_next_sentence_explains_and_only_if_it_is_about_the_thing() -> None:
    assert beside("What is ebb pricing?", f"{MENTIONS} {FURTHER} {EXPLAINS}")[1] == []
    assert beside("Who uses ebb pricing?", f"{MENTIONS} {EXPLAINS}")[1] == []


FULL = "Full-time keepers may park a cart for free."
PART = "Part-time keepers receive 40 crowns towards a cart."


def test_the_other_case_is_shown_unless_the_question_names_a_case() -> None:
    assert beside("Does the guild pay for a cart?", f"{FULL} {PART}")[1] == [PART]
    assert beside("Does the guild pay for the cart of a part-time keeper?", f"{FULL} {PART}")[1] == []
    assert beside("Does the guild pay for a cart?", f"{FULL} Part-time sailors walk.")[1] == []


@pytest.mark.parametrize(
    ("question", "best", "others", "left"),
    [
        (
            "How long are logs kept?",
            "Logs are kept for nine years.",
            ["The boats are at rest in winter.", "Logs are kept in a box."],
            1,
        ),
        (
            "How long are logs kept?",
            "Logs are kept in a box.",
            ["The boats are at rest in winter.", "They stay for nine years."],
            2,
        ),
        ("Why was the rise put off?", "It was put off because of the flood.", ["The rise is large.", "It rains."], 0),
        ("Why was the rise put off?", "It was put off.", ["It rained.", "This was due to the flood."], 2),
        (
            "Where are logs kept?",
            "Logs are kept for nine years.",
            ["The boats are at rest in winter.", "Logs are kept in a box."],
            2,
        ),
    ],
)
def test_others_need_the_figure_or_the_reason_if_the_best_sentence_has_one(
    question: str, best: str, others: list[str], left: int
) -> None:
    assert beside(question, " ".join([best, *others]))[0] == [best, *others[:left]]
