"""E-mails."""

from __future__ import annotations

from email.message import EmailMessage

from tests.reading.examples import Example, file
from tests.reading.prose import sentences

_S = sentences(0, 12)
_FACTS = {"title": "Fares of the ferry", "author": "Ada Obi", "published": "2031-05-04"}


def _message(text: str, html: str = "") -> bytes:
    message = EmailMessage()
    message["From"], message["To"] = "Ada Obi <ada@example.org>", "Ben <ben@example.org>"
    message["Subject"], message["Date"] = "Fares of the ferry", "Sun, 04 May 2031 10:00:00 +0000"
    message.set_content(text)
    if html:
        message.add_alternative(html, subtype="html")
    return message.as_bytes()


_REPLY = (
    f"Hello Ben,\n\n{_S[0]} {_S[1]}\n\n{_S[2]}\n\n"
    f"On Sat, 3 May 2031 at 09:00, Ben <ben@example.org> wrote:\n> {_S[5]}\n> {_S[6]}\n"
)
_SIGNED = f"Hello Ben,\n\n{_S[3]}\n\n{_S[4]}\n\n-- \nAda Obi\nHarbour office, 4 Quay Street\n"
_HTML = f"<p>Hello Ben,</p><p>{_S[7]}</p><ol><li>{_S[8]}</li><li>{_S[9]}</li></ol>"

EXAMPLES = [
    Example(
        "a reply",
        "e-mail",
        ".eml",
        file(_message(_REPLY)),
        f"Hello Ben, {_S[0]} {_S[1]} {_S[2]}",
        unread=[_S[5], "wrote:"],
        facts=_FACTS,
    ),
    Example(
        "a signature",
        "e-mail",
        ".eml",
        file(_message(_SIGNED)),
        f"Hello Ben, {_S[3]} {_S[4]}",
        unread=["Quay Street"],
        facts=_FACTS,
    ),
    Example(
        "a text and a web page",
        "e-mail",
        ".eml",
        file(_message(f"Hello Ben,\n\n{_S[7]}\n\n1. {_S[8]}\n2. {_S[9]}\n", _HTML)),
        f"Hello Ben, {_S[7]} 1. {_S[8]} 2. {_S[9]}",
        facts=_FACTS,
    ),
]
