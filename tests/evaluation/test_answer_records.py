"""Tests the list of answers that people read and judge."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from rag.evaluation import json_lines, markdown, read, run
from rag.evaluation.answer_records import AnswerRecord
from tests.evaluation import pages, policies


@pytest.fixture
def records(tmp_path: Path) -> list[AnswerRecord]:
    folders = [policies.write(tmp_path / "policies"), pages.write(tmp_path / "house")]
    service = policies.service(tmp_path / "index", least_confidence=0.3)
    return list(run(read(folders), service, policies.quietly).evaluation.answers)


def test_each_answer_stands_beside_its_known_answer_and_its_labels(records: list[AnswerRecord]) -> None:
    assert [record.id for record in records] == ["soda", "day", "discount", "opera", "lost", "books"]
    soda, _, discount, opera, lost, _ = records
    assert soda.known == ("24 pence", policies.SODA.replace("\u00a0", " "))
    assert (soda.f1, soda.best_f1, soda.best) == (1.0, 1.0, soda.statements[0].text)
    assert soda.labels == (f"levy, copied: {soda.statements[0].text}",)
    assert discount.history[0] == "user: What does the congestion charge cost a day?"
    assert (opera.answerable, opera.refused, opera.f1, opera.gold_in_evidence) == (False, True, None, None)
    assert (lost.labels, lost.gold_in_evidence) == (("rules/bicycles.pdf#2",), True)
    assert ", p. 2, characters " in lost.statements[0].places[0]


def test_the_lines_of_json_hold_every_field(records: list[AnswerRecord]) -> None:
    lines = [json.loads(line) for line in json_lines(records).splitlines()]
    assert [line["question"] for line in lines] == [record.question for record in records]
    assert all(line["verdict"] == "" for line in lines)


def test_the_page_has_a_line_for_each_verdict(records: list[AnswerRecord]) -> None:
    text = markdown(records)
    assert text.count("\nVerdict: \n") == len(records)
    assert "## 4. Who composed The Magic Flute?" in text
    assert "- **Unanswerable**" in text
    assert "**refused**" in text
    assert "- **Labels:** rules/bicycles.pdf#2 (in evidence: yes)" in text
