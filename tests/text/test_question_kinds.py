"""Kinds of questions are told apart by their words."""

from __future__ import annotations

import pytest

from rag.text.question_kinds import (
    asks_for_list,
    asks_yes_or_no,
    compares_openly,
    counted_noun,
    decides,
    listed_noun,
    parts,
    sides,
)


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("Who pays for lunches and how long is a pass valid?", ["Who pays for lunches?", "how long is a pass valid?"]),
        ("When was the act passed and since when does it apply?", [..., "since when does the act apply?"]),
        (
            "What does the ferry cost, and what is the fine for not paying it?",
            [..., "what is the fine for not paying the ferry?"],
        ),
        ("Is it legal? How much does a permit cost?", ["Is it legal?", "How much does a permit cost?"]),
    ],
)
def test_a_question_with_two_parts_is_split(question: str, asked: list[str]) -> None:
    found = parts(question)
    assert len(found) == len(asked)
    assert all(expected in (..., one) for expected, one in zip(asked, found, strict=True))


@pytest.mark.parametrize(
    "question",
    [
        "What is the role of the board and the council?",
        "What and how much is paid?",
        "Who may fish and when?",
        "Which ships and boats are exempt?",
        "",
    ],
)
def test_one_question_stays_whole(question: str) -> None:
    assert parts(question) == (question,)


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("Compare leave in Veldmark and Ostra", ("How long is leave in Veldmark?", "How long is leave in Ostra?")),
        (
            "Compare the harbour fee and the bridge toll",
            ("How much is the harbour fee?", "How much is the bridge toll?"),
        ),
        ("What is the difference between a fee and a fine?", ("What is a fee?", "What is a fine?")),
        ("Which is cheaper, the tram or the ferry?", ("How much is the tram?", "How much is the ferry?")),
        (
            "Is leave in Veldmark longer than in Ostra?",
            ("How long is leave in Veldmark?", "How long is leave in Ostra?"),
        ),
        ("What is the difference between a lease and a licence?", ("What is a lease?", "What is a licence?")),
        ("trams versus ferries", ("What is trams?", "What is ferries?")),
        ("What does the tram cost?", ()),
        (
            "Which year had the higher ferry toll, 2011 or 2017?",
            ("How much is the ferry toll in 2011?", "How much is the ferry toll in 2017?"),
        ),
        (
            "Which fee is lower, that for a tram or that for a ferry?",
            ("How much is the fee for a tram?", "How much is the fee for a ferry?"),
        ),
        (
            "Was the toll higher in 2019 than in 2015?",
            ("How much is the toll in 2019?", "How much is the toll in 2015?"),
        ),
        (
            "Compare the lower and the higher rate of the toll",
            ("How much is the lower rate of the toll?", "How much is the higher rate of the toll?"),
        ),
        (
            "What is the difference between a carrier and a shipper under the Ferry Act?",
            ("What is a carrier under the Ferry Act?", "What is a shipper under the Ferry Act?"),
        ),
        (
            "How does the permit of a resident differ from that of a visitor?",
            ("What is the permit of a resident?", "What is the permit of a visitor?"),
        ),
    ],
)
def test_the_sides_of_a_comparison_are_asked_about(question: str, asked: tuple[str, ...]) -> None:
    assert sides(question) == asked


def test_a_comparison_may_name_no_sides() -> None:
    assert compares_openly("Which province gives longer leave?")
    assert not compares_openly("Which officer decides?")
    assert not compares_openly("Who can still retire earlier?")


@pytest.mark.parametrize("question", ["Is fishing allowed?", "And does it apply on Sundays?", "Can ships berth here?"])
def test_a_question_for_yes_or_no_begins_with_a_verb(question: str) -> None:
    assert asks_yes_or_no(question)


@pytest.mark.parametrize("question", ["What is allowed?", "Is it a lease or a licence?", "Island"])
def test_other_questions_ask_for_more_than_yes_or_no(question: str) -> None:
    assert not asks_yes_or_no(question)


def test_a_sentence_decides_if_it_allows_forbids_denies_or_ends_something() -> None:
    for sentence in ("The scheme ended in 2020.", "The act was repealed.", "It is not a permit.", "Ships may berth."):
        assert decides(sentence)
    assert not decides("The fee is 9 crowns.")


@pytest.mark.parametrize(
    "question",
    ["List all projects", "Which drinks are exempt?", "What rights do tenants have?", "Which countries are there?"],
)
def test_a_list_is_asked_for(question: str) -> None:
    assert asks_for_list(question)


@pytest.mark.parametrize(
    "question", ["What does it cost?", "Which province gives leave?", "What process is used?", "Who?"]
)
def test_no_list_is_asked_for(question: str) -> None:
    assert not asks_for_list(question)


@pytest.mark.parametrize(
    ("question", "noun"),
    [
        ("How many harbour fees does the town take?", "harbour fees"),
        ("How many days of action did the guild call?", "days"),
        ("How many islands are there?", "islands"),
        ("How much is the fee?", None),
    ],
)
def test_the_counted_things_are_found(question: str, noun: str | None) -> None:
    assert counted_noun(question) == noun


@pytest.mark.parametrize(
    ("question", "noun"),
    [
        ("List all grants of the fund", "grants"),
        ("List the steps of the hiring process", "steps"),
        ("Which permits are free?", "permits"),
        ("What are the duties of a pilot?", "duties"),
        ("Name every closed season", "closed season"),
    ],
)
def test_the_listed_things_are_found(question: str, noun: str) -> None:
    assert listed_noun(question) == noun
