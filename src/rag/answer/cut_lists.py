"""Adds the next passage to a passage that ends with the lead-in of a list, because the items stand in the next one."""

from __future__ import annotations

from collections.abc import Sequence

from rag.snapshots import Index
from rag.text.leads import ends_open
from rag.types import Hit

_MOST = 3  # passages whose next one is added


def with_items(snapshot: Index, picked: Sequence[Hit], limit: int) -> list[Hit]:
    """Return the picked passages, best first, each of the first three with the items that it leads to; at most `limit`.

    The added passage has the score of the passage before it.
    """
    rows = {hit.row for hit in picked}
    found: list[Hit] = []
    for number, hit in enumerate(picked):
        found.append(hit)
        if number < _MOST and ends_open(hit.text):
            found += (one for one in snapshot.around(hit, 0, 1) if one.row not in rows)
    return found[:limit]
