"""Finds the snapshots and the backups that hold a document, in any format that `rag` has ever written."""

from __future__ import annotations

import json
import shutil
import sqlite3
import tarfile
import tempfile
from collections.abc import Collection
from contextlib import closing
from pathlib import Path

from rag.errors import CorruptSnapshot
from rag.snapshots.manifest import BLOCK, matches, read_any_manifest
from rag.snapshots.past import starts_of
from rag.snapshots.snapshot import DATABASE
from rag.snapshots.tables import address

_IDS = "SELECT id FROM document WHERE id IN (SELECT value FROM json_each(:ids))"
_SOURCES = "SELECT source FROM document WHERE id IN (SELECT value FROM json_each(:ids))"
_COPIES = "SELECT source FROM copy WHERE document IN (SELECT value FROM json_each(:ids))"
_HAS_COPIES = "SELECT name FROM sqlite_master WHERE name = 'copy'"


def sources_held(folder: Path, document_ids: Collection[str]) -> frozenset[str]:
    """Return the sources of the documents that the snapshot in `folder` has.

    Raises SnapshotError if its database cannot be read or is damaged. A damaged one may hold more than it shows.
    """
    database = folder / DATABASE
    if not matches(folder, read_any_manifest(folder), DATABASE):
        raise CorruptSnapshot(f"{database} is damaged")
    copies = _query(database, _COPIES, document_ids) if _query(database, _HAS_COPIES, document_ids) else frozenset()
    return _query(database, _SOURCES, document_ids) | copies


def ids_in_backup(file: Path, document_ids: Collection[str]) -> frozenset[str]:
    """Return the ids of the given documents that a backup has, or may have because of a past text under their names.

    Raises CorruptSnapshot if it cannot be read.
    """
    found: set[str] = set()
    has_database = False
    try:
        with tempfile.TemporaryDirectory() as folder, tarfile.open(file, mode="r|", bufsize=BLOCK) as archive:
            for member in archive:
                name = Path(member.name).name
                found.update(one for one in document_ids if name.startswith(starts_of([one])))
                content = archive.extractfile(member) if name == DATABASE else None
                if content is not None:
                    has_database, database = True, Path(folder) / DATABASE
                    with database.open("wb") as copy:
                        shutil.copyfileobj(content, copy, BLOCK)
                    found |= _query(database, _IDS, document_ids)
    except (OSError, EOFError, ValueError, tarfile.TarError) as error:
        raise CorruptSnapshot(f"{file} cannot be read: {error}") from error
    if not has_database:
        raise CorruptSnapshot(f"{file} is not a backup: it has no {DATABASE}")
    return frozenset(found)


def _query(database: Path, query: str, document_ids: Collection[str]) -> frozenset[str]:
    try:
        with closing(sqlite3.connect(address(database), uri=True)) as connection:
            rows = connection.execute(query, {"ids": json.dumps(list(document_ids))}).fetchall()
    except sqlite3.Error as error:
        raise CorruptSnapshot(f"{database} cannot be read: {error}") from error
    return frozenset(value for (value,) in rows)
