"""The members of a backup besides the files of its snapshot: lists of names with sizes, and content of such names."""

from __future__ import annotations

import json
import tarfile
from collections.abc import Callable
from io import BytesIO


def add_member(archive: tarfile.TarFile, name: str, content: bytes) -> None:
    """Write content under a name."""
    member = tarfile.TarInfo(name)
    member.size = len(content)
    archive.addfile(member, BytesIO(content))


def parse_sizes(content: bytes, what: str, is_entry: Callable[[str, int], bool]) -> dict[str, int]:
    """Parse a list of names with sizes in bytes. `what` names its kind.

    Raises ValueError if it has another form, or an entry for which `is_entry` is false.
    """
    try:
        sizes = json.loads(content)
    except RecursionError:
        sizes = None
    if not isinstance(sizes, dict) or not all(
        type(size) is int and size >= 0 and is_entry(name, size) for name, size in sizes.items()
    ):
        raise ValueError(f"its list of {what} has a wrong form")
    return sizes
