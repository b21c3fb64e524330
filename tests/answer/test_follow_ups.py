"""A follow-up is about the subject of its conversation, however long that is."""

from __future__ import annotations

import pytest

from rag.answer.follow_ups import carried_terms, on_subject, resolved
from rag.service import Service
from rag.types import Answer, Ask, Hit, NoticeKind, Reference, Role, Span, Turn
from tests import samples


def turns(*texts: str) -> tuple[Turn, ...]:
    """Return turns of the user and the assistant in alternation."""
    return tuple(Turn(Role.ASSISTANT if number % 2 else Role.USER, text) for number, text in enumerate(texts))


LAKE = turns("How long is the fishing season in Lakeland?", "The season lasts 90 days. [1]")


def test_a_pronoun_is_replaced_by_the_latest_subject() -> None:
    assert resolved("When does it begin?", LAKE) == "When does the fishing season in Lakeland begin?"
    longer = (*LAKE, *turns("And when does it end?", "In May. [1]"))
    assert resolved("Who sets it?", longer) == "Who sets the fishing season in Lakeland?"


def test_a_question_without_a_conversation_stays() -> None:
    assert resolved("When does it begin?", ()) == "When does it begin?"


def test_names_of_earlier_questions_are_carried_over_unless_there_is_a_new_name() -> None:
    carried = carried_terms("What is the fee?", LAKE, lambda _: 1.0)
    assert carried["lakeland"] > carried["fish"]
    assert "lakeland" not in carried_terms("What is the fee in Hillshire?", LAKE, lambda _: 1.0)


def hit(document: str, text: str) -> Hit:
    return Hit(0, Reference(document, document.capitalize()), Span(0, len(text)), text, (), (), 1.0)


def test_passages_about_another_subject_are_left_out() -> None:
    evidence = [hit("lakeland", "The fee is 9 crowns."), hit("hillshire", "The fee is 4 crowns.")]
    assert on_subject(evidence, {"lakeland": 1.0}) == {0}
    assert on_subject(evidence, {}) == {0, 1}
    assert on_subject(evidence, {"unknown": 1.0}) == {0, 1}


SEASON = "---\ntitle: Fishing in {0}\n---\n# Fishing in {0}\n\nThe fishing season in {0} lasts {1} days. "
SEASON += "The fee is {2} crowns.\n"


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Service:
    folder = tmp_path_factory.mktemp("seasons")
    made = samples.service(folder / "index")
    articles = {"lake.md": SEASON.format("Lakeland", 90, 9), "hill.md": SEASON.format("Hillshire", 30, 4)}
    samples.ingest(made, samples.write(folder / "articles", {**articles, **samples.ARTICLES}))
    return made


def converse(service: Service, *questions: str) -> Answer:
    """Ask the questions in one conversation and return the last answer."""
    history: tuple[Turn, ...] = ()
    for question in questions:
        answer = service.view(None).answer(Ask(question, history=history))
        history = (*history, Turn(Role.USER, question), Turn(Role.ASSISTANT, answer.text or "Nothing is said."))
    return answer


@pytest.mark.parametrize("between", [0, 6])
def test_only_the_document_of_the_conversation_answers(service: Service, between: int) -> None:
    more = ["How many days does the fishing season in Lakeland last?"] * between
    answer = converse(service, "How long is the fishing season in Lakeland?", *more, "And what is the fee?")
    assert [statement.text for statement in answer.statements] == ["The fee is 9 crowns."]


def test_a_new_name_takes_the_place_of_the_old_one(service: Service) -> None:
    answer = converse(service, "How long is the fishing season in Lakeland?", "And in Hillshire?")
    assert "30 days" in answer.statements[0].text
    assert {citation.reference.id for citation in answer.citations} == {"hill"}
    [notice] = answer.notices
    assert notice.kind == NoticeKind.UNDERSTOOD
    assert "How long is the fishing season in Hillshire?" in notice.text


def test_a_greeting_is_no_part_of_the_conversation(service: Service) -> None:
    answer = converse(
        service, "Hello", "How long is the fishing season in Lakeland?", "Thanks!", "And what is the fee?"
    )
    assert "9 crowns" in answer.statements[0].text
