"""Compound words are split by the vocabulary of the index."""

from __future__ import annotations

import pytest

from rag.text.compounds import compound_terms

KNOWN = {"bussgeld", "hoh", "steu", "befreit", "hef", "bedrag", "hund"}


@pytest.mark.parametrize(
    ("word", "language", "expected"),
    [
        ("Bußgeldhöhe", "de", ("bussgeld", "hoh")),
        ("steuerbefreit", "de", ("steu", "befreit")),
        ("heffingsbedrag", "nl", ("hef", "bedrag")),
        ("Führhunde", "de", ("hund", "fuhrhund")),
        ("Kindergeld", "de", ()),
        ("Hund", "de", ()),
        ("misdemeanours", "en", ()),
        ("a" * 5_000, "de", ()),
    ],
)
def test_a_compound_is_split_into_parts_that_the_index_has(word: str, language: str, expected: tuple[str, ...]) -> None:
    assert compound_terms(word, language, KNOWN.__contains__) == expected
