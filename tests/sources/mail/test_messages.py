"""The text of a message is decoded as its mail program wrote it."""

from __future__ import annotations

import base64
from email.message import EmailMessage
from pathlib import Path

import pytest

from tests.sources.parsing import document

_RAW = (
    "From: Zoë Test <zoe@example.org>\nSubject: Fähre\nContent-Type: text/plain; charset=iso-8859-1\n\n"
    "Die Fähre kostet 4 €.\n"
)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-8-sig"])
def test_a_file_in_another_encoding_is_read(tmp_path: Path, encoding: str) -> None:
    raw = _RAW if encoding != "utf-8-sig" else _RAW.replace("iso-8859-1", "utf-8")
    found = document(tmp_path / "a.eml", raw.encode(encoding))
    assert (found.text, found.reference.title, found.reference.author) == ("Die Fähre kostet 4 €.", "Fähre", "Zoë Test")


def test_quoted_printable_in_a_utf16_file_has_its_own_encoding(tmp_path: Path) -> None:
    head = "From: a@example.org\nSubject: s\nContent-Type: text/plain; charset=iso-8859-1\n"
    raw = f"{head}Content-Transfer-Encoding: quoted-printable\n\nDie F=E4hre.\n"
    assert document(tmp_path / "a.eml", raw.encode("utf-16")).text == "Die Fähre."


@pytest.mark.parametrize(
    ("header", "title"),
    [
        ("=?utf-8?B?" + base64.b64encode("Fähre".encode()).decode() + "?=", "Fähre"),
        ("=?iso-8859-1?Q?F=E4hre_im?= =?iso-8859-1?Q?_Winter?=", "Fähre im Winter"),
        ("=?utf-8?Q?F=C3=A4hre?=\n =?utf-8?Q?_und_Bus?=", "Fähre und Bus"),
        ("=?no-such-charset?Q?Ferry?=", "=?no-such-charset?Q?Ferry?="),
    ],
)
def test_encoded_headers_are_decoded(tmp_path: Path, header: str, title: str) -> None:
    found = document(tmp_path / "a.eml", f"From: a@example.org\nSubject: {header}\n\nThe ferry.")
    assert found.reference.title == title


def test_flowed_text_has_whole_paragraphs(tmp_path: Path) -> None:
    head = "From: a@example.org\nSubject: s\nContent-Type: text/plain; format=flowed; delsp=no\n\n"
    text = "The ferry \nruns all \nnight.\n\n From here.\n> Not \n> this.\n"
    assert document(tmp_path / "a.eml", head + text).text == "The ferry runs all night.\n\nFrom here."


def test_soft_breaks_and_damaged_escapes_of_quoted_printable_keep_the_words(tmp_path: Path) -> None:
    head = "From: a@example.org\nSubject: s\nContent-Transfer-Encoding: quoted-printable\n\n"
    assert document(tmp_path / "a.eml", f"{head}The fer=\nry costs =\n4=20florins =ZZ.").text == (
        "The ferry costs 4 florins =ZZ."
    )


def test_a_plain_text_that_only_points_to_the_html_gives_way_to_it(tmp_path: Path) -> None:
    message = EmailMessage()
    message["From"], message["Subject"] = "a@example.org", "s"
    message.set_content("No HTML.")
    message.add_alternative(f"<p>{'The ferry runs all night. ' * 9}</p>", subtype="html")
    assert document(tmp_path / "a.eml", message.as_bytes()).text.startswith("The ferry runs")


def test_all_parts_of_the_text_are_read(tmp_path: Path) -> None:
    parts = "".join(f"--b\nContent-Type: text/plain\n\n{word}\n" for word in ("Before.", "After."))
    raw = f"From: a@example.org\nSubject: s\nContent-Type: multipart/mixed; boundary=b\n\n{parts}--b--\n"
    assert document(tmp_path / "a.eml", raw).text == "Before.\n\nAfter."
