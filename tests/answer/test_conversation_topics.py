"""Whether a question belongs to its conversation, computed by hand from given vectors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from rag.answer import prompts
from rag.answer.conversation import Conversations, concatenate, rewrite
from rag.answer.generation import LanguageModel, Session
from rag.answer.retrieval import Retriever
from rag.errors import BackendError, BackendUnavailable
from rag.index.search import Candidates
from rag.snapshots import Index
from rag.types import Ask, Role, Turn
from tests.answer.made import MadeEncoder, Row, snapshot
from tests.samples import Scripted

QUESTION, ANSWER = Turn(Role.USER, "Topic?"), Turn(Role.ASSISTANT, "It is so.")
TALK = (QUESTION, ANSWER)


def context(question: str, difference: float, history: Sequence[Turn] = TALK) -> tuple[Turn, ...]:
    """Return the turns that a question depends on if another document's best score is `difference` above the topic's.

    The fused score of a row is 10 times its cosine. The topic's vector is (1, 0), and the question's is (0, 1).
    """
    made = snapshot([Row(document="topic", vector=(1.0, 0.0)), Row(document="other", vector=(0.0, difference / 10))])
    return context_in(made, {question: (0.0, 1.0)}, question, history)


def context_in(
    made: Index, vectors: Mapping[str, tuple[float, ...]], question: str, history: Sequence[Turn]
) -> tuple[Turn, ...]:
    every = {turn.content: (1.0, 0.0) for turn in history} | {"It is so.": (1.0, 0.0)} | dict(vectors)
    return Conversations(Retriever(MadeEncoder(every))).context(made, Ask(question, history=tuple(history)))


@pytest.mark.parametrize(
    ("question", "threshold"),
    [
        ("tax", 14.0),
        ("tax sugar", 14 / 2**0.5),
        ("tax sugar tax sugar", 14 / 2**0.5),
        ("tax sugar fee", 14 / 3**0.5),
        ("tax sugar fee price", 7.0),
        ("And tax sugar fee price", 14.0),
        ("what about tax sugar fee price", 14.0),
    ],
)
def test_a_new_topic_begins_if_the_score_difference_times_the_root_of_the_terms_exceeds_fourteen(
    question: str, threshold: float
) -> None:
    assert context(question, threshold - 0.05) == TALK
    assert context(question, threshold + 0.05) == ()


def test_a_question_on_the_topic_is_a_follow_up() -> None:
    made = snapshot([Row(document="topic", vector=(1.0, 0.9)), Row(document="other", vector=(0.0, 0.1))])
    assert context_in(made, {"tax": (0.0, 1.0)}, "tax", TALK) == TALK


def test_a_question_without_history_is_not_a_follow_up() -> None:
    assert context("tax", 0.0, ()) == ()


def test_markers_and_turns_without_words_are_removed() -> None:
    history = (Turn(Role.USER, "[1]"), QUESTION, Turn(Role.ASSISTANT, "It is so [1]. "))
    assert context("tax", 0.0, history) == TALK


def test_an_index_without_passages_has_no_topic() -> None:
    assert context_in(snapshot([]), {"tax": (0.0, 1.0)}, "tax", TALK) == ()


def test_a_follow_up_continues_only_the_latest_topic() -> None:
    made = snapshot([Row(document="old", vector=(1.0, 0.0)), Row(document="new", vector=(0.0, 2.0))])
    change = (Turn(Role.USER, "tax sugar fee"), Turn(Role.ASSISTANT, "price rate"))
    vectors = {turn.content: (0.0, 1.0) for turn in change}
    assert context_in(made, vectors, "tax sugar fee", (*TALK, *change)) == change


def test_an_earlier_question_is_judged_together_with_its_answer() -> None:
    made = snapshot([Row(document="old", vector=(1.0, 0.0)), Row(document="new", vector=(0.0, 1.2))])
    change = (Turn(Role.USER, "tax"), Turn(Role.ASSISTANT, "sugar"))
    vectors = {turn.content: (0.0, 1.0) for turn in change}
    # The difference is 12. The question alone has one term, and 12 is below 14. With its answer it has two terms, and
    # 12 * √2 is above 14.
    assert context_in(made, vectors, "tax", TALK) == TALK
    assert context_in(made, vectors, "tax", (*TALK, *change)) == change


@pytest.mark.parametrize(("turns", "kept"), [(10, 10), (12, 12), (13, 9), (14, 10), (16, 12), (17, 9)])
def test_the_last_twelve_turns_count_and_older_ones_are_dropped_in_fours(turns: int, kept: int) -> None:
    history = [Turn(Role.USER if n % 2 == turns % 2 else Role.ASSISTANT, f"turn {n}") for n in range(turns)]
    assert list(context("tax", 0.0, history)) == history[turns - kept :]


def test_a_question_is_appended_to_the_earlier_questions() -> None:
    assert concatenate("Why?", (*TALK, Turn(Role.USER, "And?"))) == "Topic? And? Why?"


def rewritten(*script: str | BackendError) -> str | None:
    return rewrite(Session(LanguageModel(Scripted(script)), prompts.load()), "Why?", TALK)


def test_a_model_rewrites_a_question_in_one_line() -> None:
    model = Scripted(["Why is\n", "it so?"])
    assert rewrite(Session(LanguageModel(model), prompts.load()), "Why?", TALK) == "Why is it so?"
    [(instructions, prompt)] = model.asked
    assert instructions == prompts.load().condensing
    assert prompt == "user: Topic?\nassistant: It is so.\nLast question: Why?"
    assert model.ended == 1


@pytest.mark.parametrize(
    ("reply", "used"), [("", False), (" \n", False), ("x", True), ("x" * 2000, True), ("x" * 2001, False)]
)
def test_a_reply_that_is_empty_or_too_long_is_not_a_question(reply: str, used: bool) -> None:
    assert rewritten(reply) == (reply if used else None)


def test_a_model_that_fails_rewrites_nothing() -> None:
    assert rewritten("Why ", BackendUnavailable("down")) is None


def test_the_topic_of_a_conversation_is_remembered_for_the_next_question(monkeypatch: pytest.MonkeyPatch) -> None:
    made = snapshot([Row(document="topic", vector=(1.0, 0.0))])
    searched: list[object] = []
    search = made.candidates

    def counted(*arguments: Any) -> Candidates:
        searched.append(arguments)
        return search(*arguments)

    monkeypatch.setattr(made, "candidates", counted)
    conversations = Conversations(Retriever(MadeEncoder({"Topic?": (1, 0), "It is so.": (1, 0), "tax": (0, 1)})))
    counts = []
    for _ in range(2):
        conversations.context(made, Ask("tax", history=TALK))
        counts.append(len(searched))
    # One search finds the topic. Each question takes two: one of all documents, and one of the topic's.
    assert counts == [3, 5]
