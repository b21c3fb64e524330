"""Deletes versions that are no longer kept, with what belongs to no other one, and merges small segments."""

from __future__ import annotations

from psycopg import sql

from rag.snapshots.postgres.connections import Connection
from rag.snapshots.postgres.schema import BY_DOCUMENT

MOST_SEGMENTS = 10
"""Segments of postings. Each one costs a search a value for each term."""

GRACE_MINUTES = 15
"""A version that was replaced later is kept, because processes may still answer from it."""

_OLD = """
DELETE FROM versions WHERE number < (SELECT min(number) FROM (
    SELECT number FROM versions ORDER BY number DESC LIMIT %s
) AS kept) AND replaced < now() - make_interval(mins => %s) AND number NOT IN (SELECT number FROM serving)
"""
_ENTRIES = """
DELETE FROM entries WHERE NOT EXISTS (
    SELECT FROM versions WHERE versions.number >= added AND (ended IS NULL OR versions.number < ended)
)
"""
_MERGE = """
INSERT INTO postings (segment, term, rows, codes)
    SELECT %s, term, string_agg(rows, ''::bytea ORDER BY segment), string_agg(codes, ''::bytea ORDER BY segment)
    FROM postings WHERE segment = ANY (%s) GROUP BY term
"""


def prune(connection: Connection, keep: int) -> None:
    """Delete all but the newest `keep` versions, the one that serves, and those replaced a short time ago."""
    connection.execute(_OLD, (keep, GRACE_MINUTES))
    if connection.execute(_ENTRIES).rowcount:
        for table in BY_DOCUMENT:
            query = sql.SQL("DELETE FROM {} WHERE document NOT IN (SELECT number FROM entries)")
            connection.execute(query.format(sql.Identifier(table)))


def merge_segments(connection: Connection) -> None:
    """Make one segment of the smallest ones if there are more than MOST_SEGMENTS."""
    sizes = connection.execute("SELECT number, bytes FROM segments ORDER BY bytes, number").fetchall()
    if len(sizes) <= MOST_SEGMENTS:
        return
    small = [number for number, _ in sizes[:MOST_SEGMENTS]]
    total = sum(int(str(size)) for _, size in sizes[:MOST_SEGMENTS])
    merged = connection.execute("INSERT INTO segments (bytes) VALUES (%s) RETURNING number", (total,)).fetchone()
    assert merged is not None, "an insertion returns its row"
    connection.execute(_MERGE, (merged[0], small))
    connection.execute("DELETE FROM postings WHERE segment = ANY (%s)", (small,))
    connection.execute("DELETE FROM segments WHERE number = ANY (%s)", (small,))
