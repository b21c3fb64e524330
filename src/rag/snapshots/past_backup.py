"""The past texts in a backup: a member that lists them with their sizes, and one member for each."""

from __future__ import annotations

import json
import tarfile
from pathlib import Path
from typing import IO

from rag.errors import CorruptSnapshot
from rag.snapshots.backup_members import add_member, parse_sizes
from rag.snapshots.durable import delete, make_folder, new_file
from rag.snapshots.past import MAX_TEXT, PastTexts, is_past_text_name, read_past_text

LIST = "past.json"
"""The name of the list. It follows the originals, and is left out if there are no past texts."""

FOLDER = "past/"

_EXTRACTED = "past"
"""The folder, beside the files of the snapshot, in which past texts wait until the whole backup is verified."""

_MAX_LIST = 1 << 28
"""The largest size of the list in bytes. An entry has about 90 bytes."""


def write_past_texts(archive: tarfile.TarFile, past: PastTexts) -> None:
    """Write the list of past texts and the past texts. Raises CorruptSnapshot if one is damaged."""
    found = past.files()
    for path in found:
        _ = read_past_text(path)
    if found:
        add_member(archive, LIST, json.dumps({path.name: path.stat().st_size for path in found}, indent=0).encode())
    for path in found:
        add_member(archive, f"{FOLDER}{path.name}", path.read_bytes())


class PastRestore:
    """Takes the past texts out of one backup. Methods raise ValueError if the backup is wrong."""

    def __init__(self, folder: Path) -> None:
        """`folder` is the one for the files of the snapshot."""
        self._folder = folder / _EXTRACTED
        self._waiting: dict[str, int] | None = None

    def take(self, member: tarfile.TarInfo, content: IO[bytes] | None) -> bool:
        """Read the list, or extract and verify one past text. `content` is None if the member is no regular file.

        Return False, and read nothing, if the member is neither. Raises StorageError.
        """
        if member.name == LIST:
            if self._waiting is not None or content is None or member.size > _MAX_LIST:
                raise ValueError("its list of past texts has a wrong form")
            self._waiting = parse_sizes(content.read(), "past texts", _is_entry)
            return True
        if not member.name.startswith(FOLDER):
            return False
        name = member.name.removeprefix(FOLDER)
        if content is None or (self._waiting or {}).pop(name, None) != member.size:
            raise ValueError(f"it contains {member.name!r}, which does not match its list of past texts")
        make_folder(self._folder)
        with new_file(self._folder / name) as file:
            file.write(content.read())
        try:
            _ = read_past_text(self._folder / name)
        except CorruptSnapshot as error:
            raise ValueError(str(error).partition(": ")[0]) from error
        return True

    def check(self) -> None:
        """Check that the backup has every past text of its list."""
        if self._waiting:
            raise ValueError(f"the past text {min(self._waiting)} is missing")


def move_restored(folder: Path, past: PastTexts) -> None:
    """Move the past texts of a verified backup, which `PastRestore` took, to those of the index. Raises StorageError.

    If the index keeps none, they are deleted.
    """
    extracted = folder / _EXTRACTED
    if extracted.is_dir():
        if past.days != 0:
            past.add(sorted(extracted.iterdir()))
        delete(extracted)


def _is_entry(name: str, size: int) -> bool:
    return is_past_text_name(name) and size <= MAX_TEXT
