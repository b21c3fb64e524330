"""A question may name the time that it asks about."""

from __future__ import annotations

import pytest

from rag.text.as_of import asked_as_of, asked_change


@pytest.mark.parametrize(
    ("question", "written"),
    [
        ("What was the fee in 2019?", "2019"),
        ("What was the fee in March 2021?", "2021-03"),
        ("What applies as of 1 March 2021?", "2021-03-01"),
        ("Which rules were in force on 2 May 2020?", "2020-05-02"),
        ("What was the fee before 2020?", "2019-12-31"),
        ("What was the fee until the end of 2019?", "2019-12-31"),
        ("What was the fee at the end of March 2021?", "2021-03-31"),
        ("What is the fee from 1 July 2030?", "2030-07-01"),
    ],
)
def test_the_time_of_a_question(question: str, written: str) -> None:
    asked = asked_as_of(question)
    assert asked is not None
    assert asked.period.written == written
    assert asked.words in question


@pytest.mark.parametrize(
    "question",
    [
        "How has the fee changed since 2019?",
        "What is the fee from 2019 to 2021?",
        "What does the act of 1 March 2021 say?",
        "What happens on 31 June 2021?",
        "What is the fee in zone 4?",
    ],
)
def test_other_dates_are_not_the_time_of_the_question(question: str) -> None:
    assert asked_as_of(question) is None


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("I bought my permit before April 2025, do I still have to pay the new fee?", None),
        ("My landlord raised the rent in 2022. Is that allowed?", None),
        ("Is a permit issued in 2019 still valid?", None),
        ("Can I use a ticket that I bought before April 2025?", None),
        ("I moved in on 1 March 2021. What was the notice period in 2022?", "in 2022"),
        ("How many permits were issued in 2019?", "in 2019"),
        ("What did a permit bought in 2019 cost?", "in 2019"),
        ("In 2019, how much did I have to pay?", "In 2019"),
        ("I want to know the fee in 2019", "in 2019"),
        ("We have the rules as of 1 May 2020", "as of 1 May 2020"),
    ],
)
def test_the_date_of_a_fact_that_a_question_tells_is_not_its_time(question: str, words: str | None) -> None:
    asked = asked_as_of(question)
    assert (asked.words if asked else None) == words


@pytest.mark.parametrize(
    ("language", "question", "written"),
    [
        ("de", "Was kostete die Fähre im Jahr 2019?", "2019"),
        ("de", "Was kostet die Fähre seit 2019?", None),
        ("fr", "Combien coûtait le ferry en 2019 ?", "2019"),
        ("es", "¿Cuánto costaba el ferry en 2019?", "2019"),
        ("de", "Was kostete die Fähre vor 2020?", "2019-12-31"),
        ("de", "Was kostete die Fähre bis Ende 2019?", "2019-12-31"),
        ("de", "Was kostete die Fähre Ende März 2021?", "2021-03-31"),
        ("fr", "Combien coûtait le ferry avant 2020 ?", "2019-12-31"),
        ("fr", "Combien coûtait le ferry jusqu’à la fin de 2019 ?", "2019-12-31"),
        ("es", "¿Cuánto costaba el ferry antes de 2020?", "2019-12-31"),
        ("es", "¿Cuánto costaba el ferry hasta finales de 2019?", "2019-12-31"),
        ("it", "Quanto costava il traghetto prima del 2020?", "2019-12-31"),
        ("it", "Quanto costava il traghetto fino alla fine del 2019?", "2019-12-31"),
        ("pt", "Quanto custava o ferry antes de 2020?", "2019-12-31"),
        ("pt", "Quanto custava o ferry até ao fim de 2019?", "2019-12-31"),
        ("nl", "Wat kostte de veerboot vóór 2020?", "2019-12-31"),
        ("nl", "Wat kostte de veerboot tot eind 2019?", "2019-12-31"),
        ("ru", "Сколько стоил паром до начала 2020 года?", "2019-12-31"),
        ("ru", "Сколько стоил паром до конца 2019 года?", "2019-12-31"),
    ],
)
def test_questions_in_other_languages(language: str, question: str, written: str | None) -> None:
    asked = asked_as_of(question, (language,))
    assert (asked.period.written if asked else None) == written


def test_a_change_that_a_question_names() -> None:
    change = asked_change("What was the fee before the ferry fares reform?")
    assert change is not None
    assert (change.before, change.kind, change.about) == (True, "reform", "ferry fares")
    after = asked_change("What is the fee after the change of the ferry fares?")
    assert after is not None
    assert (after.before, after.about) == (False, "the ferry fares")
    assert asked_change("What must I do before the inspection?") is None
    assert asked_change("I signed my contract before the reform, what is the notice period?") is None


@pytest.mark.parametrize(
    ("words", "written", "about"),
    [
        ("before the reform of 2023", "2023", ""),
        ("before the 2023 reform", "2023", ""),
        ("after the amendment of July 2022", "2022-07", ""),
        ("before the change of ferry fares in 2021", "2021", "ferry fares in"),
        ("before the ferry fares reform", None, "ferry fares"),
    ],
)
def test_the_time_of_a_change_that_a_question_names(words: str, written: str | None, about: str) -> None:
    change = asked_change(f"What was the fee {words}?")
    assert change is not None
    assert (change.period.written if change.period else None, change.about) == (written, about)


@pytest.mark.parametrize(
    ("language", "question", "expected"),
    [
        ("de", "Welche Frist galt vor der Mietrechtsreform?", (True, "Mietrechts", None)),
        ("de", "Welche Frist gilt nach der Reform des Mietrechts für Vermieter?", (False, "Mietrechts", None)),
        ("de", "Welche Frist galt vor der Reform von 2023?", (True, "", "2023")),
        ("fr", "Quel délai s’appliquait avant la réforme du droit du bail ?", (True, "droit du bail", None)),
        ("fr", "Quel délai s’appliquait avant la réforme fiscale ?", (True, "fiscale", None)),
        ("fr", "Quel délai s’applique après l’entrée en vigueur du règlement ?", (False, "règlement", None)),
        ("es", "¿Qué plazo se aplicaba antes de la reforma de los alquileres?", (True, "alquileres", None)),
        ("it", "Quale termine valeva prima della riforma degli affitti?", (True, "affitti", None)),
        ("pt", "Que prazo se aplicava antes da reforma do arrendamento?", (True, "arrendamento", None)),
        ("nl", "Welke termijn gold voor de hervorming van de huur?", (True, "huur", None)),
        ("nl", "Welke regels gelden voor de nieuwe wet?", None),
        ("ru", "Какой срок действовал до реформы аренды?", (True, "аренды", None)),
        ("de", "Was gilt vor der Prüfung?", None),
    ],
)
def test_a_change_in_other_languages(
    language: str, question: str, expected: tuple[bool, str, str | None] | None
) -> None:
    change = asked_change(question, (language,))
    found = change and (change.before, change.about, change.period.written if change.period else None)
    assert found == expected
