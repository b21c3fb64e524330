"""E-mail, as .eml or as text, becomes the words of its author, with the author and the date as facts."""

from __future__ import annotations

from email.message import EmailMessage
from pathlib import Path

import pytest

from rag.sources.emails import own_words
from tests.sources.parsing import document, reason

_TEXT = """From: Ada Obi <ada@example.org>
Sent: Monday, 3 June 2024 10:12
To: Ben Ruiz; The whole of the
 leave committee
Subject: RE: Leave over the summer

Dear Ben,

Staff may carry over five days, as the committee decided in May and as the handbook will
say from July. Nobody needs to ask.

- Ask your manager.
- Tell the office.

On Sun, 2 Jun 2024 at 09:00, Ben Ruiz <ben@example.org>
wrote:
> How many days may staff carry over?
> > Ten, I think.

--
Ada Obi
Head of Personnel
"""


def test_a_text_with_e_mail_headers_gives_author_date_and_subject(tmp_path: Path) -> None:
    found = document(tmp_path / "a.txt", _TEXT)
    reference = found.reference
    assert (reference.title, reference.author, reference.published) == (
        "Leave over the summer",
        "Ada Obi",
        "2024-06-03",
    )
    assert found.metadata["to"] == "Ben Ruiz; The whole of the leave committee"
    assert found.text.split("\n\n") == [
        "Dear Ben,",
        "Staff may carry over five days, as the committee decided in May and as the handbook will say from July. "
        "Nobody needs to ask.",
        "- Ask your manager.\n- Tell the office.",
    ]


def test_an_e_mail_that_is_only_a_quotation_keeps_it() -> None:
    assert own_words("> Leave is a right.\n>> Since May.\n--\nAda") == "Leave is a right.\nSince May."


@pytest.mark.parametrize(
    "text",
    [
        "From: the moment of signature\nthe parties are bound.",
        "Subject: leave\n\nLeave is a right.",
        "To: all\nFrom: Monday\n\nLeave is a right.",
        "From: Ada\nSubject: Leave",
    ],
)
def test_a_text_that_only_begins_like_an_e_mail_keeps_every_word(tmp_path: Path, text: str) -> None:
    assert document(tmp_path / "a.txt", text).text.split() == text.split()


def _message(**headers: str) -> EmailMessage:
    message = EmailMessage()
    for name, value in headers.items():
        message[name] = value
    return message


def test_a_message_is_decoded_with_its_encodings(tmp_path: Path) -> None:
    message = _message(
        From="Zoë Núñez <zoe@example.org>", Date="Mon, 03 Jun 2024 10:12:00 +0200", Subject="Congé d’été"
    )
    message.set_content("Le congé est un droit.\n\n> Vraiment?\n", charset="iso-8859-1", cte="quoted-printable")
    message.add_attachment(b"%PDF", maintype="application", subtype="pdf", filename="../../a.pdf")
    found = document(tmp_path / "a.eml", message.as_bytes())
    reference = found.reference
    assert (reference.title, reference.author, reference.published) == ("Congé d’été", "Zoë Núñez", "2024-06-03")
    assert found.text == "Le congé est un droit."
    assert found.metadata["format"] == "email"


def test_a_message_only_in_html_is_parsed_like_a_web_page(tmp_path: Path) -> None:
    message = _message(From="ada@example.org", Subject="Leave")
    message.set_content("<html><body><p>Leave is a right.</p><ul><li>Ask.</li></ul></body></html>", subtype="html")
    found = document(tmp_path / "a.eml", message.as_bytes())
    assert (found.text, found.reference.author) == ("Leave is a right.\n\n- Ask.", "ada@example.org")


def test_a_message_with_only_an_attachment_holds_no_text(tmp_path: Path) -> None:
    message = _message(From="ada@example.org", Subject="Leave")
    message.add_attachment(b"%PDF", maintype="application", subtype="pdf", filename="a.pdf")
    assert "holds no text" in reason(tmp_path / "a.eml", message.as_bytes())


def test_a_file_that_is_not_an_e_mail_is_refused(tmp_path: Path) -> None:
    assert "is not an e-mail" in reason(tmp_path / "a.eml", "\nLeave is a right.")
