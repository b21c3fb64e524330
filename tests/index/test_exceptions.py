"""Tests that a rule travels with the exceptions that other provisions state."""

from __future__ import annotations

import pytest

from tests.index.made import said, statements

RULE = "(1) A person must not keep more than three dogs in a flat."
OTHER = "(2) A dog must wear a collar with the name of its owner."


@pytest.mark.parametrize(
    "exception",
    [
        "(3) Subsection (1) does not apply to a dog that is younger than ten weeks.",
        "(3) Nothing in subsection (1) prevents a shelter from keeping dogs.",
        "(3) Despite subsection (1), a shelter may keep any number of dogs.",
        "(3) Subsections (1) and (4) do not apply to guide dogs.",
        "(3) The prohibition laid down in paragraph 1 shall not apply to guide dogs.",
    ],
)
def test_a_rule_is_quoted_with_the_later_provision_that_limits_it(exception: str) -> None:
    text = f"{RULE}\n{OTHER}\n{exception}\n(4) The council keeps a list of dogs."
    assert said(text, "three dogs") == f"{RULE} {exception}"
    assert said(text, exception[4:]) == f"{RULE} {exception}"
    assert said(text, "collar") == OTHER


def test_a_rule_that_is_subject_to_another_provision_is_quoted_with_it() -> None:
    text = (
        "1. Subject to paragraph 3, a boat must carry a lamp.\n"
        "2. A boat must carry a rope.\n"
        "3. No lamp is needed by day."
    )
    assert said(text, "Subject") == "1. Subject to paragraph 3, a boat must carry a lamp. 3. No lamp is needed by day."


def test_the_items_of_a_limited_rule_carry_the_exception() -> None:
    more = "of the district in which the person lives, on the form that the council provides for it, " * 4
    text = (
        f"(1) A person must:\n(a) tell the office {more};\n(b) pay the fee {more}.\n"
        "(2) Subsection (1) does not apply to a child."
    )
    [item] = statements(text, "(b) pay")
    assert item.startswith("(1) A person must: (b) pay the fee")
    assert item.endswith("(2) Subsection (1) does not apply to a child.")


def test_the_exception_of_another_section_does_not_join_a_rule() -> None:
    text = f"{RULE}\n{OTHER}\n\n12 (1) A cat may live in any flat.\n(2) Subsection (1) does not apply to lions."
    assert said(text, "three dogs") == RULE
    assert said(text, "any flat") == "12 (1) A cat may live in any flat. (2) Subsection (1) does not apply to lions."


def test_a_rule_is_quoted_with_its_provisos() -> None:
    rule = "(2) The reserve of a bank must not be reduced:"
    proviso = "Provided that the board may allow a reduction for a new share issue."
    further = "Provided further that the reserve stays above one million."
    text = f"{rule}\n\n{proviso}\n\n{further}\n\n(3) The board publishes the reserve each year."
    assert said(text, "must not be reduced") == f"{rule} {proviso} {further}"
    assert said(text, "new share issue") == f"{rule} {proviso}"
    assert said(text, "publishes") == "(3) The board publishes the reserve each year."
