"""Every installed vector store follows the protocol."""

from __future__ import annotations

from collections.abc import Callable
from importlib.metadata import entry_points
from pathlib import Path

import numpy as np
import pytest

from rag.errors import CorruptSnapshot
from rag.protocols import Rows, VectorIndex, Vectors, VectorStore
from tests.adapters.in_memory import InMemory

COUNT, DIMENSION = 300, 32


@pytest.fixture(params=sorted(entry_points(group="rag.stores")), ids=lambda point: point.name)
def store(request: pytest.FixtureRequest) -> VectorStore:
    """Each installed store."""
    load: Callable[[str], VectorStore] = request.param.load()
    return load("")


@pytest.fixture(scope="module")
def vectors() -> Vectors:
    """Random unit vectors."""
    drawn = np.random.default_rng(7).normal(size=(COUNT, DIMENSION)).astype(np.float32)
    normalised: Vectors = drawn / np.linalg.norm(drawn, axis=1, keepdims=True)
    return normalised


@pytest.fixture
def index(store: VectorStore, vectors: Vectors, tmp_path: Path) -> VectorIndex:
    """An index of the vectors, written and opened."""
    store.write(InMemory(vectors), DIMENSION, tmp_path / "vectors")
    return store.open(tmp_path / "vectors")


def _rows(*rows: int) -> Rows:
    return np.array(rows, np.int64)


def test_the_nearest_row_to_a_vector_is_its_own(index: VectorIndex, vectors: Vectors) -> None:
    for row in range(COUNT):
        rows, scores = index.search(vectors[row : row + 1], 1)
        assert rows.tolist() == [row]
        assert scores[0] == pytest.approx(1.0, abs=2e-3)


def test_an_opened_index_has_the_vectors_that_were_written(index: VectorIndex, vectors: Vectors) -> None:
    assert len(index) == COUNT
    assert np.allclose(index.vectors(np.arange(COUNT)), vectors, atol=1e-3)
    assert np.allclose(index.vectors(_rows(5, 0, 5)), vectors[[5, 0, 5]], atol=1e-3)


def test_vectors_from_an_index_do_not_change_when_they_are_written_again(
    store: VectorStore, index: VectorIndex, tmp_path: Path
) -> None:
    stored = index.vectors(np.arange(COUNT))
    store.write(InMemory(stored), DIMENSION, tmp_path / "again")
    assert np.array_equal(store.open(tmp_path / "again").vectors(np.arange(COUNT)), stored)


def test_hits_are_best_first_and_have_the_scores_of_their_rows(index: VectorIndex, vectors: Vectors) -> None:
    question = vectors[:1]
    rows, scores = index.search(question, 20)
    assert scores.tolist() == sorted(scores.tolist(), reverse=True)
    assert np.allclose(scores, index.scores(question, rows), atol=2e-3)
    exact = np.argsort(-(vectors @ question[0]))[:20]
    assert len(set(rows.tolist()) & set(exact.tolist())) >= 19


def test_an_index_with_fewer_rows_than_requested_returns_fewer_hits(index: VectorIndex, vectors: Vectors) -> None:
    rows, scores = index.search(vectors[:1], COUNT + 50)
    assert sorted(rows.tolist()) == list(range(COUNT))
    assert len(scores) == COUNT
    rows, scores = index.search(vectors[:1], 10, _rows(4, 250))
    assert sorted(rows.tolist()) == [4, 250]
    assert len(scores) == 2


def test_a_search_among_some_rows_finds_only_these(index: VectorIndex, vectors: Vectors) -> None:
    even = np.arange(0, COUNT, 2)
    for row in (1, 2, 99):
        rows, _ = index.search(vectors[row : row + 1], 10, even)
        assert len(rows) == 10
        assert not (rows % 2).any()
        assert (rows[0] == row) == (row % 2 == 0)


def test_a_search_among_some_rows_does_not_change_scores(index: VectorIndex, vectors: Vectors) -> None:
    everywhere = dict(zip(*(found.tolist() for found in index.search(vectors[:1], COUNT)), strict=True))
    rows, scores = index.search(vectors[:1], 5, _rows(3, 30, 299))
    assert {row: everywhere[row] for row in rows.tolist()} == dict(zip(rows.tolist(), scores.tolist(), strict=True))


def test_a_search_among_no_rows_finds_nothing(index: VectorIndex, vectors: Vectors) -> None:
    rows, scores = index.search(vectors[:1], 10, _rows())
    assert (rows.tolist(), scores.tolist()) == ([], [])
    assert index.vectors(_rows()).shape == (0, DIMENSION)
    assert index.scores(vectors[:1], _rows()).shape == (0,)


def test_an_empty_index_finds_nothing(store: VectorStore, vectors: Vectors, tmp_path: Path) -> None:
    store.write(InMemory(vectors[:0]), DIMENSION, tmp_path / "empty")
    index = store.open(tmp_path / "empty")
    assert len(index) == 0
    rows, scores = index.search(vectors[:1], 10)
    assert (rows.tolist(), scores.tolist()) == ([], [])


def test_equal_vectors_are_all_found(store: VectorStore, vectors: Vectors, tmp_path: Path) -> None:
    store.write(InMemory(np.repeat(vectors[:1], 5, axis=0)), DIMENSION, tmp_path / "equal")
    rows, scores = store.open(tmp_path / "equal").search(vectors[:1], 5)
    assert sorted(rows.tolist()) == [0, 1, 2, 3, 4]
    assert len(set(scores.tolist())) == 1


def test_an_open_index_can_be_searched_after_its_file_is_deleted(
    store: VectorStore, vectors: Vectors, tmp_path: Path
) -> None:
    store.write(InMemory(vectors), DIMENSION, tmp_path / "vectors")
    index = store.open(tmp_path / "vectors")
    (tmp_path / "vectors").unlink()
    assert index.search(vectors[9:10], 1)[0].tolist() == [9]


@pytest.mark.parametrize("content", [b"", b"garbage", b"\0" * 1000])
def test_the_error_for_a_file_that_is_not_an_index_is_one_sentence(
    store: VectorStore, tmp_path: Path, content: bytes
) -> None:
    (tmp_path / "vectors").write_bytes(content)
    with pytest.raises(CorruptSnapshot, match=r"^[^\n]*vectors[^\n]*$"):
        store.open(tmp_path / "vectors")
