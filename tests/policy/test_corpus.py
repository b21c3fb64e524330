"""The corpus of policies has what it promises, and the answers to its questions stand in it."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date, timedelta

import pytest

from tests.policy.corpus import (
    DOCUMENTS,
    WRITTEN,
    Change,
    Question,
    changes,
    front_matter,
    identities,
    policies,
    questions,
)

POLICIES = policies()
QUESTIONS = questions()

_REFERENCE = re.compile(
    r"\b(?:Articles?|[Ss]ections?|[Ss]ubsections?|[Pp]aragraphs?|[Rr]egulations?|[Cc]lauses?|[Pp]oints?|Rules?|"
    r"Annex|Schedule) (?:\d|\(|[IVX]+\b|[A-Z]\d)|§ \d"
)
_EXCEPTION = re.compile(
    r"\b(?:does not apply|do not apply|unless|except|exempt|notwithstanding|[Dd]espite|[Ss]ubject to|derogation)\b"
)


def test_there_are_as_many_policies_and_jurisdictions_as_promised() -> None:
    assert 40 <= len(POLICIES) <= 50
    named = {policy.document.metadata["jurisdiction"] for policy in POLICIES.values()}
    assert named == {"Orlavia", "Saint Brannoc", "Harrowmere", "European Union", "United Kingdom"}


@pytest.mark.parametrize("stem", POLICIES)
def test_a_policy_has_a_title_and_a_natural_length(stem: str) -> None:
    text = (DOCUMENTS / f"{stem}.md").read_text(encoding="utf-8")
    assert 300 <= len(text.split()) <= 1500
    assert {"title", "author", "published", "jurisdiction", "type"} <= front_matter(DOCUMENTS / f"{stem}.md").keys()
    assert POLICIES[stem].document.language == "en"


def test_eight_policies_have_two_to_four_versions_that_follow_each_other() -> None:
    chains = Counter(policy.supersedes for policy in POLICIES.values() if policy.supersedes)
    assert len(identities()) >= 8
    assert all(2 <= len(versions) <= 4 for versions in identities().values())
    assert set(chains.values()) == {1}
    for policy in POLICIES.values():
        if policy.supersedes:
            assert POLICIES[policy.supersedes].last == policy.first - timedelta(days=1)


def test_repeals_and_policies_of_the_future_are_as_many_as_promised() -> None:
    repealed = [one for one in POLICIES.values() if re.search(r"\bis repealed\b|\bare revoked\b", one.document.text)]
    future = [one for one in POLICIES.values() if one.first > WRITTEN]
    assert len(repealed) >= 5
    assert len(future) >= 4
    assert all(one.first > date(2035, 1, 1) for one in future)


def test_some_policies_say_only_in_their_text_when_they_are_in_force() -> None:
    silent = [one for one in POLICIES.values() if not one.stated]
    assert len(silent) >= 5
    for one in silent:
        assert not {"valid_from", "valid_to", "supersedes"} & front_matter(DOCUMENTS / f"{one.stem}.md").keys()
        assert f"{one.first.day} {one.first:%B %Y}" in one.document.text


def test_exceptions_and_references_are_as_many_as_promised() -> None:
    text = "\n".join(policy.document.text for policy in POLICIES.values())
    shown = {(stem, quote) for one in QUESTIONS for stem, quotes in one.exceptions.items() for quote in quotes}
    assert len(_REFERENCE.findall(text)) >= 30
    assert len(_EXCEPTION.findall(text)) >= 30
    assert len(shown) >= 30


def test_the_questions_are_as_many_as_promised() -> None:
    kinds = Counter(one.kind for one in QUESTIONS)
    assert len(QUESTIONS) == len({one.id for one in QUESTIONS}) == 300
    assert kinds.keys() == {
        "as-of",
        "version",
        "conflict",
        "exception",
        "pinpoint",
        "plain",
        "unanswerable",
        "before-first-version",
    }
    assert min(kinds.values()) >= 12


def test_conflicts_and_apparent_conflicts_are_as_many_as_promised() -> None:
    asked = [one for one in QUESTIONS if one.kind == "conflict"]
    true = {frozenset(quote for quotes in one.quotes.values() for quote in quotes) for one in asked if one.differ_in}
    apparent = [one for one in asked if not one.differ_in]
    assert len(true) >= 12
    assert len(apparent) >= len(true)
    assert {one.differ_in for one in asked} == {"figure", "date", "modality", "negation", None}
    assert all((one.outcome == "conflicting") == bool(one.differ_in) for one in QUESTIONS)


@pytest.mark.parametrize("one", QUESTIONS, ids=lambda one: one.id)
def test_every_quote_stands_once_in_its_document(one: Question) -> None:
    for part in (one.quotes, one.also, one.exceptions, one.limits):
        for stem, quotes in part.items():
            assert [POLICIES[stem].document.text.count(quote) for quote in quotes] == [1] * len(quotes)
            assert all(one.question.casefold() not in quote.casefold() for quote in quotes)
    assert bool(one.quotes) == (one.outcome != "no_evidence")
    assert len(one.quotes) > 1 or one.outcome != "conflicting"


@pytest.mark.parametrize("one", QUESTIONS, ids=lambda one: one.id)
def test_the_documents_of_an_answer_are_in_force_on_the_day_of_the_question(one: Question) -> None:
    assert not (one.as_of and one.meant)
    if one.kind != "version":
        assert all(POLICIES[stem].in_force(one.day) for stem in {**one.quotes, **one.also})
        assert not any(POLICIES[stem].in_force(one.day) for stem in one.beside)
    if one.first:
        assert all(POLICIES[stem].first == date.fromisoformat(one.first) > one.day for stem in one.beside)


def test_a_year_in_a_question_means_that_year() -> None:
    for one in QUESTIONS:
        if one.meant and (year := re.search(r"\b(?:in|of) ((?:19|20)\d\d)\b", one.question)):
            assert abs(int(year[1]) - date.fromisoformat(one.meant).year) <= 1


@pytest.mark.parametrize("one", changes(), ids=lambda one: f"{one.became} {one.after}")
def test_a_change_stands_in_both_versions(one: Change) -> None:
    assert POLICIES[one.became].supersedes == one.was
    assert POLICIES[one.was].document.text.count(one.before) == 1
    assert POLICIES[one.became].document.text.count(one.after) == 1
