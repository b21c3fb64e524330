"""Arrays load as they were saved, and a damaged file is reported."""

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


def test_saved_arrays_load_unchanged(tmp_path: Path) -> None:
    saved: dict[str, NDArray[Any]] = {"a": np.arange(6).reshape(2, 3), "b": np.zeros(1, np.uint8)}
    arrays.save(tmp_path / "new", saved)
    for name, array in zip(saved, arrays.load(tmp_path / "new", saved), strict=True):
        assert np.array_equal(array, saved[name])


@pytest.mark.skipif(memory(os.getpid()) is None, reason="only Linux reports the memory of a process")
def test_released_pages_do_not_count_as_memory_and_can_be_read_again(tmp_path: Path) -> None:
    arrays.save(tmp_path, {"a": np.arange(4 << 20)})
    [array] = arrays.load(tmp_path, ["a"])
    total, before = array.sum(), _mapped_memory()
    arrays.unmap(array)
    assert before - _mapped_memory() > 30  # of 32 MiB
    assert array.sum() == total
    arrays.unmap(np.arange(3))  # an array that is not mapped


def _mapped_memory() -> float:
    found = memory(os.getpid())
    assert found is not None
    return found.of_files


@pytest.mark.filterwarnings("ignore")  # from numpy, which parses the header as Python
@pytest.mark.parametrize("bit", range(8))
def test_a_damaged_header_raises_only_corrupt_snapshot(tmp_path: Path, bit: int) -> None:
    arrays.save(tmp_path, {"a": np.arange(100)})
    content = (tmp_path / "a.npy").read_bytes()
    reported = 0
    for at in range(128):
        (tmp_path / "a.npy").write_bytes(content[:at] + bytes([content[at] ^ 1 << bit]) + content[at + 1 :])
        with suppress(CorruptSnapshot):
            list(arrays.load(tmp_path, ["a"]))
            reported -= 1
        reported += 1
    assert reported > 40


@pytest.mark.parametrize("size", [0, 5, 127, 200])
def test_a_truncated_file_is_reported(tmp_path: Path, size: int) -> None:
    arrays.save(tmp_path, {"a": np.arange(100)})
    (tmp_path / "a.npy").write_bytes((tmp_path / "a.npy").read_bytes()[:size])
    with pytest.raises(CorruptSnapshot, match=r"a\.npy cannot be read, .*: run 'rag snapshots verify'"):
        list(arrays.load(tmp_path, ["a"]))
