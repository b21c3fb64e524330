"""Exported feedback is a benchmark that `rag eval` reads, with the labels that a verdict implies."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from rag.errors import ConfigurationError, UnknownAnswer
from rag.evaluation import benchmarks
from rag.kept import Reason, Verdict
from rag.service import Service
from rag.types import Ask
from tests import samples

HELLO = Ask("Hello")


@pytest.fixture
def service(tmp_path: Path) -> Service:
    made = samples.service(tmp_path / "index")
    samples.ingest(made, samples.write(tmp_path / "articles"))
    return made


def judge(service: Service, question: str, verdict: Verdict, reason: Reason | None = None, **more: Any) -> int:
    view = service.view(None)
    return view.judge(view.answer(Ask(question)), verdict, reason, more.get("words", ""), more.get("marker")).id


def test_each_verdict_becomes_the_labels_that_it_implies(service: Service, tmp_path: Path) -> None:
    good = judge(service, samples.LEVY_QUESTION, Verdict.GOOD)
    refused = judge(service, "Hello", Verdict.BAD, Reason.INCOMPLETE, words="Greet me.")
    rightly = judge(service, "Hello", Verdict.GOOD)
    off = judge(service, samples.LEVY_QUESTION, Verdict.BAD, Reason.OFF_TOPIC)
    wrong = judge(service, samples.LEVY_QUESTION, Verdict.BAD, Reason.WRONG, words="It is 28.")
    assert service.export_feedback(tmp_path / "complaints") == [good, refused, rightly, off, wrong]

    [benchmark] = benchmarks.read([tmp_path / "complaints"])
    questions = {question.id: question for question in benchmark.questions}
    assert [questions[f"feedback-{one}"].answerable for one in (good, refused, rightly, off, wrong)] == [
        *(True, True, False, None, None)
    ]
    [answer] = questions[f"feedback-{good}"].answers
    assert "24 pence" in answer
    assert "[1]" not in answer
    assert "24 pence" in questions[f"feedback-{good}"].evidence[0].quote
    assert benchmark.relevance == {f"feedback-{good}": {"levy": 1}, f"feedback-{off}": {"levy": 0}}
    assert {document.id for document in benchmark.documents} == {"levy", "charge", "referendum"}
    last = json.loads((tmp_path / "complaints" / "queries.jsonl").read_text().splitlines()[-1])
    assert (last["feedback"]["reason"], last["feedback"]["words"]) == ("wrong", "It is 28.")


def test_a_good_citation_labels_only_its_words(service: Service, tmp_path: Path) -> None:
    judge(service, samples.LEVY_QUESTION, Verdict.GOOD, marker=1)
    service.export_feedback(tmp_path / "good")
    [benchmark] = benchmarks.read([tmp_path / "good"])
    [question] = benchmark.questions
    assert (question.answers, len(question.evidence)) == ((), 1)


def test_words_that_have_left_the_document_label_nothing(service: Service, tmp_path: Path) -> None:
    judge(service, samples.LEVY_QUESTION, Verdict.GOOD)
    changed = {"levy.md": samples.LEVY.replace("24 pence", "28 pence")}
    samples.ingest(service, samples.write(tmp_path / "articles", changed))
    service.export_feedback(tmp_path / "old")
    [benchmark] = benchmarks.read([tmp_path / "old"])
    assert (benchmark.questions[0].evidence, benchmark.relevance) == ((), {})


def test_what_cannot_be_exported_is_said(service: Service, tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="there is no feedback to export yet"):
        service.export_feedback(tmp_path / "none")
    number = judge(service, samples.LEVY_QUESTION, Verdict.GOOD)
    with pytest.raises(UnknownAnswer, match="no feedback with the id 9"):
        service.export_feedback(tmp_path / "none", [9])
    service.export_feedback(tmp_path / "one", [number])
    with pytest.raises(ConfigurationError, match="exists already: name a new folder"):
        service.export_feedback(tmp_path / "one", [number])
