"""Tests that a statement is made of the parts that belong together."""

from __future__ import annotations

import pytest

from rag.index.quotables import quotable, section_quotables
from rag.types import Span
from tests.index.made import said, statements


@pytest.mark.parametrize(
    "text",
    [
        "Fires have five causes. They are cooking, smoking, candles, wiring and arson.",
        "There are two ways to appeal. The first is a letter. The second is a form.",
        "The fee depends on three things. It is set by the size, the age and the use of the boat.",
    ],
)
def test_a_sentence_that_announces_is_quoted_with_the_sentences_that_name_the_things(text: str) -> None:
    assert said(text + " The office is closed on Mondays.", text[:20]) == text


@pytest.mark.parametrize(
    "text",
    [
        "The board may close a bank for ten years. The years are counted from the notice.",
        "The charge was repealed for firms that had met certain conditions. These changes apply from May.",
        "The town was freed on the following day. The mayor, the council and the guard came home.",
        "A ferry has many risks. It is common for one risk to cause another.",
    ],
)
def test_a_sentence_that_announces_nothing_is_quoted_alone(text: str) -> None:
    assert said(text, text[:12]) == text.split(". ")[0] + "."


def test_what_a_sentence_announces_may_stand_in_the_next_passage() -> None:
    text, after = "Fires in homes have five causes.\n\n", "They are cooking, smoking, candles, wiring and arson."
    assert said(text, "causes", after=after) == f"{text.strip()} {after}"


def test_a_sentence_before_others_that_name_nothing_is_quoted_alone() -> None:
    text = "There are five offices in the city. Parking costs 2 crowns an hour."
    assert said(text, "offices") == "There are five offices in the city."


@pytest.mark.parametrize(
    "text",
    [
        "A dog must be kept on a lead. This does not apply in the meadow.",
        "The toll is 4 crowns. Except on Sundays, it is paid at the gate.",
        "The licence is valid for the period stated in the letter. Such period shall not exceed a year.",
        "Shops must close at ten. However, chemists may stay open all night.",
    ],
)
def test_a_rule_is_quoted_with_the_exception_or_condition_after_it(text: str) -> None:
    assert said(text, text[:12]) == text


@pytest.mark.parametrize(
    "text",
    [
        "The mayor walked to the gate. However, he could not find the key.",
        "A dog must be kept on a lead. Cats need no lead.",
    ],
)
def test_a_sentence_without_an_exception_is_quoted_alone(text: str) -> None:
    assert said(text, text[:12]) == text.split(". ")[0] + "."


def test_a_sentence_that_the_end_of_a_page_cuts_is_quoted_whole_from_either_part() -> None:
    first, second = "If you want to resign, you need to give your employer 15 days’", "notice in writing."
    assert said(f"{first}\n\n{second}", "resign") == f"{first} {second}"
    assert said(f"{first}\n\n{second}", "notice") == f"{first} {second}"


def test_a_term_in_lower_case_does_not_continue_the_paragraph_before() -> None:
    text = "Some clinics call this a near miss\n\nalert: a warning of a risk to a patient"
    assert said(text, "clinics") == "Some clinics call this a near miss"


def test_a_sentence_is_quoted_with_the_term_or_the_clause_number_that_opens_its_line() -> None:
    assert said("49E. The board may vary the fee.", "vary") == "49E. The board may vary the fee."
    text = "You have these rights.\n\n- Access (Article 15). You may ask for a copy.\n- Objection. You may say no."
    assert said(text, "copy") == "Access (Article 15). You may ask for a copy."


def test_a_long_list_is_quoted_by_its_lead_and_the_terms_that_open_its_items() -> None:
    more = "You may ask for it at any time and in any form that the office can read, free of charge. " * 4
    text = f"The law gives you a set of rights.\n\n- Access. {more}\n- Objection. {more}\n- Erasure. {more}"
    assert said(text, "a set of rights") == "The law gives you a set of rights. Access. Objection. Erasure."


def test_a_row_is_quoted_with_the_caption_and_the_header_of_its_table() -> None:
    text = "Toll for cars by weight\nWeight | Toll\nup to 2 t | 4 crowns\nup to 4 t | 7 crowns\n\nLorries pay more."
    assert said(text, "4 t") == "Toll for cars by weight: Weight: up to 4 t; Toll: 7 crowns."


def test_a_row_with_column_names_of_its_own_is_quoted_with_its_caption() -> None:
    text = "The tolls are as follows:\n\nWeight: 2 t; Toll: 4 crowns.\nWeight: 4 t; Toll: 7 crowns."
    assert said(text, "7 crowns") == "The tolls are as follows: Weight: 4 t; Toll: 7 crowns."


def test_a_table_of_words_has_a_header_if_its_first_row_is_much_shorter() -> None:
    text = "Record | Kept\nMinutes of the meetings | For ever\nLetters from the public | Two years"
    assert said(text, "Minutes") == "Record: Minutes of the meetings; Kept: For ever."


def test_an_ordinary_sentence_above_a_table_is_no_caption() -> None:
    text = "The office opened in May.\n\nWeight: 2 t; Toll: 4 crowns.\nWeight: 4 t; Toll: 7 crowns."
    assert said(text, "7 crowns") == "Weight: 4 t; Toll: 7 crowns."


def test_a_sentence_about_such_a_thing_is_quoted_with_the_sentence_that_names_it() -> None:
    first, second = "Each loan is reviewed every three months.", "The results of such reviews are sent to the board."
    assert said(f"{first} {second}", "results") == f"{first} {second}"


def test_a_paragraph_that_opens_with_a_noun_of_the_one_before_is_quoted_with_it() -> None:
    first, second = (
        "The firm keeps a database of its contracts.",
        "This database holds the type and the period of each.",
    )
    assert said(f"{first}\n\n{second}", "holds") == f"{first} {second}"
    other = "This agreement is signed by both parties."
    assert said(f"{first}\n\n{other}", "signed") == other


def test_the_note_of_an_editor_does_not_divide_a_lead_in_from_its_list() -> None:
    text = "No bank shall without a licence—\n\n[ § 3, 5 of 1995.]\n\n(a) take deposits; or\n(b) issue notes."
    assert said(text, "deposits") == "No bank shall without a licence— (a) take deposits."


def test_marginal_notes_do_not_divide_a_lead_in_from_its_list() -> None:
    text = (
        "(3) Nothing in this rule applies to—\n\nRules altered.\n\n[§ 9, 2 of 2005]\n\nUse of names. (§ 1, 3 of 1995)"
        "\n\n(a) a branch of a bank; or\n(b) a club of bankers."
    )
    assert said(text, "bankers") == "(3) Nothing in this rule applies to— (b) a club of bankers."


def test_lines_after_a_lead_in_are_no_marginal_notes_if_none_names_an_amended_provision() -> None:
    text = "Nothing in this rule shall apply—\n\nThe board may change all of its rules.\n\n(a) to a branch of a bank."
    assert said(text, "branch") == "(a) to a branch of a bank."


def test_the_entries_of_a_list_of_publications_are_not_quoted() -> None:
    text = "Field, A. B., and C. Moor.\n\n“Rivers and Bridges in the North.”\n\nPress release, May 1, 2011. https://a.example/b"
    assert statements(text) == []


def test_a_row_whose_cell_ends_with_a_full_stop_is_one_unit() -> None:
    text = "15 | Pass books of closed accounts. | Not less than 5 years\n16 | Contracts file. | Not less than 8 years"
    assert said(text, "Contracts") == "16 | Contracts file. | Not less than 8 years"


@pytest.mark.parametrize(
    ("words", "whole"),
    [
        ("preceding the present year in all offices of the bank", False),
        ("near miss: an event that could have done harm to a patient", True),
        ("e-residency is a digital identity for people abroad.", True),
    ],
)
def test_a_line_that_begins_inside_a_sentence_is_no_whole_sentence(words: str, whole: bool) -> None:
    [unit] = quotable("", words, 0, ("Notice",))
    assert unit.whole is whole


def test_a_definition_is_quoted_with_its_parts_although_they_are_long() -> None:
    parts = [f"{letter}) {'papers of the firm that concern its business and its plans, ' * 3}" for letter in "abcd"]
    text = "Secret Paper means any paper of the firm and includes:\n" + ";\n".join(parts) + "."
    assert len(text) > 600
    assert said(text, "means").startswith("Secret Paper means any paper of the firm and includes: a) papers")


def test_column_names_on_lines_of_their_own_are_quoted_with_a_row() -> None:
    text = "Name of record\n\nRetention\n\nPeriod\n\n1 | Pass books | Not less than 5 years\n2 | Scrolls | Ten years"
    assert said(text, "Scrolls") == "Name of record Retention Period: 2 | Scrolls | Ten years."


def test_a_cell_that_stands_above_a_table_is_no_caption() -> None:
    text = "Letters of thanks\n\nNot less than 5 years\n\n2 | Lists | Not less than 5 years\n3 | Scrolls | Ten years"
    assert said(text, "Scrolls") == "3 | Scrolls | Ten years"


def test_an_item_with_another_mark_does_not_join_the_list_before_it() -> None:
    text = "b. The note must also name the following:\n1. The nurse.\n2. The hour.\n3) A clerk may write the note."
    assert said(text, "clerk") == "A clerk may write the note."


def test_a_short_row_is_a_whole_unit() -> None:
    units = quotable(
        "", "Bills of teachers. | Not less than 3 years\nBooks of the press. | Three years", 0, ("Notice",)
    )
    assert [unit.whole for unit in units] == [True, True]


@pytest.mark.parametrize(
    "lead",
    [
        "Section 5 shall not apply",
        "A director may not hold office if he,",
        "The following may not be refused a permit by the council of the town, namely an applicant",
        "A company in which",
    ],
)
@pytest.mark.parametrize("gap", ["\n", "\n\n"])
def test_an_item_has_the_unfinished_sentence_before_its_list_as_lead(lead: str, gap: str) -> None:
    items = ["(a) to a shop that is closed;", "(b) to a shop in another town."]
    text = gap.join([lead, *items])
    assert said(text, "another town").startswith(f"{lead}")
    assert said(text, "closed").startswith(f"{lead}")


def test_a_sub_item_has_the_lead_of_its_item_and_the_next_item_keeps_the_lead_of_the_list() -> None:
    text = "A licence is refused if:\n(a) the person\n(i) is under age; or\n(ii) is bankrupt;\n(b) the fee is unpaid.\n"
    assert said(text, "bankrupt") == "A licence is refused if: (a) the person: (ii) is bankrupt."
    assert said(text, "unpaid") == "A licence is refused if: (b) the fee is unpaid."
    assert said(text, "refused") == (
        "A licence is refused if: (a) the person: (i) is under age; (ii) is bankrupt; (b) the fee is unpaid."
    )


def test_an_item_does_not_take_a_complete_sentence_or_an_item_as_lead() -> None:
    assert said("The hall is closed.\n(a) to be let on Sundays", "Sundays") == "(a) to be let on Sundays"
    text = "The fee is paid by\n(h) a person who sells boats,\n(i) a person who rents them"
    assert said(text, "rents") == "The fee is paid by: (i) a person who rents them."


def test_a_list_goes_on_after_a_paragraph_that_explains_an_item() -> None:
    text = (
        "The following are exempt from the fee:\n(a) a child;\n(b) a student;\n\n"
        "A child is a person under 12.\n\n(c) a pensioner.\n"
    )
    assert said(text, "pensioner") == "The following are exempt from the fee: (c) a pensioner."
    assert said(text, "exempt") == "The following are exempt from the fee: (a) a child; (b) a student; (c) a pensioner."


def test_an_item_after_another_heading_does_not_continue_the_list() -> None:
    text = "The following are exempt:\n(a) a child;\n\nNotice\n\n(b) a student of the school of music.\n"
    assert said(text, "student") == "(b) a student of the school of music."


def test_items_with_tabs_after_their_markers_are_not_the_rows_of_a_table() -> None:
    text = "The bank must:\n(a)\ttell the owner:\n(i)\twhen it closes;\n(ii)\twhy it closes;\n(b)\tpay the fee.\n"
    assert said(text, "why") == "The bank must: (a) tell the owner: (ii) why it closes."


def test_a_short_answer_is_quoted_with_the_heading_that_asks() -> None:
    title = "Is the supplement taxable?"
    text = f"{title}\n\nYes. It is taxed at 12 per cent from the first crown on.\n\n"
    [units] = section_quotables(text, [Span(0, len(text))], ("Notice", title), 12)
    assert [span.of(text) for span in (*units[0].leads, units[0].span)] == [title, "Yes."]
