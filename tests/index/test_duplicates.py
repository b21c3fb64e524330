"""Near-duplicates share most of their words in the same order; other texts are not grouped."""

from __future__ import annotations

import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.index.duplicates import MIN_SIMILARITY, SIGNATURE_SIZE, duplicate_groups, signature

WORDS = [f"{one}{other}" for one in ("tax", "levy", "port", "mill", "rail") for other in "abcdefghijklmnopqrst"]


def _text(seed: int, words: int = 300) -> list[str]:
    return random.Random(seed).choices(WORDS, k=words)


def _group(*texts: str) -> list[int]:
    found: list[int] = duplicate_groups(np.array([signature(text) for text in texts])).tolist()
    return found


def test_a_copy_with_another_headline_and_footer_is_a_near_duplicate() -> None:
    text = " ".join(_text(1))
    assert _group(" ".join(_text(2)), f"A headline. {text}", f"{text} Some footer of a paper.") == [0, 1, 1]


def test_the_same_words_in_another_order_are_not_a_near_duplicate() -> None:
    words = _text(3)
    assert _group(" ".join(words), " ".join(sorted(words))) == [0, 1]


def test_texts_in_a_script_without_spaces_are_compared_too() -> None:
    one, other = (
        "第一条本法规定汽车税的征收办法和减免条件以及申报期限。",
        "第二条学校应当向主管部门登记并公布年度报告。",
    )
    assert _group(one, one + "附则。", other) == [0, 0, 2]


@pytest.mark.parametrize("text", ["", "...", "levy", "two words"])
def test_a_short_text_is_grouped_only_with_its_copies(text: str) -> None:
    assert _group(text, text, "another matter altogether") == [0, 0, 2]


@given(st.integers(0, 1_000), st.integers(0, 300))
def test_signatures_estimate_the_share_of_common_shingles(seed: int, changed: int) -> None:
    words = _text(seed)
    other = words[: 300 - changed] + _text(seed + 5_000, changed)
    shingles = [{tuple(text[at : at + 3]) for at in range(298)} for text in (words, other)]
    share = len(shingles[0] & shingles[1]) / len(shingles[0] | shingles[1])
    estimate = (signature(" ".join(words)) == signature(" ".join(other))).mean()
    assert abs(estimate - share) < 0.2  # five standard deviations


@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 60)), max_size=12))
def test_every_document_of_a_group_is_a_near_duplicate_of_the_first(made: list[tuple[int, int]]) -> None:
    texts = [" ".join(_text(seed)[changed:] + _text(seed + 10, changed)) for seed, changed in made]
    signatures = np.array([signature(text) for text in texts]).reshape(-1, SIGNATURE_SIZE)
    found = duplicate_groups(signatures)
    for number, first in enumerate(found.tolist()):
        assert first <= number
        assert found[first] == first
        assert (signatures[first] == signatures[number]).mean() >= MIN_SIMILARITY
