"""What a sentence defines, and what a question wants defined."""

from __future__ import annotations

import pytest

from rag.text.definitions import asked_for, defined


@pytest.mark.parametrize(
    ("sentence", "term"),
    [
        ("A carbon tax is a charge on fuel.", "A carbon tax"),
        ("The Kigali Amendment is an agreement of 2016.", "The Kigali Amendment"),
        ("(44g) ‘regulatory sandbox’ means a controlled environment.", "regulatory sandbox"),
        ("Personal data means any information about a person.", "Personal data"),
        ("A drink is exempt.", None),
        ("This means that the fee is due.", "This"),
        ("Der Rat beschließt.", None),
    ],
)
def test_a_definition_names_its_term(sentence: str, term: str | None) -> None:
    assert defined(sentence) == term


@pytest.mark.parametrize(
    ("question", "term"),
    [
        ("What is a deep fake?", "deep fake"),
        ("what are personal data", "personal data"),
        ("What does “deployer” mean?", "“deployer”"),
        ("What is meant by regulatory sandbox?", "regulatory sandbox"),
        ("How is a deep fake defined?", "deep fake"),
        ("Define a carbon tax.", "carbon tax"),
        ("When does it apply?", None),
        ("What does the levy cost?", None),
    ],
)
def test_a_question_may_want_a_term_defined(question: str, term: str | None) -> None:
    assert asked_for(question) == term
