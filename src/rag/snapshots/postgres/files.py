"""The files beside the snapshots that every replica needs, in a table: keys, past texts, originals."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from hashlib import sha256

from rag.errors import ReplicationError
from rag.snapshots.postgres.connections import NAME, Connections

COMPANION, PAST, ORIGINAL = "companion/", "past/", "original/"
"""How the names of each kind begin."""

OWNER = "owner"
"""The name of the file that says which index publishes here."""

_PUT = """
INSERT INTO files (name, sha256, content) VALUES (%s, %s, %s)
ON CONFLICT (name) DO UPDATE SET sha256 = excluded.sha256, content = excluded.content
"""


class Files:
    """The table of files. All methods raise IndexUnavailable."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    def digests(self, kind: str) -> dict[str, str]:
        """Return the sha256 of each file of a kind, by its name without the kind."""
        query = "SELECT substr(name, %s), sha256 FROM files WHERE starts_with(name, %s)"
        with self._connections.connected() as connection:
            found = connection.execute(query, (len(kind) + 1, kind)).fetchall()
        return {str(name): str(digest) for name, digest in found}

    def read(self, name: str) -> bytes | None:
        """Return the content of a file; None if there is none. Raises ReplicationError if it is damaged."""
        with self._connections.connected() as connection:
            found = connection.execute("SELECT sha256, content FROM files WHERE name = %s", (name,), binary=True)
            row = found.fetchone()
        if row is None:
            return None
        content: bytes = row[1]
        if sha256(content).hexdigest() != row[0]:
            raise ReplicationError(f"{name} in {NAME} is damaged: restore the database")
        return content

    def put(self, name: str, content: bytes) -> None:
        """Write a file, or replace it."""
        with self._connections.connected() as connection:
            connection.execute(_PUT, (name, sha256(content).hexdigest(), content))

    def delete(self, kind: str, names: Collection[str]) -> None:
        """Delete files of a kind."""
        with self._connections.connected() as connection:
            connection.execute("DELETE FROM files WHERE name = ANY (%s)", ([f"{kind}{name}" for name in names],))

    def replace(self, kind: str, wanted: Mapping[str, str | None]) -> set[str]:
        """Delete the files of a kind that are not in `wanted`, and return the names that are missing or differ.

        `wanted` has the sha256 of each file; None for a file that never changes.
        """
        held = self.digests(kind)
        if gone := held.keys() - wanted.keys():
            self.delete(kind, gone)
        return {name for name, digest in wanted.items() if name not in held or digest not in (None, held[name])}
