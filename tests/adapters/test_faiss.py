"""A large FAISS index selects candidate rows by their sign bits."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from rag.adapters import faiss
from rag.adapters.faiss import MIN_RECALL, FaissStore
from rag.protocols import VectorIndex, Vectors
from tests.adapters.in_memory import InMemory

COUNT, DIMENSION, TOPICS = 4_000, 48, 60


@pytest.fixture(scope="module")
def vectors() -> Vectors:
    """Unit vectors around some topics."""
    random = np.random.default_rng(11)
    topics = random.standard_normal((TOPICS, DIMENSION), np.float32)
    drawn = topics[random.integers(0, TOPICS, COUNT)] + 0.6 * random.standard_normal((COUNT, DIMENSION), np.float32)
    normalised: Vectors = drawn / np.linalg.norm(drawn, axis=1, keepdims=True)
    return normalised


@pytest.fixture(scope="module")
def written(vectors: Vectors, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The path of an index with sign bits, and its kind in words."""
    path = tmp_path_factory.mktemp("faiss") / "vectors.faiss"
    return path, FaissStore(max_scanned=COUNT - 1).write(InMemory(vectors), DIMENSION, path)


@pytest.fixture(scope="module")
def index(written: tuple[Path, str]) -> VectorIndex:
    """The index with sign bits, opened."""
    return FaissStore().open(written[0])


def test_a_small_index_compares_all_rows(vectors: Vectors, tmp_path: Path) -> None:
    assert FaissStore(max_scanned=COUNT).write(InMemory(vectors), DIMENSION, tmp_path / "vectors") == "exact"


def test_the_kind_of_a_large_index_names_its_read_depth_and_recall(written: tuple[Path, str]) -> None:
    kind, _, recall = written[1].rpartition(" ")
    assert kind == "the 500 rows nearest by sign bits are read: recall@10"
    assert MIN_RECALL <= float(recall) <= 1


@pytest.mark.parametrize("ratio", [1, 100])
def test_a_search_by_sign_bits_finds_nearly_all_that_a_scan_finds(
    index: VectorIndex, vectors: Vectors, ratio: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(faiss, "_SCAN_RATIO", ratio)
    random = np.random.default_rng(5)
    found = 0
    for row in random.choice(COUNT, 100, replace=False):
        question = vectors[row : row + 1] + 0.1 * random.standard_normal((1, DIMENSION), np.float32)
        nearest = np.argsort(-(vectors @ question[0]))[:10]
        found += len(np.intersect1d(index.search(question, 10)[0], nearest))
    assert found >= 960


def test_every_vector_is_stored_under_its_row_number(index: VectorIndex, vectors: Vectors) -> None:
    assert len(index) == COUNT
    assert np.allclose(index.vectors(np.arange(COUNT)), vectors, atol=1e-3)


@pytest.mark.parametrize("every", [5, 500])
def test_a_search_among_some_rows_misses_none(index: VectorIndex, vectors: Vectors, every: int) -> None:
    passing = np.arange(3, COUNT, every)
    question = vectors[1:2]
    rows, _ = index.search(question, COUNT, passing)
    assert sorted(rows.tolist()) == passing.tolist()
    assert rows[:8].tolist() == passing[np.argsort(-(vectors[passing] @ question[0]))][:8].tolist()


def test_the_same_vectors_make_the_same_files(written: tuple[Path, str], vectors: Vectors, tmp_path: Path) -> None:
    FaissStore(max_scanned=COUNT - 1).write(InMemory(vectors), DIMENSION, tmp_path / "vectors.faiss")
    assert _files(tmp_path) == _files(written[0].parent)


def test_sign_bits_of_reused_rows_are_copied(
    index: VectorIndex, written: tuple[Path, str], vectors: Vectors, tmp_path: Path
) -> None:
    reused = np.delete(np.arange(COUNT), [0, 17, 1_000])
    after = InMemory(np.concatenate([vectors[reused], -vectors[:5]]))
    FaissStore(max_scanned=100).write(after, DIMENSION, tmp_path / "vectors.faiss", index, reused)
    before, now = (np.load(folder / "signs.npy") for folder in (written[0].parent, tmp_path))
    assert np.array_equal(now[: len(reused)], before[reused])
    assert FaissStore().open(tmp_path / "vectors.faiss").search(-vectors[2:3], 1)[0].tolist() == [len(reused) + 2]


def test_sign_bits_are_copied_also_if_the_read_depth_is_above_the_minimum(
    vectors: Vectors, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(faiss, "_MIN_READ_DEPTH", 2)
    for name in ("before", "now"):
        (tmp_path / name).mkdir()
    kind = FaissStore(max_scanned=100).write(InMemory(vectors), vectors.shape[1], tmp_path / "before" / "vectors.faiss")
    assert not kind.startswith("the 2 rows")
    index, reused = FaissStore().open(tmp_path / "before" / "vectors.faiss"), np.arange(COUNT - 1)
    after = InMemory(np.concatenate([vectors[reused], -vectors[:1]]))
    FaissStore(max_scanned=100).write(after, vectors.shape[1], tmp_path / "now" / "vectors.faiss", index, reused)
    before, now = (np.load(tmp_path / name / "common.npy") for name in ("before", "now"))
    assert np.array_equal(now, before)


def test_a_read_depth_larger_than_needed_shrinks(written: tuple[Path, str], vectors: Vectors, tmp_path: Path) -> None:
    before_folder = shutil.copytree(written[0].parent, tmp_path / "before")
    np.save(before_folder / "read.npy", np.array([COUNT]))
    index, reused = FaissStore().open(before_folder / written[0].name), np.arange(COUNT - 1)
    after = InMemory(np.concatenate([vectors[reused], -vectors[:1]]))
    kind = FaissStore(max_scanned=100).write(after, DIMENSION, tmp_path / "vectors.faiss", index, reused)
    assert int(kind.split()[1]) < COUNT
    assert float(kind.rpartition(" ")[2]) >= MIN_RECALL
    before, now = (np.load(folder / "signs.npy") for folder in (before_folder, tmp_path))
    assert np.array_equal(now[: len(reused)], before[reused])


def test_sign_bits_are_recomputed_if_reuse_would_need_a_larger_read_depth(
    index: VectorIndex, written: tuple[Path, str], vectors: Vectors, tmp_path: Path
) -> None:
    reused = np.arange(10)
    direction = vectors[5:6] * 3 + vectors
    apart = direction / np.linalg.norm(direction, axis=1, keepdims=True)
    kind = FaissStore(max_scanned=100).write(
        InMemory(np.concatenate([vectors[reused], apart])), DIMENSION, tmp_path / "vectors.faiss", index, reused
    )
    assert float(kind.rpartition(" ")[2]) >= MIN_RECALL
    before, now = (np.load(folder / "common.npy") for folder in (written[0].parent, tmp_path))
    assert before @ now < 0.9


def test_an_index_without_reused_rows_may_have_another_dimension(
    index: VectorIndex, vectors: Vectors, tmp_path: Path
) -> None:
    other = np.ascontiguousarray(vectors[:200, : DIMENSION // 2])
    none = np.empty(0, np.int64)
    FaissStore(max_scanned=100).write(InMemory(other), DIMENSION // 2, tmp_path / "vectors.faiss", index, none)
    assert FaissStore().open(tmp_path / "vectors.faiss").search(other[7:8], 1)[0].tolist() == [7]


def _files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}
