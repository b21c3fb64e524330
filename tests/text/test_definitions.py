"""Definitions in sentences, and requests for definitions in questions."""

from __future__ import annotations

import pytest

from rag.text.definitions import defined_term, requested_term


@pytest.mark.parametrize(
    ("sentence", "term"),
    [
        ("A carbon tax is a charge on fuel.", "A carbon tax"),
        ("The Kigali Amendment is an agreement of 2016.", "The Kigali Amendment"),
        ("(44g) ‘regulatory sandbox’ means a controlled environment.", "regulatory sandbox"),
        ('(ii) "free parcel" means a parcel of less than 2 kg.', "free parcel"),
        ("(4) ‘pilot means a person who steers.", "pilot"),
        ("Personal data means any information about a person.", "Personal data"),
        ("A drink is exempt.", None),
        ("This means that the fee is due.", "This"),
        ("Der Rat beschließt.", None),
    ],
)
def test_a_definition_yields_its_term(sentence: str, term: str | None) -> None:
    assert defined_term(sentence) == term


@pytest.mark.parametrize(
    ("question", "term"),
    [
        ("What is a deep fake?", "deep fake"),
        ("what are personal data", "personal data"),
        ("What does “deployer” mean?", "“deployer”"),
        ("What is meant by regulatory sandbox?", "regulatory sandbox"),
        ("How is a deep fake defined?", "deep fake"),
        ("Define a carbon tax.", "carbon tax"),
        ('What is the definition of "free parcel" for the purpose of section 4 of the Post Act?', '"free parcel"'),
        ("What is meant by a parcel in this policy?", "parcel"),
        ("What is the definition of interest in land?", "interest in land"),
        ("What is a deep fake under the AI Act?", "deep fake"),
        ("What is sick leave in the staff policy?", "sick leave"),
        ("What is the tide in the harbour?", "tide in the harbour"),
        ("When does it apply?", None),
        ("What does the levy cost?", None),
    ],
)
def test_a_question_for_a_definition_yields_its_term(question: str, term: str | None) -> None:
    assert requested_term(question) == term
