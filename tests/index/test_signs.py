"""Sign bits select the rows among which the nearest are."""

from __future__ import annotations

import numpy as np

from rag.index.signs import nearest_by_signs, signs_of


def test_the_nearest_rows_are_among_those_with_the_least_differing_signs() -> None:
    dice = np.random.default_rng(3)
    vectors = dice.standard_normal((2_000, 64)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    question = vectors[7:8] + 0.02 * dice.standard_normal((1, 64)).astype(np.float32)
    among = np.arange(0, 2_000, 7)
    found = nearest_by_signs(signs_of(vectors), question, among, 20)
    assert len(found) == 20
    assert {*found.tolist()} <= {*among.tolist()}
    assert int(among[(vectors[among] @ question[0]).argmax()]) == 7 in found
    assert (np.diff(found) > 0).all()


def test_all_rows_are_returned_if_they_are_few() -> None:
    signs = signs_of(np.eye(8, dtype=np.float32))
    assert nearest_by_signs(signs, np.ones((1, 8), np.float32), np.array([5, 2]), 3).tolist() == [2, 5]
