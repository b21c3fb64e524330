"""Files of JSON lines with a checksum: the first line is the sha256 of the rest."""

from __future__ import annotations

import json
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path
from typing import Any

from rag.snapshots.durable import atomic_write


def read_lines(path: Path) -> list[dict[str, Any]]:
    """Return the objects in a file; none if it does not exist. Raises OSError, and ValueError if it is damaged."""
    try:
        first, _, rest = path.read_bytes().partition(b"\n")
    except FileNotFoundError:
        return []
    if first.decode() != sha256(rest).hexdigest():
        raise ValueError("its checksum does not match its content")
    return [json.loads(line) for line in rest.splitlines()]


def write_lines(path: Path, lines: Iterable[dict[str, Any]]) -> None:
    """Replace the file in one step, unless its content stays the same. Raises StorageError."""
    rest = b"".join(json.dumps(line).encode() + b"\n" for line in lines)
    content = sha256(rest).hexdigest().encode() + b"\n" + rest
    if (rest or path.exists()) and content != _content(path):
        with atomic_write(path) as file:
            file.write(content)


def _content(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except OSError:
        return None
