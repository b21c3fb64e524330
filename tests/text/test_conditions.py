"""English sentences that limit the sentence before them."""

from __future__ import annotations

import pytest

from rag.answer.checks.quantities import quantities
from rag.text.conditions import limits

RULE = "There is no extra cost for a second card."


@pytest.mark.parametrize(
    "words",
    [
        "All usual fees still apply.",
        "The fee for the photo must still be paid.",
        "You still need to bring the first card.",
        "The owner nevertheless has to register.",
    ],
)
def test_a_duty_that_remains_limits_the_rule_before_it(words: str) -> None:
    assert limits(words, RULE)
    assert not limits(words, "The card is blue.")


@pytest.mark.parametrize("words", ["The office is open at noon.", "Cards are sent by post.", "It was still night."])
def test_other_sentences_limit_nothing(words: str) -> None:
    assert not limits(words, RULE)


@pytest.mark.parametrize("words", ["not more than 5 kg", "no more than 5 kg", "not exceeding 5 kg", "not over 5 kg"])
def test_a_denied_bound_is_an_upper_bound(words: str) -> None:
    assert [one.bound for one in quantities(words)] == ["<="]
