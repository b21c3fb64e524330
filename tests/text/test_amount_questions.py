"""Questions for amounts, and the amounts that sentences state."""

from __future__ import annotations

import pytest

from rag.text.amount_questions import amount_question, stated_amounts


@pytest.mark.parametrize(
    ("question", "language", "exact"),
    [
        ("How much is the ferry?", "en", True),
        ("What is the fine for parking on the quay?", "en", True),
        ("What is the maximum penalty for fly-tipping?", "en", False),
        ("What is the hourly minimum wage in Norway?", "en", True),
        ("What fee do boats pay?", "en", True),
        ("What does a berth in the harbour cost?", "en", True),
        ("How high is the harbour tax?", "en", False),
        ("harbour charge", "en", False),
        ("Wie hoch ist der Mindestlohn?", "de", True),
        ("Was kostet die Fähre?", "de", True),
        ("Combien coûte le bac ?", "fr", True),
        ("¿Cuál es la multa por aparcar?", "es", True),
        ("Qual è il prezzo del traghetto?", "it", True),
        ("Wat kost de veerboot?", "nl", True),
        ("Qual é o preço da balsa?", "pt", True),
        ("Сколько стоит паром?", "ru", True),
    ],
)
def test_a_question_for_an_amount(question: str, language: str, exact: bool) -> None:
    found = amount_question(question, (language,))
    assert found is not None
    assert found.exact is exact


@pytest.mark.parametrize(
    ("question", "language"),
    [
        ("What is the purpose of the harbour charge?", "en"),
        ("What is the charge used for?", "en"),
        ("Who pays the fine?", "en"),
        ("Which boats are exempt from the fee?", "en"),
        ("What is a toll road?", "en"),
        ("When was the charge introduced?", "en"),
        ("Wie lange gilt das Ticket?", "de"),
        ("Wer zahlt die Gebühr?", "de"),
        ("Qui paie le bac ?", "fr"),
    ],
)
def test_another_question(question: str, language: str) -> None:
    assert amount_question(question, (language,)) is None


@pytest.mark.parametrize(
    ("text", "language", "found"),
    [
        ("The toll is £12.50 a day.", "en", ["£12.50"]),
        ("The fine is 10 million euros or 2 per cent of turnover.", "en", ["10 million euros", "2 per cent"]),
        ("The fee is 9 crowns from 1 May 2024.", "en", ["9 crowns"]),
        ("The period is 24 months for 45 million kilograms.", "en", []),
        ("Under Article 5 (2), at 7 a.m. on 3 July, Euro 4 cars pay.", "en", []),
        ("Seit dem 1. Januar 2025 kostet es 58 Euro im Monat.", "de", ["58 Euro"]),
        ("Le prêt dure 14 jours et coûte 3 couronnes.", "fr", ["3 couronnes"]),
        ("", "en", []),
    ],
)
def test_amounts_are_no_dates_measures_or_references(text: str, language: str, found: list[str]) -> None:
    assert [one.span.of(text).strip() for one in stated_amounts(text, language)] == found
