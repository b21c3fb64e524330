"""The files beside the snapshots that every reader needs. The writer publishes them, and its replicas write them.

keys.json   the keys of clients, each as its hash
LEDGER      when documents left the index, which answers to unknown ids say
seal        the key with which answers are sealed, so that any process can check the seal of another one
"""

from __future__ import annotations

from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import Protocol

from rag.errors import ReplicationError
from rag.snapshots.durable import atomic_write

SEAL = "seal"
FILES = ("keys.json", "LEDGER")


class Seals(Protocol):
    """Has the key with which answers are sealed. The room of kept answers implements it."""

    @property
    def key(self) -> bytes:
        """The key. Raises StorageError."""
        ...

    def adopt(self, key: bytes) -> None:
        """Use the key of another service in place of the present one. Raises StorageError."""
        ...


class Companions:
    """The files of one index. `seals` has its key in a database."""

    def __init__(self, directory: Path, seals: Seals) -> None:
        self._directory = directory
        self._seals = seals
        self._digests: dict[str, tuple[object, str]] = {}

    def digests(self) -> dict[str, str]:
        """Return the sha256 of each file that exists, by name. Raises StorageError, ReplicationError."""
        found = {SEAL: sha256(self._seals.key).hexdigest()}
        for name in FILES:
            path = self._directory / name
            with suppress(FileNotFoundError):
                status = path.stat()
                stamp = status.st_ino, status.st_size, status.st_mtime_ns
                if self._digests.get(name, (None, ""))[0] != stamp:
                    self._digests[name] = stamp, sha256(self._read(name)).hexdigest()
                found[name] = self._digests[name][1]
        return found

    def content(self, name: str, digest: str) -> bytes:
        """Return the content of one file. Raises ReplicationError if it does not have this digest any more."""
        content = self._seals.key if name == SEAL else self._read(name)
        if sha256(content).hexdigest() != digest:
            raise ReplicationError(f"{self._directory / name} changed while it was published: publish it again")
        return content

    def _read(self, name: str) -> bytes:
        try:
            return (self._directory / name).read_bytes()
        except OSError as error:
            raise ReplicationError(f"{self._directory / name} cannot be read: {error.strerror}") from error

    def write(self, name: str, content: bytes) -> None:
        """Replace the content of one file. A name of a later version is ignored. Raises StorageError."""
        if name == SEAL:
            self._seals.adopt(content)
        elif name in FILES:
            with atomic_write(self._directory / name, private=True) as file:
                file.write(content)

    def delete_others(self, names: frozenset[str]) -> None:
        """Delete the files that are not among `names`: the writer has none."""
        for name in set(FILES) - names:
            (self._directory / name).unlink(missing_ok=True)
