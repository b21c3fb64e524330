"""Finds snapshots by a short form of their id."""

from __future__ import annotations

from collections.abc import Sequence


def matching_ids(given: str, ids: Sequence[str]) -> list[str]:
    """Return the ids that `given` may mean: the id itself, else those with its number, else those that start with it.

    The number of `000012-8b890b1b` is 12.
    """
    same = [one for one in ids if one == given]
    numbered = [one for one in ids if given.isdecimal() and int(one.partition("-")[0]) == int(given)]
    return same or numbered or [one for one in ids if given and one.startswith(given)]
