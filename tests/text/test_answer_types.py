"""The expected answer type of a question, and sentences that do or do not contain such an answer."""

from __future__ import annotations

import pytest

from rag.text.answer_types import expected_answer_pattern


@pytest.mark.parametrize(
    ("question", "answer", "other"),
    [
        ("How long is the trial period?", "Staff have a six-month trial period.", "The trial period begins in May."),
        ("What is the time limit?", "Within 30 working days of the request.", "Within Article 30."),
        ("How many weeks of notice are due?", "Two (2) weeks at least.", "Notice is due in 2 copies."),
        ("When did it apply?", "It applied from 1 May on.", "It applied to 20 firms."),
        ("Which year was it?", "It was in 1995.", "It was Article 9."),
        ("How much is the fee?", "Entry is free of charge.", "Entry is by ticket."),
        ("What is the maximum fine?", "It is 4 per cent of turnover.", "It is heavy."),
        (
            "How often is the rule reviewed?",
            "It is reviewed every two years.",
            "The rule is valid till its next review.",
        ),
        ("How many members are there?", "There are five members.", "There are members."),
    ],
)
def test_the_pattern_of_a_question_matches_only_sentences_with_such_an_answer(
    question: str, answer: str, other: str
) -> None:
    pattern = expected_answer_pattern(question)
    assert pattern is not None
    assert pattern.search(answer)
    assert not pattern.search(other)


@pytest.mark.parametrize("question", ["Who decides?", "Is it whenever one likes?", "What is a levy?"])
def test_other_questions_have_no_expected_answer_type(question: str) -> None:
    assert expected_answer_pattern(question) is None


@pytest.mark.parametrize(
    ("language", "question", "answer", "other"),
    [
        ("de", "Wie lange dauert die Probezeit?", "Sie dauert sechs Monate.", "Sie beginnt sofort."),
        ("de", "Wie hoch ist das Bußgeld?", "Es beträgt 800 Kronen.", "Es ist hoch."),
        ("de", "Wann gilt das?", "Es gilt ab dem 1. März.", "Es gilt für 3 Ämter."),
        ("fr", "Combien de temps dure le prêt ?", "Il dure quatre semaines.", "Il est gratuit."),
        ("fr", "Quel est le prix du repas ?", "L'entrée est gratuite.", "Il est fixé par le conseil."),
        ("es", "¿Cuándo termina el plazo?", "Termina el 31 de marzo.", "Termina pronto."),
        ("it", "Quanti giorni sono previsti?", "Sono previsti 20 giorni.", "Sono previste 20 regole."),
        ("nl", "Hoeveel kost het?", "Het kost 95 kronen.", "Het kost veel."),
        ("pt", "Quanto tempo dura?", "Dura três meses.", "Dura muito."),
        ("ru", "Сколько дней даётся?", "Даётся 10 дней.", "Даётся право."),
    ],
)
def test_questions_of_other_languages_have_answer_types_too(
    language: str, question: str, answer: str, other: str
) -> None:
    pattern = expected_answer_pattern(question, (language,))
    assert pattern is not None
    assert pattern.search(answer)
    assert not pattern.search(other)
    assert expected_answer_pattern(question) is None
