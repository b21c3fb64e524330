"""The page says the notices of the service, and the reasons for quotes, in the language of the reader."""

from __future__ import annotations

import json
import re

import pytest

from rag.answer import notices
from rag.answer.generation.failures import reason
from rag.answer.pipeline import REFUSED
from rag.answer.spelling import Corrected
from rag.errors import BackendError, BackendTimeout
from rag.types import Notice

from .test_page_languages import STRING, UI

CORRECTED = Corrected("How high is the levy?", (("levvy", "levy"),))


def known() -> list[str]:
    """The sentences that the page knows, as in the code of the page."""
    return [
        json.loads(one) for one in re.findall(rf"\bspoken\({STRING}\)", (UI / "said.js").read_text(encoding="utf-8"))
    ]


def pattern(sentence: str) -> str:
    return re.sub(r"\\\{\w+\\\}", "(.+?)", re.escape(sentence))


def texts(*found: Notice | None) -> list[str]:
    return [one.text for one in found if one]


@pytest.mark.parametrize(
    "text",
    [
        *texts(notices.greeting("Hello", ()), notices.greeting("Thank you", ())),
        *texts(notices.unanswered(["the fine", "the fee"]), notices.shown(3, 9, "Act", "Part 4")),
        *texts(notices.counted(3, 9), notices.not_counted("fees", 0), notices.not_counted("fees", 3)),
        *texts(notices.no_fact("Act", "author"), notices.no_fact("Act", "date"), notices.several("Article 4", 3)),
        *texts(notices.unknown_name("Peru"), notices.replaced("Act", "Act 2"), notices.replaced("Act", "")),
        *texts(*notices.understood(CORRECTED, "How high is the levy in France?")),
        *(REFUSED, reason(BackendTimeout("late")), reason(BackendError("broken"))),
    ],
)
def test_the_page_knows_every_sentence_of_a_notice(text: str) -> None:
    assert any(re.fullmatch(pattern(sentence), text, re.DOTALL) for sentence in known()), text
