"""What token vectors take is told for a passage as it is, and for one of 200 tokens."""

from __future__ import annotations

from pathlib import Path

import pytest

from rag.evaluation import storage
from tests import asking


def test_the_bytes_of_token_vectors_are_those_of_the_files(tmp_path: Path) -> None:
    service = asking.service(tmp_path / "index")
    sentence = "Each of the ten words of this sentence counts once. "
    asking.ingest(
        service, asking.write(tmp_path / "a", {"short.md": sentence, "long.md": f"# Words\n\n{sentence * 19}"})
    )
    snapshot = service.snapshot()
    found = storage.measured(snapshot, service.parts.encoder)
    size = snapshot.tokens.codes.nbytes + snapshot.tokens.sentences.nbytes
    assert len(snapshot) == 2
    assert found["token_bytes"] == size / 2 + 8, "each passage has an offset too"
    assert 190 / 2 < found["passage_tokens"] < 220 / 2
    last = snapshot.tokens.passage(max(range(2), key=lambda row: len(snapshot.tokens.passage(row).codes)))
    assert found["token_bytes_200"] == pytest.approx(
        (last.codes.nbytes + last.sentences.nbytes + 8) * 200 / 192, rel=0.01
    )


def test_an_index_without_a_long_passage_says_nothing_of_one(tmp_path: Path) -> None:
    service = asking.service(tmp_path / "index")
    asking.ingest(service, asking.write(tmp_path / "a"))
    assert set(storage.measured(service.snapshot(), service.parts.encoder)) == {"passage_tokens", "token_bytes"}
