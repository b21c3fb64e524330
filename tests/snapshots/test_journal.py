"""What an unfinished run encoded outlives it, bit for bit, and is gone once it stands in a snapshot."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest

from rag.index.late_interaction import TokenCodes
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


def _flipped(content: bytes, at: int) -> bytes:
    return content[:at] + bytes([content[at] ^ 1 << at % 8]) + content[at + 1 :]


def test_no_flipped_byte_of_a_journal_is_taken_for_what_was_encoded(tmp_path: Path) -> None:
    kept_before = {bytes([number] * 32): _encoded(number) for number in range(40)}
    _killed_run(tmp_path, kept_before)
    (path,) = tmp_path.glob("encoded-*")
    whole = path.read_bytes()
    kept = []
    for at in [*range(200), *range(200, len(whole), 37)]:
        path.write_bytes(_flipped(whole, at))
        with suppress(Killed), journal(tmp_path, "a" * 64) as opened:
            found = opened.get(list(kept_before))
            opened.put(kept_before)
            assert opened.get(list(kept_before)).keys() == kept_before.keys()
            raise Killed
        for key, encoded in found.items():
            assert np.array_equal(encoded.vector, kept_before[key].vector)
            assert np.array_equal(encoded.tokens.codes, kept_before[key].tokens.codes)
            assert np.array_equal(encoded.tokens.sentences, kept_before[key].tokens.sentences)
        kept.append(len(found))
    assert max(kept) == 40
    assert min(kept) < 40


@pytest.mark.parametrize("content", [b"", b"moths" * 1000, b"SQLite format 3\0"])
def test_a_journal_that_is_none_is_begun_anew(tmp_path: Path, content: bytes) -> None:
    (tmp_path / f"encoded-{'a' * 16}.sqlite").write_bytes(content)
    with journal(tmp_path, "a" * 64) as kept:
        assert kept.get([b"1"]) == {}
        kept.put({b"1": _encoded(1)})
        assert kept.get([b"1"]).keys() == {b"1"}
