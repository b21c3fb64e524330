"""What FAISS does where there are more rows than are worth reading for every question."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from rag.adapters import faiss
from rag.adapters.faiss import RECALL, FaissStore
from rag.protocols import VectorIndex, Vectors
from tests.adapters.given import Given

COUNT, DIMENSION, TOPICS = 4_000, 48, 60


@pytest.fixture(scope="module")
def vectors() -> Vectors:
    """Unit vectors about some topics."""
    chance = np.random.default_rng(11)
    topics = chance.standard_normal((TOPICS, DIMENSION), np.float32)
    drawn = topics[chance.integers(0, TOPICS, COUNT)] + 0.6 * chance.standard_normal((COUNT, DIMENSION), np.float32)
    normalised: Vectors = drawn / np.linalg.norm(drawn, axis=1, keepdims=True)
    return normalised


@pytest.fixture(scope="module")
def written(vectors: Vectors, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """An index with signs, and what it is said to be."""
    path = tmp_path_factory.mktemp("faiss") / "vectors.faiss"
    return path, FaissStore(scanned=COUNT - 1).write(Given(vectors), DIMENSION, path)


@pytest.fixture(scope="module")
def index(written: tuple[Path, str]) -> VectorIndex:
    """That index, opened."""
    return FaissStore().open(written[0])


def test_few_rows_are_all_read(vectors: Vectors, tmp_path: Path) -> None:
    assert FaissStore(scanned=COUNT).write(Given(vectors), DIMENSION, tmp_path / "vectors") == "exact"


def test_a_search_by_signs_is_told_with_its_recall(written: tuple[Path, str]) -> None:
    kind, _, recall = written[1].rpartition(" ")
    assert kind == "the 500 rows nearest by signs are read: recall@10"
    assert RECALL <= float(recall) <= 1


@pytest.mark.parametrize("few", [1, 100])
def test_a_search_by_signs_finds_what_a_scan_does(
    index: VectorIndex, vectors: Vectors, few: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(faiss, "_FEW", few)
    chance = np.random.default_rng(5)
    found = 0
    for row in chance.choice(COUNT, 100, replace=False):
        question = vectors[row : row + 1] + 0.1 * chance.standard_normal((1, DIMENSION), np.float32)
        nearest = np.argsort(-(vectors @ question[0]))[:10]
        found += len(np.intersect1d(index.search(question, 10)[0], nearest))
    assert found >= 960


def test_every_row_is_kept_under_its_number(index: VectorIndex, vectors: Vectors) -> None:
    assert len(index) == COUNT
    assert np.allclose(index.vectors(np.arange(COUNT)), vectors, atol=1e-3)


@pytest.mark.parametrize("every", [5, 500])
def test_no_passing_row_is_missed(index: VectorIndex, vectors: Vectors, every: int) -> None:
    passing = np.arange(3, COUNT, every)
    question = vectors[1:2]
    rows, _ = index.search(question, COUNT, passing)
    assert sorted(rows.tolist()) == passing.tolist()
    assert rows[:8].tolist() == passing[np.argsort(-(vectors[passing] @ question[0]))][:8].tolist()


def test_the_same_vectors_make_the_same_files(written: tuple[Path, str], vectors: Vectors, tmp_path: Path) -> None:
    FaissStore(scanned=COUNT - 1).write(Given(vectors), DIMENSION, tmp_path / "vectors.faiss")
    assert _files(tmp_path) == _files(written[0].parent)


def test_signs_that_are_known_serve_on(
    index: VectorIndex, written: tuple[Path, str], vectors: Vectors, tmp_path: Path
) -> None:
    kept = np.delete(np.arange(COUNT), [0, 17, 1_000])
    after = Given(np.concatenate([vectors[kept], -vectors[:5]]))
    FaissStore(scanned=100).write(after, DIMENSION, tmp_path / "vectors.faiss", index, kept)
    before, now = (np.load(folder / "signs.npy") for folder in (written[0].parent, tmp_path))
    assert np.array_equal(now[: len(kept)], before[kept])
    assert FaissStore().open(tmp_path / "vectors.faiss").search(-vectors[2:3], 1)[0].tolist() == [len(kept) + 2]


def test_signs_of_which_many_rows_must_be_read_serve_on_too(
    vectors: Vectors, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(faiss, "_LEAST_READ", 2)
    for name in ("before", "now"):
        (tmp_path / name).mkdir()
    kind = FaissStore(scanned=100).write(Given(vectors), vectors.shape[1], tmp_path / "before" / "vectors.faiss")
    assert not kind.startswith("the 2 rows")
    index, kept = FaissStore().open(tmp_path / "before" / "vectors.faiss"), np.arange(COUNT - 1)
    after = Given(np.concatenate([vectors[kept], -vectors[:1]]))
    FaissStore(scanned=100).write(after, vectors.shape[1], tmp_path / "now" / "vectors.faiss", index, kept)
    before, now = (np.load(tmp_path / name / "common.npy") for name in ("before", "now"))
    assert np.array_equal(now, before)


def test_of_signs_that_find_far_more_than_enough_fewer_rows_are_read(
    written: tuple[Path, str], vectors: Vectors, tmp_path: Path
) -> None:
    before_folder = shutil.copytree(written[0].parent, tmp_path / "before")
    np.save(before_folder / "read.npy", np.array([COUNT]))
    index, kept = FaissStore().open(before_folder / written[0].name), np.arange(COUNT - 1)
    after = Given(np.concatenate([vectors[kept], -vectors[:1]]))
    kind = FaissStore(scanned=100).write(after, DIMENSION, tmp_path / "vectors.faiss", index, kept)
    assert int(kind.split()[1]) < COUNT
    assert float(kind.rpartition(" ")[2]) >= RECALL
    before, now = (np.load(folder / "signs.npy") for folder in (before_folder, tmp_path))
    assert np.array_equal(now[: len(kept)], before[kept])


def test_signs_that_were_outgrown_are_taken_anew(
    index: VectorIndex, written: tuple[Path, str], vectors: Vectors, tmp_path: Path
) -> None:
    kept = np.arange(10)
    direction = vectors[5:6] * 3 + vectors
    apart = direction / np.linalg.norm(direction, axis=1, keepdims=True)
    kind = FaissStore(scanned=100).write(
        Given(np.concatenate([vectors[kept], apart])), DIMENSION, tmp_path / "vectors.faiss", index, kept
    )
    assert float(kind.rpartition(" ")[2]) >= RECALL
    before, now = (np.load(folder / "common.npy") for folder in (written[0].parent, tmp_path))
    assert before @ now < 0.9


def test_no_signs_serve_on_where_no_row_does(index: VectorIndex, vectors: Vectors, tmp_path: Path) -> None:
    other = np.ascontiguousarray(vectors[:200, : DIMENSION // 2])
    none = np.empty(0, np.int64)
    FaissStore(scanned=100).write(Given(other), DIMENSION // 2, tmp_path / "vectors.faiss", index, none)
    assert FaissStore().open(tmp_path / "vectors.faiss").search(other[7:8], 1)[0].tolist() == [7]


def _files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}
