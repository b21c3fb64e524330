"""Tests that sentences which lean on words before them are recognised."""

from __future__ import annotations

import pytest

from rag.text.leaning import leans, such_things


@pytest.mark.parametrize(
    "words",
    [
        "It applies to boats.",
        "However, they may pay later.",
        "These must be renewed each year.",
        "Such boats need a lamp.",
        "The permit is valid for the period stated in such letter.",
        "The results of such review must be published.",
        "The above rules do not bind the council.",
        "The fee is paid as described above.",
        "(b) pay the fee at the gate",
    ],
)
def test_a_sentence_that_refers_to_words_before_it_leans(words: str) -> None:
    assert leans(words)


@pytest.mark.parametrize(
    "words",
    [
        "A boat must carry a lamp.",
        "However, boats on the lake may pay later.",
        "It is the duty of the owner to pay the fee.",
        "It is unclear how the fee is set.",
        "The letter names a period, and the permit is valid for the period in such letter.",
        "A charge may be paid in such manner as the council decides.",
        "(b) Pay the fee at the gate.",
        "The bridge opened in the latter half of the year.",
    ],
)
def test_a_sentence_that_names_its_things_does_not_lean(words: str) -> None:
    assert not leans(words)


def test_the_thing_after_such_is_returned_if_it_is_not_named_earlier() -> None:
    assert such_things("The cost of such fires is high.") == ["fires"]
    assert such_things("Fires are rare, and the cost of such fires is high.") == []
