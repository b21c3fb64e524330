"""E-mail, saved as such or as text, gives the words of its author and says who wrote them when."""

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


def test_a_text_set_like_an_e_mail_says_who_wrote_it_when_and_of_what(tmp_path: Path) -> None:
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


def test_a_letter_that_only_quotes_keeps_what_it_quotes() -> None:
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
def test_what_only_begins_like_an_e_mail_keeps_every_word(tmp_path: Path, text: str) -> None:
    assert document(tmp_path / "a.txt", text).text.split() == text.split()


def _message(**headers: str) -> EmailMessage:
    message = EmailMessage()
    for name, value in headers.items():
        message[name] = value
    return message


def test_a_message_is_read_with_its_encodings(tmp_path: Path) -> None:
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


def test_a_message_in_html_alone_is_read_as_a_page(tmp_path: Path) -> None:
    message = _message(From="ada@example.org", Subject="Leave")
    message.set_content("<html><body><p>Leave is a right.</p><ul><li>Ask.</li></ul></body></html>", subtype="html")
    found = document(tmp_path / "a.eml", message.as_bytes())
    assert (found.text, found.reference.author) == ("Leave is a right.\n\n- Ask.", "ada@example.org")


def test_a_message_with_an_attachment_alone_holds_no_text(tmp_path: Path) -> None:
    message = _message(From="ada@example.org", Subject="Leave")
    message.add_attachment(b"%PDF", maintype="application", subtype="pdf", filename="a.pdf")
    assert "holds no text" in reason(tmp_path / "a.eml", message.as_bytes())


def test_what_is_no_message_says_so(tmp_path: Path) -> None:
    assert "is not an e-mail" in reason(tmp_path / "a.eml", "\nLeave is a right.")
