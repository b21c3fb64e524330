"""The blocks of a document are found again in its canonical text."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.sources.blocks import Block, assemble, table
from rag.text import normalise
from rag.text.blocks import BlockKind, DocumentBlock, find_blocks
from rag.types import Heading, Span

HEADER = ["Class", "Fee 2023", "Fee 2024", "Remarks"]


def rows(text: str) -> list[list[str]]:
    """Return the words of each cell of the only block, a table; empty cells are left out."""
    (found,) = find_blocks(text)
    assert found.kind is BlockKind.TABLE
    return [[cell.span.of(text) for cell in row.cells] for row in found.rows]


def levels(text: str) -> list[tuple[int, str]]:
    """Return the level and the words of each list item."""
    blocks = [block for block in find_blocks(text) if block.kind is BlockKind.ITEM]
    return [(block.level, text[block.words : block.span.end]) for block in blocks]


def parsed_table(*lines: list[str]) -> tuple[str, DocumentBlock]:
    """Return the canonical text of a table as parsers write it, and its block."""
    text = assemble(table([HEADER, *lines])).text
    (found,) = find_blocks(text)
    return text, found


def test_a_parsed_table_has_its_columns_again() -> None:
    lines = [["Private", "EUR 10", "EUR 12", "Paid once"], ["Trade", "", "EUR 50", ""], ["Charity", "0", "0", "e.g."]]
    text, found = parsed_table(*lines)
    assert found.columns == tuple(HEADER)
    for line, row in zip(lines, found.rows, strict=True):
        cells = {cell.column: cell.span.of(text) for cell in row.cells}
        assert [cells.get(column, "") for column in range(4)] == line


def test_a_semicolon_within_a_cell_does_not_end_it() -> None:
    text = "Area: North; Rate: 5; Note: Paid late; see: rules.\nArea: South; Rate: 6; Note: Paid; or not."
    assert rows(text) == [["North", "5", "Paid late; see: rules"], ["South", "6", "Paid; or not"]]


def test_a_first_column_without_a_name_stays_the_first() -> None:
    text = "Norway; Rate: 5; Year: 2020.\nSweden; Rate: 6; Year: 2021."
    (found,) = find_blocks(text)
    assert found.columns == ("", "Rate", "Year")
    assert rows(text) == [["Norway", "5", "2020"], ["Sweden", "6", "2021"]]


def test_a_cell_over_two_columns_covers_both() -> None:
    (found,) = find_blocks("Class: Private; Fee 2023: 1; Fee 2024: 2.\nClass: Trade; Fee 2023 Fee 2024: 5.")
    assert found.columns == ("Class", "Fee 2023", "Fee 2024")
    assert [(cell.column, cell.columns) for cell in found.rows[1].cells] == [(0, 1), (1, 2)]


def test_two_columns_may_have_one_name() -> None:
    text = "Form: A; Begins: 1; Form: B; Begins: 2.\nForm: C; Begins: 3; Form: D; Begins: 4."
    assert find_blocks(text)[0].columns == ("Form", "Begins", "Form", "Begins")
    assert rows(text) == [["A", "1", "B", "2"], ["C", "3", "D", "4"]]


def test_the_last_cell_loses_the_stop_of_its_row_and_a_sentence_keeps_its_own() -> None:
    text = "Day: 1; Rule: Every claim must be filed within ten days of it.\nDay: 2; Rule: 4,200.00."
    assert rows(text) == [["1", "Every claim must be filed within ten days of it."], ["2", "4,200.00"]]


def test_the_first_row_of_bars_is_a_header_if_it_names_the_columns() -> None:
    (found,) = find_blocks("Year | Rate\n2020 | 5\n2021 | 6")
    assert [row.header for row in found.rows] == [True, False, False]
    (found,) = find_blocks("Apples | 5 kg\nPears | 7 kg")
    assert [row.header for row in found.rows] == [False, False]


def test_a_row_of_bars_with_too_few_cells_is_one_wide_cell() -> None:
    text = "a1 | b1 | c1\na2 | c2"
    (found,) = find_blocks(text)
    assert [(cell.columns, cell.span.of(text)) for cell in found.rows[1].cells] == [(3, "a2 | c2")]


@pytest.mark.parametrize(
    "text",
    [
        "Note: the fee is due; see below.",
        "Scope: all; Limit: none.",
        "Q: What is it?\nA: It is a fee.",
        'He said: go; she said: stay; they said: "no". And so on.',
        "25. Nature of business | … | 27\n26. Monetary board | … | 28",
        "a | b",
    ],
)
def test_prose_is_no_table(text: str) -> None:
    assert all(block.kind is not BlockKind.TABLE for block in find_blocks(text))


def test_the_style_of_markers_gives_the_levels_of_lists() -> None:
    text = "1. one:\n(a) first;\n(i) deep;\n(ii) deeper;\n(b) second;\n2. two:\n- bullet\n3. three"
    assert [level for level, _ in levels(text)] == [1, 2, 3, 3, 2, 1, 2, 1]
    assert levels(text)[0] == (1, "one:")


def test_a_list_continues_after_a_paragraph_only_with_its_next_item() -> None:
    assert [level for level, _ in levels("1. one:\n(a) first\n\nA remark.\n\n(b) second")] == [1, 2, 2]
    assert [level for level, _ in levels("1. one:\n(a) first\n\nA remark.\n\n- bullet")] == [1, 2, 1]


def test_the_number_of_an_article_in_a_sentence_is_no_marker() -> None:
    assert [block.kind for block in find_blocks("Article 5 applies to all fees.")] == [BlockKind.PARAGRAPH]


def test_a_heading_has_its_level_and_a_footnote_is_told_from_a_paragraph() -> None:
    text = "Fees\n\nA fee is due.\n\n[1] Regulation on fees."
    found = find_blocks(text, [Heading(Span(0, 4), 2, "Fees")])
    assert [(block.kind, block.level) for block in found] == [
        (BlockKind.HEADING, 2),
        (BlockKind.PARAGRAPH, 0),
        (BlockKind.FOOTNOTE, 0),
    ]


def test_a_window_has_the_blocks_and_the_rows_in_it() -> None:
    text = "A paragraph.\n\nA: 1; B: 2.\nA: 3; B: 4.\nA: 5; B: 6.\n\n1. An item."
    start = text.index("A: 3")
    window = Span(start, text.index("item"))
    table_block, item = find_blocks(text, (), window)
    assert [row.span.of(text) for row in table_block.rows] == ["A: 3; B: 4.", "A: 5; B: 6."]
    assert item.span.of(text) == "1. An "
    assert find_blocks(text, (), Span(0, len(text))) == find_blocks(text)


def test_a_window_has_the_same_blocks_as_the_whole_text() -> None:
    text = "One\n\n1. a:\n(a) b\n\nTwo\n\n1. c:\n(a) d;\n(b) e;\n2. f"
    headings = [Heading(Span(start, start + 3), 1, text[start : start + 3]) for start in (0, text.index("Two"))]
    blocks = find_blocks(text, headings)
    for number, block in enumerate(blocks):
        assert find_blocks(text, headings, Span(block.span.start, len(text))) == blocks[number:]
        assert find_blocks(text, headings, Span(0, block.span.end)) == blocks[: number + 1]


_LINES = st.sampled_from(
    [
        "A: 1; B: 2.",
        "A: 3; b: 4; B: 5",
        "x | y",
        "x | y | z",
        "1. item",
        "- bullet",
        "(a) part",
        "[1] note",
        "Words.",
        "",
    ]
)


@given(st.lists(_LINES, max_size=12))
def test_only_line_breaks_stand_between_blocks_and_cells_lie_in_their_rows(lines: list[str]) -> None:
    text = normalise("\n".join(lines))
    end = 0
    for block in find_blocks(text):
        assert text[end : block.span.start].strip("\n") == ""
        assert block.span.start < block.span.end
        end = block.span.end
        for row in block.rows:
            assert block.span.contains(row.span)
            assert all(row.span.contains(cell.span) and cell.span.of(text) for cell in row.cells)
            places = [(cell.column, cell.column + cell.columns) for cell in row.cells]
            assert all(one[1] <= two[0] for one, two in pairwise(places))
    assert text[end:] == ""


def test_blocks_of_parsers_are_found_in_their_joined_text() -> None:
    blocks = [Block("Paragraph."), *table([["A", "B"], ["1", "2"], ["3", "4"]]), Block("Another.")]
    kinds = [block.kind for block in find_blocks(assemble(blocks).text)]
    assert kinds == [BlockKind.PARAGRAPH, BlockKind.TABLE, BlockKind.PARAGRAPH]
