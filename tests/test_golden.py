"""Tests answers about the example articles that a person has read and approved.

`golden.json` has each answer with its reason and the case that it shows. A change of ranking may change answers: read
the new ones before you update the file.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from rag.answer.pipeline import ANSWERED_CONFIDENCE
from rag.service import Service
from rag.types import Answer, Ask, Role, Turn

ROOT = Path(__file__).parents[1]
GOLDEN: list[dict[str, Any]] = json.loads((ROOT / "tests" / "golden.json").read_text(encoding="utf-8"))


def _asked(examples: Service, golden: dict[str, Any]) -> Answer:
    history = tuple(Turn(Role(turn["role"]), turn["content"]) for turn in golden.get("history", ()))
    return examples.view(None).answer(Ask(golden["question"], history=history))


@pytest.mark.parametrize("golden", GOLDEN, ids=[f"{golden['shows']}: {golden['question']}" for golden in GOLDEN])
def test_an_approved_answer_does_not_change(examples: Service, golden: dict[str, Any]) -> None:
    answer = _asked(examples, golden)
    statements = [
        {
            "text": statement.text,
            "cites": [f"{one.reference.id} {one.span.start}-{one.span.end}" for one in statement.citations],
        }
        for statement in answer.statements
    ]
    assert statements == golden["statements"]
    assert answer.outcome == golden["outcome"] or _near_a_threshold(answer.confidence, examples)
    assert golden["reason"]


def _texts(kind: str) -> list[str]:
    return [one["text"] for golden in GOLDEN if golden["shows"] == kind for one in golden["statements"]]


def test_rows_lists_and_clauses_are_quoted_with_their_context() -> None:
    assert any(text.startswith("Benefit: Early Childhood Benefit; Monthly amount: ") for text in _texts("a table row"))
    assert any(text.count("Situation: ") == text.count("Deadline: ") == 4 for text in _texts("a short table whole"))
    assert any("must tell the applicant: why the request was refused;" in text for text in _texts("a list"))
    assert any(text.startswith("(9) ") for text in _texts("a numbered clause"))


def test_a_statement_that_two_documents_support_cites_both() -> None:
    [golden] = [golden for golden in GOLDEN if golden["shows"] == "two documents that say the same"]
    assert len({cite.split()[0] for cite in golden["statements"][0]["cites"]}) == 2


def test_a_follow_up_uses_the_conversation_and_a_change_of_topic_does_not(examples: Service) -> None:
    follow_up, change = (
        next(golden for golden in GOLDEN if golden["shows"] == kind) for kind in ("a follow-up", "a change of topic")
    )
    assert _asked(examples, {"question": follow_up["question"]}).confidence < _asked(examples, follow_up).confidence
    alone = next(golden for golden in GOLDEN if golden["question"] == change["question"] and "history" not in golden)
    assert change["statements"] == alone["statements"]


def test_the_golden_answers_have_all_three_outcomes() -> None:
    assert {golden["outcome"] for golden in GOLDEN} == {"answered", "partial", "no_evidence"}


def _near_a_threshold(confidence: float, examples: Service) -> bool:
    """Return whether a confidence is near a threshold. Rounding on another processor may move it across."""
    return min(abs(confidence - bar) for bar in (ANSWERED_CONFIDENCE, examples.settings.least_confidence)) < 0.01
