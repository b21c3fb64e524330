"""Tests that the items of a list in one paragraph become sentences of their own."""

import pytest

from rag.text import sentences


@pytest.mark.parametrize(
    "text",
    [
        "a. Records every complaint ¦b. Answers it within a week ¦c. Reports on complaints to the board",
        "The clinic: ¦a. Records every complaint ¦b. Answers it within a week",
        "a) Compliance with the law ¦b) Satisfaction of the auditors",
        "i. As soon as the list arrives it is checked ¦ii. Disputed files are kept ¦iii. The rest is destroyed.",
        "You must give us: ¦1. Proof of identity ¦2. Proof of address ¦3. A photograph",
        "20.1 annual leave under the Act; and ¦20.2 long service leave under the law of the state.",
        "• A description of the standard ¦• A statement of intent ¦• A list of criteria",
        "➢ Avoidance of market distortions ¦➢ Merging existing agencies may be problematic",
        "g. Finishes the audit ¦h. Publishes the result ¦i. Files the report",
    ],
)
def test_each_item_of_a_run_in_list_is_a_sentence(text: str) -> None:
    assert _split(text) == [part.strip() for part in text.split("¦")]


@pytest.mark.parametrize(
    "text",
    [
        "The rate grew by 1.5 percent, 1.6 percent and 1.7 percent in three years.",
        "The fee depends on section 1. and section 2. of the schedule.",
        "Members elect (a) a chair, (b) a secretary and (c) a treasurer.",
        "The permit covers category a. lorries and not the trailers of category b. lorries.",
        "Clinical Governance Standard • Item",
        "It applies under paragraph a. or paragraph b. of this rule.",
    ],
)
def test_labels_that_are_no_list_do_not_split_a_sentence(text: str) -> None:
    assert _split(text) == [text]


def _split(text: str) -> list[str]:
    plain = text.replace("¦", "")
    return [span.of(plain) for span in sentences(plain)]
