"""Check the documents: the README's answer is real, the reference is complete and up to date, and links work."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

import pytest
from fastapi.routing import iter_route_contexts

from rag.cli.output import print_answer
from rag.http import schemas
from rag.http.app import create_app
from rag.service import Service
from rag.settings import Settings
from rag.types import Ask
from tests.cli.running import program
from tests.reference import PAGES, commands

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
REFERENCE = DOCS / "reference"
README = (ROOT / "README.md").read_text(encoding="utf-8")
ARCHITECTURE = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
GUIDES = "\n".join(
    (DOCS / f"{name}.md").read_text(encoding="utf-8")
    for name in (
        "asking",
        "versions",
        "chat-clients",
        "following",
        "evaluating",
        "first-steps",
        "in-your-site",
        "keeping-an-index",
        "language-models",
        "plugins",
        "replicas",
        "running",
        "sharing",
        "your-documents",
    )
)
NOT_DOCUMENTED = {"GET /redoc", "GET /docs/oauth2-redirect"}
"""Routes that FastAPI adds by itself."""


def test_the_answer_in_the_readme_is_the_answer_given(examples: Service, capsys: pytest.CaptureFixture[str]) -> None:
    block = re.search(r'```console\n\$ rag ask "(.+?)"\n(.+?)```', README, re.DOTALL)
    assert block is not None
    print_answer(examples.view(None).answer(Ask(block[1])))
    assert capsys.readouterr().out == block[2]


def test_the_document_of_the_tutorial_gives_the_answers_of_the_tutorial(tmp_path: Path) -> None:
    tutorial = (DOCS / "first-steps.md").read_text(encoding="utf-8")
    block = re.search(r"```markdown\n(.+?)```", tutorial, re.DOTALL)
    asked = re.search(r'^ {4}rag ask "(.+?)" --filter "(.+?)"$', tutorial, re.MULTILINE)
    assert block is not None
    assert asked is not None
    settings = {"RAG_INDEX_DIR": str(tmp_path / "index"), "RAG_ENCODER": "hashing", "RAG_LEAST_CONFIDENCE": "0"}
    for weeks, report in (("16 weeks", "added"), ("20 weeks", "updated")):
        (tmp_path / "leave.md").write_text(block[1].replace("16 weeks", weeks), encoding="utf-8")
        ingested = program("ingest", "leave.md", cwd=tmp_path, env={**os.environ, **settings})
        answered = program("ask", asked[1], "--filter", asked[2], cwd=tmp_path, env={**os.environ, **settings})
        assert ingested.stdout.startswith(report)
        assert f"Every employee may take {weeks} of parental leave. [1]" in answered.stdout


def test_a_question_far_from_the_examples_is_not_answered(examples: Service) -> None:
    for question in ("What is the boiling point of lead?", "Who composed the opera The Magic Flute?"):
        answer = examples.view(None).answer(Ask(question))
        assert (answer.outcome, answer.citations) == ("no_evidence", ())
        assert answer.evidence


def test_every_quote_of_the_examples_stands_in_its_document(examples: Service) -> None:
    for question in (
        "What does the Kigali Amendment do?",
        "How are drivers charged in London?",
        "What is e-residency?",
    ):
        answer = examples.view(None).answer(Ask(question))
        assert answer.citations
        for citation in answer.citations:
            text = examples.snapshot().document(citation.reference.id).text
            assert citation.span.of(text) == citation.quote


def test_the_readme_is_one_page() -> None:
    assert len(README.split()) <= 700


def test_the_guides_show_every_command_and_no_other() -> None:
    everything = commands.walk("rag", commands.root())
    names = {name.removeprefix("rag ") for name, _ in everything} - {
        "rag",
        "snapshots list",
        "audit",
        "answers",
        "feedback",
        "questions",
    }
    kinds = "documents|snapshots|audit|keys|answers|feedback|questions|review"
    command = rf"(?:^ {{4}}|`)rag ((?:{kinds}) [a-z]+(?:-[a-z]+)?|[a-z]+(?:-[a-z]+)?)"
    shown = set(re.findall(command, README + GUIDES, re.MULTILINE))
    assert shown == names


@pytest.mark.parametrize("name", PAGES)
def test_the_reference_pages_are_up_to_date(name: str) -> None:
    assert (REFERENCE / name).read_text(encoding="utf-8") == PAGES[name](), "run 'make reference'"


def test_the_reference_has_a_section_for_every_command() -> None:
    page = (REFERENCE / "commands.md").read_text(encoding="utf-8")
    names = {name for name, _ in commands.walk("rag", commands.root())} - {"rag"}
    assert set(re.findall(r"^## (rag .+)", page, re.MULTILINE)) == names


@pytest.mark.parametrize("page", ["docs/durability.md", "SECURITY.md"])
def test_every_test_that_shows_a_guarantee_is_there(page: str) -> None:
    named = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", (ROOT / page).read_text(encoding="utf-8"))
    assert len(named) > 15
    for file, test in named:
        tests = (ROOT / file).read_text(encoding="utf-8")
        assert f"def {test}(" in tests or f"\n{test} = " in tests, f"{file}::{test}"


def test_each_risk_of_both_lists_has_a_row() -> None:
    page = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (API\d+|LLM\d+) [^|]+ \| ([^|]+) \| ([^|]*)\|$", page, re.MULTILINE)
    names = [*(f"API{number}" for number in range(1, 11)), *(f"LLM{number:02}" for number in range(1, 11))]
    assert [name for name, _, _ in rows] == names
    assert [name for name, _, shown in rows if "`tests/" not in shown] == ["API6"]  # the service has no such flow


def test_the_reference_names_every_route_and_no_other(service: Service) -> None:
    page = (REFERENCE / "http.md").read_text(encoding="utf-8")
    listed = set(re.findall(r"^\| \[?`([A-Z]+ /[^`]*)`", page, re.MULTILINE))
    described = set(re.findall(r"^### ([A-Z]+ /.*)", page, re.MULTILINE))
    served = _routes(service)
    assert listed == (served - NOT_DOCUMENTED) | {"GET /ui/rag-chat.js"}
    assert described == {route for route in served if " /v1/" in route or " /api/" in route or route.endswith("z")}


def test_the_guides_name_only_routes_that_exist(service: Service) -> None:
    named = set(re.findall(r"`((?:GET|PUT|POST|DELETE) /[^`?]*)", README + GUIDES))
    assert named
    assert named <= _routes(service)


def _routes(service: Service) -> set[str]:
    """Return every route of the service, such as `GET /v1/documents/{document_id}`."""
    found = [route for route in iter_route_contexts(create_app(service).routes) if route.methods]
    return {
        f"{method} {re.sub(r':[a-z]+}', '}', str(route.path))}"
        for route in found
        for method in set(route.methods or ()) - {"HEAD"}
    }


def test_the_answer_over_http_has_the_fields_that_the_guide_shows() -> None:
    block = re.search(r'```json\n(\{"question": "...", "outcome".+?)```', GUIDES, re.DOTALL)
    assert block is not None
    shown = json.loads(block[1])
    assert shown.keys() == schemas.Answer.model_fields.keys()
    assert shown["statements"][0].keys() == schemas.Statement.model_fields.keys()
    assert shown["citations"][0].keys() == schemas.Citation.model_fields.keys()


def test_the_reference_names_every_setting_with_its_default() -> None:
    listed: dict[str, str] = {}
    for row in re.findall(r"^\| `RAG_.+", (REFERENCE / "settings.md").read_text(encoding="utf-8"), re.MULTILINE):
        name, default, *_ = (cell.strip().strip("`") for cell in row.strip("|").split("|"))
        listed[name] = default
    fields = Settings.model_fields.items()
    assert listed == {f"RAG_{name.upper()}": _shown(field.default) for name, field in fields}


def test_the_guides_name_only_settings_that_exist() -> None:
    named = set(re.findall(r"\bRAG_[A-Z_]+", README + GUIDES))
    composed = {"RAG_ARTICLES", "RAG_PACKAGES"}  # variables of docker-compose.yml alone
    assert named - composed <= {f"RAG_{name.upper()}" for name in Settings.model_fields}


def _shown(default: object) -> str:
    return (
        ""
        if default in (None, (), frozenset())
        else format(default, "g")
        if isinstance(default, float)
        else str(default)
    )


def test_the_architecture_names_every_module() -> None:
    package = ROOT / "src" / "rag"
    rooms = {path.stem for path in package.glob("*.py") if not path.stem.startswith("_")}
    rooms |= {f"{path.name}/" for path in package.iterdir() if path.is_dir() and path.name != "__pycache__"}
    missing = [room for room in rooms if f"{room}`" not in ARCHITECTURE and f"{room}.py`" not in ARCHITECTURE]
    assert missing == []


def test_links_between_documents_lead_somewhere() -> None:
    for page in [*ROOT.glob("*.md"), *DOCS.rglob("*.md"), ROOT / "index" / "README.md"]:
        prose = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
        for target in re.findall(r"\]\((?!https?:)([^)#]+)", prose):
            assert (page.parent / target).exists(), f"{page.name}: {target}"
