"""Reply to the tasks that chat frontends send on their own: a title for the chat, tags, follow-up questions.

Open WebUI sends them as messages that begin with `### Task:` and describe the JSON of the reply. They are not questions
about the documents, so they never reach the index.
"""

from __future__ import annotations

import json
import re

_TASK = "### Task:"
_LONGEST_TITLE = 60
_REPLY_FIELD = re.compile(r'\{\s*"(follow_ups|tags|queries|title)"')
_FIRST_QUESTION = re.compile(r"^USER:\s*(.+)$", re.MULTILINE)


def is_task(question: str) -> bool:
    """Return whether a message is a task of a frontend."""
    return question.startswith(_TASK)


def reply(task: str) -> str:
    """Return the JSON that a task asks for, or an empty string if the task is unknown.

    A title is the first question of the chat. All lists are empty.
    """
    field = _REPLY_FIELD.search(task)
    if field is None:
        return ""
    name = field[1]
    return json.dumps({name: _title(task) if name == "title" else []}, ensure_ascii=False)


def _title(task: str) -> str:
    question = _FIRST_QUESTION.search(task)
    words = question[1].strip() if question else "Chat"
    return words if len(words) <= _LONGEST_TITLE else f"{words[: _LONGEST_TITLE - 1].rsplit(' ', 1)[0]}…"
