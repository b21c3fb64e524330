"""Vectors of an unfinished run outlive it, bit for bit, and are gone once they stand in a snapshot."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import numpy as np

from rag.protocols import Vectors
from rag.snapshots.journal import journal
from tests.encoders import Killed


def _killed_run(directory: Path, keys: list[bytes], vectors: Vectors) -> None:
    with suppress(Killed), journal(directory, "a" * 64) as kept:
        kept.put(keys, vectors)
        raise Killed


def test_what_a_killed_run_kept_the_next_one_finds(tmp_path: Path) -> None:
    vectors = np.random.default_rng(0).random((2, 4), dtype=np.float32)
    _killed_run(tmp_path, [b"1", b"2"], vectors)
    with journal(tmp_path, "a" * 64) as kept:
        found = kept.get([b"2", b"3", b"1"])
        assert found.keys() == {b"1", b"2"}
        assert np.array_equal(np.stack([found[b"1"], found[b"2"]]), vectors)


def test_a_run_that_ended_well_leaves_no_journal(tmp_path: Path) -> None:
    with journal(tmp_path, "a" * 64) as kept:
        kept.put([b"1"], np.ones((1, 4), np.float32))
    assert list(tmp_path.iterdir()) == []


def test_vectors_of_another_encoder_are_not_found(tmp_path: Path) -> None:
    _killed_run(tmp_path, [b"1"], np.ones((1, 4), np.float32))
    with journal(tmp_path, "b" * 64) as kept:
        assert kept.get([b"1"]) == {}
