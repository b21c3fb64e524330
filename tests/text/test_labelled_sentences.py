"""The labelled sentences of `benchmarks/segmentation`, and our segmenter's score on them."""

from __future__ import annotations

from pathlib import Path

import pytest
from benchmarks.segmentation.__main__ import END, START, replace
from benchmarks.segmentation.labelled import FOLDER, SETS, parse, read
from benchmarks.segmentation.page import mistakes, results
from benchmarks.segmentation.scores import Counts, count, difference, f1_interval
from benchmarks.segmentation.segmenters import OURS, ours

from rag.text import normalise
from rag.types import Span


def whole_lines(text: str) -> list[Span]:
    starts = [0, *(place + 1 for place, char in enumerate(text) if char == "\n")]
    ends = [place - 1 for place in starts[1:]] + [len(text)]
    return [Span(start, end) for start, end in zip(starts, ends, strict=True)]


def test_each_line_is_a_sentence_after_a_space_a_line_break_or_a_blank_line() -> None:
    one = parse("statute", "The Board↵shall meet.\nIt votes.\n↵(a) Item\n¶Heading")
    assert one.text == "The Board\nshall meet. It votes.\n(a) Item\n\nHeading"
    assert [span.of(one.text) for span in one.sentences] == [
        "The Board\nshall meet.",
        "It votes.",
        "(a) Item",
        "Heading",
    ]


@pytest.mark.parametrize("name", SETS)
def test_the_labelled_texts_are_canonical(name: str) -> None:
    texts = read(FOLDER / name)
    assert sum(len(one.sentences) for one in texts) >= 300
    assert all(normalise(one.text) == one.text for one in texts)


def test_counts_give_precision_recall_and_exact_sentences() -> None:
    counts = count([parse("layout", "One.\n↵Two.\nThree.\n↵Four.")], whole_lines)
    assert (counts.precision, counts.recall, counts.exact, counts.lost.sum()) == (1.0, 2 / 3, 0.5, 0)
    assert counts.f1 == pytest.approx(0.8)


def test_an_interval_contains_its_value_and_equal_counts_have_no_difference() -> None:
    counts = count(read(FOLDER / "held_out"), whole_lines)
    interval = f1_interval(counts)
    assert interval.low < interval.value < interval.high
    same = difference(counts, counts)
    assert (same.value, same.low, same.high) == (0, 0, 0)


def scored(name: str) -> Counts:
    return count(read(FOLDER / name), ours)


@pytest.mark.parametrize("name", SETS)
def test_our_segmenter_finds_the_labelled_boundaries(name: str) -> None:
    counts = scored(name)
    assert counts.f1 > 0.965
    assert counts.exact > 0.94
    assert not counts.lost.any()


def test_mistakes_show_the_words_around_a_boundary() -> None:
    found = list(mistakes([parse("court", "He left.\nShe stayed.")], lambda text: [Span(0, len(text))]))
    assert found == ["court: missed: 'He left.' | ' She stayed.'"]


def test_the_page_shows_each_segmenter_beside_ours_and_each_genre() -> None:
    shown = results(read(FOLDER / "held_out"), {OURS: ours, "lines": whole_lines}, {OURS: 2.0, "lines": 3.0})
    overall, _, genres = shown.split("\n\n")
    assert [row.split(" | ")[0] for row in overall.split("\n")[2:]] == ["| ours", "| lines"]
    assert overall.endswith("| 1.500 |")
    assert genres.startswith("|  | court | foreign | guidance | layout | parliament | staff | statute | union |")


def test_figures_are_replaced_between_their_marks(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(f"Before\n\n{START}\nold\n{END}\n\nAfter\n")
    replace(page, "new\n")
    replace(page, "newer\n")
    assert page.read_text() == f"Before\n\n{START}\n\nnewer\n\n{END}\n\nAfter\n"
