"""Measures the size of the token vectors of an index."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from rag.protocols import Encoder
from rag.snapshots import Snapshot

MEASURES: Mapping[str, str] = {
    "passage_tokens": "mean number of tokens in the text of a passage",
    "token_bytes": "mean size in bytes of a passage's token vectors, with those of its title and headings",
    "token_bytes_200": "the same for 200 tokens of text, from the passages of 150 tokens or more",
}

_SAMPLE = 1_000  # passages, spread evenly over the index
_LONG = 150
_FULL = 200


def measure(snapshot: Snapshot, encoder: Encoder) -> dict[str, float]:
    """Return each measure. The last needs a long passage; an empty index has none."""
    rows = np.unique(np.linspace(0, len(snapshot) - 1, min(len(snapshot), _SAMPLE)).astype(np.int64)).tolist()
    hits = snapshot.hits(rows, [0.0] * len(rows))
    if not hits:
        return {}
    tokens = np.array([encoder.count_tokens(hit.text) for hit in hits])
    stored = np.array([_bytes(snapshot, row) for row in rows])
    long = tokens >= _LONG
    return {
        "passage_tokens": float(tokens.mean()),
        "token_bytes": float(stored.mean()),
        **({"token_bytes_200": float(_FULL * stored[long].sum() / tokens[long].sum())} if long.any() else {}),
    }


def _bytes(snapshot: Snapshot, row: int) -> int:
    passage = snapshot.token_index.passage(row)
    return passage.codes.nbytes + passage.sentences.nbytes + snapshot.token_index.offsets.itemsize
