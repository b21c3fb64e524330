"""Each task of Open WebUI gets a reply in the JSON format that it asks for."""

from __future__ import annotations

import json

import pytest

from rag.http.chats.frontend_tasks import is_task, reply

HISTORY = "<chat_history>\nUSER: {}\nASSISTANT: A tax. [1]\n</chat_history>"


@pytest.mark.parametrize("name", ["follow_ups", "tags", "queries"])
def test_the_reply_to_a_list_task_is_an_empty_list(name: str) -> None:
    task = f'### Task:\nSuggest some.\n### Output:\nJSON format: {{ "{name}": ["one", "two"] }}\n{HISTORY}'
    assert is_task(task)
    assert json.loads(reply(task)) == {name: []}


@pytest.mark.parametrize(
    ("question", "title"),
    [
        ("What is a carbon tax?", "What is a carbon tax?"),
        (
            "What is a carbon tax, who pays it, and since when is it in force?",
            "What is a carbon tax, who pays it, and since when is it in…",
        ),
    ],
)
def test_the_reply_to_a_title_task_is_the_first_question(question: str, title: str) -> None:
    task = f'### Task:\nGenerate a title.\nJSON format: {{ "title": "a title" }}\n{HISTORY.format(question)}'
    assert json.loads(reply(task)) == {"title": title}


def test_the_reply_to_an_unknown_task_is_empty() -> None:
    assert reply("### Task:\nDraw a picture.") == ""


def test_a_question_that_mentions_tasks_is_not_a_task() -> None:
    assert not is_task("What is the ### Task: of the ministry?")
