"""`rag documents versions`, `diff` and `timeline` print Markdown that fits into 80 columns."""

from __future__ import annotations

from pathlib import Path

import pytest

from rag.http.app import create_app
from tests import samples
from tests.cli.running import Rag
from tests.client import TestClient
from tests.http.access.clients import bearer, make_key

HEAD = "---\ntitle: Leave {0}\nvalid_from: {0}-01-01\nversion_of: leave\n---\n\n# Leave\n\n## 1. Days\n\n"
ARTICLES = {
    "leave.md": HEAD.format(2023) + "Staff may take 22 days of leave. Ask a *manager* first.\n",
    "leave-2024.md": HEAD.format(2024)
    + "Staff must take 25 days of leave. Ask a *manager* first.\n\n## 2. Carers\n\nCarers take five more days, "
    "which they need not take in one part, and which they may share with others in the same household.\n",
}
DIFF = """\
# Leave 2024

- older: Leave 2023 (leave, in force from 2023-01-01, in force until 2023-12-31)
- newer: Leave 2024 (leave-2024, in force from 2024-01-01)

Sentences: unchanged 3, changed 1, added 2.
Changes: figure 1, must or may 1.

## Leave › 1. Days

- changed (figure, must or may):
  Staff ~~may~~ **must** take ~~22 days~~ **25 days** of leave.

Ask a manager first.

## Leave › 2. Carers

- added:
  **2. Carers**

- added (figure, must or may, negation):
  **Carers take five more days, which they need not take in one part, and which
  they may share with others in the same household.**
"""
TIMELINE = """\
# 1. Days

## In force from 2023-01-01: appears

- version: Leave 2023 (leave)

> 1. Days

> Staff may take 22 days of leave. Ask a manager first.

## In force from 2024-01-01: changed

- version: Leave 2024 (leave-2024)

- changed (figure, must or may):
  Staff ~~may~~ **must** take ~~22 days~~ **25 days** of leave.
"""


@pytest.fixture(autouse=True)
def _indexed(tmp_path: Path) -> None:
    samples.ingest(samples.service(tmp_path / "index"), samples.write(tmp_path / "articles", ARTICLES))


def test_versions_are_listed_newest_first(rag: Rag) -> None:
    lines = [line.split("\t") for line in rag("documents", "versions", "leave").out.splitlines()]
    assert [(line[0], line[1], line[-1]) for line in lines] == [
        ("leave-2024", "2024-01-01..", "Leave 2024"),
        ("leave", "2023-01-01..2023-12-31", "Leave 2023"),
    ]
    assert rag("documents", "versions", "nope").code == 1


def test_a_comparison_is_markdown_of_80_columns(rag: Rag) -> None:
    assert rag("documents", "diff", "leave", "leave-2024").out == DIFF
    assert rag("documents", "diff", "leave-2024").out == DIFF, "the version before is the first one"
    assert max(map(len, DIFF.splitlines())) <= 80
    same = rag("documents", "diff", "leave", "leave").out
    assert same.endswith("Both versions have the same sentences.\n")


def test_a_changed_file_is_compared_with_its_text_before(rag: Rag, tmp_path: Path) -> None:
    changed = samples.write(tmp_path / "articles", {"leave.md": ARTICLES["leave.md"].replace("22", "23")})
    rag("ingest", str(changed))
    names = [line.split("\t")[0] for line in rag("documents", "versions", "leave").out.splitlines()]
    assert [name.partition("-")[0] for name in names] == ["leave", "leave", "leave@000001"]
    assert "~~22 days~~ **23 days**" in rag("documents", "diff", "leave").out
    assert "~~23 days~~ **22 days**" in rag("documents", "diff", "leave", "leave@1").out


def test_a_timeline_is_markdown(rag: Rag) -> None:
    assert rag("documents", "timeline", "leave-2024", "section 1").out == TIMELINE
    ran = rag("documents", "timeline", "leave", "section 9")
    assert (ran.code, ran.err) == (1, "rag: no version of 'leave-2024' has a provision 'section 9'\n")


def test_words_of_a_document_are_no_markup(rag: Rag, tmp_path: Path) -> None:
    folder = samples.write(tmp_path / "more", {"a.txt": "Use 2*3*4 as the `key`.", "b.txt": "Use 2*3*5 as the `key`."})
    rag("ingest", str(folder))
    assert r"2\*3\*~~4~~ **5** as the \`key\`." in rag("documents", "diff", "a", "b").out


@pytest.mark.parametrize(
    ("arguments", "path"),
    [
        (["versions", "leave"], "/v1/documents/leave/versions"),
        (["diff", "leave", "leave-2024"], "/v1/comparisons?was=leave&became=leave-2024"),
        (["timeline", "leave", "1"], "/v1/timelines?document=leave&provision=1"),
    ],
)
def test_json_output_equals_the_http_response(rag: Rag, tmp_path: Path, arguments: list[str], path: str) -> None:
    headers = bearer(make_key(tmp_path / "index", "everything", role="maintain", groups=None))
    client = TestClient(create_app(samples.service(tmp_path / "index")), headers=headers)
    assert rag("documents", *arguments, "--json").json == client.get(path).json()


def test_options_of_the_list_belong_to_the_list(rag: Rag) -> None:
    ran = rag("documents", "--json", "diff", "leave", "leave-2024")
    assert ran.code == 2
    assert "'rag documents diff --json'" in " ".join(ran.err.replace("│", "").split())
