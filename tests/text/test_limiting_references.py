"""References by which a rule and another provision limit each other."""

from __future__ import annotations

import pytest

from rag.text.limiting_references import limiting_references


def found(sentence: str) -> list[tuple[str, bool]]:
    return [(one.words, one.limited) for one in limiting_references(sentence)]


@pytest.mark.parametrize(
    ("sentence", "words"),
    [
        ("Subject to section 9, a controller must erase the record.", "section 9"),
        ("Machines must rest at night, except as provided in Article 8.", "Article 8"),
        ("A permit is needed, unless paragraph (3) applies.", "paragraph (3)"),
        ("A tower may be high, without prejudice to section 25.", "section 25"),
        ("A nursery must have carers, subject to the conditions in Schedule 1.", "Schedule 1"),
    ],
)
def test_a_provision_that_limits_the_sentence(sentence: str, words: str) -> None:
    assert found(sentence) == [(words, True)]


def test_a_sentence_that_limits_another_rule_does_not_limit_the_provision_of_its_case() -> None:
    assert found("This does not apply to staff on the roster under Article 6.") == []
    assert found("Paragraph (1) does not apply to vehicles with a permit under § 4.") == [("Paragraph (1)", False)]


@pytest.mark.parametrize(
    ("sentence", "words"),
    [
        ("Article 2 does not apply to assistance dogs.", "Article 2"),
        ("Nothing in regulation 7 applies to an ambulance flight.", "regulation 7"),
        ("Notwithstanding subsection (1), no tax is payable.", "subsection (1)"),
        ("By way of derogation from paragraph 1, beverages need no list.", "paragraph 1"),
        ("The duty in subsection (1) does not fall on small trusts.", "subsection (1)"),
    ],
)
def test_a_provision_that_the_sentence_limits(sentence: str, words: str) -> None:
    assert found(sentence) == [(words, False)]


@pytest.mark.parametrize(
    "sentence",
    ["A vessel as defined in section 2 pays a fee.", "The form is in Annex 1.", "Section 4 sets the fee."],
)
def test_other_references_limit_nothing(sentence: str) -> None:
    assert found(sentence) == []


def test_several_provisions_are_told_apart() -> None:
    words = [one for one, _ in found("A nursery must have carers, subject to paragraphs 2 and 3 of Schedule 1.")]
    assert words == ["paragraph 2 of Schedule 1", "paragraph 3 of Schedule 1"]


def test_a_provision_of_another_law_is_elsewhere() -> None:
    [reference] = limiting_references("Subject to section 5 of the Data Act, records are kept.")
    assert reference.elsewhere
