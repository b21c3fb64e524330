"""Tests of lists whose items have no markers."""

from __future__ import annotations

import pytest

from tests.index.made import said, statements


@pytest.mark.parametrize("gap", ["\n", "\n\n"])
def test_lines_after_a_colon_are_the_items_of_a_list(gap: str) -> None:
    lines = ["If you have lost your card, bring these papers to the office:", "Your passport", "A new photo", "The fee"]
    text = gap.join(lines) + "\n\nThe office is in the old town hall and opens at nine o'clock every day."
    assert said(text, "If you") == f"{lines[0]} Your passport; A new photo; The fee."
    assert said(text, "A new photo") == f"{lines[0]} A new photo."


def test_lines_that_end_with_semicolons_are_a_list_up_to_the_one_that_does_not() -> None:
    text = (
        "A licence ends if the holder:\nmoves to another town;\nsells the boat; or\ndies.\nThe fee is 4 crowns a year."
    )
    assert said(text, "A licence") == "A licence ends if the holder: moves to another town; sells the boat; dies."
    assert said(text, "The fee") == "The fee is 4 crowns a year."


def test_sentences_on_lines_of_their_own_are_a_list_if_they_are_announced() -> None:
    text = (
        "Phones are subject to the following rules:\n\nA phone must have a code.\n\nA lost phone must be reported.\n\n"
        "Laptops are the property of the firm. They are returned on the last day."
    )
    assert said(text, "Phones") == (
        "Phones are subject to the following rules: A phone must have a code. A lost phone must be reported."
    )
    assert said(text, "lost phone") == "Phones are subject to the following rules: A lost phone must be reported."


def test_the_fields_of_a_form_are_no_list() -> None:
    text = "Signed by the employee:\n\nDate: ______\n\nName: ______\n\nThe form is kept for two years in the office."
    assert statements(text) == ["The form is kept for two years in the office."]


def test_paragraphs_after_a_colon_are_no_list() -> None:
    text = "The mayor said:\n\nThe bridge is safe. It was built in May.\n\nThe council met on Monday. It agreed."
    assert said(text, "The council met") == "The council met on Monday."


def test_a_marker_may_touch_the_first_word_of_its_item() -> None:
    text = "A plan should contain at least the following:\n\n(a)Goals of the firm;\n(b)Review of the market;\n(c)Costs."
    assert said(text, "A plan") == (
        "A plan should contain at least the following: (a)Goals of the firm; (b)Review of the market; (c)Costs."
    )
    assert said("(s)he must pay the fee at the gate.", "must") == "(s)he must pay the fee at the gate."
