"""Tests of the commands `rag answers` and `rag feedback`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from rag.kept import Feedback, Reason, SharedAnswer, Verdict
from rag.settings import load
from rag.types import Ask
from rag.wiring import assemble
from tests import samples
from tests.cli.running import Rag


@pytest.fixture
def kept(rag: Rag, tmp_path: Path) -> tuple[SharedAnswer, Feedback]:
    service = assemble(load())
    samples.ingest(service, samples.write(tmp_path / "articles"))
    view = service.view(None)
    answer = view.answer(Ask(samples.LEVY_QUESTION))
    return view.share(answer, "ada"), view.judge(answer, Verdict.BAD, Reason.WRONG, "no\x1b[2J", 1)


def test_shared_answers_are_listed_and_deleted(rag: Rag, kept: tuple[SharedAnswer, Feedback]) -> None:
    shared, _ = kept
    assert rag("answers", "list").out == f"{shared.id}\t{shared.created}\tada\t{samples.LEVY_QUESTION}\n"
    [listed] = json.loads(rag("answers", "list", "--json").out)["answers"]
    assert (listed["id"], listed["client"], listed["documents"]) == (shared.id, "ada", ["levy"])
    wrong = rag("answers", "delete", "none")
    assert wrong.code == 1
    assert wrong.err == "rag: there is no shared answer 'none' for you: it may have been deleted\n"
    assert rag("answers", "delete", shared.id).out == "deleted 1 shared answer\n"
    assert rag("answers", "list").out == ""


def test_feedback_is_listed_exported_and_deleted(rag: Rag, kept: tuple[SharedAnswer, Feedback], tmp_path: Path) -> None:
    _, judged = kept
    [line] = rag("feedback", "list").out.splitlines()
    assert line.split("\t") == [
        *("1", judged.created, "bad", "wrong", "[1]", samples.LEVY_QUESTION, "no\\x1b[2J"),
    ]
    [listed] = json.loads(rag("feedback", "list", "--json").out)["feedback"]
    assert (listed["verdict"], listed["citations"][0]["document_id"]) == ("bad", "levy")
    folder = tmp_path / "complaints"
    assert rag("feedback", "export", str(folder)).out == (
        f"wrote 1 question to {folder}: 'rag eval {folder}' asks them again\n"
    )
    assert {path.name for path in folder.iterdir()} == {"corpus.jsonl", "queries.jsonl", "qrels.tsv"}
    assert rag("feedback", "export", str(folder)).err.endswith("exists already: name a new folder\n")
    assert json.loads(rag("feedback", "delete", "--all", "--json").out) == {"deleted": [1]}
    assert "there is no feedback to export yet" in rag("feedback", "export", str(tmp_path / "new")).err


def test_deleting_needs_ids_or_all(rag: Rag) -> None:
    for command in ("answers", "feedback"):
        assert "give either ids or --all" in rag(command, "delete").err
        assert rag(command, "delete", "--all").out.startswith("deleted")
