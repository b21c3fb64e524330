"""Tests that announced things are found: in a list farther below, in the terms of paragraphs, in lines."""

from __future__ import annotations

import pytest

from rag.text.announcements import announced_count
from tests.index.made import said, statements


def test_a_list_may_stand_below_other_sentences_and_have_a_paragraph_for_each_item() -> None:
    text = (
        "The fund has three duties.\n\nThe council watches over all of its work.\n\n"
        "1. Paying the pensions\n\nPensions are paid on the first day.\n\n"
        "2. Keeping the records\n\nRecords are open to all citizens.\n\n"
        "3. Reporting to the council\n\n"
    )
    whole = "The fund has three duties. Paying the pensions; Keeping the records; Reporting to the council."
    assert said(text, "three duties") == whole
    assert said(text, "Keeping") == "The fund has three duties. Keeping the records."


def test_the_terms_of_paragraphs_may_be_the_announced_things() -> None:
    text = (
        "Fire safety has two parts.\n\nPrevention. Stoves are checked each year.\n\n"
        "Rescue. Doors are kept free at all times.\n\n"
    )
    assert said(text, "two parts") == "Fire safety has two parts. Prevention. Rescue."


def test_lines_without_markers_may_be_the_announced_things() -> None:
    text = "The fund has three main duties.\n\nPaying pensions\n\nKeeping records\n\nReporting to the council\n\n"
    assert said(text, "duties") == (
        "The fund has three main duties. Paying pensions; Keeping records; Reporting to the council."
    )


@pytest.mark.parametrize(
    "text",
    [
        "The fund has two duties. They are old.\n\n(a) Paying the pensions\n\n(b) Records\n\n(c) Reports\n\n",
        "The fund has two main duties.\n\nPaying pensions\n\nKeeping records\n\nReporting to the council\n\n",
        "The fund has four duties.\n\nPrevention. Stoves are checked.\n\nRescue. Doors are kept free.\n\n",
    ],
)
def test_another_number_of_things_is_not_what_was_announced(text: str) -> None:
    assert statements(text)[0] == text.partition("\n")[0]


@pytest.mark.parametrize(
    ("sentence", "count"),
    [
        ("There are five causes of delay.", 5),
        ("The cycle consists of 4 processes.", 4),
        ("Risk management has four processes:", 4),
        ("There are several causes.", None),
        ("The board may close a bank for ten years.", None),
    ],
)
def test_the_announced_number_is_read(sentence: str, count: int | None) -> None:
    assert announced_count(sentence) == count
