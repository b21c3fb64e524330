"""`rag verify` prints the support of each sentence of a file, and the state of its quotations."""

from __future__ import annotations

from pathlib import Path

from tests import samples
from tests.cli.running import Rag, error

MEMO = 'Fruit juices are exempt from the levy. The charge says "15 pounds a day".\n'


def test_a_memo_is_checked_against_the_index(rag: Rag, tmp_path: Path) -> None:
    rag("ingest", str(samples.write(tmp_path / "articles")))
    memo = tmp_path / "memo.md"
    memo.write_text(MEMO, encoding="utf-8")
    printed = rag("verify", str(memo))
    assert printed.code == 0, printed.err
    assert "SUPPORTED\n    Fruit juices are exempt from the levy.\n" in printed.out
    assert "QUOTATION VALID\n    “15 pounds a day”" in printed.out
    assert printed.out.splitlines()[-1] == "1 quotation: 1 valid, 0 moved, 0 changed, 0 not found"
    found = rag("verify", str(memo), "--json").json
    assert found["sentences"][0]["support"] == "supported"


def test_a_missing_file_is_one_sentence(rag: Rag, tmp_path: Path) -> None:
    rag("ingest", str(samples.write(tmp_path / "articles")))
    assert "none.md" in error(rag("verify", str(tmp_path / "none.md")))
