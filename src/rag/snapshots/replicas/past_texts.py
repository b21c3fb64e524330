"""The past texts of the writer as they are published: a list of their names with digests, and each file as content."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import Annotated

from pydantic import Field, TypeAdapter, ValidationError

from rag.errors import CorruptSnapshot, ReplicationError, StorageError
from rag.snapshots.past import PastTexts, is_past_text_name, read_past_text
from rag.snapshots.replicas.publication import SHA256, content_name, damaged, read_checked
from rag.snapshots.replicas.storage import TRANSFERS, Storage

_LIST = TypeAdapter(dict[str, Annotated[str, Field(pattern=SHA256)]])


class PublishedPast:
    """The past texts of one writer. They never change, so each is read only once for its digest."""

    def __init__(self, past: PastTexts) -> None:
        self._past = past
        self._digests: dict[str, str] = {}
        self._listed = b""

    def refresh(self) -> str | None:
        """Look for new and deleted past texts, and return the digest of their list; None if there are none.

        Raises StorageError.
        """
        paths = {path.name: path for path in self._past.files()}
        if paths.keys() != self._digests.keys():  # a writer looks every few seconds, and seldom finds anything
            try:
                self._digests = {name: self._digests.get(name) or _digest(path) for name, path in paths.items()}
            except OSError as error:
                raise StorageError(f"the past texts in {self._past.folder} cannot be read: {error.strerror}") from error
            self._listed = json.dumps(self._digests, indent=0).encode()
        return self._list_digest

    def contents(self, stored: Collection[str]) -> Iterator[tuple[str, bytes]]:
        """Yield the list and the past texts of the last `refresh`, by their names in the storage, unless `stored`.

        Raises ReplicationError if one is damaged, or was deleted since.
        """
        if self._list_digest:
            yield content_name("sha256", self._list_digest), self._listed
        for name, digest in self._digests.items():
            if (stored_as := content_name("sha256", digest)) not in stored:
                yield stored_as, self._read(name, digest)

    def _read(self, name: str, digest: str) -> bytes:
        path = self._past.path(name)
        with suppress(OSError, CorruptSnapshot):
            read_past_text(path)
            if sha256(content := path.read_bytes()).hexdigest() == digest:
                return content
        raise ReplicationError(
            f"the past text {path} cannot be read, so it is not published: run 'rag snapshots verify'"
        )

    @property
    def _list_digest(self) -> str | None:
        return sha256(self._listed).hexdigest() if self._digests else None


def read_past(storage: Storage, digest: str | None) -> dict[str, str]:
    """Return the digests of published past texts by name, from the digest of their list. Raises ReplicationError."""
    if digest is None:
        return {}
    try:
        found = _LIST.validate_json(read_checked(storage, digest))
    except ValidationError as error:
        raise damaged(storage, content_name("sha256", digest)) from error
    if wrong := [name for name in found if not is_past_text_name(name)]:
        raise ReplicationError(f"the list of past texts in {storage.address} has {wrong[0]!r}, which names none")
    return found


def take_past(storage: Storage, past: PastTexts, digest: str | None) -> None:
    """Make the past texts of a replica those of the writer. Raises ReplicationError, StorageError."""
    wanted = read_past(storage, digest)
    held = {path.name for path in past.files()}
    past.discard(held - wanted.keys())

    def take(name: str) -> None:
        past.put(name, read_checked(storage, wanted[name]))

    with ThreadPoolExecutor(TRANSFERS, "pulling") as threads:
        list(threads.map(take, wanted.keys() - held))


def _digest(path: Path) -> str:
    return sha256(path.read_bytes()).hexdigest()
