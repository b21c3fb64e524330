"""What Open WebUI asks behind the user's back gets JSON of the shape it wants."""

from __future__ import annotations

import json

import pytest

from rag.http.chats.frontend_tasks import is_task, reply

HISTORY = "<chat_history>\nUSER: {}\nASSISTANT: A tax. [1]\n</chat_history>"


@pytest.mark.parametrize("name", ["follow_ups", "tags", "queries"])
def test_a_list_that_is_wanted_is_empty(name: str) -> None:
    task = f'### Task:\nSuggest some.\n### Output:\nJSON format: {{ "{name}": ["one", "two"] }}\n{HISTORY}'
    assert is_task(task)
    assert json.loads(reply(task)) == {name: []}


@pytest.mark.parametrize(
    ("asked", "title"),
    [
        ("What is a carbon tax?", "What is a carbon tax?"),
        (
            "What is a carbon tax, who pays it, and since when is it in force?",
            "What is a carbon tax, who pays it, and since when is it in…",
        ),
    ],
)
def test_a_title_is_the_first_question(asked: str, title: str) -> None:
    task = f'### Task:\nGenerate a title.\nJSON format: {{ "title": "a title" }}\n{HISTORY.format(asked)}'
    assert json.loads(reply(task)) == {"title": title}


def test_what_is_not_understood_gets_no_words() -> None:
    assert reply("### Task:\nDraw a picture.") == ""


def test_a_question_about_tasks_is_a_question() -> None:
    assert not is_task("What is the ### Task: of the ministry?")
