"""References to provisions are parsed into steps, the outermost first."""

from __future__ import annotations

import pytest

from rag.text.provision_names import Step, provision_names, with_outer_provision


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


@pytest.mark.parametrize(
    ("question", "earlier", "whole"),
    [
        (
            "And subsection (3)?",
            "What does section 7 of the Ferry Act say?",
            "And subsection (3) of section 7 of the Ferry Act?",
        ),
        ("What about paragraph 2?", "What does Article 5(1) require?", "What about paragraph 2 of article 5?"),
        ("And section 8?", "What does section 7 say?", None),
        ("And subsection (3)?", "What does the act say?", None),
        ("What does it say?", "What does section 7 say?", None),
    ],
)
def test_an_inner_provision_takes_the_outer_one_of_an_earlier_question(
    question: str, earlier: str, whole: str | None
) -> None:
    assert with_outer_provision(question, earlier) == whole


def test_the_initials_of_an_institution_are_no_label() -> None:
    assert provision_names("What does Regulation (EU) 2016/679 protect?") == ()
    assert provision_names("What does rule (IV) say?")[0].steps == (("rule", "IV"),)
