"""Loads rows with COPY in PostgreSQL's binary format, and writes vectors in the binary format of pgvector."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import psycopg
from numpy.typing import NDArray
from psycopg import sql

from rag.protocols import Vectors

_HEADER = b"PGCOPY\n\xff\r\n\0" + bytes(8)
_END = b"\xff\xff"
_BLOCK = 1 << 20  # rows in one message


def copy_rows(
    connection: psycopg.Connection, table: str, types: Sequence[str], rows: Iterable[Sequence[object]]
) -> None:
    """Insert rows. Bytes are inserted as they are, also into columns of vectors."""
    with connection.cursor().copy(_copy(table)) as into:
        into.set_types(types)
        for row in rows:
            into.write_row(row)


def copy_numbers(connection: psycopg.Connection, table: str, *columns: NDArray[np.generic]) -> None:
    """Insert rows of numbers, one column after the other. Much faster than `copy_rows` for millions of rows."""
    fields = [("fields", ">i2")]
    for number, column in enumerate(columns):
        fields += [(f"size{number}", ">i4"), (f"value{number}", column.dtype.newbyteorder(">").str)]
    with connection.cursor().copy(_copy(table)) as into:
        into.write(_HEADER)
        for start in range(0, len(columns[0]), _BLOCK):
            parts = [column[start : start + _BLOCK] for column in columns]
            block = np.empty(len(parts[0]), np.dtype(fields))
            block["fields"] = len(columns)
            for number, part in enumerate(parts):
                block[f"size{number}"], block[f"value{number}"] = part.dtype.itemsize, part
            into.write(block.tobytes())
        into.write(_END)


def _copy(table: str) -> sql.Composed:
    return sql.SQL("COPY {} FROM STDIN (FORMAT BINARY)").format(sql.Identifier(table))


def half_vectors(vectors: Vectors) -> list[bytes]:
    """Return vectors as pgvector's type `halfvec`."""
    halves = vectors.astype(">f2")
    size = np.array([vectors.shape[1], 0], ">i2").tobytes()
    return [size + half.tobytes() for half in halves]


def sparse_vector(dimension: int, places: NDArray[np.integer], values: NDArray[np.floating]) -> bytes:
    """Return a vector as pgvector's type `sparsevec`. `places` are in ascending order and count from 0."""
    size = np.array([dimension, len(places), 0], ">i4").tobytes()
    return size + places.astype(">i4").tobytes() + values.astype(">f4").tobytes()


def bit_strings(bits: NDArray[np.uint8]) -> list[bytes]:
    """Return packed bits, shape (n, bytes), as PostgreSQL's type `bit`."""
    length = np.array(8 * bits.shape[1], ">i4").tobytes()
    return [length + row.tobytes() for row in bits]
