"""The page of a document shows lists and tables, and still holds exactly the text."""

from __future__ import annotations

import pytest
from lxml import html

from rag.http.block_html import render_blocks
from rag.text.blocks import find_blocks
from rag.types import Heading, Span

TEXT = (
    "Fees & limits\n\nThe fees are these.\n\nClass: <b>Private</b>; Fee 2023: EUR 10; Fee 2024: EUR 12.\n"
    "Class: Trade; Fee 2023 Fee 2024: EUR 50.\nClass: Charity; Fee 2024: EUR 0.\n\n"
    "1. be over 18;\n2. hold one of:\n- a passport;\n- a card;\n\n[1] A note."
)
HEADINGS = (Heading(Span(0, 13), 1, "Fees & limits"),)


def rendered(start: int = 0, end: int = 0, title: str | None = None) -> html.HtmlElement:
    quoted = Span(start, end) if start < end else None
    found: html.HtmlElement = html.fromstring(
        f"<main>{render_blocks(TEXT, find_blocks(TEXT, HEADINGS), quoted, title)}</main>"
    )
    return found


def words(element: html.HtmlElement) -> str:
    """Return the text without the names of columns, which are not a part of it."""
    for name in element.xpath(".//th"):
        name.getparent().remove(name)
    return str(element.text_content())


@pytest.mark.parametrize("start", range(0, len(TEXT), 7))
def test_the_elements_hold_exactly_the_text_and_the_marks_exactly_the_quote(start: int) -> None:
    for end in range(start + 1, len(TEXT) + 1, 5):
        found = rendered(start, end)
        marks = list(found.iter("mark"))
        assert "".join(mark.text_content() for mark in marks) == TEXT[start:end]
        assert [mark.get("id") for mark in marks] == ["quote", *[None] * (len(marks) - 1)]
        assert words(found) == TEXT


def test_a_table_has_a_header_and_its_cells_in_their_columns() -> None:
    start = TEXT.index("Class: Trade")
    (table,) = rendered(start, TEXT.index("\n", start)).iter("table")
    assert [name.text for name in table.iter("th")] == ["Class", "Fee 2023", "Fee 2024"]
    for hidden in table.xpath(".//span[@hidden]"):
        hidden.drop_tree()
    rows = [[cell.text_content() for cell in row.iter("td")] for row in table.iter("tr")]
    assert rows == [[], ["<b>Private</b>", "EUR 10", "EUR 12"], ["Trade", "EUR 50"], ["Charity", "", "EUR 0"]]
    assert [row.get("class") for row in table.iter("tr")] == ["quoted", None, "quoted", None]


def test_a_title_is_not_shown_twice() -> None:
    assert rendered(title="Fees & limits")[0].get("hidden") is not None
    assert rendered(title="Another title")[0].get("hidden") is None
    assert rendered(0, 4, title="Fees & limits")[0].get("hidden") is None
