"""Opens a database from a backup, which may be hostile, and names the error of every check of it."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from rag.snapshots.tables import address


class Unsound(Exception):
    """The content of a snapshot breaks a rule that all snapshots keep."""


def connect(path: Path) -> sqlite3.Connection:
    """Open a database that may be hostile. SQLite then trusts no function in its schema, and checks every page."""
    connection = sqlite3.connect(address(path), uri=True)
    connection.executescript("PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON; PRAGMA query_only = ON")
    return connection
