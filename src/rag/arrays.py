"""Arrays in files, `<name>.npy` each: written whole or with an error, read memory-mapped."""

from __future__ import annotations

import mmap
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from tokenize import TokenError
from typing import Any, BinaryIO, TypeAlias

import numpy as np
from numpy.typing import NDArray

from rag.errors import CorruptSnapshot

Parts: TypeAlias = Sequence[NDArray[Any]]
"""The pieces of one array along its first axis; at least one, all of one type."""

_DAMAGE = (OSError, ValueError, EOFError, SyntaxError, TokenError, TypeError, OverflowError)
"""What numpy raises of a damaged file, for it reads the header as Python."""


def save(folder: Path, arrays: Mapping[str, NDArray[Any] | Parts]) -> None:
    """Write each array to a file of its own. Raises OSError where one could not be written whole.

    `numpy.save` leaves the end of an array to C's buffer, and does not look whether the disk takes it when that is
    closed: a full disk would leave a short file behind without a word.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for name, array in arrays.items():
        with (folder / f"{name}.npy").open("wb") as file:
            _write(file, [array] if isinstance(array, np.ndarray) else array)


def load(folder: Path, names: Iterable[str]) -> Iterator[NDArray[Any]]:
    """Map what `save` wrote under `names` into memory, in their order. Raises CorruptSnapshot."""
    return (_load(folder / f"{name}.npy") for name in names)


def _load(path: Path) -> NDArray[Any]:
    try:
        # As a plain array: slices of a `memmap` take ten times as long, for each keeps account of its file.
        array: NDArray[Any] = np.asarray(np.load(path, mmap_mode="r", allow_pickle=False))
    except _DAMAGE as error:
        raise CorruptSnapshot(f"{path} cannot be read, {error}: run 'rag snapshots verify'") from error
    return array


def unmap(array: NDArray[Any]) -> None:
    """Give back the pages of what `load` returned: it can be read as before, from what the system keeps of the file.

    Whoever reads here and there gets sixteen pages for each that is asked for, all counted as memory of the process.
    """
    base: Any = array
    while base is not None and not isinstance(base, mmap.mmap):
        base = base.obj if isinstance(base, memoryview) else getattr(base, "base", None)
    if base is not None and hasattr(mmap, "MADV_DONTNEED"):
        base.madvise(mmap.MADV_DONTNEED)


def runs(rows: NDArray[np.int64]) -> Iterator[slice]:
    """Yield the slices that ascending row numbers make up: neighbours are copied together."""
    ends = np.flatnonzero(np.diff(rows) != 1) + 1
    return (slice(int(run[0]), int(run[-1]) + 1) for run in np.split(rows, ends) if len(run))


def _write(file: BinaryIO, parts: Parts) -> None:
    """Write parts as one array, none of which is copied to join it to the others."""
    shape = (sum(map(len, parts)), *parts[0].shape[1:])
    described = {"descr": np.lib.format.dtype_to_descr(parts[0].dtype), "fortran_order": False, "shape": shape}
    np.lib.format.write_array_header_1_0(file, described)
    for part in parts:
        file.write(np.ascontiguousarray(part).data.cast("B") if part.size else b"")
