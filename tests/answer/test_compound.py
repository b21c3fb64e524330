"""A question with several parts, sides or items is answered in all of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from types import SimpleNamespace
from typing import Any, cast

import pytest

from rag.answer.composition import Selection
from rag.answer.compound import CompoundSelector
from rag.service import Service
from rag.snapshots import Index
from rag.types import Answer, Ask, Draft, Hit, NoticeKind, Reference, Span
from tests import samples
from tests.answer.test_pipeline import snapshot_of, texts

LAKES = "---\ntitle: Fishing in {0}\n---\n# Fishing in {0}\n\nThe fishing season in {0} lasts {1} days.\n"
FERRY = "# Ferry tariff\n\nA ticket for the ferry costs 5 crowns. A ticket for the tram costs 2 crowns.\n"
HALLS = "# Halls\n\n" + "".join(
    f"## Hall {number}: {name}\n\nThe hall {name} receives {number}000 crowns from the sports fund.\n\n"
    for number, name in enumerate(("Alder", "Beech", "Cedar", "Dogwood", "Elm", "Fir", "Ginkgo", "Hazel", "Iris"), 1)
)
PERMITS = """# Permits

## Goods that need a permit

These goods need a permit of the harbour:

- explosives of every class and kind
- living animals other than household pets
- fuel in tanks over forty litres

## Office hours

The office is open on weekdays.
"""
ARTICLES = {
    "lake.md": LAKES.format("Lakeland", 90),
    "hill.md": LAKES.format("Hillshire", 30),
    "ferry.md": FERRY,
    "halls.md": HALLS,
    "permits.md": PERMITS,
    **samples.ARTICLES,
}

ENGLISH = SimpleNamespace(languages=("en",))  # all that a preset retriever needs of a snapshot

Asked = Callable[..., Answer]


@pytest.fixture(scope="module")
def ask(tmp_path_factory: pytest.TempPathFactory) -> Asked:
    """Answer a question from ARTICLES and check every citation."""
    snapshot = snapshot_of(tmp_path_factory.mktemp("compound"), ARTICLES)
    of = texts(snapshot)

    def answer(question: str, least_confidence: float = 0.0, limit: int = 8) -> Answer:
        found = samples.answerer(None, least_confidence).answer(snapshot, Ask(question, limit=limit))
        samples.check_citations(found, of)
        assert len(found.evidence) <= limit
        return found

    return answer


def test_both_parts_of_a_question_are_answered(ask: Asked) -> None:
    answer = ask("What does a ticket for the ferry cost and how long is the fishing season in Lakeland?")
    assert "5 crowns" in answer.text
    assert "90 days" in answer.text


class Preset:
    """A retriever and a selector whose confidence is preset for each question."""

    def __init__(self, confidences: dict[str, float]) -> None:
        self._confidences = confidences

    def query(self, snapshot: Index, question: str, context: Sequence[str] = (), *_: object) -> str:
        return question

    def select(self, snapshot: Index, query: str, *_: object, names_only: bool = False) -> Selection:
        hit = Hit(len(query), Reference("a", "A"), Span(0, 1), "x", (), (), 1.0)
        return Selection((hit,), (Draft(query, ((0, Span(0, 1)),)),), self._confidences[query])


WHOLE = "Who pays the fee and how long is the permit valid?"
FIRST, SECOND = "Who pays the fee?", "how long is the permit valid?"


def select(whole: float, first: float, second: float) -> Selection:
    """Select for a question with two parts, of which those with a confidence below .5 have no answer."""
    preset = cast(Any, Preset({WHOLE: whole, FIRST: first, SECOND: second}))
    return CompoundSelector(preset, preset, 0.5).select(cast(Any, ENGLISH), WHOLE, Ask(WHOLE), (), lambda _: None)


def test_parts_with_answers_are_joined() -> None:
    assert [draft.text for draft in select(0.2, 0.8, 0.6).drafts] == [FIRST, SECOND]
    assert [draft.text for draft in select(0.7, 0.8, 0.6).drafts] == [WHOLE, FIRST, SECOND]
    assert select(0.2, 0.8, 0.6).confidence == 0.6


def test_a_part_without_an_answer_is_named_in_a_notice() -> None:
    selected = select(0.2, 0.8, 0.1)
    assert [draft.text for draft in selected.drafts] == [FIRST]
    assert [(notice.kind, SECOND in notice.text) for notice in selected.notices] == [(NoticeKind.UNANSWERED, True)]
    assert selected.confidence < 0.5  # the answer is partial


def test_a_question_is_answered_as_a_whole_if_its_parts_are_not() -> None:
    assert [draft.text for draft in select(0.7, 0.1, 0.2).drafts] == [WHOLE]
    assert [draft.text for draft in select(0.1, 0.1, 0.2).drafts] == [WHOLE]


@pytest.mark.parametrize(
    "question",
    [
        "Compare the fishing season in Lakeland and Hillshire",
        "Is the fishing season in Lakeland longer than in Hillshire?",
        "Which region has the longer fishing season?",
    ],
)
def test_a_comparison_shows_both_sides(ask: Asked, question: str) -> None:
    answer = ask(question)
    assert "90 days" in answer.text
    assert "30 days" in answer.text


def test_a_choice_shows_both_sides(ask: Asked) -> None:
    answer = ask("Which is cheaper, a ticket for the tram or a ticket for the ferry?")
    assert "2 crowns" in answer.text
    assert "5 crowns" in answer.text


def test_a_series_of_sections_is_listed_as_far_as_the_limit(ask: Asked) -> None:
    answer = ask("List all halls that receive money from the sports fund")
    assert len(answer.statements) == 8
    [notice] = answer.notices
    assert notice.kind == NoticeKind.SHOWN
    assert notice.text == "Shown 8 of 9: the others are in “Halls” from “Hall 9: Iris” on."


def test_a_whole_series_has_no_notice(ask: Asked) -> None:
    answer = ask("List all halls that receive money from the sports fund", limit=20)
    assert len(answer.statements) == 9
    assert answer.notices == ()


def test_all_items_of_the_section_are_listed(ask: Asked) -> None:
    answer = ask("Which goods do need a permit?")
    for item in ("explosives", "living animals", "fuel in tanks"):
        assert item in answer.text


def test_the_sentence_that_decides_is_shown(examples: Service) -> None:
    answer = examples.view(None).answer(Ask("Does e-residency let me live in Estonia?"))
    assert "neither citizenship nor a residence permit" in answer.text


def test_evidence_stays_within_the_limit(ask: Asked) -> None:
    question = "What does a ticket for the ferry cost and how long is the fishing season in Lakeland?"
    assert len(ask(question, limit=2).evidence) == 2
