"""Deletes versions that are no longer kept, with what belongs to no other one, and merges small segments."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np
from numpy.typing import NDArray
from psycopg import sql

from rag.snapshots.postgres.connections import Connection
from rag.snapshots.postgres.schema import BY_DOCUMENT

MOST_SEGMENTS = 10
"""Segments of postings. Each one costs a search a value for each term."""

GRACE_MINUTES = 15
"""A version that was replaced later is kept, because processes may still answer from it."""

_OTHERS = """
DELETE FROM versions WHERE NOT id = ANY (%s) AND replaced <= now() - make_interval(mins => %s)
    AND number NOT IN (SELECT number FROM serving)
"""
_ENTRIES = """
DELETE FROM entries WHERE NOT EXISTS (
    SELECT FROM versions WHERE versions.number >= added AND (ended IS NULL OR versions.number < ended)
)
"""
_TERMS = 10_000  # terms in memory at once
_FIRST_TERM = -(1 << 63)
_BLOCK = """
SELECT term, string_agg(rows, ''::bytea ORDER BY segment), string_agg(codes, ''::bytea ORDER BY segment)
FROM postings WHERE segment <> %s AND term > %s GROUP BY term ORDER BY term LIMIT %s
"""
_SIZE = """
UPDATE segments SET bytes = (SELECT coalesce(sum(length(rows) + length(codes)), 0) FROM postings WHERE segment = number)
WHERE number = %s
"""
_MERGE = """
INSERT INTO postings (segment, term, rows, codes)
    SELECT %s, term, string_agg(rows, ''::bytea ORDER BY segment), string_agg(codes, ''::bytea ORDER BY segment)
    FROM postings WHERE segment = ANY (%s) GROUP BY term
"""


def delete_others(connection: Connection, kept: Collection[str], grace_minutes: int) -> None:
    """Delete all versions but those with the ids `kept`, the one that serves, and those replaced a short time ago."""
    connection.execute(_OTHERS, ([*kept], grace_minutes))
    if connection.execute(_ENTRIES).rowcount:
        for table in BY_DOCUMENT:
            query = sql.SQL("DELETE FROM {} WHERE document NOT IN (SELECT number FROM entries)")
            connection.execute(query.format(sql.Identifier(table)))


def merge_segments(connection: Connection) -> None:
    """Make one segment of the smallest ones, again and again, until there are at most MOST_SEGMENTS."""
    query = "SELECT number, bytes FROM segments ORDER BY bytes, number"
    while len(sizes := connection.execute(query).fetchall()) > MOST_SEGMENTS:
        _merge(connection, [number for number, _ in sizes[:MOST_SEGMENTS]])


def _merge(connection: Connection, small: Sequence[object]) -> None:
    query = "INSERT INTO segments (bytes) SELECT sum(bytes) FROM segments WHERE number = ANY (%s) RETURNING number"
    merged = connection.execute(query, (small,)).fetchone()
    assert merged is not None, "an insertion returns its row"
    connection.execute(_MERGE, (merged[0], small))
    connection.execute("DELETE FROM postings WHERE segment = ANY (%s)", (small,))
    connection.execute("DELETE FROM segments WHERE number = ANY (%s)", (small,))


def compact(connection: Connection) -> None:
    """Write all postings again as one segment, without those of deleted passages. Call it in a transaction."""
    found = connection.execute("SELECT DISTINCT first_row, rows FROM entries ORDER BY first_row").fetchall()
    ranges = [np.arange(first, first + rows) for first, rows in found]
    alive = np.concatenate([np.empty(0, np.int64), *ranges])
    merged = connection.execute("INSERT INTO segments (bytes) VALUES (0) RETURNING number").fetchone()
    assert merged is not None, "an insertion returns its row"
    last: object = _FIRST_TERM
    while block := connection.execute(_BLOCK, (merged[0], last, _TERMS), binary=True).fetchall():
        last = block[-1][0]
        with connection.cursor().copy("COPY postings (segment, term, rows, codes) FROM STDIN") as copy:
            for term, rows, codes in block:
                stays = np.isin(np.frombuffer(bytes(rows), "<i4"), alive)
                if stays.any():
                    kept = [_chosen(bytes(rows), "<i4", stays), _chosen(bytes(codes), "<u2", stays)]
                    copy.write_row((merged[0], term, *kept))
    connection.execute("DELETE FROM postings WHERE segment <> %s", (merged[0],))
    connection.execute("DELETE FROM segments WHERE number <> %s", (merged[0],))
    connection.execute(_SIZE, (merged[0],))


def _chosen(stored: bytes, kind: str, stays: NDArray[np.bool_]) -> bytes:
    return np.frombuffer(stored, kind)[stays].tobytes()
