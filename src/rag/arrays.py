"""Saves arrays as files `<name>.npy`, and memory-maps them. A file that cannot be written completely is an error."""

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
"""The parts of one array along its first axis: at least one, all of one type."""

_DAMAGE_ERRORS = (OSError, ValueError, EOFError, SyntaxError, TokenError, TypeError, OverflowError)
"""The errors that numpy raises for a damaged file. There are many, because it parses the header as Python."""


def save(folder: Path, arrays: Mapping[str, NDArray[Any] | Parts]) -> None:
    """Write each array to a file of its own in `folder`. Create the folder if it is missing, but not its parent.

    Raises OSError if a file cannot be written completely.

    `numpy.save` is not used. It leaves the end of an array in a buffer of the C library, and ignores errors when the
    buffer is flushed at close. A full disk would leave a truncated file without an error.
    """
    folder.mkdir(exist_ok=True)
    for name, array in arrays.items():
        with (folder / f"{name}.npy").open("wb") as file:
            _write(file, [array] if isinstance(array, np.ndarray) else array)


def load(folder: Path, names: Iterable[str]) -> Iterator[NDArray[Any]]:
    """Memory-map the arrays that `save` wrote under `names`, in that order. Raises CorruptSnapshot."""
    return (_load(folder / f"{name}.npy") for name in names)


def _load(path: Path) -> NDArray[Any]:
    try:
        # A plain array, because slicing a `memmap` takes ten times as long: every slice keeps track of the file.
        # Not `np.load`, which would also open archives and pickles.
        array: NDArray[Any] = np.asarray(np.lib.format.open_memmap(path, mode="r"))
    except _DAMAGE_ERRORS as error:
        raise CorruptSnapshot(f"{path} cannot be read, {error}: run 'rag snapshots verify'") from error
    return array


def unmap(array: NDArray[Any]) -> None:
    """Release the memory pages of an array that `load` returned. The array can still be read.

    If a process reads scattered rows, the system loads sixteen pages for each page needed. All of them count as memory
    of the process. Released pages stay in the file cache of the system.
    """
    base: Any = array
    while base is not None and not isinstance(base, mmap.mmap):
        base = base.obj if isinstance(base, memoryview) else getattr(base, "base", None)
    if base is not None and hasattr(mmap, "MADV_DONTNEED"):
        base.madvise(mmap.MADV_DONTNEED)


def runs(rows: NDArray[np.int64]) -> Iterator[slice]:
    """Yield ascending row numbers as slices of consecutive rows, which can be copied together."""
    ends = np.flatnonzero(np.diff(rows) != 1) + 1
    return (slice(int(run[0]), int(run[-1]) + 1) for run in np.split(rows, ends) if len(run))


def _write(file: BinaryIO, parts: Parts) -> None:
    """Write parts as one array, without joining them in memory."""
    shape = (sum(map(len, parts)), *parts[0].shape[1:])
    header = {"descr": np.lib.format.dtype_to_descr(parts[0].dtype), "fortran_order": False, "shape": shape}
    np.lib.format.write_array_header_1_0(file, header)
    for part in parts:
        file.write(np.ascontiguousarray(part).data.cast("B") if part.size else b"")
