"""Hides the documents that a client may not see from every query on the database of a snapshot."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping

from rag.snapshots.tables import has_table

_VISIBLE = """
INSERT INTO visible SELECT number FROM main.document WHERE number NOT IN (SELECT document FROM main.access)
    OR number IN (SELECT document FROM main.access WHERE label IN (SELECT value FROM json_each(?)))
"""
_VIEWS: Mapping[str, str] = {
    "document": "SELECT * FROM main.document WHERE number IN (SELECT number FROM visible)",
    "chunk": "SELECT * FROM main.chunk WHERE document IN (SELECT number FROM visible)",
    "field": "SELECT rowid, * FROM main.field WHERE document IN (SELECT number FROM visible)",
    "copy": "SELECT rowid, * FROM main.copy WHERE document IN (SELECT id FROM document)",
    "original": "SELECT * FROM main.original WHERE document IN (SELECT number FROM visible)",
    "access": "SELECT rowid, * FROM main.access WHERE document IN (SELECT number FROM visible)",
    "indexed": "SELECT * FROM main.indexed WHERE document IN (SELECT number FROM visible)",
    "inferred": "SELECT rowid, * FROM main.inferred WHERE document IN (SELECT number FROM visible)",
}
"""A view for every table. SQLite looks up a name without a schema here first, so no query can miss it."""


def restrict(connection: sqlite3.Connection, groups: frozenset[str]) -> None:
    """Hide the documents with labels from a connection, except those with the name of one of the groups.

    No group has an empty name, because a document whose labels cannot be read has it as its label.
    """
    connection.execute("PRAGMA temp_store = MEMORY")  # the folder for temporary files may not be writable
    connection.execute("CREATE TEMP TABLE visible (number INTEGER PRIMARY KEY)")
    connection.execute(_VISIBLE, (json.dumps(sorted(groups - {""})),))
    for table, query in _VIEWS.items():
        if has_table(connection, table, "main"):
            connection.execute(f"CREATE TEMP VIEW {table} AS {query}")
    connection.commit()
