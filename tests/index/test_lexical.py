"""A row scores for a word that stands in it, more where it stands beside the other, and more in a heading."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.index.lexical import ABOVE, PAIRS, LexicalIndex, LexicalRow, NewRows, build

TERMS = st.sampled_from(["tax", "law", "levy", "fine"])
ROWS = st.lists(st.builds(LexicalRow, st.lists(TERMS, max_size=6), st.lists(TERMS, max_size=2)), max_size=6)


def row(words: str, above: str = "") -> LexicalRow:
    return LexicalRow(words.split(), above.split())


def built(rows: Iterable[LexicalRow]) -> LexicalIndex:
    return build(NewRows(rows))


def test_words_side_by_side_score_more_than_apart() -> None:
    apart, together, turned = built(
        [row("carbon rate tax rise"), row("rate carbon tax rise"), row("rate tax carbon rise")]
    ).scores(["carbon", "tax"])
    assert together > apart == turned


def test_a_word_in_a_heading_scores_more_than_one_below() -> None:
    rows = [row("levy rate sugar drinks", "levy"), row("levy rate sugar drinks", "drinks")]
    under_levy, under_drinks = built(rows).scores(["levy"])
    assert under_levy > under_drinks > 0


def test_the_score_is_the_weighted_sum_of_the_fields() -> None:
    index = built([row("carbon tax", "carbon"), row("tax", "tax"), row("carbon levy", "levy")])
    expected = index.words.scores(["carbon", "tax"])
    expected = expected + PAIRS * index.pairs.scores(["carbon tax"]) + ABOVE * index.above.scores(["carbon", "tax"])
    assert index.scores(["carbon", "tax"]).tolist() == pytest.approx(expected.tolist())


def test_how_telling_a_word_is_does_not_depend_on_headings() -> None:
    assert built([row("tax", "law"), row("tax")]).idf("law") == built([row("tax"), row("tax")]).idf("law")


@given(st.data())
def test_kept_rows_and_new_ones_score_as_if_built_from_scratch(data: st.DataObject) -> None:
    old, new = data.draw(ROWS), data.draw(ROWS)
    kept = sorted(data.draw(st.sets(st.sampled_from(range(len(old)))))) if old else []
    rebuilt = built([*(old[number] for number in kept), *new])
    moved = build(NewRows(new), built(old), np.array(kept, np.int64))
    for question in (["tax"], ["tax", "law", "levy"]):
        assert moved.scores(question).tolist() == rebuilt.scores(question).tolist()


def test_what_is_saved_opens_to_the_same_scores(tmp_path: Path) -> None:
    index = built([row("carbon tax", "carbon"), row("tax", "tax")])
    index.save(tmp_path)
    opened = LexicalIndex.open(tmp_path)
    assert len(opened) == 2
    assert opened.scores(["carbon", "tax"]).tolist() == index.scores(["carbon", "tax"]).tolist()
