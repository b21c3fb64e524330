"""Kinds of questions are told apart by their words."""

from __future__ import annotations

import pytest

from rag.text.question_kinds import (
    asks_for_list,
    asks_leave,
    asks_why,
    asks_yes_or_no,
    compares_openly,
    counted_noun,
    decides,
    gives_leave,
    gives_reason,
    listed_noun,
    parts,
    purpose_noun,
    sides,
)


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("Who pays for lunches and how long is a pass valid?", ["Who pays for lunches?", "how long is a pass valid?"]),
        ("Why was the toll raised, and when?", ["Why was the toll raised?", "When was the toll raised?"]),
        ("May a ship be held and by whom?", ["May a ship be held?", "By whom may a ship be held?"]),
        (
            "How many seats does the council have and how are they filled?",
            ["How many seats does the council have?", "how are seats of the council filled?"],
        ),
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
            "Compare the cuts that Veldmark and Ostra have to make",
            ("What is the cuts that Veldmark have to make?", "What is the cuts that Ostra have to make?"),
        ),
        (
            "What is the difference between S Pass and Work Permit salaries?",
            ("How much is S Pass salaries?", "How much is Work Permit salaries?"),
        ),
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
        ("Compare the tolls in 2018 and 2025", ("How much is the tolls in 2018?", "How much is the tolls in 2025?")),
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


def test_what_is_required_in_passing_gives_no_leave() -> None:
    assert asks_leave("Can I berth here?")
    assert asks_leave("Are visitors allowed to fish?")
    assert not asks_leave("Is the fee 9 crowns?")
    assert gives_leave("Ships may not berth.")
    assert gives_leave("Berthing is prohibited.")
    assert not gives_leave("It is paid when a ship is required to berth.")


def test_a_reason_is_asked_for_and_given() -> None:
    assert asks_why("And why was the toll raised?")
    assert not asks_why("Who knows why?")
    assert gives_reason("It was raised because of the flood.")
    assert not gives_reason("It was raised in May.")


def test_a_purpose_is_the_whole_of_a_list() -> None:
    assert purpose_noun("What is the purpose of the toll policy?") == "purpose"
    assert purpose_noun("What are the main tasks of a pilot?") == "tasks"
    assert purpose_noun("What is the toll?") is None


@pytest.mark.parametrize(
    "question",
    [
        "List all projects",
        "Which drinks are exempt?",
        "What rights do tenants have?",
        "Which countries are there?",
        "What does a harbour pilot do?",
    ],
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
        ("What does the harbour pilot do?", "responsibilities"),
        ("What is a pilot responsible for?", "responsibilities"),
    ],
)
def test_the_listed_things_are_found(question: str, noun: str) -> None:
    assert listed_noun(question) == noun
