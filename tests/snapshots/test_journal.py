"""What an unfinished run encoded outlives it, bit for bit, and is gone once it stands in a snapshot."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import numpy as np

from rag.interaction import TokenCodes
from rag.snapshots.journal import Encoded, journal
from tests.encoders import Killed


def _encoded(seed: int, groups: int = 3) -> Encoded:
    random = np.random.default_rng(seed)
    codes = random.integers(0, 256, (groups, 2), dtype=np.uint8)
    return Encoded(random.random(16, dtype=np.float32), TokenCodes(codes, np.arange(groups, dtype=np.uint8)))


def _killed_run(directory: Path, encoded: dict[bytes, Encoded]) -> None:
    with suppress(Killed), journal(directory, "a" * 64) as kept:
        kept.put(encoded)
        raise Killed


def test_what_a_killed_run_kept_the_next_one_finds(tmp_path: Path) -> None:
    kept_before = {b"1": _encoded(1), b"2": _encoded(2, groups=0)}
    _killed_run(tmp_path, kept_before)
    with journal(tmp_path, "a" * 64) as kept:
        found = kept.get([b"2", b"3", b"1"])
    assert found.keys() == {b"1", b"2"}
    for key, encoded in kept_before.items():
        assert np.array_equal(found[key].vector, encoded.vector)
        assert np.array_equal(found[key].tokens.codes, encoded.tokens.codes)
        assert np.array_equal(found[key].tokens.sentences, encoded.tokens.sentences)


def test_a_run_that_ended_well_leaves_no_journal(tmp_path: Path) -> None:
    with journal(tmp_path, "a" * 64) as kept:
        kept.put({b"1": _encoded(1)})
    assert list(tmp_path.iterdir()) == []


def test_vectors_of_another_encoder_are_not_found(tmp_path: Path) -> None:
    _killed_run(tmp_path, {b"1": _encoded(1)})
    with journal(tmp_path, "b" * 64) as kept:
        assert kept.get([b"1"]) == {}
