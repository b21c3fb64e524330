"""Seals prove that this service gave an answer, so that nobody can share, export or judge words that it never said.

A seal is an HMAC-SHA256 of the answer with a random key. It costs microseconds, and the service need not remember the
answers that it gives.
"""

from __future__ import annotations

import hmac
import secrets

from rag.kept.database import Database

_BYTES = 32


class Seals:
    """Makes and checks seals. All processes of a service have the same key, from the database."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._key: bytes | None = None

    def seal(self, content: bytes, purpose: str = "answer") -> str:
        """Return the seal of some bytes, 64 hex digits. One for another `purpose` differs. Raises StorageError."""
        return hmac.new(self.key, purpose.encode() + b"\0" + content, "sha256").hexdigest()

    def holds(self, seal: str, content: bytes, purpose: str = "answer") -> bool:
        """Return whether this is the seal of these bytes. Raises StorageError."""
        return hmac.compare_digest(seal.encode(), self.seal(content, purpose).encode())

    @property
    def key(self) -> bytes:
        """The key. The first process that needs it makes it. Raises StorageError."""
        if self._key is None:
            with self._database.writing() as connection:
                if (row := connection.execute("SELECT value FROM secret").fetchone()) is None:
                    row = (secrets.token_bytes(_BYTES),)
                    connection.execute("INSERT INTO secret VALUES (?)", row)
            self._key = row[0]
        return self._key

    def adopt(self, key: bytes) -> None:
        """Use the key of another service in place of the present one. Raises StorageError."""
        with self._database.writing() as connection:
            connection.execute("DELETE FROM secret")
            connection.execute("INSERT INTO secret VALUES (?)", (key,))
        self._key = key
