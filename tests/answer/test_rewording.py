"""A refused question in everyday words is asked once more in the words of the documents."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from importlib.resources import files
from types import SimpleNamespace
from typing import Any, cast

import pytest

from rag.answer.composition import Selection
from rag.answer.rewording import WORDS, reworded, with_meant_words
from rag.answer.second_ask import SecondAsk
from rag.types import Ask, Draft, Hit, NoticeKind, Span
from tests.answer.made import Row, hit

QUESTION = "Who talks to the press?"
SPEAKS = "Only the harbour clerk speaks to the media."
REWORDED = "Who speak to the media?"


def test_words_become_those_of_the_sentence_that_has_the_same_things() -> None:
    found = reworded(QUESTION, [hit(Row(f"The clerk is kind. {SPEAKS}"))])
    assert found is not None
    assert found.question == REWORDED
    assert found.changes == (("talks", "speak"), ("press", "media"))


@pytest.mark.parametrize(
    ("question", "text"),
    [
        (QUESTION, "The clerk talks to the press."),  # the sentence has the words of the question
        (
            "When do I need a doctor's note?",
            "A certificate of the yard is valid for a year.",
        ),  # one word proves nothing
        ("Who paints the press of the old harbour mill?", "The media paint a wall."),  # most words are missing
        (QUESTION, "The lamps are cleaned on Sundays."),
    ],
)
def test_a_question_stays_if_no_sentence_has_most_of_it_in_other_words(question: str, text: str) -> None:
    assert reworded(question, [hit(Row(text))]) is None


def test_a_phrase_is_exchanged_as_a_whole() -> None:
    found = reworded(
        "Can the keeper fire a sailor on the spot?", [hit(Row("A keeper may dismiss a sailor immediately."))]
    )
    assert found is not None
    assert found.question == "Can the keeper dismiss a sailor immediately?"


def test_evidence_in_another_language_is_left_out() -> None:
    assert reworded(QUESTION, [replace(hit(Row(SPEAKS)), language="de")]) is None


def test_the_words_of_policy_texts_are_searched_too() -> None:
    assert {"media", "discuss", "speak"} <= set(with_meant_words(QUESTION).split())
    assert with_meant_words("Which island is green?") == "Which island is green?"


def test_every_line_of_the_word_list_has_a_phrase_and_the_words_for_it() -> None:
    lines = files("rag.answer").joinpath(WORDS).read_text(encoding="utf-8").splitlines()
    pairs = [line.split(" | ") for line in lines if not line.startswith("#")]
    assert all(len(pair) == 2 and pair[0] and pair[1] and pair[0] not in pair[1].split() for pair in pairs)
    said = [pair[0] for pair in pairs]
    assert len(said) == len(set(said))


class _Selector:
    """Answers the questions in `known` with their confidence, and no other ones; the reworded one with `said`."""

    def __init__(self, known: dict[str, float], said: str) -> None:
        self.known = known
        self.said = said
        self.asked: list[str] = []

    def select(self, snapshot: Any, question: str, *others: Any) -> Selection:
        self.asked.append(question)
        evidence = (hit(Row(SPEAKS)),)
        said = self.said if question == REWORDED else question
        return Selection(evidence, (Draft(said, ((0, Span(0, 4)),)),), self.known.get(question, 0.1))


def select(known: dict[str, float], question: str = QUESTION, said: str = SPEAKS) -> tuple[Selection, list[str]]:
    def search(*_: Any) -> Sequence[Hit]:
        return [hit(Row(SPEAKS))]

    retriever = SimpleNamespace(query=lambda *_: None, search=search)
    snapshot = cast(Any, SimpleNamespace(languages=("en",), evidence=lambda hits: hits))
    selector = _Selector(known, said)
    second = SecondAsk(cast(Any, retriever), cast(Any, selector), 0.3)
    return second.select(snapshot, question, Ask(question), (), lambda _: None), selector.asked


def test_an_answer_to_the_reworded_question_is_partial_and_says_how_it_was_read() -> None:
    found, asked = select({REWORDED: 0.9})
    assert asked == [QUESTION, REWORDED]
    assert found.drafts[0].text == SPEAKS
    assert found.confidence == 0.49
    [notice] = found.notices
    assert notice.kind is NoticeKind.UNDERSTOOD
    assert notice.text == "The question was read with “talks” as “speak”, “press” as “media”."


@pytest.mark.parametrize(
    ("known", "asked"),
    [({QUESTION: 0.3, REWORDED: 0.9}, [QUESTION]), ({REWORDED: 0.29}, [QUESTION, REWORDED])],
)
def test_the_first_answer_stays_if_it_is_not_refused_or_the_second_one_is(
    known: dict[str, float], asked: list[str]
) -> None:
    found, questions = select(known)
    assert questions == asked
    assert found.drafts[0].text == QUESTION
    assert found.notices == ()


def test_an_answer_without_the_new_words_does_not_count() -> None:
    found, _ = select({REWORDED: 0.9}, said="The clerk speaks to nobody.")
    assert found.drafts[0].text == QUESTION


def test_a_question_without_everyday_words_is_asked_once() -> None:
    _, asked = select({}, "Which island is green?")
    assert asked == ["Which island is green?"]
