"""Tests the size of token vectors, for each passage and scaled to 200 tokens."""

from __future__ import annotations

from pathlib import Path

import pytest

from rag.evaluation import storage
from tests import samples


def test_the_size_of_token_vectors_equals_that_of_the_files(tmp_path: Path) -> None:
    service = samples.service(tmp_path / "index")
    sentence = "Each of the ten words of this sentence counts once. "
    samples.ingest(
        service, samples.write(tmp_path / "a", {"short.md": sentence, "long.md": f"# Words\n\n{sentence * 19}"})
    )
    snapshot = service.snapshot()
    found = storage.measure(snapshot, service.parts.encoder)
    size = snapshot.token_index.codes.nbytes + snapshot.token_index.sentences.nbytes
    assert len(snapshot) == 2
    assert found["token_bytes"] == size / 2 + 8, "each passage has an offset too"
    assert 190 / 2 < found["passage_tokens"] < 220 / 2
    last = snapshot.token_index.passage(max(range(2), key=lambda row: len(snapshot.token_index.passage(row).codes)))
    assert found["token_bytes_200"] == pytest.approx(
        (last.codes.nbytes + last.sentences.nbytes + 8) * 200 / 192, rel=0.01
    )


def test_an_index_without_a_long_passage_has_no_figure_for_200_tokens(tmp_path: Path) -> None:
    service = samples.service(tmp_path / "index")
    samples.ingest(service, samples.write(tmp_path / "a"))
    assert set(storage.measure(service.snapshot(), service.parts.encoder)) == {"passage_tokens", "token_bytes"}
