"""Records the files that backups were written to, so that an erasure can name those that still hold a document.

index/BACKUPS   the path of each backup in JSON, one a line, oldest first
"""

from __future__ import annotations

import json
import logging
from pathlib import Path

from rag.snapshots.durable import append

_log = logging.getLogger(__name__)


def record_backup(directory: Path, file: Path) -> None:
    """Add the path of a backup to the register. Raises StorageError."""
    path = str(file.resolve())
    if path not in map(str, recorded_backups(directory)):
        append(directory / "BACKUPS", json.dumps(path).encode() + b"\n")


def recorded_backups(directory: Path) -> list[Path]:
    """Return the paths of all backups that were recorded. A damaged line is logged and left out."""
    try:
        lines = (directory / "BACKUPS").read_bytes().splitlines()
    except FileNotFoundError:
        return []
    return [path for line in lines if (path := _path(line)) is not None]


def _path(line: bytes) -> Path | None:
    try:
        value = json.loads(line)
    except ValueError:
        value = None
    if not isinstance(value, str):
        _log.warning("the register of backups has a line that cannot be read: %r", line[:200])
        return None
    return Path(value)
