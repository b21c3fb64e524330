"""A row scores for each word of the question, more if two are neighbours, and more if a word is in a heading."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.index.lexical import HEADING_WEIGHT, PAIR_WEIGHT, LexicalIndex, LexicalRow, NewRows, build

TERMS = st.sampled_from(["tax", "law", "levy", "fine"])
ROWS = st.lists(st.builds(LexicalRow, st.lists(TERMS, max_size=6), st.lists(TERMS, max_size=2)), max_size=6)


def row(words: str, headings: str = "") -> LexicalRow:
    return LexicalRow(words.split(), headings.split())


def built(rows: Iterable[LexicalRow]) -> LexicalIndex:
    return build(NewRows(rows))


def test_neighbouring_words_score_more_than_separate_ones() -> None:
    apart, together, turned = built(
        [row("carbon rate tax rise"), row("rate carbon tax rise"), row("rate tax carbon rise")]
    ).scores(["carbon", "tax"])
    assert together > apart == turned


def test_a_word_in_a_heading_scores_more_than_one_in_the_text() -> None:
    rows = [row("levy rate sugar drinks", "levy"), row("levy rate sugar drinks", "drinks")]
    under_levy, under_drinks = built(rows).scores(["levy"])
    assert under_levy > under_drinks > 0


def test_the_score_is_the_weighted_sum_of_the_fields() -> None:
    index = built([row("carbon tax", "carbon"), row("tax", "tax"), row("carbon levy", "levy")])
    expected = index.words.scores(["carbon", "tax"])
    expected = expected + PAIR_WEIGHT * index.pairs.scores(["carbon tax"])
    expected = expected + HEADING_WEIGHT * index.headings.scores(["carbon", "tax"])
    assert index.scores(["carbon", "tax"]).tolist() == pytest.approx(expected.tolist())


def test_the_idf_of_a_word_does_not_depend_on_headings() -> None:
    assert built([row("tax", "law"), row("tax")]).idf("law") == built([row("tax"), row("tax")]).idf("law")


@given(st.data())
def test_reused_and_new_rows_score_as_in_an_index_built_from_scratch(data: st.DataObject) -> None:
    old, new = data.draw(ROWS), data.draw(ROWS)
    reused = sorted(data.draw(st.sets(st.sampled_from(range(len(old)))))) if old else []
    rebuilt = built([*(old[number] for number in reused), *new])
    moved = build(NewRows(new), built(old), np.array(reused, np.int64))
    for question in (["tax"], ["tax", "law", "levy"]):
        assert moved.scores(question).tolist() == rebuilt.scores(question).tolist()


def test_an_index_gives_the_same_scores_after_it_is_saved_and_opened(tmp_path: Path) -> None:
    index = built([row("carbon tax", "carbon"), row("tax", "tax")])
    index.save(tmp_path)
    opened = LexicalIndex.open(tmp_path)
    assert len(opened) == 2
    assert opened.scores(["carbon", "tax"]).tolist() == index.scores(["carbon", "tax"]).tolist()
