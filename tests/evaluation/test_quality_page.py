"""Tests that the page names the command and the machine, and has every figure."""

from __future__ import annotations

import os
import re
from datetime import UTC, datetime
from pathlib import Path

from rag.evaluation import page, read, run
from tests.evaluation import policies

COMMAND = "rag eval policies --page quality.md --ablations"


def _page(tmp_path: Path) -> tuple[str, dict[str, list[list[str]]]]:
    """Return a page, and its tables by the first cell of each."""
    service, other = (policies.service(tmp_path / "index", reranker=name) for name in ("late-interaction", "none"))
    folders = [policies.write(tmp_path / "policies"), policies.write(tmp_path / "unlabelled", qrels=[])]
    text = page(run(read(folders), service, policies.quietly, against=other, ablations=True), COMMAND)
    tables: dict[str, list[list[str]]] = {}
    for block in re.findall(r"(?:^\|.*\n)+", text, re.MULTILINE):
        head, rule, *rows = [[cell.strip() for cell in line.strip("| \n").split(" | ")] for line in block.splitlines()]
        assert set("".join(rule)) <= set("-: |")
        tables.setdefault(head[0], [head]).extend(rows)
    return text, tables


def test_the_page_names_the_date_the_machine_and_the_command(tmp_path: Path) -> None:
    text, _ = _page(tmp_path)
    assert text.startswith(f"# Quality\n\nMeasured on {datetime.now(UTC).date()} on ")
    assert f"{os.cpu_count()} cores" in text
    assert f"\n    {COMMAND}\n" in text
    assert "`RAG_ENCODER=hashing`" in text
    assert "- **policies**: 4 questions, 3 documents, 3 passages\n" in text
    assert str(tmp_path) not in text


def test_the_table_has_every_figure_with_its_interval(tmp_path: Path) -> None:
    text, tables = _page(tmp_path)
    head, *rows = tables["measure"]
    assert head == ["measure", "policies", "unlabelled"]
    cells = {row[0]: row[1:] for row in reversed(rows)}
    assert cells["p@1"][0] == "1.000 (1.000 to 1.000)"
    assert cells["span_validity"] == ["1.000", "1.000"]
    assert all(f"- `{measure}`: " in text for measure in cells)


def test_the_page_has_a_comparison_and_ablations_if_requested(tmp_path: Path) -> None:
    text, tables = _page(tmp_path)
    assert "`RAG_RERANKER=none`" in text
    head, *rows = tables["ndcg@10"]
    assert head == ["ndcg@10", "policies"], "a benchmark without relevant documents has no measures of rankings"
    assert [row[0] for row in rows][-2:] == ["and late interaction", "the same, tokens not compressed"]
    assert all(re.fullmatch(r"[01]\.\d{3}", row[1]) for row in rows)
