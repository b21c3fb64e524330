"""A reply gets a point only if it does what the point says."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.policy import scoring
from tests.policy.altering import altered
from tests.policy.asking import Cited, Reply, read
from tests.policy.corpus import Question
from tests.policy.scoring import Score, normal

ACT, GUIDE, OLD = "orlavia-drone-act-2022", "orlavia-drone-guidance", "orlavia-drone-act-2018"

ASKED = Question(
    "as-of-01",
    "as-of",
    "How high may a drone fly?",
    "answered",
    as_of="2024-01-01",
    quotes={ACT: ["higher than 120 metres above the ground"]},
    exceptions={ACT: ["Paragraph 1(a) does not apply"]},
    pinpoint="Art. 5(1)(a)",
)
RIGHT = Cited(ACT, "(a) higher than 120 metres above the ground;", "Article 5 (1) (a)")
WRONG = Cited(OLD, "An unmanned aircraft must not fly higher than 100 metres above the ground.", "Art. 5(1)")


def test_an_answer_from_the_text_in_force_gets_its_points() -> None:
    limit = Cited(ACT, "2. Paragraph 1(a) does not apply within 50 metres")
    reply = Reply("answered", None, (RIGHT, limit), (limit,))
    points = {point.name: point.right(ASKED, reply) for point in scoring.POINTS}
    assert False not in points.values()
    assert sum(right is True for right in points.values()) == 7


def test_an_answer_from_a_text_out_of_force_loses_them() -> None:
    reply = Reply("conflicting", None, (WRONG, RIGHT))
    assert scoring.the_document_in_force_answers(ASKED, reply) is False
    assert scoring.nothing_else_is_cited(ASKED, reply) is False
    assert scoring.exceptions_are_shown(ASKED, reply) is False
    assert scoring.no_conflict_is_seen(ASKED, reply) is False
    assert scoring.the_outcome_is_right(ASKED, reply) is False
    assert scoring.the_words_are_cited(ASKED, reply) is True


def test_another_policy_that_answers_as_well_is_right_without_the_provision_of_the_first() -> None:
    asked = replace(ASKED, also={GUIDE: ["Fly no higher than 120 metres"]})
    reply = Reply("answered", None, (Cited(GUIDE, "6. Fly no higher than 120 metres above the ground."),))
    assert scoring.the_document_in_force_answers(asked, reply) is True
    assert scoring.the_words_are_cited(asked, reply) is True
    assert scoring.the_pinpoint_is_right(asked, reply) is None
    assert scoring.exceptions_are_shown(asked, reply) is None


def test_a_plain_rule_may_be_shown_with_its_conditions_but_with_no_other_exception() -> None:
    asked = replace(ASKED, kind="plain", exceptions={}, limits={ACT: ["Paragraph 1(a) does not apply"]})
    limit, wrong = Cited(ACT, "2. Paragraph 1(a) does not apply at sea."), Cited(ACT, "Insurance is compulsory.")
    assert scoring.no_other_exception_is_shown(asked, Reply("answered", None, (RIGHT,), (limit,))) is True
    assert scoring.no_other_exception_is_shown(asked, Reply("answered", None, (RIGHT,), (limit, wrong))) is False


def test_a_conflict_needs_both_quotes() -> None:
    other = {GUIDE: ["Fly no higher than 100 metres above the ground"]}
    asked = replace(ASKED, kind="conflict", outcome="conflicting", quotes={**ASKED.quotes, **other})
    both = (RIGHT, Cited(GUIDE, "6. Fly no higher than 100 metres above the ground."))
    assert scoring.the_conflict_is_found(asked, Reply("conflicting", None, both)) is True
    assert scoring.the_conflict_is_found(asked, Reply("conflicting", None, (RIGHT,))) is False
    assert scoring.the_conflict_is_found(asked, Reply("answered", None, both)) is False


def test_a_refusal_names_the_first_version_and_its_date() -> None:
    asked = Question("b", "before-first-version", "?", "no_evidence", first="2018-07-01", beside=(OLD,))
    named = "The Act on unmanned aircraft (2018) is in force from 1 July 2018."
    assert scoring.the_first_version_is_named(asked, Reply("no_evidence", "before_first_version", beside=named)) is True
    assert (
        scoring.the_first_version_is_named(asked, Reply("no_evidence", "before_first_version", beside="1 July 2018"))
        is False
    )
    assert scoring.the_first_version_is_named(asked, Reply("no_evidence", "weak_evidence", beside=named)) is False
    assert scoring.the_first_version_is_named(asked, Reply("answered", beside=named)) is False


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Art. 5(1)(a)", "Article 5 (1) (a)"),
        ("Annex III, point 6", "Annex III(6)"),
        ("Sch. 2, para 2", "Schedule 2, paragraph 2"),
        ("s 12(3)(b)", "section 12(3)(b)"),
        ("s 4.1", "4.1"),
        ("para 14", "14"),
        ("rule B1", "B1"),
        ("reg 5A(1)", "Regulation 5A(1)"),
        ("§ 2(3)(c)", "§2(3)(c)"),
    ],
)
def test_spellings_of_a_pinpoint_are_equal(one: str, other: str) -> None:
    assert normal(one) == normal(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("Art. 5(1)", "Art. 5(1)(a)"), ("Recital 4", "Art. 4"), ("Sch. 2, para 2", "s 2(2)"), ("s 4.1", "s 41")],
)
def test_different_provisions_are_not_equal(one: str, other: str) -> None:
    assert normal(one) != normal(other)


def test_a_point_holds_at_its_share_and_never_without_a_question() -> None:
    assert Score(9, 10).reaches(0.9)
    assert not Score(8, 10).reaches(0.9)
    assert not Score(0, 0).reaches(0.0)


def test_an_answer_is_read_with_the_words_beside_it() -> None:
    answer = {
        "outcome": "answered",
        "abstention": None,
        "statements": [{"citations": [1], "exception": False}, {"citations": [1, 2], "exception": True}],
        "citations": [
            {"marker": 1, "document_id": ACT, "quote": "A rule.", "pinpoint": "Art. 1"},
            {"marker": 2, "document_id": ACT, "quote": "A limit.", "pinpoint": None},
        ],
        "notices": [{"kind": "replaced", "text": "Replaced since 2023.", "questions": []}],
    }
    limit = Cited(ACT, "A limit.")
    rule = Cited(ACT, "A rule.", "Art. 1")
    assert read(answer) == Reply("answered", None, (rule, limit), (limit,), "Replaced since 2023.")


def test_a_quote_is_altered_in_its_meaning() -> None:
    assert altered("A deposit must not exceed one month's rent") == "A deposit must exceed one month's rent"
    assert altered("fly higher than 120 metres") == "fly higher than 121 metres"
    assert altered("Everyone is free") is None
