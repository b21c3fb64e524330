"""What the papers say is so: the README's answer is real, and every command, route, setting and file is named."""

from __future__ import annotations

import re
from itertools import zip_longest
from pathlib import Path

import pytest
from fastapi.routing import APIRoute
from typer.main import get_command

from rag.cli import app, snapshots
from rag.cli.printing import print_answer
from rag.http import document_page, maintenance, routes
from rag.http.chats.ai_sdk import routes as ai_sdk
from rag.http.chats.completions import routes as completions
from rag.http.chats.responses import routes as responses
from rag.service import Service
from rag.settings import Settings
from rag.types import Ask

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
ARCHITECTURE = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")


def test_the_answer_in_the_readme_is_the_answer_given(examples: Service, capsys: pytest.CaptureFixture[str]) -> None:
    block = re.search(r'```console\n\$ rag ask "(.+?)"\n(.+?)```', README, re.DOTALL)
    assert block is not None
    print_answer(examples.answer(Ask(block[1])))
    assert capsys.readouterr().out == block[2]


def test_a_question_far_from_the_examples_is_not_answered(examples: Service) -> None:
    for question in ("What is the boiling point of lead?", "Who composed the opera The Magic Flute?"):
        answer = examples.answer(Ask(question))
        assert (answer.outcome, answer.citations) == ("no_evidence", ())
        assert answer.evidence


def test_every_quote_of_the_examples_stands_in_its_document(examples: Service) -> None:
    for question in (
        "What does the Kigali Amendment do?",
        "How are drivers charged in London?",
        "What is e-residency?",
    ):
        answer = examples.answer(Ask(question))
        assert answer.citations
        for citation in answer.citations:
            text = examples.snapshot().document(citation.reference.id).text
            assert citation.span.of(text) == citation.quote


def test_the_readme_names_every_command() -> None:
    commands = getattr(get_command(app), "commands")  # noqa: B009 - a group's, which the type does not say
    assert set(re.findall(r"^ {4}rag (\w+)", README, re.MULTILINE)) == set(commands)


def test_the_readme_names_every_command_on_snapshots() -> None:
    commands = getattr(get_command(snapshots.app), "commands")  # noqa: B009 - as above
    assert set(re.findall(r"^ {4}rag snapshots (\w+)", README, re.MULTILINE)) == set(commands) - {"list"}


def test_every_test_that_shows_a_guarantee_is_there() -> None:
    named = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", (ROOT / "docs" / "durability.md").read_text(encoding="utf-8"))
    assert len(named) > 15
    for file, test in named:
        tests = (ROOT / file).read_text(encoding="utf-8")
        assert f"def {test}(" in tests or f"\n{test} = " in tests, f"{file}::{test}"


def test_the_readme_names_every_route() -> None:
    routers = (routes, maintenance, document_page, completions, responses, ai_sdk)
    for route in (route for routed in routers for route in routed.router.routes):
        assert isinstance(route, APIRoute)
        path = re.sub(r"\{\w+(?::path)?\}", "{id}", route.path)
        assert all(f"`{method} {path}`" in README for method in route.methods or ()), path


def test_the_readme_names_every_setting_with_its_default() -> None:
    told: dict[str, str] = {}
    for row in re.findall(r"^\| `RAG_.+", README, re.MULTILINE):
        _, names, defaults, _, _ = row.split("|")
        told |= zip_longest(re.findall(r"`RAG_(\w+)`", names), re.findall(r"`([^`]+)`", defaults), fillvalue="")
    fields = Settings.model_fields.items()
    assert told == {name.upper(): _shown(field.default) for name, field in fields}


def _shown(default: object) -> str:
    return "" if default in (None, ()) else format(default, "g") if isinstance(default, float) else str(default)


def test_the_architecture_names_every_module() -> None:
    package = ROOT / "src" / "rag"
    rooms = {path.stem for path in package.glob("*.py") if not path.stem.startswith("_")}
    rooms |= {f"{path.name}/" for path in package.iterdir() if path.is_dir() and path.name != "__pycache__"}
    missing = [room for room in rooms if f"{room}`" not in ARCHITECTURE and f"{room}.py`" not in ARCHITECTURE]
    assert missing == []


def test_links_between_papers_lead_somewhere() -> None:
    for paper in [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), ROOT / "index" / "README.md"]:
        for target in re.findall(r"\]\((?!https?:)([^)#]+)", paper.read_text(encoding="utf-8")):
            assert (paper.parent / target).exists(), f"{paper.name}: {target}"
