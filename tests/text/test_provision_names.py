"""References to provisions are parsed into steps, the outermost first."""

from __future__ import annotations

import pytest

from rag.text.provision_names import Step, provision_names


@pytest.mark.parametrize(
    ("question", "steps"),
    [
        ("What does Article 5 say?", [("article", "5")]),
        ("Who pays under section 12(3)?", [("section", "12"), ("", "3")]),
        ("What is in paragraph 2(b) of Schedule 1?", [("schedule", "1"), ("paragraph", "2"), ("", "b")]),
        ("Which power is in subsection (10)?", [("subsection", "10")]),
        ("What does subsection (2) of section 4A say?", [("section", "4A"), ("subsection", "2")]),
        ("Regulation 7", [("regulation", "7")]),
        ("What does clause 4.2 require?", [("clause", "4.2")]),
        ("Was steht in § 12 Abs. 3?", [("section", "12"), ("paragraph", "3")]),
        ("Wat staat in art. 6, lid 2?", [("article", "6"), ("paragraph", "2")]),
        ("What is in Annex III?", [("annex", "III")]),
        ("what does article 49.3 allow", [("article", "49.3")]),
        ("Que dit l'article 12 ?", [("article", "12")]),
    ],
)
def test_a_reference_is_parsed_into_its_steps(question: str, steps: list[Step]) -> None:
    (name,) = provision_names(question)
    assert list(name.steps) == steps
    assert name.content


@pytest.mark.parametrize(
    "question",
    ["What part of the fund is spent?", "How many rules are there?", "Which part a city plays?", "Who pays 12 pence?"],
)
def test_a_question_without_a_label_names_no_provision(question: str) -> None:
    assert provision_names(question) == ()


def test_two_references_are_two_provisions() -> None:
    names = provision_names("Compare Article 5 and Article 6")
    assert [name.steps for name in names] == [(("article", "5"),), (("article", "6"),)]


def test_a_question_about_a_breach_does_not_ask_for_the_content() -> None:
    (name,) = provision_names("What is the fine for a breach of Article 5?")
    assert not name.content
