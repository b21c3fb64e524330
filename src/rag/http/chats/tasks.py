"""Replies to what chat frontends ask a model behind the user's back: a title for the chat, tags, further questions.

Open WebUI asks for them as messages that begin with `### Task:` and tell the JSON they want. They are no questions to
the documents, so they never reach the index.
"""

from __future__ import annotations

import json
import re

_TASK = "### Task:"
_LONGEST_TITLE = 60
_WANTED = re.compile(r'\{\s*"(follow_ups|tags|queries|title)"')
_FIRST_QUESTION = re.compile(r"^USER:\s*(.+)$", re.MULTILINE)


def is_task(question: str) -> bool:
    """Tell whether a message is such a request."""
    return question.startswith(_TASK)


def reply(task: str) -> str:
    """Return the JSON that a task asks for, as far as the task itself tells it: lists are empty, a title is a quote."""
    wanted = _WANTED.search(task)
    if wanted is None:
        return ""
    name = wanted[1]
    return json.dumps({name: _title(task) if name == "title" else []}, ensure_ascii=False)


def _title(task: str) -> str:
    asked = _FIRST_QUESTION.search(task)
    words = asked[1].strip() if asked else "Chat"
    return words if len(words) <= _LONGEST_TITLE else f"{words[: _LONGEST_TITLE - 1].rsplit(' ', 1)[0]}…"
