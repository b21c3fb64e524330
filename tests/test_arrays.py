"""An array comes back as it was saved, and a file that holds none is told to be damaged."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from rag import arrays
from rag.errors import CorruptSnapshot
from rag.machine import memory


def test_what_was_saved_comes_back(tmp_path: Path) -> None:
    saved: dict[str, NDArray[Any]] = {"a": np.arange(6).reshape(2, 3), "b": np.zeros(1, np.uint8)}
    arrays.save(tmp_path / "new", saved)
    for name, array in zip(saved, arrays.load(tmp_path / "new", saved), strict=True):
        assert np.array_equal(array, saved[name])


@pytest.mark.skipif(memory(os.getpid()) is None, reason="only Linux tells what a process holds")
def test_pages_that_are_given_back_are_no_memory_of_the_process_and_can_be_read_again(tmp_path: Path) -> None:
    arrays.save(tmp_path, {"a": np.arange(4 << 20)})
    [array] = arrays.load(tmp_path, ["a"])
    total, held = array.sum(), _pages_of_files()
    arrays.unmap(array)
    assert held - _pages_of_files() > 30  # of 32 MiB
    assert array.sum() == total
    arrays.unmap(np.arange(3))  # which no file holds


def _pages_of_files() -> float:
    held = memory(os.getpid())
    assert held is not None
    return held.of_files


@pytest.mark.filterwarnings("ignore")  # of numpy, which evaluates the header as Python
@pytest.mark.parametrize("bit", range(8))
def test_a_damaged_header_is_no_surprise(tmp_path: Path, bit: int) -> None:
    arrays.save(tmp_path, {"a": np.arange(100)})
    content = (tmp_path / "a.npy").read_bytes()
    told = 0
    for at in range(128):
        (tmp_path / "a.npy").write_bytes(content[:at] + bytes([content[at] ^ 1 << bit]) + content[at + 1 :])
        with suppress(CorruptSnapshot):
            list(arrays.load(tmp_path, ["a"]))
            told -= 1
        told += 1
    assert told > 40


@pytest.mark.parametrize("size", [0, 5, 127, 200])
def test_a_file_cut_short_is_told(tmp_path: Path, size: int) -> None:
    arrays.save(tmp_path, {"a": np.arange(100)})
    (tmp_path / "a.npy").write_bytes((tmp_path / "a.npy").read_bytes()[:size])
    with pytest.raises(CorruptSnapshot, match=r"a\.npy cannot be read, .*: run 'rag snapshots verify'"):
        list(arrays.load(tmp_path, ["a"]))
