"""A statement that quotes a list or rows of a table is shown as one."""

from __future__ import annotations

import pytest

from rag.text.blocks import BlockKind, find_quoted_blocks


def shown(text: str, *quotes: str) -> list[tuple[BlockKind, int, str]]:
    blocks = find_quoted_blocks(text, quotes)
    return [(block.kind, block.level, block.span.of(text)) for block in blocks]


def cells(text: str, *quotes: str) -> list[list[str]]:
    (found,) = (block for block in find_quoted_blocks(text, quotes) if block.kind is BlockKind.TABLE)
    return [list(found.columns), *([cell.span.of(text) for cell in row.cells] for row in found.rows)]


def test_items_are_found_with_their_lead_and_their_levels() -> None:
    text = "You must: be over 18; hold one of these: a passport; a card; pay the fee."
    quote = "You must:\n\n1. be over 18;\n2. hold one of these:\n- a passport; or\n- a card;\n3. pay the fee."
    assert shown(text, quote) == [
        (BlockKind.PARAGRAPH, 0, "You must:"),
        (BlockKind.ITEM, 1, "be over 18;"),
        (BlockKind.ITEM, 1, "hold one of these:"),
        (BlockKind.ITEM, 2, "a passport;"),
        (BlockKind.ITEM, 2, "a card;"),
        (BlockKind.ITEM, 1, "pay the fee."),
    ]


def test_a_letter_that_the_statement_shows_is_the_marker_of_its_item() -> None:
    text = "A person may: (a) go; (b) stay."
    found = find_quoted_blocks(text, ["A person may:", "(a) go; and\n(b) stay."])
    assert [(block.bullet, text[block.words : block.span.end]) for block in found[1:]] == [
        (False, "go;"),
        (False, "stay."),
    ]


def test_a_quote_may_begin_after_the_marker_of_its_first_item() -> None:
    assert shown("one; two.", "one;\n- two") == [(BlockKind.ITEM, 1, "one;"), (BlockKind.ITEM, 1, "two.")]


def test_rows_become_a_table_below_their_caption() -> None:
    text = "Fees by class: Class: Private; Fee: 10. Class: Trade; Fee: 50."
    assert cells(text, "Fees by class", "Class: Private; Fee: 10.\nClass: Trade; Fee: 50.") == [
        ["Class", "Fee"],
        ["Private", "10"],
        ["Trade", "50"],
    ]
    assert shown(text, "Class: Private; Fee: 10.\nClass: Trade; Fee: 50.")[0][2] == "Fees by class:"


def test_rows_of_bars_become_a_table_under_the_names_that_the_statement_gives_them() -> None:
    text = "Year: 2016; Rate: 5.5%. Year: 2017; Rate: 6%."
    assert cells(text, "Year | Rate", "2016 | 5.5%\n2017 | 6%") == [["Year", "Rate"], ["2016", "5.5%"], ["2017", "6%"]]


def test_a_statement_may_leave_out_a_column() -> None:
    assert cells("Class: Trade; Fee: 50.", "Class: Trade; Fee: 50; Remark: none.") == [
        ["Class", "Fee"],
        ["Trade", "50"],
    ]


@pytest.mark.parametrize(
    ("text", "quote"),
    [
        ("The levy took effect in 2018.", "The levy took effect in 2018."),
        ("A model wrote this sentence.", "- one\n- two"),
        ("one and nothing else.", "- one\n- two"),
        ("Two lines of a paragraph.", "Two lines\nof a paragraph."),
        ("", ""),
    ],
)
def test_other_statements_are_sentences(text: str, quote: str) -> None:
    assert find_quoted_blocks(text, [quote]) == []
