"""The pages on decisions are complete: the index lists each page, and every link and file exists."""

from __future__ import annotations

import re
from pathlib import Path

DECISIONS = Path(__file__).parents[1] / "docs" / "decisions"
PAGES = sorted(DECISIONS.glob("*.md"))


def test_the_index_lists_every_page_once() -> None:
    listed = re.findall(r"^- \[([\w-]+\.md)\]\(\1\): .+", (DECISIONS / "README.md").read_text(encoding="utf-8"), re.M)
    assert sorted(listed) == [page.name for page in PAGES if page.name != "README.md"]


def test_links_between_decisions_lead_somewhere() -> None:
    for page in PAGES:
        for target in re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text(encoding="utf-8")):
            assert (page.parent / target).exists(), f"{page.name}: {target}"


def test_every_file_that_a_decision_names_exists() -> None:
    for page in PAGES:
        for name in re.findall(r"`((?:src|tests|benchmarks)/[\w/.-]+)`", page.read_text(encoding="utf-8")):
            assert (DECISIONS.parents[1] / name).exists(), f"{page.name}: {name}"


def test_every_module_that_a_decision_names_without_a_folder_exists() -> None:
    modules = {path.name for path in (DECISIONS.parents[1] / "src").rglob("*.*")}
    for page in PAGES:
        named = set(re.findall(r"`(\w+\.(?:py|js))`", page.read_text(encoding="utf-8")))
        assert named <= modules, f"{page.name}: {named - modules}"
