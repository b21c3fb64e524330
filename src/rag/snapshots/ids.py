"""The ids of snapshots: a number and the start of a hash, for example `000012-8b890b1b`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

_ID = re.compile(r"\d{6,}-[0-9a-f]{8}")


def is_snapshot_id(name: str | None) -> bool:
    """Return whether a name has the form of a snapshot id."""
    return name is not None and _ID.fullmatch(name) is not None


def ids_in(folder: Path) -> list[str]:
    """Return the ids of the snapshots in a folder, oldest first."""
    return sorted(path.name for path in folder.glob("*") if is_snapshot_id(path.name))


def matching_ids(given: str, ids: Sequence[str]) -> list[str]:
    """Return the ids that `given` may mean: the id itself, else those with its number, else those that start with it.

    The number of `000012-8b890b1b` is 12.
    """
    same = [one for one in ids if one == given]
    numbered = [one for one in ids if given.isdecimal() and number_of(one) == int(given)]
    return same or numbered or [one for one in ids if given and one.startswith(given)]


def number_of(snapshot_id: str) -> int:
    """Return the number in a snapshot id."""
    return int(snapshot_id.partition("-")[0])
