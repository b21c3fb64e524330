"""The originals in a backup: a member that lists them with their sizes, and one member for each."""

from __future__ import annotations

import json
import tarfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO

from rag.errors import CorruptSnapshot
from rag.snapshots.backup_members import add_member, parse_sizes
from rag.snapshots.hostile import Unsound
from rag.snapshots.manifest import BLOCK
from rag.snapshots.originals import Originals
from rag.snapshots.snapshot import DATABASE, Snapshot
from rag.snapshots.sound_originals import is_digest, references

LIST = "originals.json"
"""The name of the list. It follows the manifest, and is left out if there are no originals."""

FOLDER = "originals/"

MAX_LIST = 1 << 26
"""The largest size of the list in bytes. An entry has about 80 bytes."""


def sizes_of(snapshot: Snapshot, originals: Originals) -> dict[str, int]:
    """Return the size in bytes of each original of a snapshot, by digest. Raises CorruptSnapshot if one is missing."""
    digests = sorted(snapshot.reader.original_digests())
    try:
        return {digest: originals.path(digest).stat().st_size for digest in digests}
    except OSError as error:
        raise CorruptSnapshot(
            _with_advice(f"the original {error.filename} cannot be read: {error.strerror}")
        ) from error


def write_list(archive: tarfile.TarFile, sizes: Mapping[str, int]) -> None:
    """Write the list of originals, unless there are none."""
    if sizes:
        add_member(archive, LIST, json.dumps(sizes, indent=0).encode())


def write_originals(archive: tarfile.TarFile, sizes: Mapping[str, int], originals: Originals) -> None:
    """Write the listed originals. Raises CorruptSnapshot if one is missing or damaged."""
    for digest in sizes:
        try:
            add_member(archive, f"{FOLDER}{digest}", originals.read(digest))
        except CorruptSnapshot as error:
            raise CorruptSnapshot(_with_advice(str(error))) from error


class OriginalsRestore:
    """Takes the originals out of one backup and stores them. Methods raise ValueError if the backup is wrong."""

    def __init__(self, originals: Originals) -> None:
        self._originals = originals
        self._listed: frozenset[str] = frozenset()
        self._waiting: dict[str, int] = {}

    def take(self, member: tarfile.TarInfo, content: IO[bytes] | None) -> bool:
        """Read the list of originals, or store one original. `content` is None if the member is no regular file.

        Return False, and read nothing, if the member is neither. Raises StorageError.
        """
        if member.name == LIST:
            self._read_list(member, content)
            return True
        if not member.name.startswith(FOLDER):
            return False
        digest = member.name.removeprefix(FOLDER)
        if content is None or self._waiting.pop(digest, None) != member.size:
            raise ValueError(f"it contains {member.name!r}, which does not match its list of originals")
        try:
            self._originals.copy(digest, _blocks(content))
        except CorruptSnapshot as error:
            raise ValueError(str(error)) from error
        return True

    def check(self, folder: Path) -> None:
        """Check that the backup has exactly the originals that the database in `folder` refers to."""
        try:
            referred = references(folder / DATABASE)
        except Unsound as error:
            raise ValueError(str(error)) from error
        if missing := sorted((referred - self._listed) | self._waiting.keys()):
            raise ValueError(f"the original {missing[0]} is missing")
        if self._listed - referred:
            raise ValueError("it lists originals to which no document refers")

    def _read_list(self, member: tarfile.TarInfo, content: IO[bytes] | None) -> None:
        if self._listed or content is None or member.size > MAX_LIST:
            raise ValueError("its list of originals has a wrong form")
        self._waiting = parse_sizes(content.read(), "originals", lambda name, _: is_digest(name))
        self._listed = frozenset(self._waiting)


def _blocks(content: IO[bytes]) -> Iterator[bytes]:
    while block := content.read(BLOCK):
        yield block


def _with_advice(fault: str) -> str:
    return (
        f"{fault}: run 'rag snapshots verify' to see its document; give an upload again, run 'rag ingest --reparse' "
        "for a file, or remove a page and ingest its feed again; then repeat the backup"
    )
