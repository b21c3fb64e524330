"""Searches half-precision vectors with HNSW and without, also with conditions."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import psycopg
from numpy.typing import NDArray

from benchmarks.postgres.loading import copy_rows, half_vectors
from benchmarks.postgres.made import LABELS, TODAY, Made
from benchmarks.postgres.server import Times, measure, megabytes, seconds, settings
from rag.answer.retrieval import CANDIDATES
from rag.protocols import Rows

GRAPHS = ((16, 64), (24, 128))
"""The kinds of graph: the links of a vector, and the candidates when it is built. The last one stays."""

_MOST_GRAPHS = 20_000
"""The most passages for which each kind of graph is built. For more, only the last one is."""

SEARCHED = (100, 200, 400)
"""The candidates of a search in the graph."""

Tuples: TypeAlias = list[tuple[int, float]]
"""Passages with their negative scores, best first."""

NO_VERSION = 2**31 - 1
"""The version in which a row ends that all versions have."""

CREATE_GRAPH = "CREATE INDEX {} ON {} USING hnsw (vector halfvec_ip_ops) WITH (m = {}, ef_construction = {})"

DENSE_TYPES = ("int4", "int4", "bytea", "text[]", "int4", "int4", "int4")
_TABLES = """
CREATE TABLE dense (
    passage int PRIMARY KEY, document int, vector halfvec(384) STORAGE PLAIN,
    labels text[], ends int, born int, died int
) WITH (fillfactor = 90);
CREATE TABLE document (document int PRIMARY KEY, labels text[], ends int, born int, died int) WITH (fillfactor = 90)
"""
_INDEXES = """
CREATE INDEX dense_labels ON dense USING gin (labels);
CREATE INDEX dense_documents ON dense (document);
CREATE INDEX document_labels ON document USING gin (labels);
VACUUM (ANALYZE) dense;
VACUUM (ANALYZE) document
"""
_GRAPH = {"enable_seqscan": "off", "hnsw__iterative_scan": "relaxed_order"}
_FORCED = {"enable_seqscan": "off", "enable_bitmapscan": "off"}
_DEPTH = {"hnsw__ef_search": "200"}
_ALIVE = "d.born <= 1 AND 1 < d.died"
_PASSING = f"{_ALIVE} AND d.labels && %s AND %s < d.ends"
OF_DOCUMENT = _PASSING.replace("d.", "document.")
"""A document is in version 1, has one of some labels, and is in force after a day."""

_DOCUMENTS = f"SELECT document FROM document WHERE {OF_DOCUMENT}"
_NEAREST = f"SELECT passage, vector <#> %s::halfvec AS score FROM dense d WHERE {{}} ORDER BY score LIMIT {CANDIDATES}"
_EXACT = _NEAREST.replace("vector <#> %s::halfvec", "(vector <#> %s::halfvec) + 0")  # no index has this sum
_JOINED = _NEAREST.replace("dense d", "dense d JOIN document USING (document)")


@dataclass(frozen=True, slots=True)
class Graph:
    """The cost of a graph: seconds to build, and its size in MB."""

    name: str
    built: float
    megabytes: float


@dataclass(frozen=True, slots=True)
class Search:
    """The result of one way to search: of the ten and the hundred nearest, the share found; rows found; the times.

    `passing` is the share of the passages that meet the conditions.
    """

    name: str
    passing: float
    recall_10: float
    recall_100: float
    rows: float
    times: Times


def load(connection: psycopg.Connection, made: Made) -> float:
    """Create and fill the tables. Return the seconds to fill the one of vectors."""
    connection.execute(_TABLES)
    rows = dense_rows(made, np.arange(len(made)))
    took = seconds(lambda: copy_rows(connection, "dense", DENSE_TYPES, rows))
    connection.execute("INSERT INTO document SELECT DISTINCT document, labels, ends, born, died FROM dense")
    for statement in _INDEXES.split(";"):  # each in a transaction of its own, as VACUUM needs it
        connection.execute(statement)
    return took


def dense_rows(made: Made, passages: Rows, add: int = 0, version: int = 1) -> Iterator[tuple[object, ...]]:
    """Yield the rows of some passages. `add` is added to their numbers."""
    columns = (made.document[passages], made.labels[passages], made.ends[passages])
    vectors, passing = half_vectors(made.vectors[passages]), zip(*(one.tolist() for one in columns), strict=True)
    for passage, vector, (document, label, end) in zip(passages.tolist(), vectors, passing, strict=True):
        yield passage + add, document, vector, [label], end, version, NO_VERSION


def graphs(connection: psycopg.Connection, made: Made) -> Iterator[tuple[Graph, list[Search]]]:
    """Build each graph and search it. The last one stays."""
    for links, candidates in GRAPHS if len(made) <= _MOST_GRAPHS else GRAPHS[-1:]:
        connection.execute("DROP INDEX IF EXISTS dense_graph")
        create = CREATE_GRAPH.format("dense_graph", "dense", links, candidates)
        built = seconds(lambda create=create: connection.execute(create))  # type: ignore[misc]
        graph = Graph(f"m {links}, ef_construction {candidates}", built, megabytes(connection, "dense_graph"))
        found = []
        for searched in SEARCHED:
            with settings(connection, **_GRAPH, hnsw__ef_search=str(searched)):
                found.append(_search(connection, made, f"ef_search {searched}", _NEAREST))
        yield graph, found


def exact(connection: psycopg.Connection, made: Made) -> Search:
    """Search by reading every vector."""
    return _search(connection, made, "all rows", _EXACT)


def local(connection: psycopg.Connection, made: Made) -> Search:
    """Search the local index."""
    return compared(connection, made, "local index", lambda number: _local(made, number))


def _local(made: Made, number: int) -> Tuples:
    rows, scores = made.snapshot.dense.search(made.queries[number].vector, CANDIDATES)
    return list(zip(rows.tolist(), (-scores).tolist(), strict=True))


def conditions(connection: psycopg.Connection, made: Made) -> Iterator[Search]:
    """Search in the last graph, and without it, among the passages that a client may see and that are in force."""
    for label in LABELS:
        for mode in ("off", "strict_order", "relaxed_order"):
            with settings(connection, **_FORCED, **_DEPTH, hnsw__iterative_scan=mode):
                yield _search(connection, made, f"graph, iterative scan {mode}", _NEAREST, label)
        yield _search(connection, made, "all passing rows", _EXACT, label)
        with settings(connection, **_DEPTH, hnsw__iterative_scan="relaxed_order"):
            yield _search(connection, made, "planner's choice", _NEAREST, label)
            yield _search(connection, made, "planner's choice, conditions on documents", _JOINED, label)


def _search(connection: psycopg.Connection, made: Made, name: str, query: str, label: str | None = None) -> Search:
    statement = query.format(_ALIVE if label is None else OF_DOCUMENT if query == _JOINED else _PASSING)
    given = () if label is None else ([label], TODAY)
    questions = [str(one.vector[0].tolist()) for one in made.queries]
    return compared(
        connection, made, name, lambda number: tuples(connection, statement, (questions[number], *given)), label
    )


def mask(connection: psycopg.Connection, document: NDArray[np.int64], label: str) -> NDArray[np.bool_]:
    """Ask the table of documents whether each passage passes. `document` has the document of each passage."""
    passing = np.zeros(int(document[-1]) + 1, np.bool_)
    found = connection.execute(_DOCUMENTS, ([label], TODAY), binary=True)
    passing[[number for (number,) in found]] = True
    return passing[document]


def tuples(connection: psycopg.Connection, query: str, given: Sequence[object]) -> Tuples:
    """Return the passages that a query finds, and their negative scores, best first."""
    return sorted(connection.execute(query, given), key=_score)  # a search in relaxed order is not sorted


def compared(
    connection: psycopg.Connection, made: Made, name: str, ask: Callable[[int], Tuples], label: str | None = None
) -> Search:
    """Measure a way to search, and compare its results with the nearest passages."""
    passing = np.ones(len(made), np.bool_) if label is None else made.passing(label)
    results, times = measure(connection, ask, len(made.queries))
    found = [[passage for passage, _ in result] for result in results]
    nearest = _nearest(made, passing)
    counts = [len(rows) for rows in found]
    ten, hundred = (_recall(found, nearest, most) for most in (10, CANDIDATES))
    return Search(name, float(passing.mean()), ten, hundred, float(np.mean(counts)), times)


def _score(row: tuple[int, float]) -> float:
    return row[1]


def _nearest(made: Made, passing: NDArray[np.bool_]) -> list[NDArray[np.int64]]:
    """Return the passing rows nearest to each question by the vectors in half precision, best first."""
    rows = np.flatnonzero(passing)
    vectors = made.vectors[rows]
    scores = np.concatenate([one.vector for one in made.queries]) @ vectors.T
    return [rows[np.argsort(-one, kind="stable")[:CANDIDATES]] for one in scores]


def _recall(found: Sequence[Sequence[int]], nearest: Sequence[NDArray[np.int64]], most: int) -> float:
    shares = [
        len(set(rows[:most]) & set(expected[:most].tolist())) / max(len(expected[:most]), 1)
        for rows, expected in zip(found, nearest, strict=False)
    ]
    return float(np.mean(shares))
