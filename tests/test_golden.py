"""Answers to questions about the example articles, each read by eye and found to be what a careful analyst would sign.

`golden.json` gives each with the reason. A change of ranking may change them: read the new answers before it is written
anew.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from rag.answering import SURE
from rag.settings import Settings
from rag.wiring import Service

ROOT = Path(__file__).parents[1]
GOLDEN: list[dict[str, Any]] = json.loads((ROOT / "tests" / "golden.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Service:
    """The service as it comes, over the example articles."""
    made = Service(Settings(_env_file=None, index_dir=tmp_path_factory.mktemp("golden")))
    made.ingestion.ingest([ROOT / "examples" / "articles"], lambda *_: None)
    return made


@pytest.mark.parametrize("golden", GOLDEN, ids=[golden["question"] for golden in GOLDEN])
def test_an_answer_that_was_signed_stays_as_it_was(service: Service, golden: dict[str, Any]) -> None:
    answer = service.answer(golden["question"])
    said = [
        {
            "text": statement.text,
            "cites": [f"{one.reference.id} {one.span.start}-{one.span.end}" for one in statement.citations],
        }
        for statement in answer.statements
    ]
    assert said == golden["statements"]
    assert answer.outcome == golden["outcome"] or _near_a_bar(answer.confidence, service)
    assert golden["reason"]


def _near_a_bar(confidence: float, service: Service) -> bool:
    """Whether an answer is so near a bar that processors, which differ in the last digits, may disagree on the side."""
    return min(abs(confidence - bar) for bar in (SURE, service.settings.least_confidence)) < 0.01
