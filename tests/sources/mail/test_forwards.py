"""A forwarded message is content under the name of its own sender."""

from __future__ import annotations

from email.message import EmailMessage
from pathlib import Path

import pytest

from tests.sources.parsing import document, outline, reason

_TEXT = "The ferry runs every nine minutes."
_NOTE = "Please read this."

_PLAIN = {
    "outlook-en": "From: Karl Test <karl@example.org>\nSent: Friday, May 2, 2025 8:15 AM\nTo: Ina Test\n"
    "Subject: Ferry\n\n",
    "outlook-de": "Von: Karl Test\nGesendet: 2. Mai 2025\nAn: Ina Test\nBetreff: Fähre\n\n",
    "gmail": "---------- Forwarded message ---------\nFrom: Karl Test <karl@example.org>\n"
    "Date: Fri, May 2, 2025 at 8:15 AM\n"
    "Subject: Ferry\nTo: <ina@example.org>\n\n",
    "gmail-fr": "---------- Message transféré ---------\nDe : Karl Test <karl@example.org>\n"
    "Date: ven. 2 mai 2025 à 08:15\n"
    "Subject: Ferry\nTo: <ina@example.org>\n\n",
    "apple": "Begin forwarded message:\n\nFrom: Karl Test <karl@example.org>\nSubject: Ferry\nDate: 2 May 2025\n"
    "To: Ina Test <ina@example.org>\n\n",
    "thunderbird": "-------- Forwarded Message --------\nSubject: Ferry\nDate: Fri, 2 May 2025 08:15:00 +0200\n"
    "From: Karl Test <karl@example.org>\nTo: ina@example.org\n\n",
    "thunderbird-de": "-------- Weitergeleitete Nachricht --------\nBetreff: Fähre\n"
    "Datum: Fri, 2 May 2025 08:15:00 +0200\n"
    "Von: Karl Test <karl@example.org>\nAn: ina@example.org\n\n",
}


def _head(name: str) -> str:
    subject = {"outlook-en": "FW: Ferry", "outlook-de": "WG: Ferry"}.get(name, "Ferry")
    return f"From: Ina Test <ina@example.org>\nDate: Mon, 05 May 2025 09:00:00 +0200\nSubject: {subject}\n\n"


@pytest.mark.parametrize("name", _PLAIN)
def test_a_forwarded_message_stays_under_the_name_of_its_sender(tmp_path: Path, name: str) -> None:
    found = document(tmp_path / "a.eml", f"{_head(name)}{_NOTE}\n\n{_PLAIN[name]}{_TEXT}")
    ((level, heading),) = outline(found)
    assert (level, heading.startswith("Message from Karl Test")) == (2, True)
    assert found.text == f"{_NOTE}\n\n{heading}\n\n{_TEXT}"
    assert found.reference.author == "Ina Test, Karl Test"
    assert found.metadata["forwarded_from"] == "Karl Test"


@pytest.mark.parametrize("name", _PLAIN)
def test_the_author_of_a_message_that_only_forwards_another_is_the_other_sender(tmp_path: Path, name: str) -> None:
    found = document(tmp_path / "a.eml", f"{_head(name)}{_PLAIN[name]}{_TEXT}")
    assert (found.reference.author, found.metadata["forwarded_by"]) == ("Karl Test", "Ina Test")
    assert found.text.endswith(_TEXT)


_HTML = {
    "gmail": '<div class="gmail_quote"><div class="gmail_attr">---------- Forwarded message ---------<br>'
    "From: <b>Karl Test</b> &lt;karl@example.org&gt;<br>Date: Fri, May 2, 2025<br>Subject: Ferry<br>To: ina@example.org"
    "<br></div><br><p>{}</p></div>",
    "apple": "<div>Begin forwarded message:</div><blockquote type='cite'><div><b>From: </b>Karl Test</div>"
    "<div><b>Subject: </b>Ferry</div><div><b>Date: </b>2 May 2025</div><div><b>To: "
    "</b>Ina</div><br><div>{}</div></blockquote>",
    "thunderbird": '<div class="moz-forward-container"><br>-------- Forwarded Message --------'
    '<table class="moz-email-headers-table"><tr><th>Subject: </th><td>Ferry</td></tr><tr><th>Date: </th><td>2 May 2025'
    "</td></tr><tr><th>From: </th><td>Karl Test</td></tr><tr><th>To: </th><td>Ina</td></tr></table><br><p>{}</p></div>",
}


@pytest.mark.parametrize("name", _HTML)
def test_a_message_forwarded_in_html_stays(tmp_path: Path, name: str) -> None:
    message = EmailMessage()
    message["From"], message["Subject"] = "Ina Test <ina@example.org>", "Fwd: Ferry"
    message.set_content(f"<html><body><p>{_NOTE}</p>{_HTML[name].format(_TEXT)}</body></html>", subtype="html")
    found = document(tmp_path / "a.eml", message.as_bytes())
    assert found.text == f"{_NOTE}\n\nMessage from Karl Test, 2025-05-02\n\n{_TEXT}"
    assert found.reference.author == "Ina Test, Karl Test"


def test_an_attached_message_stays_with_its_sender_and_without_its_quotations(tmp_path: Path) -> None:
    inner = EmailMessage()
    inner["From"], inner["Date"], inner["Subject"] = (
        "Karl Test <karl@example.org>",
        "Fri, 02 May 2025 08:15:00 +0200",
        "Ferry",
    )
    inner.set_content(f"{_TEXT}\n\nOn 1 May 2025 at 08:15, Uwe <uwe@example.org> wrote:\n> Ten minutes.\n")
    message = EmailMessage()
    message["From"], message["Subject"] = "Ina Test <ina@example.org>", "Fwd: Ferry"
    message.set_content(_NOTE)
    message.add_attachment(inner)
    found = document(tmp_path / "a.eml", message.as_bytes())
    assert found.text == f"{_NOTE}\n\nMessage from Karl Test, 2025-05-02\n\n{_TEXT}"


def test_messages_nested_too_deeply_end_at_the_limit(tmp_path: Path) -> None:
    raw = b"From: a@example.org\nSubject: s\n\nInnermost.\n"
    for _ in range(40):
        raw = b"From: a@example.org\nSubject: s\nContent-Type: message/rfc822\n\n" + raw
    assert "holds no text" in reason(tmp_path / "a.eml", raw)
