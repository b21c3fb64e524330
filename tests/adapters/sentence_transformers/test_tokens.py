"""Texts with similar numbers of tokens share a batch."""

from __future__ import annotations

from itertools import chain, pairwise

from hypothesis import given
from hypothesis import strategies as st

from rag.adapters.sentence_transformers.tokens import batches

LENGTHS = st.lists(st.integers(1, 300), max_size=40)


@given(lengths=LENGTHS, budget=st.integers(1, 600))
def test_a_batch_is_within_the_budget_or_has_one_text(lengths: list[int], budget: int) -> None:
    for batch in batches(lengths, budget):
        assert len(batch) == 1 or len(batch) * max(lengths[number] for number in batch) <= budget


@given(lengths=LENGTHS, budget=st.integers(1, 600))
def test_every_text_is_in_one_batch_with_texts_of_its_length(lengths: list[int], budget: int) -> None:
    order = list(chain.from_iterable(batches(lengths, budget)))
    assert sorted(order) == list(range(len(lengths)))
    assert all(lengths[one] >= lengths[other] for one, other in pairwise(order))


@given(lengths=LENGTHS, budget=st.integers(1, 600))
def test_no_batch_has_room_for_the_next_text(lengths: list[int], budget: int) -> None:
    for batch, after in pairwise(batches(lengths, budget)):
        assert lengths[batch[0]] * (len(batch) + 1) > budget, f"{after[0]} would have had room"
