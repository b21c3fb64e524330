"""The canonical form of text, and the idempotence of normalisation."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.text import normalise, one_line

_VISIBLE_FORMATS = {
    *"\u200c\u200d\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2",
    *map(chr, (0x110BD, 0x110CD, *range(0x13430, 0x13440))),
}
"""Joiners, signs that enclose Arabic and Kaithi numbers, and the layout of hieroglyphs, which readers see."""

TROUBLE = st.text(
    alphabet=st.one_of(
        st.sampled_from("a e\n\r\t\u0301\x00\xad\ufeff\xa0\u2028\x85\u2000\u200d\u200b\u202e\ufe0f😀یक\U000e0041"),
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
        ("pay\u200bment \u202eesrever\u202c left\u200eright\u2060", "payment esrever leftright"),
        ("Fee\U000e0069\U000e0067\U000e006e", "Fee"),
        ("no\u200djoiner and no\ufe0f selector\U000e0101", "nojoiner and no selector"),
        ("क\u094d\u200dष ന\u0d4d\u200d", "क\u094d\u200dष ന\u0d4d\u200d"),
        ("❤\ufe0f\u200d🔥 1\ufe0f\u20e3 葛\U000e0100", "❤\ufe0f\u200d🔥 1\ufe0f\u20e3 葛\U000e0100"),
        ("😀\U000e0100\U000e0101 ❤\ufe0f\ufe0f می\u200c\u200cخ", "😀 ❤\ufe0f می\u200cخ"),
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
    assert all(unicodedata.category(c) != "Cf" or c in _VISIBLE_FORMATS for c in text)
    assert all(unicodedata.category(c) not in ("Cc", "Cs", "Zs", "Zl", "Zp") or c in "\n\t " for c in text)


def test_one_line_collapses_all_white_space() -> None:
    assert one_line(" The\n\n Board \t shall\xa0meet. ") == "The Board shall meet."
