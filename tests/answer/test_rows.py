"""Tests of the rows that the time and the words of a question select."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from rag.answer.rows import dates_asked_for, selected_rows, words_held
from rag.answer.statements import Sentence, make_draft, sentences_of
from rag.index.quotables import quotable
from rag.types import Ask, Hit, Reference, Span
from tests import samples

TODAY = date(2026, 6, 1)
TOLLS = """Toll for cars
From | Toll
1 March 2010 | 4 crowns
1 June 2015 | 6 crowns
1 May 2020 | 7 crowns
1 January 2030 | 9 crowns"""
YEARS = "Year: 2018; Waste (tonnes): 410.\nYear: 2019; Waste (tonnes): 390.\nYear: 2020; Waste (tonnes): 385."
CLASSES = """Toll by class
From | Class | Toll
1 March 2010 | Cars | 4 crowns
1 March 2010 | Lorries | 8 crowns
1 June 2015 | Cars | 6 crowns
1 May 2020 | Lorries | 12 crowns"""
BIRTHS = (
    "Year of birth: 1961; Age: 62 years.\nYear of birth: 1962; Age: 63 years.\nYear of birth: 1963 and later; Age: 64."
)
EVENTS = "Date: 2 May 2021; Duty: register the system.\nDate: 2 May 2022; Duty: keep records of the system."
ITEMS = "The toll is:\n- from 2010: 4 crowns\n- from 2015: 6 crowns\n- from 2020: 7 crowns"
REQUESTS = "Case: any request; Limit: 30 days.\nCase: life; Limit: 48 hours.\nCase: request by post; Limit: 5 days."
DEADLINES = "Request: ordinary; Deadline: 30 days.\nRequest: about life or liberty; Deadline: 48 hours."


PRICES = """Ticket | Price from 1 April 2018 | Price from 1 April 2025 | Price from 1 April 2040
Adult | 18 crowns | 20 crowns | 31 crowns
Child | 9 crowns | 10 crowns | 15 crowns"""
HARVESTS = "Crop: rye; 2019: 410; 2020: 390; 2021: 395.\nCrop: oats; 2019: 210; 2020: 190; 2021: 205."


def hit_of(text: str) -> Hit:
    found = quotable("", text, 0, ("Tolls",))
    return Hit(0, Reference("tolls", "Tolls"), Span(0, len(text)), text, (), (), 1.0, quotable=found)


def rows(text: str) -> list[Sentence]:
    hit = hit_of(text)
    return [sentence for _, sentence in sentences_of(hit, "") if not sentence.items]


@pytest.mark.parametrize(
    ("text", "question", "expected"),
    [
        (TOLLS, "How much is the toll?", ["7 crowns"]),
        (TOLLS, "How much is the toll now?", ["7 crowns"]),
        (TOLLS, "How much was the toll in 2012?", ["4 crowns"]),
        (TOLLS, "How much was the toll in 2015?", ["6 crowns"]),
        (TOLLS, "How much was the toll on 1 June 2015?", ["6 crowns"]),
        (TOLLS, "How much will the toll be in 2031?", ["9 crowns"]),
        (TOLLS, "When did the toll rise?", ["4 crowns", "6 crowns", "7 crowns", "9 crowns"]),
        (YEARS, "How many tonnes of waste are there?", ["385"]),
        (YEARS, "How many tonnes of waste were there in 2019?", ["390"]),
        (CLASSES, "What is the toll?", ["6 crowns", "12 crowns"]),
        (CLASSES, "What is the toll for lorries?", ["12 crowns"]),
        (BIRTHS, "At what age may somebody born in 1970 retire?", ["64"]),
        (BIRTHS, "At what age may people retire?", ["62 years", "63 years", "64"]),
        (EVENTS, "What are the duties?", ["register", "keep records"]),
        (ITEMS, "How much is the toll?", ["7 crowns"]),
        (ITEMS, "How much was the toll in 2012?", ["4 crowns"]),
        (DEADLINES, "What is the deadline for a request about liberty?", ["48 hours"]),
        (DEADLINES, "What are the deadlines?", ["30 days", "48 hours"]),
        (REQUESTS, "What are the deadlines for a request?", ["30 days", "48 hours", "5 days"]),
    ],
)
def test_the_rows_that_a_question_asks_for_are_selected(text: str, question: str, expected: list[str]) -> None:
    selected = selected_rows(rows(text), question, TODAY)
    assert len(selected) == len(expected)
    assert all(any(words in row.text for row in selected) for words in expected)


def test_the_items_of_an_ordinary_list_are_all_kept() -> None:
    listed = rows("You must:\n- show your card;\n- pay the fee.")
    assert selected_rows(listed, "Must I pay the fee?", TODAY) == listed


def test_the_period_of_a_row_holds_the_figures_of_the_time() -> None:
    assert words_held(rows(TOLLS), "How much was the toll in 2012?") == {"2012"}
    assert words_held(rows(DEADLINES), "What was the deadline in 2012?") == set()


def test_a_table_of_dates_holds_the_word_for_the_present() -> None:
    assert words_held(rows(TOLLS), "How much is the toll today?") == {"today"}
    assert words_held(rows(PRICES), "What are the prices today?") == {"today"}
    assert words_held(rows(DEADLINES), "What is the deadline today?") == set()


@pytest.mark.parametrize(
    ("text", "question", "expected"),
    [
        (
            PRICES,
            "What do tickets cost?",
            ["Adult; Price from 1 April 2025: 20 crowns", "Child; Price from 1 April 2025: 10"],
        ),
        (PRICES, "What does a ticket for a child cost today?", ["Ticket: Child; Price from 1 April 2025: 10 crowns."]),
        (PRICES, "What was the price for an adult in 2019?", ["Ticket: Adult; Price from 1 April 2018: 18 crowns."]),
        (PRICES, "What was the price for an adult in 2025?", ["Ticket: Adult; Price from 1 April 2025: 20 crowns."]),
        (PRICES, "What will an adult pay in 2041?", ["Ticket: Adult; Price from 1 April 2040: 31 crowns."]),
        (HARVESTS, "How much rye is there?", ["Crop: rye; 2021: 395."]),
        (HARVESTS, "How much rye was there in 2020?", ["Crop: rye; 2020: 390."]),
    ],
)
def test_the_columns_for_the_time_of_a_question_are_selected(text: str, question: str, expected: list[str]) -> None:
    selected = selected_rows(rows(text), question, TODAY)
    said = [make_draft([row], hit_of(text)).text for row in selected]
    assert len(said) == len(expected)
    assert all(any(words in one for one in said) for words in expected)


@pytest.mark.parametrize(
    "question", ["When did the price for adults change?", "What was the price for adults in 2010?"]
)
def test_all_columns_are_shown_if_the_time_of_a_question_selects_none(question: str) -> None:
    assert [row.hidden for row in selected_rows(rows(PRICES), question, TODAY)] == [frozenset()]


def test_a_statement_with_some_columns_quotes_its_row_and_the_header() -> None:
    hit = hit_of(PRICES)
    [adult] = selected_rows(rows(PRICES), "What does an adult pay now?", TODAY)
    quotes = [hit.quote(span) for _, span in make_draft([adult], hit).sources if span]
    assert " ".join(quotes).splitlines()[0] == PRICES.splitlines()[0]
    assert any(PRICES.splitlines()[1] in quote for quote in quotes)


@pytest.mark.parametrize(
    ("text", "question", "expected"),
    [
        (EVENTS, "When does the law apply?", True),
        (EVENTS, "From what date does it apply?", True),
        (EVENTS, "What applies?", False),
        (EVENTS, "When in 2021 does it apply?", False),  # the time selects rows
        (REQUESTS, "When is the answer due?", False),  # no dates
    ],
)
def test_all_rows_of_a_table_of_dates_answer_a_question_for_dates(text: str, question: str, expected: bool) -> None:
    assert dates_asked_for(rows(text), question) is expected


STEPS = """# The canal act

| Date | What begins to apply |
|---|---|
| 2 May 2021 | The ban on horns near the locks, the definitions of vessels, and the duty to show a lantern at night |
| 2 May 2022 | The rules for barges that carry grain, for the keepers of locks, for offices and for most fines |
| 2 May 2023 | The general date, which includes most of the rules for the pleasure boats that the first annex lists |
| 2 May 2024 | The rules for boats that are a safety part of the vehicles that the laws in the second annex |
"""


def test_when_a_law_applies_is_answered_with_all_its_dates(tmp_path: Path) -> None:
    service = samples.service(tmp_path / "index")
    samples.ingest(service, samples.write(tmp_path / "articles", {"canal.md": STEPS}))
    found = service.view(None).answer(Ask("When does the canal act begin to apply?")).text
    assert [year for year in ("2021", "2022", "2023", "2024") if year in found] == ["2021", "2022", "2023", "2024"]
    found = service.view(None).answer(Ask("When do the rules for the keepers of locks apply?")).text
    assert "2022" in found
    assert "2024" not in found
