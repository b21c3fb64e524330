"""The keys, and the people who were signed out, in the memory of a running service."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from threading import Lock

from rag.errors import ConfigurationError
from rag.http.access.client import Role
from rag.http.access.key_file import KeyFile, Stamp
from rag.http.access.keys import Key

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Keys:
    """One state of the file. `fault` says why it cannot be read; then no key is valid."""

    stamp: Stamp | None = None
    by_digest: dict[str, Key] = field(default_factory=dict)
    by_name: dict[str, Key] = field(default_factory=dict)
    signed_out: Mapping[str, datetime] = field(default_factory=dict)
    fault: str | None = None


class KeyTable:
    """Finds keys. A thread calls `refresh`, and requests only look into memory, so that no disk delays them."""

    def __init__(self, index: Path) -> None:
        self._file = KeyFile(index)
        self._reading = Lock()
        self._keys = _Keys()
        self.refresh()

    @property
    def fault(self) -> str | None:
        """The reason why the keys cannot be read; None if they can."""
        return self._keys.fault

    def refresh(self) -> None:
        """Read the file again if it has changed. If it cannot be read, log the reason once; no key is valid then."""
        with self._reading:
            before = self._keys
            try:
                stamp = self._file.stamp()
                if stamp == before.stamp and before.fault is None:
                    return
                stored = self._file.read()
            except ConfigurationError as error:
                self._keys = _Keys(fault=str(error))
                if before.fault != str(error):
                    _log.warning("%s", error)
                return
            by_digest = {key.sha256: key for key in stored.keys}
            by_name = {key.name: key for key in stored.keys}
            self._keys = _Keys(stamp, by_digest, by_name, stored.signed_out)

    def find(self, digest: str) -> Key | None:
        """Return the key with this hash, which may have expired."""
        return self._keys.by_digest.get(digest)

    def has_ended(self, name: str, begun: float) -> bool:
        """Return whether the session of a person, which began at this time (seconds since 1970), was ended.

        If the file cannot be read, nobody can tell, so every session counts as ended.
        """
        ended = self._keys.signed_out.get(name)
        return self._keys.fault is not None or (ended is not None and begun <= ended.timestamp())

    def rate(self, name: str) -> int | None:
        """Return the questions that the key with this name may ask in a minute; None if it has no limit."""
        key = self._keys.by_name.get(name)
        return key.rate if key else None

    def has(self, role: Role) -> bool:
        """Return whether a valid key has at least this role."""
        return any(Role.of(key.role) >= role and not key.has_expired for key in self._keys.by_name.values())
