"""Markdown gives its text and structure without the markup."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.sources.parsing import document, outline, reason

_PAGE = """---
title: Leave
author: [Ada Obi, Ben Roe]
date: 2022-06-05
lang: en
tags: [hr, leave]
---
# Leave policy

Staff accrue **twenty**
days, see [the law](https://example.org) and `form-7`.

## Sick leave

- Tell your *manager*.
  - At once.
- See a doctor.

3. Third
4. Fourth

| Grade | Days |
|-------|------|
| A     | 20   |
"""


def test_structure_is_kept_and_markup_is_not(tmp_path: Path) -> None:
    found = document(tmp_path / "leave.md", _PAGE)
    assert outline(found) == [(1, "Leave policy"), (2, "Sick leave")]
    assert found.text.split("\n\n") == [
        "Leave policy",
        "Staff accrue twenty days, see the law and form-7.",
        "Sick leave",
        "- Tell your manager.\n- At once.\n- See a doctor.\n3. Third\n4. Fourth",
        "Grade: A; Days: 20.",
    ]


def test_front_matter_gives_the_facts(tmp_path: Path) -> None:
    found = document(tmp_path / "leave.md", _PAGE)
    reference = found.reference
    assert (reference.id, reference.title, reference.author) == ("leave", "Leave", "Ada Obi, Ben Roe")
    assert (reference.published, found.language) == ("2022-06-05", "en")
    assert found.metadata == {"tags": ("hr", "leave"), "format": "markdown"}


def test_the_title_is_the_first_heading_of_level_one_or_else_the_file_name(tmp_path: Path) -> None:
    assert document(tmp_path / "a.md", "## Part\n\n# Leave *policy*\n\nText.").reference.title == "Leave policy"
    assert document(tmp_path / "sick-leave.md", "## Part\n\nText.").reference.title == "Sick leave"


def test_a_line_of_dashes_above_prose_is_not_front_matter(tmp_path: Path) -> None:
    assert document(tmp_path / "a.md", "---\nJust: a: line\n---\nText.").text.endswith("Text.")


def test_the_words_of_html_and_code_are_kept(tmp_path: Path) -> None:
    found = document(
        tmp_path / "a.md", "<div>Fees &amp; fines<!-- hidden --></div>\n\n```\na = 1\n\nb = 2\n```\n\nOne<br>two."
    )
    assert found.text == "Fees & fines\n\na = 1\n\nb = 2\n\nOne\ntwo."


def test_front_matter_alone_is_not_text(tmp_path: Path) -> None:
    assert "holds no text" in reason(tmp_path / "a.md", "---\ntitle: A\n---\n")
    assert "is empty" in reason(tmp_path / "b.md", "\n")


def test_an_unclosed_comment_hides_the_rest_quickly(tmp_path: Path) -> None:
    assert document(tmp_path / "a.md", "Leave is a right.\n\n" + "<!-- " * 200_000).text == "Leave is a right."


@pytest.mark.parametrize("hidden", [
    "<div hidden>99</div>",
    "<div style='display:none'>\n\nSay **99** and `99`.\n\n- 99\n\n</div>",
    "<p style=\"color:white\">99</p>",
    "<span style='font-size:0'>99</span>",
    "Seven<span aria-hidden=true> 99 <b>99</b></span>",
    "<!-- 99 -->",
    "<template>99</template>",
    "<script>99</script>",
    "<details hidden>\n\n```\n99\n```\n\n</details>",
    "[//]: # (99)",
    "[99]: https://council.example '99'",
])  # fmt: skip
def test_hidden_text_is_left_out(tmp_path: Path, hidden: str) -> None:
    text = document(tmp_path / "a.md", f"The due is 45 crowns.\n\n{hidden}\n\nIt is paid at noon.").text
    assert "99" not in text
    assert text.startswith("The due is 45 crowns.")
    assert text.endswith("It is paid at noon.")


def test_an_unclosed_element_that_is_shown_hides_nothing(tmp_path: Path) -> None:
    found = document(tmp_path / "a.md", "<div>\n\nThe due<br/> is <b>45 crowns.</i>\n\nIt is paid </p> at noon.")
    assert " ".join(found.text.split()) == "The due is 45 crowns. It is paid at noon."
