"""The canonical form of text, and the idempotence of normalisation."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.text import normalise, one_line

TROUBLE = st.text(
    alphabet=st.one_of(
        st.sampled_from("a e\n\r\t\u0301\x00\xad\ufeff\xa0\u2028\x85\u2000\u200d"),
        st.characters(exclude_categories=()),
    )
)


@pytest.mark.parametrize(
    ("raw", "canonical"),
    [
        ("cafe\u0301", "café"),
        ("e\x00\u0301", "é"),
        ("a\r\nb\rc\x85d\u2028e\u2029f", "a\nb\nc\nd\ne\nf"),
        ("page one\fpage two\vnext", "page one\npage two\nnext"),
        ("\ufeffBoard\x00 of\x1e Appeal\x9d", "Board of Appeal"),
        ("exam\xadple", "example"),
        ("\ud83d broken", "\ufffd broken"),
        ("👩\u200d👧 and می\u200cخواهم", "👩\u200d👧 and می\u200cخواهم"),
        ("§\xa05\u202f000\u2007euros\u3000", "§ 5 000 euros"),
        ("one  \t\ntwo \n \n\n\n three", "one\ntwo\n\n three"),
        ("\n\n  whole \t\n", "whole"),
        ("a\tb", "a\tb"),
        ("", ""),
    ],
    ids=repr,
)
def test_text_is_normalised_to_its_canonical_form(raw: str, canonical: str) -> None:
    assert normalise(raw) == canonical


@given(TROUBLE)
def test_normalising_twice_changes_nothing(raw: str) -> None:
    text = normalise(raw)
    assert normalise(text) == text


@given(TROUBLE)
def test_canonical_text_is_composed_and_trimmed_and_has_no_control_characters(raw: str) -> None:
    text = normalise(raw)
    assert unicodedata.is_normalized("NFC", text)
    assert text == text.strip()
    assert not re.search(r"\n{3}|[ \t]\n", text)
    assert all(unicodedata.category(c) not in ("Cc", "Cs", "Zs", "Zl", "Zp") or c in "\n\t " for c in text)


def test_one_line_collapses_all_white_space() -> None:
    assert one_line(" The\n\n Board \t shall\xa0meet. ") == "The Board shall meet."
