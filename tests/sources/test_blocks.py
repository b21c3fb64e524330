"""Blocks become text with the exact offsets of headings and pages."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from rag.sources.blocks import Block, Kind, assemble, heading, row, table
from rag.text import normalise

_TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\n"), max_size=40) | st.text("ab \n\r\t\u0301\ufeff")


@st.composite
def _paged_blocks(draw: st.DrawFn) -> list[Block]:
    blocks, page = [], 1
    for text in draw(st.lists(_TEXTS, max_size=12)):
        page += draw(st.integers(0, 2))
        if draw(st.booleans()):
            blocks.append(heading(text, draw(st.integers(0, 12)), page))
        else:
            blocks.append(Block(text, draw(st.sampled_from(list(Kind)[1:])), page=page))
    return blocks


@given(_paged_blocks())
def test_the_span_of_a_heading_is_exact_and_the_text_is_normalised(blocks: list[Block]) -> None:
    layout = assemble(blocks)
    assert all(one.span.of(layout.text) == one.title and "\n" not in one.title for one in layout.headings)
    assert [one.title for one in layout.headings] == [
        text for block in blocks if block.kind is Kind.HEADING and (text := normalise(block.text))
    ]
    assert normalise(layout.text) == layout.text


@given(_paged_blocks())
def test_each_page_holds_exactly_the_words_of_its_blocks(blocks: list[Block]) -> None:
    pages = max((block.page for block in blocks), default=1)
    layout = assemble(blocks, pages)
    ends = [*layout.pages[1:], len(layout.text)]
    for number, (start, end) in enumerate(zip(layout.pages, ends, strict=True), start=1):
        words = "".join(normalise(block.text) for block in blocks if block.page == number)
        assert "".join(layout.text[start:end].split()) == "".join(words.split())


def test_a_page_may_begin_inside_a_paragraph() -> None:
    layout = assemble([Block("first half, second half", page=1, page_breaks=((12, 2),)), Block("more", page=2)], 2)
    assert layout.pages == (0, 12)
    assert layout.text[12:] == "second half\n\nmore"


def test_if_columns_continue_over_pages_a_page_begins_after_the_last_words_of_the_page_before() -> None:
    left = Block("left one left two", page=1, page_breaks=((9, 2),))
    right = Block("right one right two", page=1, page_breaks=((10, 2),))
    layout = assemble([left, right], 2)
    assert layout.text[layout.pages[1] :] == "right two"


def test_a_page_without_words_begins_at_the_same_offset_as_the_next() -> None:
    assert assemble([Block("one", page=1), Block("three", page=3)], 4).pages == (0, 5, 5, 10)


def test_list_items_are_on_consecutive_lines() -> None:
    blocks = [Block("Bring:"), Block("- a pen", Kind.ITEM), Block("- paper", Kind.ITEM), Block("Leave early.")]
    assert assemble(blocks).text == "Bring:\n\n- a pen\n- paper\n\nLeave early."


def test_a_table_row_makes_sense_alone() -> None:
    assert row(["Grade", "Days"], ["A", "20"]) == "Grade: A; Days: 20."
    assert row([], ["A", "", "20"]) == "A | 20"
    assert [block.text for block in table([["Grade", "Days"], ["A", "20 \n a year"]])] == ["Grade: A; Days: 20 a year."]


def test_a_heading_that_is_too_long_becomes_a_paragraph() -> None:
    assert heading("Leave " * 100, 1).kind is Kind.PARAGRAPH
