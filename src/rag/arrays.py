"""Arrays in files, `<name>.npy` each: written whole or with an error, read memory-mapped."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from tokenize import TokenError
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from rag.errors import CorruptSnapshot

_DAMAGE = (OSError, ValueError, EOFError, SyntaxError, TokenError, TypeError, OverflowError)
"""What numpy raises of a damaged file, for it reads the header as Python."""


def save(folder: Path, arrays: Mapping[str, NDArray[Any]]) -> None:
    """Write each array to a file of its own. Raises OSError where one could not be written whole.

    `numpy.save` leaves the end of an array to C's buffer, and does not look whether the disk takes it when that is
    closed: a full disk would leave a short file behind without a word.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for name, array in arrays.items():
        with (folder / f"{name}.npy").open("wb") as file:
            np.lib.format.write_array(_Plain(file), array, allow_pickle=False)


def load(folder: Path, names: Iterable[str]) -> Iterator[NDArray[Any]]:
    """Map what `save` wrote under `names` into memory, in their order. Raises CorruptSnapshot."""
    return (_load(folder / f"{name}.npy") for name in names)


def _load(path: Path) -> NDArray[Any]:
    try:
        array: NDArray[Any] = np.load(path, mmap_mode="r", allow_pickle=False)
    except _DAMAGE as error:
        raise CorruptSnapshot(f"{path} cannot be read, {error}: run 'rag snapshots verify'") from error
    return array


class _Plain:
    """A file that numpy does not know for one, so that every byte goes through Python."""

    def __init__(self, file: BinaryIO) -> None:
        self.write = file.write
