"""The file of the keys, and of people who were signed out, in the folder of the index.

`rag keys` changes it, and a running service reads it again.

Backups and snapshots leave it out, because a backup that is restored elsewhere must not bring the keys along.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, ValidationError

from rag.errors import ConfigurationError
from rag.http.access.keys import Key
from rag.snapshots.durable import atomic_write, exclusive, make_folder

_NAME = "keys.json"
_LOCK = ".keys.lock"

Stamp = tuple[int, int, int, int]
"""The inode, the size and the times of a file. After `chmod`, only the last one differs."""


class Stored(BaseModel):
    """The content of the file.

    `keys` are in order of creation. `signed_out` says, by name, when the sessions of a person were ended.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: Literal[1] = 1
    keys: tuple[Key, ...] = ()
    signed_out: dict[str, AwareDatetime] = {}


class KeyFile:
    """The keys on disk. Its methods raise ConfigurationError if the file is damaged, and StorageError."""

    def __init__(self, index: Path) -> None:
        self.path = index / _NAME
        self._lock = index / _LOCK

    def stamp(self) -> Stamp | None:
        """Return a value that differs after each change of the file; None if there is no file."""
        try:
            status = self.path.stat()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise self._unreadable(error.strerror or str(error)) from error
        return status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns

    def read(self) -> Stored:
        """Return the content; nothing is stored if there is no file."""
        try:
            content = self.path.read_bytes()
        except FileNotFoundError:
            return Stored()
        except OSError as error:
            raise self._unreadable(error.strerror or str(error)) from error
        try:
            return Stored.model_validate_json(content)
        except ValidationError as error:
            raise ConfigurationError(
                f"the file of keys, {self.path}, is damaged, so no key in it is valid: restore it from a copy, or "
                "delete it and create the keys again with 'rag keys create'"
            ) from error

    def add(self, key: Key) -> None:
        """Add a key. Raises ConfigurationError if its name is in use, and WriterBusy."""
        make_folder(self.path.parent)
        with exclusive(self._lock):
            stored = self.read()
            if any(other.name == key.name for other in stored.keys):
                raise ConfigurationError(
                    f"there is a key {key.name!r} already: choose another name, or run 'rag keys revoke {key.name}'"
                )
            self._write(stored.model_copy(update={"keys": (*stored.keys, key)}))

    def remove(self, name: str) -> None:
        """Remove a key. Raises ConfigurationError if there is no key with this name, and WriterBusy."""
        if not self.path.parent.is_dir():
            raise self._unknown(name)
        with exclusive(self._lock):
            stored = self.read()
            left = tuple(key for key in stored.keys if key.name != name)
            if left == stored.keys:
                raise self._unknown(name)
            self._write(stored.model_copy(update={"keys": left}))

    def sign_out(self, name: str) -> None:
        """End all present sessions of a person. Raises WriterBusy."""
        make_folder(self.path.parent)
        with exclusive(self._lock):
            stored = self.read()
            self._write(stored.model_copy(update={"signed_out": {**stored.signed_out, name: datetime.now(UTC)}}))

    def _write(self, stored: Stored) -> None:
        with atomic_write(self.path, private=True) as file:
            left_out = None if stored.signed_out else {"signed_out"}  # so that earlier versions can read the file
            file.write(stored.model_dump_json(indent=1, exclude=left_out).encode())

    def _unknown(self, name: str) -> ConfigurationError:
        return ConfigurationError(f"there is no key {name!r} in {self.path}: 'rag keys list' lists them")

    def _unreadable(self, reason: str) -> ConfigurationError:
        return ConfigurationError(
            f"the file of keys, {self.path}, cannot be read, so no key in it is valid: {reason}: let the user of the "
            "service read it"
        )
