"""A reply keeps only its author's words, whichever mail program quoted the other message, and in which language."""

from __future__ import annotations

from email.message import EmailMessage
from pathlib import Path

import pytest

from tests.sources.parsing import document

_OWN = "The night bus costs four florins from October."
_OTHER = "The night bus stays free until 2031."

_PLAIN = {
    "outlook-en": "-----Original Message-----\nFrom: Karl Test\nSent: Friday, May 2, 2025 8:15 AM\n"
    "To: Ina Test; Uwe Test\n"
    "Subject: RE: Night bus\n\n{}",
    "outlook-rule": "________________________________\nFrom: Karl Test <karl@example.org>\nSent: 02 May 2025 08:15\n"
    "To: Ina Test <ina@example.org>\nCc: Uwe Test\nSubject: Night bus\n\n{}",
    "outlook-de": "Von: Karl Test <karl@example.org>\nGesendet: Freitag, 2. Mai 2025 08:15\nAn: Ina Test\n"
    "Cc: Uwe Test\n"
    "Betreff: AW: Nachtbus\n\n{}",
    "outlook-de-mark": "-----Ursprüngliche Nachricht-----\nVon: Karl Test\nGesendet: Freitag, 2. Mai 2025 08:15\n"
    "An: Ina Test\nBetreff: Nachtbus\n\n{}",
    "outlook-fr": "De\u00a0: Karl Test\nEnvoyé\u00a0: vendredi 2 mai 2025 08:15\nÀ\u00a0: Ina Test\n"
    "Objet\u00a0: RE: Bus\n\n{}",
    "outlook-es": "De: Karl Test\nEnviado el: viernes, 2 de mayo de 2025 8:15\nPara: Ina Test\nAsunto: RE: Bus\n\n{}",
    "outlook-ru": "От: Karl Test\nОтправлено: 2 мая 2025 г. 8:15\nКому: Ina Test\nТема: RE: Автобус\n\n{}",
    "outlook-bold": "*From:* Karl Test <karl@example.org>\n*Sent:* Friday, May 2, 2025 8:15 AM\n*To:* Ina Test\n"
    "*Subject:* Night bus\n\n{}",
    "outlook-long-to": "From: Karl Test\nSent: Friday, May 2, 2025 8:15 AM\nTo: Ina Test <ina@example.org>;\n"
    " Uwe Test <uwe@example.org>\nSubject: Night bus\n\n{}",
    "apple-en": "On 2 May 2025, at 08:15, Karl Test <karl@example.org> wrote:\n\n> {}",
    "apple-unmarked": "On 2 May 2025, at 08:15, Karl Test <karl@example.org> wrote:\n\n{}",
    "apple-de": "Am 02.05.2025 um 08:15 schrieb Karl Test <karl@example.org>:\n\n> {}",
    "apple-fr": "Le 2 mai 2025 à 08:15, Karl Test <karl@example.org> a écrit :\n\n> {}",
    "apple-es": "El 2 may 2025, a las 8:15, Karl Test <karl@example.org> escribió:\n\n> {}",
    "apple-ru": "2 мая 2025 г., в 08:15, Karl Test <karl@example.org> написал(а):\n\n{}",
    "gmail-wrapped": "On Fri, May 2, 2025 at 8:15 AM Karl of the Very Long Department Test\n"
    "<karl@example.org> wrote:\n\n> {}",
    "gmail-de": "Am Fr., 2. Mai 2025 um 08:15 Uhr schrieb Karl Test <\nkarl@example.org>:\n\n> {}",
    "gmail-ru": "пт, 2 мая 2025 г. в 08:15, Karl Test <karl@example.org>:\n\n> {}",
    "thunderbird-en": "On 5/2/25 08:15, Karl Test wrote:\n> {}",
    "thunderbird-de": "Am 02.05.25 um 08:15 schrieb Karl Test:\n> {}",
    "thunderbird-fr": "Le 02/05/2025 à 08:15, Karl Test a écrit :\n> {}",
    "thunderbird-es": "El 2/5/25 a las 8:15, Karl Test escribió:\n> {}",
}

_BORDER = "border:none;border-top:solid #B5C4DF 1.0pt;padding:3.0pt 0cm 0cm 0cm"
_HEADERS = "<b>{}</b> Karl Test<br><b>{}</b> 2 May 2025 08:15<br><b>{}</b> Ina Test<br><b>{}</b> Night bus"


def _outlook(*labels: str) -> str:
    head = _HEADERS.format(*labels)
    return f"<div><div style='{_BORDER}'><p class=MsoNormal>{head}</p></div></div><p class=MsoNormal>{{}}</p>"


_HTML = {
    "outlook-en": _outlook("From:", "Sent:", "To:", "Subject:"),
    "outlook-de": _outlook("Von:", "Gesendet:", "An:", "Betreff:"),
    "outlook-fr": _outlook("De&nbsp;:", "Envoyé&nbsp;:", "À&nbsp;:", "Objet&nbsp;:"),
    "outlook-es": _outlook("De:", "Enviado:", "Para:", "Asunto:"),
    "outlook-ru": _outlook("От:", "Отправлено:", "Кому:", "Тема:"),
    "outlook-web": '<div id="appendonsend"></div><hr><div id="divRplyFwdMsg" dir="ltr"><font>'
    + _HEADERS.format("From:", "Sent:", "To:", "Subject:")
    + "</font></div><div>{}</div>",
    "apple": "<div><blockquote type='cite'><div>On 2 May 2025, at 08:15, Karl Test &lt;karl@example.org&gt; "
    "wrote:</div>"
    "<div>{}</div></blockquote></div>",
    "gmail": '<div class="gmail_quote"><div class="gmail_attr">On Fri, May 2, 2025 at 8:15 AM Karl Test wrote:</div>'
    '<blockquote class="gmail_quote">{}</blockquote></div>',
    "thunderbird": '<div class="moz-cite-prefix">Am 02.05.25 um 08:15 schrieb Karl Test:<br></div>'
    '<blockquote type="cite">{}</blockquote>',
}


@pytest.mark.parametrize("name", _PLAIN)
@pytest.mark.parametrize("suffix", ["eml", "txt"])
def test_a_plain_reply_keeps_only_its_authors_words(tmp_path: Path, name: str, suffix: str) -> None:
    text = f"{_OWN}\n\nIna\n\n{_PLAIN[name].format(_OTHER)}\n"
    head = "From: Ina Test <ina@example.org>\nTo: Karl Test\nSubject: Re: Night bus\n"
    "Date: Sat, 03 May 2025 09:00:00 +0200\n"
    found = document(tmp_path / f"a.{suffix}", f"{head}\n{text}")
    assert found.text == f"{_OWN}\n\nIna"
    assert (found.reference.author, found.reference.title) == ("Ina Test", "Night bus")


def _message(html: str, subject: str = "RE: Night bus") -> bytes:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "Ina Test <ina@example.org>", "karl@example.org", subject
    message.set_content(f"<html><body>{html}</body></html>", subtype="html", cte="quoted-printable")
    return message.as_bytes()


@pytest.mark.parametrize("name", _HTML)
def test_a_reply_in_html_keeps_only_its_authors_words(tmp_path: Path, name: str) -> None:
    found = document(tmp_path / "a.eml", _message(f"<p>{_OWN}</p>{_HTML[name].format(_OTHER)}"))
    assert (found.text, found.reference.author) == (_OWN, "Ina Test")


def test_answers_between_quotations_stay(tmp_path: Path) -> None:
    quoted = "<blockquote type='cite'>{}</blockquote>"
    html = quoted.format("Is it free?") + "<p>No.</p>" + quoted.format("From when?") + "<p>From October.</p>"
    assert document(tmp_path / "a.eml", _message(html)).text == "No.\n\nFrom October."


@pytest.mark.parametrize(
    "text",
    [
        "On 4 May 2025 the council wrote:\n\nThe bus is free.",
        "From: the depot\nTo: the station\n\nThe bus is free.",
        "Sent: nothing.\nSubject: buses",
    ],
)
def test_words_that_only_resemble_a_quotation_stay(tmp_path: Path, text: str) -> None:
    head = "From: ina@example.org\nSubject: Bus\n\n"
    assert document(tmp_path / "a.eml", f"{head}Hello.\n\n{text}").text.split() == ["Hello.", *text.split()]


def test_the_name_of_the_sender_does_not_stand_over_a_mere_quotation(tmp_path: Path) -> None:
    text = _PLAIN["outlook-en"].format(_OTHER)
    found = document(tmp_path / "a.eml", f"From: ina@example.org\nSubject: RE: Bus\n\n{text}")
    assert (found.reference.author, found.metadata["forwarded_by"]) == ("Karl Test", "ina@example.org")
    assert _OTHER in found.text
    unknown = document(tmp_path / "b.eml", f"From: ina@example.org\nSubject: RE: Bus\n\n> {_OTHER}")
    assert unknown.reference.author is None


_NOTICES = [
    "This e-mail and any attachments are confidential and intended solely for the addressee.",
    "Diese E-Mail enthält vertrauliche Informationen. Bitte löschen Sie sie.",
    "Ce message est confidentiel et réservé à ses destinataires.",
    "Este mensaje es confidencial y se dirige a su destinatario.",
    "Это сообщение является конфиденциальным.",
    "Sent from my iPhone",
    "Von meinem iPhone gesendet",
    "Envoyé de mon iPhone",
    "Enviado desde mi iPhone",
    "Отправлено с iPhone",
    "-- \nIna Test\nDepot",
]


@pytest.mark.parametrize("notice", _NOTICES)
@pytest.mark.parametrize("html", [False, True])
def test_notices_and_signatures_are_left_out(tmp_path: Path, notice: str, html: bool) -> None:
    paragraph = notice.replace("\n", "</p><p>")
    plain = f"From: ina@example.org\nSubject: Bus\n\n{_OWN}\n\n{notice}\n"
    content = _message(f"<p>{_OWN}</p><p>{paragraph}</p>") if html else plain
    assert document(tmp_path / "a.eml", content).text == _OWN


def test_a_rule_about_confidential_messages_stays(tmp_path: Path) -> None:
    rule = "This message to all staff: confidential papers go into the safe."
    assert rule in document(tmp_path / "a.eml", f"From: ina@example.org\nSubject: Safe\n\n{rule}").text
