"""Scores passages by words in four ways that give the BM25 scores of the local index, up to rounding."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import TypeAlias

import numpy as np
import psycopg
from numpy.typing import NDArray

from benchmarks.postgres.dense import OF_DOCUMENT, mask
from benchmarks.postgres.loading import copy_numbers, copy_rows, sparse_vector
from benchmarks.postgres.made import LABELS, TODAY, Made
from benchmarks.postgres.server import Times, measure, megabytes, seconds, settings
from rag.answer.retrieval import CANDIDATES, Query
from rag.index.inverted import K1, term_key
from rag.index.lexical import HEADING_WEIGHT, PAIR_WEIGHT
from rag.protocols import Scores

Kept: TypeAlias = dict[int, list[tuple[NDArray[np.int32], Scores]]]
"""The passages and weights of terms, in one part for each segment."""

Found: TypeAlias = tuple[list[int], list[float]]
"""The passages with the best scores, best first, and these scores."""

_FIELDS = {"words": 1.0, "pairs": PAIR_WEIGHT, "headings": HEADING_WEIGHT}  # the weight of each
_TABLES = """
CREATE TABLE sparse (passage int PRIMARY KEY, weights sparsevec({terms}) STORAGE EXTERNAL);
CREATE TABLE posting (term bigint, passage int, weight real);
CREATE TABLE packed (
    segment int, term bigint, field smallint, passages bytea STORAGE EXTERNAL, codes bytea STORAGE EXTERNAL,
    PRIMARY KEY (term, segment)
)
"""
_SPARSE = f"SELECT passage, weights <#> %s::sparsevec AS score FROM sparse ORDER BY score LIMIT {CANDIDATES}"
_POSTING = f"""
SELECT passage, sum(posting.weight * asked.weight) AS score
FROM unnest(%s::bigint[], %s::real[]) AS asked (term, weight) JOIN posting USING (term)
GROUP BY passage ORDER BY score DESC LIMIT {CANDIDATES}
"""
_POSTING_PASSING = _POSTING.replace(
    "GROUP BY", f"JOIN dense USING (passage) JOIN document USING (document) WHERE {OF_DOCUMENT} GROUP BY"
)
_SPARSE_GRAPH = "CREATE INDEX sparse_graph ON sparse USING hnsw (weights sparsevec_ip_ops)"
PACKED_TYPES = ("int4", "int8", "int2", "bytea", "bytea")
_PACKED = "SELECT term, field, passages, codes FROM packed WHERE term = ANY (%s)"


@dataclass(frozen=True, slots=True)
class Postings:
    """The postings of all terms in all three fields of the local index, sorted by term and passage.

    `terms` are the keys of the terms, `fields` their fields, and `idf` their idf. `starts` has the first posting of
    each term, and their number at the end. A posting has a passage and a code of its count and length. `gains`, shape
    (3, codes), has the weight of each code in each field.
    """

    terms: NDArray[np.int64]
    fields: NDArray[np.int64]
    idf: Scores
    starts: NDArray[np.int64]
    passages: NDArray[np.int32]
    codes: NDArray[np.uint16]
    gains: Scores

    @property
    def term(self) -> NDArray[np.int64]:
        """The place of the term of each posting in `terms`."""
        return np.repeat(np.arange(len(self.terms)), np.diff(self.starts))

    @property
    def weights(self) -> Scores:
        """The weight of each posting, without the idf."""
        return self.gains[self.fields[self.term], self.codes]

    def of(self, passages: NDArray[np.int64]) -> Postings:
        """Return the postings of some passages."""
        chosen = np.flatnonzero(np.isin(self.passages, passages))
        terms, starts = np.unique(self.term[chosen], return_index=True)
        about = self.terms[terms], self.fields[terms], self.idf[terms], np.append(starts, len(chosen))
        return Postings(*about, self.passages[chosen], self.codes[chosen], self.gains)


@dataclass(frozen=True, slots=True)
class Way:
    """A way to score by words: the seconds to load it, MB, the share of the ten best found, the error, and the times.

    `passing` is the share of the passages that meet the conditions. `error` is the largest difference of a score from
    that of the local index, as a share of it.
    """

    name: str
    passing: float
    loaded: float
    megabytes: float
    recall: float
    error: float
    times: Times


@dataclass
class Client:
    """Scores packed postings in this process. `document` is the document of each passage, `gains` as in `Postings`.

    If `kept` is not None, it holds the postings of earlier questions.
    """

    connection: psycopg.Connection
    document: NDArray[np.int64]
    gains: Scores
    kept: Kept | None

    def best(self, asked: Mapping[int, float], label: str | None = None) -> Found:
        """Return the best passages for the weights of a question's terms; only those that pass, if a label is given."""
        total = np.zeros(len(self.document), np.float32)
        for term, parts in self._postings(list(asked)).items():
            for passages, weights in parts:
                total[passages] += weights * np.float32(asked[term])
        return best(total if label is None else np.where(mask(self.connection, self.document, label), total, 0))

    def _postings(self, terms: Sequence[int]) -> Kept:
        kept: Kept = {} if self.kept is None else self.kept
        if missing := [term for term in terms if term not in kept]:
            kept |= {term: [] for term in missing}
            for term, place, passages, codes in self.connection.execute(_PACKED, (missing,), binary=True):
                weights = self.gains[place].take(np.frombuffer(codes, np.uint16))
                kept[term].append((np.frombuffer(passages, np.int32), weights))
        return {term: kept[term] for term in terms}


def postings(made: Made) -> Postings:
    """Return the postings of the local index."""
    lexical = made.snapshot.lexical
    indexes = lexical.inverted()
    sizes = [np.diff(index.offsets) for index in indexes]
    terms = np.concatenate([_field_keys(index.terms, name) for index, name in zip(indexes, _FIELDS, strict=True)])
    idf = [np.log1p((len(made) - size + 0.5) / (size + 0.5)) for size in sizes]
    every = np.concatenate(sizes)
    order, order_all = np.argsort(terms, kind="stable"), np.argsort(np.repeat(terms, every), kind="stable")
    return Postings(
        terms[order],
        np.repeat(np.arange(len(indexes)), list(map(len, sizes)))[order],
        np.concatenate(idf)[order].astype(np.float32),
        np.append(0, np.cumsum(every[order])),
        np.concatenate([index.rows for index in indexes])[order_all],
        np.concatenate([index.codes for index in indexes])[order_all],
        np.stack([index._gains * (K1 + 1) * weight for index, weight in zip(indexes, _FIELDS.values(), strict=True)]),
    )


def _field_keys(keys: NDArray[np.uint64], name: str) -> NDArray[np.int64]:
    """Return other keys for the terms of a field, because the fields share their terms."""
    return (keys ^ np.uint64(term_key(name))).view(np.int64)


def asked(query: Query, lexical_idf: Mapping[int, float]) -> dict[int, float]:
    """Return the weights of a question's terms."""
    words = list(query.terms)
    pairs = [f"{one} {other}" for one, other in pairwise(words)]
    weights: dict[int, float] = {}
    for name, terms in zip(_FIELDS, (words, pairs, words), strict=True):
        for term, times in Counter(terms).items():
            [key] = _field_keys(np.array([term_key(term)], np.uint64), name).tolist()
            if key in lexical_idf:
                weights[key] = times * lexical_idf[key]
    return weights


def best(total: Scores) -> Found:
    """Return the best passages with positive scores, of the scores of all."""
    rows = np.flatnonzero(total > 0)  # many equal scores would slow down the next step
    if len(rows) > CANDIDATES:
        rows = rows[np.argpartition(total[rows], -CANDIDATES)[-CANDIDATES:]]
    rows = rows[np.lexsort((rows, -total[rows]))]
    return rows.tolist(), total[rows].tolist()


@dataclass(frozen=True)
class Trial:
    """The questions, as weights of their terms, and the scores of all passages for each, by the local index."""

    connection: psycopg.Connection
    made: Made
    postings: Postings

    def __post_init__(self) -> None:
        self.connection.execute(_TABLES.format(terms=len(self.postings.terms)))

    @cached_property
    def questions(self) -> Sequence[Mapping[int, float]]:
        """The weights of the terms of each question."""
        idf = dict(zip(self.postings.terms.tolist(), self.postings.idf.tolist(), strict=True))
        return [asked(query, idf) for query in self.made.queries]

    @cached_property
    def expected(self) -> Sequence[Scores]:
        """The scores of all passages for each question, by the local index."""
        return [self.made.snapshot.lexical.scores(*query.analyses) for query in self.made.queries]

    def local(self) -> Way:
        """Score with the local index."""
        lexical, queries = self.made.snapshot.lexical, self.made.queries
        return self._way("local index", 0, 0, lambda number: best(lexical.scores(*queries[number].analyses)))

    def sparse(self, graph: bool) -> Iterator[Way]:
        """Score with an inner product of sparse vectors, of all rows, and in a graph, which is slow to build."""
        rows = _sparse_rows(self.postings, len(self.made))
        took = seconds(lambda: copy_rows(self.connection, "sparse", ("int4", "bytea"), rows))
        texts = [_sparse_text(question, self.postings.terms) for question in self.questions]

        def ask(number: int) -> Found:
            found = self.connection.execute(_SPARSE, (texts[number],)).fetchall()
            return [passage for passage, _ in found], [-score for _, score in found]

        yield self._way("sparsevec, all rows", took, self._megabytes("sparse"), ask)
        if graph:
            took += seconds(lambda: self.connection.execute(_SPARSE_GRAPH))
            with settings(self.connection, hnsw__ef_search="400", enable_seqscan="off"):
                yield self._way("sparsevec, HNSW, ef_search 400", took, self._megabytes("sparse"), ask)

    def rows(self) -> Iterator[Way]:
        """Score with a row for each posting, summed in SQL, also with conditions."""
        took, size = seconds(self._load_rows), self._megabytes("posting")
        name = "a row for each posting, summed in SQL"
        for label in (None, *LABELS):
            query, given = (_POSTING, ()) if label is None else (_POSTING_PASSING, ([label], TODAY))

            def ask(number: int, query: str = query, given: Sequence[object] = given) -> Found:
                question = self.questions[number]
                found = self.connection.execute(query, (list(question), list(question.values()), *given)).fetchall()
                return [passage for passage, _ in found], [score for _, score in found]

            yield self._way(name, took, size, ask, label)

    def _load_rows(self) -> None:
        terms = self.postings.terms[self.postings.term]
        copy_numbers(self.connection, "posting", terms, self.postings.passages, self.postings.weights)
        self.connection.execute("CREATE INDEX posting_terms ON posting (term) INCLUDE (passage, weight)")
        self.connection.execute("VACUUM (ANALYZE) posting")

    def packed(self) -> Iterator[Way]:
        """Score with one row for each term and segment, whose postings the client sums, also with conditions.

        Then the last tenth of the passages is in ten segments of its own, as after ten changes.
        """
        took = seconds(lambda: self._load_packed([np.arange(len(self.made))]))
        for label in (None, *LABELS):
            yield self._client("packed postings, summed by the client", took, None, label)
            yield self._client("packed postings, kept and summed by the client", took, {}, label)
        self.connection.execute("TRUNCATE packed")
        first, *others = np.array_split(np.arange(len(self.made)), 100)
        took = seconds(lambda: self._load_packed([np.concatenate([first, *others[:89]]), *others[89:]]))
        yield self._client("packed postings in 11 segments, summed by the client", took, None, None)
        yield self._client("packed postings in 11 segments, kept and summed by the client", took, {}, None)

    def _load_packed(self, segments: Sequence[NDArray[np.int64]]) -> None:
        for number, passages in enumerate(segments):
            rows = packed_rows(self.postings.of(passages), number)
            copy_rows(self.connection, "packed", PACKED_TYPES, rows)
        self.connection.execute("VACUUM (ANALYZE) packed")

    def _client(self, name: str, took: float, kept: Kept | None, label: str | None) -> Way:
        client = Client(self.connection, self.made.document, self.postings.gains, kept)
        size = self._megabytes("packed")
        return self._way(name, took, size, lambda number: client.best(self.questions[number], label), label)

    def _megabytes(self, table: str) -> float:
        return megabytes(self.connection, table)

    def _way(
        self,
        name: str,
        took: float,
        size: float,
        ask: Callable[[int], Found],
        label: str | None = None,
    ) -> Way:
        found, times = measure(self.connection, ask, len(self.questions))
        passing = np.ones(len(self.made), np.bool_) if label is None else self.made.passing(label)
        recalls, errors = [], [0.0]
        for (passages, scores), expected in zip(found, self.expected, strict=False):
            right = np.where(passing, expected, 0)
            recalls.append(_share_found(passages, right))
            matched = np.array(passages, np.int64)[np.array(scores) > 0]
            errors += (np.abs(np.array(scores[: len(matched)]) / right[matched] - 1)).tolist()
        return Way(name, float(passing.mean()), took, size, float(np.mean(recalls)), max(errors), times)


def _share_found(passages: Sequence[int], right: Scores) -> float:
    """Return the share of the ten best that were found. A passage whose score equals the tenth within .1 % counts."""
    order = np.sort(right)[::-1][:10]
    wanted = order[order > 0]
    if not len(wanted):
        return 1.0
    return float(np.mean(right[passages[: len(wanted)]] >= wanted[-1] * (1 - 1e-3))) if passages else 0.0


def _sparse_rows(postings: Postings, count: int) -> Iterator[tuple[int, bytes]]:
    """Yield the sparse vector of each passage. The dimension of a term is its place among all terms."""
    places, weights = postings.term, postings.weights
    order = np.argsort(postings.passages, kind="stable")
    starts = np.searchsorted(postings.passages[order], np.arange(count + 1))
    for passage in range(count):
        own = order[starts[passage] : starts[passage + 1]]
        yield passage, sparse_vector(len(postings.terms), places[own], weights[own])


def _sparse_text(question: Mapping[int, float], terms: NDArray[np.int64]) -> str:
    places = sorted((int(np.searchsorted(terms, term)) + 1, weight) for term, weight in question.items())
    return f"{{{','.join(f'{place}:{weight}' for place, weight in places)}}}/{len(terms)}"


def packed_rows(some: Postings, segment: int) -> Iterator[tuple[int, int, int, bytes, bytes]]:
    """Yield each term with its field, its passages and their codes, each as one value."""
    bounds = pairwise(some.starts.tolist())
    for term, field, (start, end) in zip(some.terms.tolist(), some.fields.tolist(), bounds, strict=True):
        yield segment, term, field, some.passages[start:end].tobytes(), some.codes[start:end].tobytes()
