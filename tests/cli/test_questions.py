"""Tests of `rag questions`, `rag review` and `rag ingest --review`."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from rag.kept import Verdict
from rag.settings import load
from rag.types import Ask
from rag.wiring import assemble
from tests import samples
from tests.cli.running import Rag
from tests.kept.subscribed import CHARGE_QUESTION, TURNOUT_QUESTION


@pytest.fixture
def articles(rag: Rag, tmp_path: Path) -> Path:
    folder = samples.write(tmp_path / "articles")
    assert rag("ingest", str(folder)).code == 0
    return folder


def change(articles: Path, becomes: str) -> None:
    text = (articles / "charge.md").read_text()
    (articles / "charge.md").write_text(re.sub(r"\d+ pounds", f"{becomes} pounds", text))


def test_a_review_shows_the_changed_answer_and_is_accepted(rag: Rag, articles: Path) -> None:
    saved = rag("questions", "add", CHARGE_QUESTION)
    assert re.fullmatch(rf"saved [0-9a-f]{{16}}: {re.escape(CHARGE_QUESTION)}\n  .*15 pounds a day.*\n", saved.out)
    change(articles, "18")
    reviewed = rag("ingest", "--review", str(articles))
    assert reviewed.code == 0
    assert f"ANSWER CHANGED: {CHARGE_QUESTION}" in reviewed.out
    assert "- [1] “The congestion charge is 15 pounds a day. It applies" in reviewed.out
    assert "its document no longer has these words" in reviewed.out
    [held] = re.findall(r"^(\S+) is held back: of 1 saved question, 1 answer would change$", reviewed.out, re.MULTILINE)
    assert rag("review").out in reviewed.out
    assert json.loads(rag("review", "--json").out)["held"]["id"] == held
    blocked = rag("ingest", str(articles))
    assert (blocked.code, f"the change {held} is held back" in blocked.err) == (1, True)
    assert rag("review", "accept", held).out == f"{held} is the current snapshot\n"
    assert "18 pounds" in rag("ask", CHARGE_QUESTION).out
    [line] = rag("questions", "changes").out.splitlines()
    effect, was, became = line.split("\t")[2:]
    assert (effect, "15 pounds" in was, "18 pounds" in became) == ("changed", True, True)


def test_a_held_change_can_be_dropped(rag: Rag, articles: Path) -> None:
    rag("questions", "add", CHARGE_QUESTION)
    change(articles, "18")
    held = rag("ingest", "--review", "--json", str(articles)).json["held"]
    assert rag("review", "drop", held).out == f"dropped {held}\n"
    assert rag("review").out == "no change is held back; 1 saved question\n"
    assert rag("review", "drop", held).err.startswith(f"rag: '{held}' is not held back")
    assert "15 pounds" in rag("ask", CHARGE_QUESTION).out


def test_a_change_that_changes_no_answer_goes_in_force(rag: Rag, articles: Path) -> None:
    rag("questions", "add", TURNOUT_QUESTION)
    change(articles, "18")
    assert rag("ingest", "--review", str(articles)).out.endswith("no change is held back; 1 saved question\n")
    assert "18 pounds" in rag("ask", CHARGE_QUESTION).out


def test_questions_are_listed_and_removed(rag: Rag, articles: Path) -> None:
    saved = rag("questions", "add", CHARGE_QUESTION, "--filter", "topic=transport", "--as-group", "", "--json").json
    [line] = rag("questions", "list").out.splitlines()
    assert line.split("\t")[0] == saved["id"]
    assert line.split("\t")[2:] == ["-", "open documents", CHARGE_QUESTION]
    [listed] = rag("questions", "list", "--json").json["questions"]
    assert (listed["filters"], listed["groups"]) == ({"topic": ["transport"]}, [])
    assert rag("questions", "remove", "none").err == (
        "rag: there is no saved question 'none' for you: 'rag questions list' lists the ids\n"
    )
    assert rag("questions", "remove", saved["id"]).out == "removed 1 saved question\n"
    assert rag("questions", "list").out == ""


def test_questions_come_from_feedback_and_from_the_audit_log(
    rag: Rag, articles: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    view = assemble(load()).view(None)
    view.judge(view.answer(Ask(TURNOUT_QUESTION)), Verdict.BAD, None, "", None)
    assert rag("questions", "add", "--from-feedback").out.endswith("saved 1 question\n")
    assert rag("questions", "add", "--from-feedback").out == "saved 0 questions\n"
    assert rag("questions", "add", "--from-log").err == "rag: there is no audit log: set RAG_AUDIT_DIR to its folder\n"
    (tmp_path / "audit").mkdir()
    monkeypatch.setenv("RAG_AUDIT_DIR", str(tmp_path / "audit"))
    for question in (CHARGE_QUESTION, samples.LEVY_QUESTION, samples.LEVY_QUESTION, TURNOUT_QUESTION):
        rag("ask", question)
    added = rag("questions", "add", "--from-log").out.splitlines()
    assert [line.split("\t")[1] for line in added[:-1]] == [samples.LEVY_QUESTION, CHARGE_QUESTION]
    monkeypatch.setenv("RAG_AUDIT_QUESTIONS", "hmac")
    monkeypatch.setenv("RAG_AUDIT_KEY", "0123456789abcdef0123")
    assert "holds hashes of questions" in rag("questions", "add", "--from-log").err


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (["questions", "add"], "give a question, --from-feedback or --from-log"),
        (["questions", "add", "What?", "--from-log"], "give a question, --from-feedback or --from-log"),
        (["questions", "add", "--from-log", "--webhook", "https://example.org"], "only with a question"),
        (["questions", "remove"], "give either ids or --all"),
        (["ingest", "--review", "--watch", "x"], "set RAG_REVIEW_LIMIT instead"),
        (["ingest", "--review", "--reparse"], "leave out --feed"),
    ],
)
def test_wrong_combinations_are_refused(rag: Rag, arguments: list[str], problem: str) -> None:
    ran = rag(*arguments)
    assert ran.code == 2
    assert problem in " ".join(ran.err.replace("│", " ").split())
