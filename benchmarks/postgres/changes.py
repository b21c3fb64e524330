"""Publishes a change of one passage in a hundred: as rows with a range of versions, or as tables built beside."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import psycopg

from benchmarks.postgres.dense import DENSE_TYPES, dense_rows
from benchmarks.postgres.loading import copy_numbers, copy_rows
from benchmarks.postgres.made import Made
from benchmarks.postgres.server import seconds
from benchmarks.postgres.words import PACKED_TYPES, Postings, packed_rows

SHARE = 100
"""One document in this number changes."""

_SEGMENT = 100  # the number of the new segment
_END_PASSAGES = "UPDATE dense SET died = 2 WHERE passage = ANY (%s)"
_END_DOCUMENTS = "UPDATE document SET died = 2 WHERE document = ANY (%s)"
_BESIDE = """
CREATE TABLE next_dense (LIKE dense INCLUDING STORAGE INCLUDING DEFAULTS);
INSERT INTO next_dense SELECT * FROM dense WHERE died > 2;
ALTER TABLE next_dense ADD PRIMARY KEY (passage)
"""
_SWITCH = "ALTER TABLE dense RENAME TO last_dense; ALTER TABLE next_dense RENAME TO dense"


@dataclass(frozen=True, slots=True)
class Step:
    """A step of publishing a change, and its seconds."""

    name: str
    seconds: float


def publish(connection: psycopg.Connection, made: Made, postings: Postings) -> Iterator[Step]:
    """Publish a change in both ways. Each way replaces the same documents by equal ones."""
    documents = np.arange(0, int(made.document[-1]) + 1, SHARE)
    passages = np.flatnonzero(np.isin(made.document, documents))
    changed = postings.of(passages)
    new = list(dense_rows(made, passages, len(made), 2))
    began = time.perf_counter()
    with connection.transaction():
        vectors = seconds(lambda: copy_rows(connection, "dense", DENSE_TYPES, new))
        packed = seconds(lambda: copy_rows(connection, "packed", PACKED_TYPES, packed_rows(changed, _SEGMENT)))
        ended = seconds(lambda: connection.execute(_END_DOCUMENTS, (documents.tolist(),)))
    yield Step("rows with versions, one transaction", time.perf_counter() - began)
    yield Step("of this: vectors added to the graph", vectors)
    yield Step("of this: packed postings added as a segment", packed)
    yield Step("of this: the old documents end", ended)
    yield Step("instead: a row for each posting", seconds(lambda: _add_postings(connection, changed, len(made))))
    ended = seconds(lambda: connection.execute(_END_PASSAGES, (passages.tolist(),)))
    yield Step("instead: each old passage ends", ended)
    yield Step("tables beside, without their graph: vectors copied", seconds(lambda: connection.execute(_BESIDE)))
    yield Step("tables beside, without their graph: tables renamed", seconds(lambda: connection.execute(_SWITCH)))


def _add_postings(connection: psycopg.Connection, changed: Postings, first: int) -> None:
    copy_numbers(
        connection, "posting", changed.terms[changed.term], changed.passages + np.int32(first), changed.weights
    )
