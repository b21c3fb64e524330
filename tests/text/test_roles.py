"""What a sentence is to its reader: a statement, or a pointer, a lead-in, a fragment, nothing at all."""

from __future__ import annotations

import pytest

from rag.text.roles import (
    asks_where,
    introduces,
    is_fragment,
    is_open,
    is_question,
    points_elsewhere,
    refers_back,
    says_nothing,
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
def test_a_statement_is_nothing_else(words: str) -> None:
    rules = (is_question, points_elsewhere, says_nothing, introduces, refers_back, is_fragment)
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
    ],
)
def test_a_sentence_that_only_points_elsewhere_is_told(words: str) -> None:
    assert points_elsewhere(words)


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
def test_contents_captions_addresses_and_footnotes_say_nothing(words: str) -> None:
    assert says_nothing(words)


@pytest.mark.parametrize(
    ("words", "opened"),
    [
        ("You must:", True),
        ("A permit is refused if", True),
        ("The employer shall pay —", True),
        ("Запрещается:", True),
        ("The following practices are prohibited.", False),
        ("The conditions are as follows.", False),
    ],
)
def test_a_lead_in_is_told_and_whether_it_is_open(words: str, opened: bool) -> None:
    assert introduces(words)
    assert is_open(words) == opened


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
def test_an_opening_that_the_sentence_before_explains_is_told(words: str) -> None:
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
def test_an_opening_that_explains_itself_is_left_alone(words: str) -> None:
    assert not refers_back(words)


@pytest.mark.parametrize("words", ["Rates for small producers", "Application for a permit by post"])
def test_an_english_line_without_a_verb_is_a_fragment(words: str) -> None:
    assert is_fragment(words)


@pytest.mark.parametrize(
    "question", ["Where are the fines set out?", "Which article bans it?", "What section is it in?"]
)
def test_a_question_for_a_place_is_told(question: str) -> None:
    assert asks_where(question)


@pytest.mark.parametrize("question", ["What is banned?", "Who decides?", "Whereas what?"])
def test_another_question_is_not_one_for_a_place(question: str) -> None:
    assert not asks_where(question)
