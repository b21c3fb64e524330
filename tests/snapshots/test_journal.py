"""The journal keeps the encodings of an unfinished run without a change. It is deleted once they are in a snapshot."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest

from rag.index.late_interaction import TokenCodes
from rag.snapshots.journal import PassageEncoding, journal
from tests.encoders import Killed


def _encoding(seed: int, groups: int = 3) -> PassageEncoding:
    random = np.random.default_rng(seed)
    codes = random.integers(0, 256, (groups, 2), dtype=np.uint8)
    return PassageEncoding(random.random(16, dtype=np.float32), TokenCodes(codes, np.arange(groups, dtype=np.uint8)))


def _killed_run(directory: Path, encodings: dict[bytes, PassageEncoding]) -> None:
    with suppress(Killed), journal(directory, "a" * 64) as opened:
        opened.put(encodings)
        raise Killed


def test_the_next_run_finds_the_encodings_of_a_killed_run(tmp_path: Path) -> None:
    stored = {b"1": _encoding(1), b"2": _encoding(2, groups=0)}
    _killed_run(tmp_path, stored)
    with journal(tmp_path, "a" * 64) as opened:
        found = opened.get([b"2", b"3", b"1"])
    assert found.keys() == {b"1", b"2"}
    for key, encoding in stored.items():
        assert np.array_equal(found[key].vector, encoding.vector)
        assert np.array_equal(found[key].tokens.codes, encoding.tokens.codes)
        assert np.array_equal(found[key].tokens.sentences, encoding.tokens.sentences)


def test_a_successful_run_leaves_no_journal(tmp_path: Path) -> None:
    with journal(tmp_path, "a" * 64) as opened:
        opened.put({b"1": _encoding(1)})
    assert list(tmp_path.iterdir()) == []


def test_encodings_of_another_encoder_are_not_found(tmp_path: Path) -> None:
    _killed_run(tmp_path, {b"1": _encoding(1)})
    with journal(tmp_path, "b" * 64) as opened:
        assert opened.get([b"1"]) == {}


def _flipped(content: bytes, at: int) -> bytes:
    return content[:at] + bytes([content[at] ^ 1 << at % 8]) + content[at + 1 :]


def test_a_journal_with_a_flipped_byte_returns_no_wrong_encoding(tmp_path: Path) -> None:
    stored = {bytes([number] * 32): _encoding(number) for number in range(40)}
    _killed_run(tmp_path, stored)
    (path,) = tmp_path.glob("encoded-*")
    whole = path.read_bytes()
    counts = []
    for at in [*range(200), *range(200, len(whole), 37)]:
        path.write_bytes(_flipped(whole, at))
        with suppress(Killed), journal(tmp_path, "a" * 64) as opened:
            found = opened.get(list(stored))
            opened.put(stored)
            assert opened.get(list(stored)).keys() == stored.keys()
            raise Killed
        for key, encoding in found.items():
            assert np.array_equal(encoding.vector, stored[key].vector)
            assert np.array_equal(encoding.tokens.codes, stored[key].tokens.codes)
            assert np.array_equal(encoding.tokens.sentences, stored[key].tokens.sentences)
        counts.append(len(found))
    assert max(counts) == 40
    assert min(counts) < 40


@pytest.mark.parametrize("content", [b"", b"other" * 1000, b"SQLite format 3\0"])
def test_a_file_that_is_not_a_journal_is_replaced(tmp_path: Path, content: bytes) -> None:
    (tmp_path / f"encoded-{'a' * 16}.sqlite").write_bytes(content)
    with journal(tmp_path, "a" * 64) as opened:
        assert opened.get([b"1"]) == {}
        opened.put({b"1": _encoding(1)})
        assert opened.get([b"1"]).keys() == {b"1"}
