"""Tests of the rows that the time and the words of a question select."""

from __future__ import annotations

from datetime import date

import pytest

from rag.answer.rows import figures_held, selected_rows
from rag.answer.statements import Sentence, sentences_of
from rag.index.quotables import quotable
from rag.types import Hit, Reference, Span

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


def rows(text: str) -> list[Sentence]:
    found = quotable("", text, 0, ("Tolls",))
    hit = Hit(0, Reference("tolls", "Tolls"), Span(0, len(text)), text, (), (), 1.0, quotable=found)
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
    assert figures_held(rows(TOLLS), "How much was the toll in 2012?") == {"2012"}
    assert figures_held(rows(DEADLINES), "What was the deadline in 2012?") == set()
