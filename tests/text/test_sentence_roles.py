"""The role of a sentence: statement, cross-reference, lead-in, fragment, or uninformative line."""

from __future__ import annotations

import pytest

from rag.text.sentence_roles import (
    asks_where,
    introduces_list,
    is_cross_reference,
    is_fragment,
    is_lead_in,
    is_question,
    is_uninformative,
    refers_back,
)

STATEMENTS = """
The Board shall meet twice a year.
See your doctor on the first day of the illness.
Visit the office with your form.
Members are listed in the register for ten years.
The rules are set out so that everyone understands them.
Contact the office to appeal.
Table salt is taxed at 5 per cent.
The charge is £15.
Das Amt entscheidet binnen 30 Tagen.
Комиссия принимает решение в течение 30 дней.
委員会は三十日以内に決定する。
""".strip().split("\n")


@pytest.mark.parametrize("words", STATEMENTS)
def test_a_statement_has_no_other_role(words: str) -> None:
    rules = (is_question, is_cross_reference, is_uninformative, introduces_list, refers_back, is_fragment)
    assert not [rule.__name__ for rule in rules if rule(words)]


@pytest.mark.parametrize(
    "words",
    [
        "See section 4 for details.",
        "Please refer to Appendix A.",
        "(See Annex II.)",
        "For more information, visit https://example.org.",
        "Further details are given in Annex II.",
        "More information is available on our website.",
        "This is set out in Article 9.",
        "The prohibited practices are listed in Article 5.",
        "Click here to apply.",
        "Read more about the levy.",
        "Last updated 3 May 2020",
        "© 2020 The Agency",
        "All rights reserved.",
        "The section also describes the main policy parameters and the key rationale behind the policies.",
        "Find guidance on how to wear a face covering on GOV.UK.",
        "This paper begins with an overview of the policies.",
    ],
)
def test_a_sentence_that_only_refers_to_another_place_is_a_cross_reference(words: str) -> None:
    assert is_cross_reference(words)


@pytest.mark.parametrize(
    "words",
    [
        "1. Scope .......... 3",
        "Figure 3: Emissions by year",
        "Source: 2023 census",
        "https://example.org/levy",
        "Email: levy@example.org",
        "62 Council Decision 2002/584/JHA of 13 June 2002 on the warrant (OJ L 190, 18.7.2002, p. 1).",
    ],
)
def test_contents_captions_addresses_and_footnotes_are_uninformative(words: str) -> None:
    assert is_uninformative(words)


@pytest.mark.parametrize(
    ("words", "lead_in"),
    [
        ("You must:", True),
        ("A permit is refused if", True),
        ("The employer shall pay —", True),
        ("Запрещается:", True),
        ("The following practices are prohibited.", False),
        ("The conditions are as follows.", False),
    ],
)
def test_a_lead_in_or_an_announcement_introduces_a_list(words: str, lead_in: bool) -> None:
    assert introduces_list(words)
    assert is_lead_in(words) == lead_in


@pytest.mark.parametrize(
    "words",
    [
        "They are also exempt.",
        "This must be done within 30 days.",
        "It applies to all.",
        "However, the Board may decline.",
        "In that case the fee is returned.",
        "Such systems are banned.",
        "Its members serve for five years.",
        "His term ends in June.",
    ],
)
def test_a_first_word_that_needs_the_previous_sentence_refers_back(words: str) -> None:
    assert refers_back(words)


@pytest.mark.parametrize(
    "words",
    [
        "This Regulation applies from 2 August 2026.",
        "This policy applies to all staff.",
        "It is prohibited to smoke.",
        "It shall be unlawful for anyone to sell it.",
        "Those who pay late are fined.",
        "Thissen is a town.",
        "His Majesty's Revenue and Customs collects it.",
        "Itself a party, the Union signed.",
    ],
)
def test_a_first_word_that_needs_no_previous_sentence_does_not_refer_back(words: str) -> None:
    assert not refers_back(words)


@pytest.mark.parametrize("words", ["Rates for small producers", "Application for a permit by post"])
def test_an_english_line_without_a_verb_is_a_fragment(words: str) -> None:
    assert is_fragment(words)


@pytest.mark.parametrize(
    "question", ["Where are the fines set out?", "Which article bans it?", "What section is it in?"]
)
def test_a_question_may_ask_for_a_place_in_the_documents(question: str) -> None:
    assert asks_where(question)


@pytest.mark.parametrize("question", ["What is banned?", "Who decides?", "Whereas what?"])
def test_other_questions_do_not_ask_for_a_place(question: str) -> None:
    assert not asks_where(question)
