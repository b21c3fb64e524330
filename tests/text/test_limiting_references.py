"""References by which a rule and another provision limit each other."""

from __future__ import annotations

import pytest

from rag.text.exception_forms import refers_to_rule
from rag.text.limiting_references import LIMITING, limiting_references


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


def test_the_search_for_places_in_a_document_finds_a_list_of_provisions() -> None:
    assert LIMITING.search("Sections 3(1) and 5(2) do not apply to a dog that works with sheep.")
    assert LIMITING.search("Paragraphs 1, 2 and (c) shall not apply to boats.")
    assert not LIMITING.search("Sections 3(1) and 5(2) apply to a dog that works with sheep.")


@pytest.mark.parametrize(
    ("sentence", "noun"),
    [
        ("This limit does not apply to tugs.", "limit"),
        ("The duty does not apply to boats of less than four metres.", ""),
        ("The requirements do not apply to tugs.", ""),
        ("The fee does not apply to tugs.", None),
    ],
)
def test_a_sentence_refers_to_the_rule_before_it(sentence: str, noun: str | None) -> None:
    assert refers_to_rule(sentence) == noun
