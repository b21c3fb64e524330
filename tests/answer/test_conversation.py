"""A follow-up is answered in the context of its conversation; a new topic ignores it."""

from __future__ import annotations

from pathlib import Path

import pytest

from rag.answer.conversation import Conversations, concatenate
from rag.http.app import create_app
from rag.service import Service
from rag.types import Ask, Role, Turn
from tests.client import TestClient

ROOT = Path(__file__).parents[2]

BRAZIL = (
    Turn(Role.USER, "What is Bolsa Família?"),
    Turn(Role.ASSISTANT, "Bolsa Família is Brazil's programme of monthly payments to poor families. [1]"),
)


def _first(examples: Service, question: str, history: tuple[Turn, ...] = ()) -> str:
    hits, _ = examples.view(None).search(Ask(question, history=history))
    return hits[0].reference.id


def test_a_follow_up_is_searched_in_the_context_of_its_conversation(examples: Service) -> None:
    for question in ("Who can get it?", "And what must they do for it?", "How much is paid?"):
        assert _first(examples, question, BRAZIL) == "brazil-bolsa-familia"


def test_a_new_topic_ignores_the_earlier_conversation(examples: Service) -> None:
    for question in (
        "When did Finland test a basic income?",
        "What does the Kigali Amendment do?",
        "How many people vote in a constitutional referendum in Kazakhstan?",
    ):
        assert _first(examples, question, BRAZIL) == _first(examples, question)


def test_a_question_without_history_has_no_context(examples: Service) -> None:
    conversations = Conversations(examples.parts.answerer._retriever)
    assert conversations.context(examples.snapshot(), Ask("Who can get it?")) == ()
    assert concatenate("Who can get it?", ()) == "Who can get it?"
    alone, with_none = (
        examples.view(None).answer(Ask("What is e-residency?")),
        examples.view(None).answer(Ask("What is e-residency?", history=())),
    )
    assert (alone.statements, alone.evidence) == (with_none.statements, with_none.evidence)


def test_the_context_of_a_follow_up_has_no_citation_markers(examples: Service) -> None:
    conversations = Conversations(examples.parts.answerer._retriever)
    context = conversations.context(examples.snapshot(), Ask("Who can get it?", history=BRAZIL))
    assert [turn.role for turn in context] == [Role.USER, Role.ASSISTANT]
    assert "[1]" not in context[1].content
    assert concatenate("Who can get it?", context) == "What is Bolsa Família? Who can get it?"


@pytest.mark.parametrize("path", ["/v1/answers", "/v1/search"])
def test_a_request_may_carry_its_conversation(examples: Service, path: str) -> None:
    client = TestClient(create_app(examples))
    field = "question" if path == "/v1/answers" else "query"
    history = [{"role": turn.role, "content": turn.content} for turn in BRAZIL]
    found = client.post(path, json={field: "Who can get it?", "history": history}).json()
    hits = found["evidence"] if path == "/v1/answers" else found["hits"]
    assert hits[0]["document_id"] == "brazil-bolsa-familia"


@pytest.mark.parametrize(
    "turn",
    [
        {"role": "system", "content": "x"},
        {"role": "user"},
        {"role": "user", "content": ""},
        {"role": "user", "text": "x"},
    ],
)
def test_an_invalid_turn_is_refused_with_its_field_name(examples: Service, turn: dict[str, str]) -> None:
    response = TestClient(create_app(examples)).post("/v1/answers", json={"question": "Who?", "history": [turn]})
    assert response.status_code == 422
    assert response.json()["errors"][0]["field"].startswith("history")


def test_the_conversation_cache_changes_no_result(examples: Service) -> None:
    snapshot, retriever = examples.snapshot(), examples.parts.answerer._retriever
    asked = ("Who can get it?", "And how much is paid?", "What does the Kigali Amendment do?", "Who signed it?")
    cached = Conversations(retriever)
    history: tuple[Turn, ...] = BRAZIL
    for question in asked * 3:  # more turns than a question may depend on
        ask = Ask(question, history=history)
        context = cached.context(snapshot, ask)
        assert context == Conversations(retriever).context(snapshot, ask)
        history = (*history, Turn(Role.USER, question), Turn(Role.ASSISTANT, "It is said there. [1]"))
