"""The subject of a question stands in for the pronoun of a later one."""

from __future__ import annotations

import pytest

from rag.text.subjects import completed, points_back, subject, with_subject


@pytest.mark.parametrize(
    ("question", "named"),
    [
        ("What is e-residency?", "e-residency"),
        ("How much is the harbour fee?", "the harbour fee"),
        ("How long is parental leave in Ostra?", "parental leave in Ostra"),
        ("What did the pension reform of 2023 change?", "the pension reform of 2023"),
        ("What does a single ticket for the tram cost?", "a single ticket for the tram"),
        ("Tell me about the Kigali Amendment", "the Kigali Amendment"),
        ("How many seats does the council have?", "seats of the council"),
        ("When did it start?", None),
        ("Why?", None),
    ],
)
def test_the_subject_of_a_question_is_found(question: str, named: str | None) -> None:
    assert subject(question) == named


@pytest.mark.parametrize(
    ("question", "full"),
    [
        ("When did it start?", "When did the levy start?"),
        ("And what does it not cover?", "And what does the levy not cover?"),
        ("What are its limits?", "What are the levy’s limits?"),
        ("Which is cheaper, that or the ferry?", "Which is cheaper, the levy or the ferry?"),
        ("They cost how much?", "The levy cost how much?"),
    ],
)
def test_the_subject_replaces_a_pronoun(question: str, full: str) -> None:
    assert points_back(question)
    assert with_subject(question, "the levy") == full


@pytest.mark.parametrize(
    "question",
    [
        "Is it true that fees rose?",
        "Is it allowed to park here?",
        "Does this act apply?",
        "Who says that fees rose?",
        "?",
    ],
)
def test_other_questions_point_to_nothing(question: str) -> None:
    assert not points_back(question)
    assert with_subject(question, "the levy") == question


@pytest.mark.parametrize(
    ("question", "full"),
    [
        ("And in Veldmark?", "How long is parental leave in Veldmark?"),
        ("What about Veldmark?", "How long is parental leave in Veldmark?"),
        ("And what is the allowance?", None),
        ("And for children?", None),
        ("Veldmark?", None),
        ("And there?", None),
    ],
)
def test_an_elliptic_question_is_completed(question: str, full: str | None) -> None:
    assert completed(question, "How long is parental leave in Ostra?") == full
