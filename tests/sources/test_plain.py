"""Plain text gets headings and lists only if they are clear."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.sources.parsing import document, outline, reason

_LONG = (
    "The council decides every spring how many days of leave are granted to the members of its staff, and publishes "
    "the figure by the end of June."
)


def test_a_scraped_article_keeps_its_words_and_loses_its_boilerplate(tmp_path: Path) -> None:
    prose = f"{_LONG}\n\n{_LONG} Facebook was told."
    page = f"Leave in 2023\n\nPinterest LinkedIn Tumblr\n\n{prose}\n\nMara Quill\n\nComments are closed."
    found = document(tmp_path / "a.txt", page)
    assert found.text == f"Leave in 2023\n\n{prose}"
    assert outline(found) == [(1, "Leave in 2023")]
    assert (found.reference.title, found.reference.author) == ("Leave in 2023", "Mara Quill")


def test_a_name_at_the_end_stays_unless_the_text_is_scraped_prose(tmp_path: Path) -> None:
    assert document(tmp_path / "b.txt", f"Leave\n\n{_LONG}\n\nStaff Council").text.endswith("Staff Council")
    assert document(tmp_path / "a.txt", "Members\n\nAda Obi\n\nBen Roe").text.endswith("Ben Roe")


def test_a_byline_under_the_title_gives_the_author(tmp_path: Path) -> None:
    found = document(tmp_path / "a.txt", f"Leave in 2023\n\nBy Mara Quill\n\n{_LONG}")
    assert found.reference.author == "Mara Quill"
    assert "Quill" not in found.text


def test_wrapped_lines_become_a_paragraph(tmp_path: Path) -> None:
    wrapped = (
        "The council decides every spring how many days of leave are\n"
        "granted, publishes the figure, and also informs the regula-\n"
        "tion office of each and every high-risk case; every high-\n"
        "risk case is heard.\n"
    )
    assert document(tmp_path / "a.txt", wrapped).text == (
        "The council decides every spring how many days of leave are granted, publishes the figure, and also "
        "informs the regulation office of each and every high-risk case; every high-risk case is heard."
    )


def test_a_soft_hyphen_at_a_line_end_is_removed(tmp_path: Path) -> None:
    line = "Whoever was denied leave may write to the ombuds\u00adman of the regula\u00ad\ntion office."
    assert document(tmp_path / "a.txt", line).text.endswith("regulation office.")


@pytest.mark.parametrize("kept", ["Town Hall\n12 Mill Lane\nOldport", "Roses are red,\nviolets are blue."])
def test_postal_addresses_and_verse_keep_their_lines(tmp_path: Path, kept: str) -> None:
    assert kept in document(tmp_path / "a.txt", f"{_LONG}\n\n{kept}\n\n{_LONG}").text


def test_headings_are_recognised_by_number_capitals_or_title_case_above_prose(tmp_path: Path) -> None:
    parts = [
        "Staff Handbook",
        "1 Scope",
        _LONG,
        "1.1 Part-time staff",
        _LONG,
        "FINAL RULES",
        _LONG,
        "Who May Apply",
        _LONG,
    ]
    found = document(tmp_path / "a.txt", "\n\n".join(parts))
    assert outline(found) == [
        (1, "Staff Handbook"),
        (2, "1 Scope"),
        (3, "1.1 Part-time staff"),
        (2, "FINAL RULES"),
        (2, "Who May Apply"),
    ]


def test_consecutive_numbered_lines_are_a_list_and_not_headings(tmp_path: Path) -> None:
    found = document(tmp_path / "a.txt", f"{_LONG}\n\n1. Passport\n2. Ticket\n\n• Coat\nof wool\n\n{_LONG}")
    assert found.headings == ()
    assert "1. Passport\n2. Ticket\n- Coat of wool" in found.text


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32", "cp1252", "latin-1"])
def test_the_encoding_is_detected(tmp_path: Path, encoding: str) -> None:
    text = "La société est régie par ses statuts, déposés au greffe à l’été dernier. " * 3
    text = text.replace("’", "'") if encoding == "latin-1" else text
    assert document(tmp_path / "a.txt", text.encode(encoding)).text == text.strip()


def test_a_damaged_byte_costs_only_one_character(tmp_path: Path) -> None:
    raw = "Café, naïve, façade. ".encode() * 9 + b"\xff end."
    assert document(tmp_path / "a.txt", raw).text == "Café, naïve, façade. " * 9 + "\ufffd end."


def test_control_characters_are_removed(tmp_path: Path) -> None:
    assert document(tmp_path / "a.txt", "One\x00 two\x1e three.\r\nFour.").text == "One two three.\nFour."
    assert "holds no text" in reason(tmp_path / "b.txt", "\x00\x00\x01")


def test_text_with_many_damaged_bytes_and_more_valid_ones_counts_as_utf_8(tmp_path: Path) -> None:
    raw = "café ".encode() * 20 + b"\xff\xfe\xfa."
    assert document(tmp_path / "a.txt", raw).text == "café " * 20 + "\ufffd" * 3 + "."


@pytest.mark.parametrize("raw", [bytes(range(256)) * 20, b"\x00" * 400 + b"ELF" * 9, b"\x89PNG\x00\x00\x00\x0d" * 90])
def test_data_that_is_not_text_is_refused(tmp_path: Path, raw: bytes) -> None:
    assert "is not text" in reason(tmp_path / "a.txt", raw)


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_english_in_utf_16_without_a_byte_order_mark_is_recognised(tmp_path: Path, encoding: str) -> None:
    assert (
        document(tmp_path / "a.txt", "Leave is a right – for all.".encode(encoding)).text
        == "Leave is a right – for all."
    )
