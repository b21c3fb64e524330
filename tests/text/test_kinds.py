"""A question asks for a kind of thing, and a sentence states one or not."""

from __future__ import annotations

import pytest

from rag.text.kinds import kind_asked_for


@pytest.mark.parametrize(
    ("question", "states", "states_not"),
    [
        ("How long is the trial period?", "Staff have a six-month trial period.", "The trial period begins in May."),
        ("What is the time limit?", "Within 30 working days of the request.", "Within Article 30."),
        ("How many weeks of notice are due?", "Two (2) weeks at least.", "Notice is due in 2 copies."),
        ("When did it apply?", "It applied from 1 May on.", "It applied to 20 firms."),
        ("Which year was it?", "It was in 1995.", "It was Article 9."),
        ("How much is the fee?", "Entry is free of charge.", "Entry is by ticket."),
        ("What is the maximum fine?", "It is 4 per cent of turnover.", "It is heavy."),
        ("How many members are there?", "There are five members.", "There are members."),
    ],
)
def test_a_sentence_states_what_is_asked_for_or_not(question: str, states: str, states_not: str) -> None:
    kind = kind_asked_for(question)
    assert kind is not None
    assert kind.search(states)
    assert not kind.search(states_not)


@pytest.mark.parametrize("question", ["Who decides?", "Is it whenever one likes?", "What is a levy?"])
def test_other_questions_ask_for_no_kind(question: str) -> None:
    assert kind_asked_for(question) is None
