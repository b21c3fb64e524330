"""Questions about provisions are made from the headings of documents."""

from __future__ import annotations

from pathlib import Path

import pytest

from rag.evaluation import read
from rag.evaluation.judged_signals import NAMES, judge_provisions
from rag.evaluation.labelled_index import IndexedBenchmark, index
from rag.evaluation.provision_questions import LEAST, provision_questions
from tests.evaluation import policies
from tests.evaluation.policies import quietly


def indexed(folder: Path, sections: int) -> IndexedBenchmark:
    """Index a benchmark with a document of this many sections, in Markdown."""
    (folder / "rules" / "documents").mkdir(parents=True)
    text = "".join(
        f"## Section {number}\n\nThe fee of kind {number} is {number} pounds a year.\n\n"
        for number in range(1, sections + 1)
    )
    (folder / "rules" / "documents" / "fees.md").write_text(f"# The Fees Act\n\n{text}", encoding="utf-8")
    (folder / "rules" / "queries.jsonl").write_text('{"_id": "1", "text": "What is the fee?"}\n', encoding="utf-8")
    (folder / "rules" / "qrels.tsv").write_text("query-id\tcorpus-id\tscore\n1\tfees.md\t1\n", encoding="utf-8")
    [benchmark] = read([folder / "rules"])
    return index(benchmark, policies.service(folder / "index"), quietly(""))


def test_each_section_is_asked_for_beside_one_that_no_document_has(tmp_path: Path) -> None:
    questions = provision_questions(indexed(tmp_path, LEAST))
    assert questions[0] == ("What does Section 1 of The Fees Act say?", True)
    assert [exists for _, exists in questions] == [True, False] * LEAST
    assert "Section 800 " in questions[1][0]


def test_few_sections_are_not_asked_for(tmp_path: Path) -> None:
    found = indexed(tmp_path, LEAST - 1)
    assert provision_questions(found) == []
    assert judge_provisions(found, quietly("")) is None


def test_of_many_sections_some_are_asked_for(tmp_path: Path) -> None:
    assert len(provision_questions(indexed(tmp_path, 150))) == 200


def test_a_section_that_exists_is_looked_up(tmp_path: Path) -> None:
    judged = judge_provisions(indexed(tmp_path, LEAST), quietly(""))
    assert judged is not None
    looked_up = judged.signals[:, NAMES.index("looked_up")]
    assert looked_up[judged.answerable].mean() == pytest.approx(1.0)
    assert looked_up[~judged.answerable].max() == 0
