"""Tests the commands, with output for people and as JSON."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Any, get_args

import pytest
from typer.core import TyperArgument, TyperGroup, TyperOption
from typer.main import get_command

from rag import plugins
from rag.cli import documents
from rag.cli.program import app
from rag.http.app import create_app
from rag.ingest.ledger import State
from rag.settings import Settings
from tests import samples
from tests.cli.running import PROGRAM, Rag, error, program
from tests.client import TestClient
from tests.evaluation import policies
from tests.http.access.clients import bearer, make_key

COMMANDS = [
    "ingest",
    "remove",
    "erase",
    "ask",
    "search",
    "verify",
    "documents",
    "answers",
    "feedback",
    "questions",
    "review",
    "snapshots",
    "audit",
    "keys",
    "backup",
    "calibrate",
    "fit-choice",
    "restore",
    "eval",
    "compare",
    "bench",
    "compile",
    "serve",
    "mcp",
    "settings",
]
QUESTION = samples.LEVY_QUESTION
GENERATORS = ", ".join(sorted({*plugins.installed("generators"), "extractive"}))


def without_timings(answer: dict[str, Any]) -> dict[str, Any]:
    return {**answer, "timings": None, "seal": None}


# Help


def test_help_names_every_command(rag: Rag) -> None:
    ran = rag("--help")
    assert ran.code == 0
    for command in COMMANDS:
        assert f"  {command}  " in ran.out


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_argument_and_option_has_help(rag: Rag, command: str) -> None:
    group = get_command(app)
    assert isinstance(group, TyperGroup)
    found = group.commands[command]
    assert set(group.commands) == set(COMMANDS)
    assert found.help
    assert found.help.splitlines()[0].endswith(".")
    printed = " ".join(rag(command, "--help").out.split())
    for taken in (taken for taken in found.params if taken.name != "help"):
        assert isinstance(taken, TyperArgument | TyperOption)
        assert taken.help, f"{command} {taken.name} has no help"
        assert taken.help in printed


def test_the_version_printed_is_the_version_installed(rag: Rag) -> None:
    ran = rag("--version")
    assert (ran.code, ran.out, ran.err) == (0, f"rag {version('rag-policy')}\n", "")


def test_help_imports_no_slow_module() -> None:
    code = (
        "import sys\nfrom rag.cli import main\nsys.argv = ['rag', '--help']\n"
        "try:\n    main()\nfinally:\n    print(*sorted(sys.modules), file=sys.stderr)"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=True)
    loaded = set(ran.stderr.split())
    assert "rag.cli" in loaded
    assert not loaded & {
        "torch",
        "faiss",
        "fastapi",
        "mcp",
        "numpy",
        "openai",
        "pydantic",
        "sentence_transformers",
        "uvicorn",
    }


def test_an_unknown_command_is_refused(rag: Rag) -> None:
    ran = rag("igest")
    assert ran.code == 2
    assert "No such command 'igest'" in ran.err


# Ingesting


def test_ingest_prints_the_outcome_of_each_file(rag: Rag, tmp_path: Path) -> None:
    folder = samples.write(tmp_path / "articles")
    ran = rag("ingest", str(folder))
    assert (ran.code, ran.err) == (0, "")
    *items, last = ran.out.splitlines()
    assert sorted(item.split() for item in items) == [
        ["added", str(folder / name)] for name in sorted(samples.ARTICLES)
    ]
    assert last.startswith("3 added; 4 passages encoded; snapshot 000001-")


def test_ingest_draws_no_bar_if_output_is_piped(tmp_path: Path) -> None:
    ran = program("ingest", str(samples.write(tmp_path / "articles")))
    assert (ran.returncode, ran.stderr) == (0, "")
    assert "\x1b" not in ran.stdout
    assert "encoding" not in ran.stdout


def test_a_file_that_cannot_be_read_does_not_stop_the_others(rag: Rag, tmp_path: Path) -> None:
    folder = samples.write(tmp_path / "articles")
    (folder / "broken.pdf").write_bytes(b"%PDF-1.7 no more")
    ran = rag("ingest", str(folder))
    assert ran.code == 1
    (failed,) = (line for line in ran.out.splitlines() if line.startswith("failed"))
    assert str(folder / "broken.pdf") in failed
    assert "3 added" in ran.out
    assert len(rag("documents").out.splitlines()) == 3


def test_ingest_exits_with_zero_despite_failures_if_they_are_allowed(rag: Rag, tmp_path: Path) -> None:
    folder = samples.write(tmp_path / "articles")
    (folder / "broken.pdf").write_bytes(b"%PDF-1.7 no more")
    ran = rag("ingest", "--allow-failures", str(folder))
    assert ran.code == 0
    assert f"failed     {folder / 'broken.pdf'}: " in ran.out
    assert "3 added" in ran.out


def test_a_second_reading_exits_with_zero_despite_failures_if_they_are_allowed(
    rag: Rag, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RAG_KEEP_ORIGINALS", "all")
    folder = samples.write(tmp_path / "articles")
    assert rag("ingest", str(folder)).code == 0
    for original in (tmp_path / "index" / "originals").glob("*/*"):
        original.unlink()
    (folder / "levy.md").write_text("The file has another text now.", encoding="utf-8")
    assert rag("ingest", "--reparse").code == 1
    assert rag("ingest", "--reparse", "--allow-failures").code == 0


def test_a_missing_folder_is_an_error_even_if_failures_are_allowed(rag: Rag, tmp_path: Path) -> None:
    assert str(tmp_path / "nowhere") in error(rag("ingest", "--allow-failures", str(tmp_path / "nowhere")))


def test_an_index_that_cannot_be_written_is_an_error_even_if_failures_are_allowed(rag: Rag, tmp_path: Path) -> None:
    (tmp_path / "index").write_text("a file")
    folder = samples.write(tmp_path / "articles")
    assert str(tmp_path / "index") in error(rag("ingest", "--allow-failures", str(folder)))


def test_ingest_prints_its_report_as_json(rag: Rag, tmp_path: Path) -> None:
    folder = samples.write(tmp_path / "articles")
    (folder / "broken.docx").write_bytes(b"PK")
    ran = rag("ingest", str(folder), "--json")
    assert ran.code == 1
    report = ran.json
    assert set(report) == {"items", "snapshot", "encoded", "held", "counts"}
    assert (report["counts"], report["encoded"]) == ({"added": 3, "failed": 1}, 4)
    (failed,) = (item for item in report["items"] if item["state"] == "failed")
    assert set(failed) == {"source", "state", "document_id", "reason"}
    assert failed["reason"]


def test_unchanged_files_are_not_read_again_and_prune_removes_missing_ones(rag: Rag, tmp_path: Path) -> None:
    folder = samples.write(tmp_path / "articles")
    first = rag("ingest", str(folder), "--json").json
    again = rag("ingest", str(folder), "--json").json
    assert (again["counts"], again["encoded"], again["snapshot"]) == ({"unchanged": 3}, 0, first["snapshot"])
    (folder / "levy.md").unlink()
    assert rag("ingest", str(folder), "--json").json["counts"] == {"unchanged": 2}
    assert rag("ingest", str(folder), "--prune", "--json").json["counts"] == {"removed": 1, "unchanged": 2}


def test_documents_lists_the_sources_in_a_state(rag: Rag, tmp_path: Path) -> None:
    folder = samples.write(tmp_path / "articles")
    (folder / "copy.md").write_text(samples.CHARGE, encoding="utf-8")
    (folder / "broken.pdf").write_bytes(b"%PDF-1.7 no more")
    (folder / "map.png").write_bytes(b"x")
    for _ in range(2):
        ran = rag("ingest", str(folder))
        assert "map.png" not in ran.out
        assert "1 skipped ('rag documents --state skipped' lists them); " in ran.out
    assert rag("documents", "--state", "skipped").out.startswith(f"skipped    {folder / 'map.png'}: it has no format")
    duplicate = f"duplicate  {folder / 'copy.md'}: it has the same text as charge\n"
    assert rag("documents", "--state", "duplicate").out == duplicate
    (failed,) = rag("documents", "--state", "failed", "--json").json["sources"]
    assert (failed["source"], failed["state"], failed["tries"]) == (str(folder / "broken.pdf"), "failed", 2)
    assert "not a PDF" in failed["reason"]
    assert f"[try 2, {failed['time']}]" in rag("documents", "--state", "failed").out
    assert len(rag("documents", "--state", "indexed").out.splitlines()) == 3
    assert rag("documents", "--state", "removed").out == ""


def test_the_option_for_states_accepts_every_state() -> None:
    assert get_args(documents._State) == get_args(State)


def test_an_unknown_state_is_refused(rag: Rag, indexed: str) -> None:
    ran = rag("documents", "--state", "lost")
    assert ran.code == 2
    assert "'lost' is not one of 'indexed'" in ran.err


def test_remove_deletes_documents_from_the_index_but_not_their_files(rag: Rag, indexed: str, tmp_path: Path) -> None:
    assert rag("remove", "levy", "charge", "--json").json["counts"] == {"removed": 2}
    assert [line.split("\t")[0] for line in rag("documents").out.splitlines()] == ["referendum"]
    assert (tmp_path / "articles" / "levy.md").exists()


def test_erase_names_the_snapshots_it_deleted_and_every_place_that_still_holds_the_document(
    rag: Rag, indexed: str, tmp_path: Path
) -> None:
    backup = tmp_path / "backup.tar"
    assert rag("backup", str(backup)).code == 0
    erased = rag("erase", "levy")
    assert erased.code == 0
    assert erased.out.splitlines() == [
        "erased   levy",
        f"deleted  snapshot {indexed}, which held it",
        f"remains  {tmp_path / 'articles' / 'levy.md'}: the next ingest adds it again; delete it there",
        f"remains  backup {backup}: delete it, or write it again with 'rag backup'",
    ]
    again = rag("erase", "levy", "--json").json
    assert (again["deleted"], again["files"], again["backups"]) == ([], [], [str(backup)])
    assert error(rag("erase", "act")).startswith("no snapshot has a document with the id 'act'")


def test_an_id_that_is_given_twice_is_removed_or_erased_once(rag: Rag, indexed: str) -> None:
    assert rag("remove", "levy", "levy", "--json").json["counts"] == {"removed": 1}
    assert rag("erase", "charge", "charge", "--json").json["document_ids"] == ["charge"]


def test_remove_changes_nothing_if_one_id_is_unknown(rag: Rag, indexed: str) -> None:
    assert "no document has the id 'nope', so nothing was removed" in error(rag("remove", "levy", "nope"))
    assert len(rag("documents").out.splitlines()) == 3


def test_roots_are_listed_and_forgotten(rag: Rag, tmp_path: Path) -> None:
    folder, single = samples.write(tmp_path / "articles"), tmp_path / "note.md"
    single.write_text("A note about ferries.", encoding="utf-8")
    rag("ingest", str(folder), str(single))
    (folder / "levy.md").unlink()
    assert rag("documents", "--roots").out.splitlines() == [
        f"{folder}  3 documents; --prune would remove 1 source",
        f"{single}  1 document; --prune would remove 0 sources",
    ]
    first, _ = rag("documents", "--roots", "--json").json["roots"]
    assert first == {"root": str(folder), "documents": 3, "exists": True, "prunable": 1, "note": None}
    single.unlink()
    assert "1 document; it does not exist: mount its disk" in rag("documents", "--roots").out
    report = rag("remove", "--root", str(single), "--json").json
    assert report["counts"] == {"removed": 1}
    assert [line.split("  ")[0] for line in rag("documents", "--roots").out.splitlines()] == [str(folder)]


@pytest.mark.parametrize("arguments", [("remove",), ("remove", "levy", "--root", "articles")])
def test_remove_needs_either_ids_or_a_root(rag: Rag, indexed: str, arguments: tuple[str, ...]) -> None:
    ran = rag(*arguments)
    assert (ran.code, ran.out) == (2, "")
    assert "either the ids of documents, or a path with --root PATH" in " ".join(ran.err.replace("│", "").split())


def test_roots_and_states_are_not_listed_together(rag: Rag, indexed: str) -> None:
    assert rag("documents", "--roots", "--state", "failed").code == 2


def test_a_moved_folder_is_reported_as_moved(rag: Rag, tmp_path: Path) -> None:
    folder = samples.write(tmp_path / "articles", {"levy.md": "# The levy\n\nThe levy is one pence.\n"})
    assert rag("ingest", str(folder)).out.splitlines()[-1].startswith("1 added; 1 passage encoded; ")
    new = folder.rename(tmp_path / "moved")
    line, counts = rag("ingest", str(new)).out.splitlines()
    assert line == f"moved      {new / 'levy.md'}: it was {folder / 'levy.md'}"
    assert counts.startswith("1 moved; 0 passages encoded; ")


# Asking


def test_ask_prints_the_answer_and_each_citation_with_its_quote(rag: Rag, indexed: str) -> None:
    ran = rag("ask", QUESTION)
    assert (ran.code, ran.err) == (0, "")
    quote = "Drinks with 8 grams of sugar per 100 millilitres pay 24 pence per litre."
    answer, rest = ran.out.split("\n\n", 1)
    assert answer.startswith(f"{quote} [1]")
    start = samples.LEVY.index(quote) - samples.LEVY.index("The levy 🥤")
    place = f"[1] The sugar levy, Ada Obi, 2018-04-06, characters {start}-{start + len(quote)}"
    assert rest.splitlines()[:3] == [place, f"    “{quote}”", "    https://example.org/levy"]


def test_an_abstention_prints_the_nearest_passages(rag: Rag, indexed: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAG_LEAST_CONFIDENCE", "1")
    ran = rag("ask", "Who pays the levy?")
    assert ran.code == 0
    first, _, nearest, *passages = ran.out.splitlines()
    assert (first, nearest) == ("The documents do not say.", "Nearest passages:")
    assert any("The sugar levy" in line for line in passages)
    assert "[1]" not in ran.out


def test_a_filter_that_excludes_every_document_gives_no_answer(rag: Rag, indexed: str) -> None:
    ran = rag("ask", QUESTION, "-f", "topic=tax", "-f", "title=Nothing like it")
    notice, _, answer = ran.out.partition("\n\n")
    assert notice.startswith("No document passes the filter title “Nothing like it”: title has “The congestion charge”")
    assert (ran.code, answer) == (0, "No document matches the filters.\n")


def test_a_filter_that_can_never_match_is_an_error_with_the_values(rag: Rag, indexed: str) -> None:
    message = error(rag("ask", QUESTION, "-f", "author=Ada Obo"))
    assert "the filter on 'author' is 'Ada Obo'" in message
    assert "did you mean 'Ada Obi'?" in message


@pytest.mark.parametrize("given", ["author=ada obi", "year=2018.0", "published=2018", "published=2018-04-06T00:00:00Z"])
def test_a_filter_matches_by_value(rag: Rag, indexed: str, given: str) -> None:
    hits = rag("search", "the", "-f", given, "--json").json["hits"]
    assert {hit["document_id"] for hit in hits} == {"levy"}


def test_a_field_with_two_values_matches_either(rag: Rag, indexed: str) -> None:
    hits = rag("search", "the", "-f", "topic=transport", "-f", "topic=constitution", "--json").json["hits"]
    assert {hit["document_id"] for hit in hits} == {"charge", "referendum"}
    assert rag("search", "the", "-f", "year=2018", "--json").json["hits"][0]["document_id"] == "levy"


def test_search_prints_scores_places_and_passages(rag: Rag, indexed: str) -> None:
    ran = rag("search", "fruit juices", "--limit", "1")
    place, passage = ran.out.rstrip().splitlines()
    assert float(place.split()[0]) > 0
    assert place.endswith("The sugar levy, Ada Obi, 2018-04-06, Exemptions")
    assert "Fruit juices are exempt" in passage


def test_documents_are_listed_with_date_and_title(rag: Rag, indexed: str) -> None:
    assert sorted(rag("documents").out.splitlines()) == [
        "charge\t2003-02\tThe congestion charge",
        "levy\t2018-04-06\tThe sugar levy",
        "referendum\t-\tThe referendum in Kazakhstan",
    ]


def test_labels_are_listed_and_a_client_in_a_group_can_be_imitated(rag: Rag, tmp_path: Path) -> None:
    for name, access in (("open", ""), ("hidden", "access: [legal, hr]\n"), ("sealed", "access: 7\n")):
        text = f"---\ntitle: The {name} bonus\n{access}---\n\nThe {name} bonus is 100 pounds."
        samples.write(tmp_path / "papers", {f"{name}.md": text})
    assert "its field 'access' is 7, so no group sees this document" in rag("ingest", "papers").out
    assert sorted(rag("documents").out.splitlines()) == [
        "hidden\t-\tThe hidden bonus\tonly for hr, legal",
        "open\t-\tThe open bonus",
        "sealed\t-\tThe sealed bonus\tonly for clients of all groups, because its labels cannot be read",
    ]
    for groups, shown in (([], "hidden open sealed"), ([""], "open"), (["hr", "x"], "hidden open"), (["x"], "open")):
        options = [option for group in groups for option in ("--as-group", group)]
        found = rag("search", "bonus", *options).out
        assert {name for name in ("hidden", "open", "sealed") if name in found} == set(shown.split())
        answer = rag("ask", "Which documents are there?", *options).out
        assert {name for name in ("hidden", "open", "sealed") if name in answer} == set(shown.split())


def test_a_near_duplicate_is_listed_with_the_document_it_resembles(rag: Rag, tmp_path: Path) -> None:
    folder = tmp_path / "papers"
    folder.mkdir()
    text = "".join(f"District {number} pays a levy of {number} pence to the council. " for number in range(20))
    for name in ("argus", "bugle"):
        (folder / f"{name}.md").write_text(f"# The {name.title()}\n\n{text}\n", encoding="utf-8")
    rag("ingest", str(folder))
    assert rag("documents").out.splitlines() == [
        "argus\t-\tThe Argus",
        "bugle\t-\tThe Bugle\tnearly the same as argus",
    ]


def test_a_star_marks_the_current_snapshot(rag: Rag, indexed: str) -> None:
    (line,) = rag("snapshots").out.splitlines()
    assert line.startswith(f"* {indexed}  20")
    assert line.endswith("3 documents, 4 passages  hashing")


@pytest.mark.parametrize(
    ("arguments", "path", "body"),
    [
        (["ask", QUESTION], "/v1/answers", {"question": QUESTION}),
        (["ask", QUESTION, "--limit", "1"], "/v1/answers", {"question": QUESTION, "limit": 1}),
        (["ask", "🥤", "-f", "topic=tax"], "/v1/answers", {"question": "🥤", "filters": {"topic": "tax"}}),
        (["search", "levy", "--limit", "2"], "/v1/search", {"query": "levy", "limit": 2}),
        (["documents"], "/v1/documents", None),
        (["snapshots"], "/v1/snapshots", None),
    ],
)
def test_json_output_equals_the_http_response(
    rag: Rag, indexed: str, tmp_path: Path, arguments: list[str], path: str, body: object
) -> None:
    headers = bearer(make_key(tmp_path / "index", "everything", groups=None))  # sees as much as the command line
    client = TestClient(create_app(samples.service(tmp_path / "index")), headers=headers)
    over_http = client.request("POST" if body else "GET", path, json=body).json()
    assert without_timings(rag(*arguments, "--json").json) == without_timings(over_http)


# Errors


@pytest.mark.parametrize("arguments", [["ask", "Why?"], ["search", "levy"], ["documents"], ["remove", "levy"]])
def test_without_an_index_the_error_names_the_command_to_run(rag: Rag, tmp_path: Path, arguments: list[str]) -> None:
    assert error(rag(*arguments)) == f"no index in {tmp_path / 'index'}: run 'rag ingest' first"


def test_without_an_index_the_list_of_snapshots_is_empty(rag: Rag) -> None:
    assert rag("snapshots", "--json").json == {"snapshots": []}


def test_the_error_names_a_missing_path(rag: Rag, tmp_path: Path) -> None:
    assert str(tmp_path / "nowhere") in error(rag("ingest", str(tmp_path / "nowhere")))
    assert not (tmp_path / "index").exists()


@pytest.mark.parametrize("question", ["", "  \n", "x" * 2_001])
@pytest.mark.parametrize("command", ["ask", "search"])
def test_an_empty_or_long_question_is_refused(rag: Rag, indexed: str, command: str, question: str) -> None:
    assert error(rag(command, question)).startswith("the question ")


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ("planet=Mars", "no document has the field 'planet': filter on author, format"),
        ("topic", "the filter 'topic' is not of the form FIELD=VALUE"),
        ("=tax", "the filter '=tax' is not of the form FIELD=VALUE"),
    ],
)
def test_the_error_names_a_wrong_filter(rag: Rag, indexed: str, given: str, sentence: str) -> None:
    assert sentence in error(rag("ask", QUESTION, "--filter", given))


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("RAG_PORT", "abc", "RAG_PORT is 'abc': input should be a valid integer"),
        ("RAG_PORT", "70000", "RAG_PORT is '70000': input should be less than or equal to 65535"),
        ("RAG_LEAST_CONFIDENCE", "2", "RAG_LEAST_CONFIDENCE is '2': input should be less than or equal to 1"),
        ("RAG_GENERATOR_TIMEOUT", "0", "RAG_GENERATOR_TIMEOUT is '0': input should be greater than 0"),
        ("RAG_GENERATOR", "magic", f"no generator 'magic' is installed: choose from {GENERATORS}"),
        ("RAG_GENERATOR", "openai", "name the model as well, 'openai:<model>'"),
        ("RAG_GENERATOR", "openai:tiny", "set RAG_GENERATOR_API_KEY"),
        (
            "RAG_ENCODER",
            "magic:8",
            "RAG_ENCODER is 'magic:8', and no encoder 'magic' is installed: choose from hashing",
        ),
        ("RAG_STORE", "magic", "RAG_STORE is 'magic', and no store 'magic' is installed: choose from faiss"),
        ("RAG_PROMPTS_DIR", "nowhere", "the prompt nowhere/instructions.md cannot be read: No such file"),
    ],
)
def test_the_error_names_a_wrong_setting(
    rag: Rag, indexed: str, monkeypatch: pytest.MonkeyPatch, name: str, value: str, sentence: str
) -> None:
    monkeypatch.setenv(name, value)
    assert sentence in error(rag("ask", QUESTION))


def test_an_error_has_no_traceback() -> None:
    ran = program("ask", "Why?", env={**os.environ, "RAG_PORT": "abc"})
    assert (ran.returncode, ran.stdout) == (1, "")
    assert len(ran.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    "arguments", [("ask", b"levy \xff"), ("search", b"\xff", "--json"), ("ask", "levy", "-f", b"topic=\xff")]
)
def test_an_argument_that_is_not_utf_8_is_refused(indexed: str, arguments: tuple[str | bytes, ...]) -> None:
    ran = program(*arguments)
    assert (ran.returncode, ran.stdout) == (1, "")
    (line,) = ran.stderr.splitlines()
    assert line.endswith("is not UTF-8: set the terminal to UTF-8")


def test_a_closed_pipe_prints_no_error(indexed: str) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    command = [*PROGRAM, "documents"]
    ran = subprocess.run(command, stdout=writing, stderr=subprocess.PIPE, text=True, timeout=120, check=False)
    os.close(writing)
    assert ran.stderr == ""


# Evaluating


def test_eval_prints_a_table_of_each_benchmark(rag: Rag, tmp_path: Path) -> None:
    folders = [policies.write(tmp_path / name) for name in ("policies", "rules")]
    ran = rag("eval", *map(str, folders), "--questions", "2")
    assert (ran.code, ran.err) == (0, "")
    titles = [line.rstrip() for line in ran.out.splitlines() if "questions" in line]
    assert titles == [f"{name}: 2 questions, 3 documents, 3 passages" for name in ("policies", "rules")]
    rows = [line.split() for line in ran.out.splitlines()]
    assert rows.count(["p@1", "1.000", "1.000", "to", "1.000"]) == 2
    assert rows.count(["span_validity", "1.000"]) == 2


def test_eval_compares_a_second_configuration_with_the_first(rag: Rag, tmp_path: Path) -> None:
    folder = policies.write(tmp_path / "policies")
    changes = ("--against", "RAG_RERANKER=none", "--against", "RAG_FUSION=lexical")
    rows = [line.split() for line in rag("eval", str(folder), *changes).out.splitlines()]
    assert ["measure", "value", "95", "%", "interval", "against", "difference", "p"] in rows
    assert ["p@1", "1.000", "1.000", "to", "1.000", "1.000", "0.000", "1.000"] in rows
    report = rag("eval", str(folder), *changes, "--json").json
    settings = report["against"]["settings"]
    assert (settings["reranker"], settings["fusion"], settings["encoder"]) == ("none", "lexical", "hashing")
    assert report["against"]["differences"]["policies"]["p@1"] == {"difference": 0.0, "p": 1.0}


def test_eval_writes_its_json_and_its_page_to_the_given_files(rag: Rag, tmp_path: Path) -> None:
    policies.write(tmp_path / "policies")
    arguments = ("eval", "policies", "--output", "figures.json", "--page", "quality.md", "--ablations", "--json")
    ran = rag(*arguments)
    assert json.loads((tmp_path / "figures.json").read_text(encoding="utf-8")) == ran.json
    page = (tmp_path / "quality.md").read_text(encoding="utf-8")
    assert f"    rag {' '.join(arguments)}\n" in page
    assert "| BM25 alone |" in page


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["nowhere"], "nowhere/corpus.jsonl cannot be read: No such file or directory; a benchmark is a folder with"),
        (["policies", "--against", "none"], "'none' is not of the form NAME=VALUE, for example RAG_RERANKER=none"),
        (["policies", "--against", "RAG_RANKER=none"], "'RAG_RANKER' is not a setting: 'rag settings' lists them"),
        (["policies", "--against", "RAG_FUSION=sum"], "RAG_FUSION is 'sum': input should be"),
        (["policies", "--ablations"], "--ablations needs a page: name its file with --page"),
        (
            ["policies", "--answers", "answers.txt"],
            "--answers is 'answers.txt': name a file that ends in .jsonl or .md",
        ),
        (["policies", "--answers", "no/such.md"], "no/such.md cannot be written: there is no folder no"),
        (["policies", "--page", "no/such.md"], "no/such.md cannot be written: there is no folder no"),
        (["policies", "--output", "policies"], "policies cannot be written: Is a directory"),
    ],
)
def test_eval_refuses_wrong_arguments_in_one_sentence(
    rag: Rag, tmp_path: Path, arguments: list[str], sentence: str
) -> None:
    policies.write(tmp_path / "policies")
    assert error(rag("eval", *arguments)).startswith(sentence)


def test_eval_writes_each_answer_beside_its_known_answer(rag: Rag, tmp_path: Path) -> None:
    folder = policies.write(tmp_path / "policies")
    assert rag("eval", str(folder), "--answers", "answers.jsonl").code == 0
    lines = (tmp_path / "answers.jsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["id"] for line in lines] == ["soda", "day", "discount", "opera"]
    assert rag("eval", str(folder), "--questions", "2", "--answers", "answers.md").code == 0
    assert (tmp_path / "answers.md").read_text(encoding="utf-8").count("\nVerdict: ") == 2


def test_compare_shows_two_evaluations_side_by_side(rag: Rag, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = policies.write(tmp_path / "policies")
    for name, bar in (("before.json", "0"), ("after.json", "1")):
        monkeypatch.setenv("RAG_LEAST_CONFIDENCE", bar)
        assert rag("eval", str(folder), "--quick", "--output", name).code == 0
    arguments = ("compare", "before.json", "after.json", "--page", "compared.md")
    rows = [line.split() for line in rag(*arguments).out.splitlines()]
    assert ["refused_with_gold", "0.000", "1.000", "+1.000", "*", "+1.000", "to", "+1.000"] in rows
    page = (tmp_path / "compared.md").read_text(encoding="utf-8")
    assert "`before.json` compared with `after.json`" in page
    assert "| refused_with_gold | 0.000 | 1.000 | +1.000 * | +1.000 to +1.000 |" in page
    found = rag("compare", "before.json", "after.json", "--json").json["policies"]["refused_with_gold"]
    assert found == {"before": 0.0, "after": 1.0, "difference": 1.0, "interval": [1.0, 1.0]}


def test_compare_refuses_a_file_that_is_no_evaluation(rag: Rag, tmp_path: Path) -> None:
    (tmp_path / "other.json").write_text("{}", encoding="utf-8")
    sentence = "other.json is not the JSON of an evaluation: write it with 'rag eval DIR... --output FILE'"
    assert error(rag("compare", "other.json", "other.json")) == sentence
    assert error(rag("compare", "none.json", "other.json")) == "none.json cannot be read: No such file or directory"


def test_eval_names_the_extra_to_install_if_it_is_missing(
    rag: Rag, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in [name for name in sys.modules if name.startswith("rag.evaluation")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.delattr("rag.evaluation", raising=False)
    monkeypatch.setitem(sys.modules, "ir_measures", None)
    assert error(rag("eval", str(tmp_path))).endswith("is not installed: pip install 'rag-policy[eval]'")


# Settings


def test_settings_lists_every_setting_with_its_value_and_meaning(rag: Rag) -> None:
    ran = rag("settings")
    assert ran.code == 0
    for name, field in Settings.model_fields.items():
        assert f"RAG_{name.upper()}=" in ran.out
        assert field.description
        assert f"    {field.description}" in ran.out
    assert "RAG_ENCODER=hashing\n" in ran.out


def test_settings_as_json_has_every_setting(rag: Rag) -> None:
    values = rag("settings", "--json").json
    assert set(values) == set(Settings.model_fields)
    assert (values["encoder"], values["port"]) == ("hashing", 8000)


@pytest.mark.parametrize("arguments", [["settings"], ["settings", "--json"]])
def test_settings_hides_keys(rag: Rag, monkeypatch: pytest.MonkeyPatch, arguments: list[str]) -> None:
    monkeypatch.setenv("RAG_GENERATOR_API_KEY", "sk-secret")
    ran = rag(*arguments)
    assert ran.code == 0
    assert "sk-secret" not in ran.out
    assert "**" in ran.out


def test_settings_are_read_from_a_file(rag: Rag, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("RAG_PORT=9000\nOTHER=1\n", encoding="utf-8")
    assert rag("settings", "--json").json["port"] == 9000
