"""Parses e-mail files: the author's words and forwarded messages, with subject, sender and date."""

from __future__ import annotations

from rag.sources import emails, plain
from rag.sources.blocks import Block, Facts, Parsed, heading
from rag.sources.mail import html_body
from rag.sources.mail.message import ERRORS, Body, Mail, Readable, damaged
from rag.sources.mail.threads import Head
from rag.sources.mail.words import facts_of, is_forward, title


def parse(raw: bytes, stem: str) -> Parsed:
    """Parse an .eml file."""
    mail = Mail.of(raw)
    try:
        return of_mail(mail)
    except ERRORS as error:
        raise damaged(error) from error


def of_mail(mail: Readable) -> Parsed:
    """Parse a message of any format: its own words, then the messages attached to it, each under its sender."""
    headers = mail.headers()
    facts = emails.facts(headers)
    subject = headers.get("subject", "")
    parts = [of_body(body, facts, subject) for body in mail.bodies()]
    blocks = [block for part in parts for block in part.blocks]
    found = next((part.facts for part in parts if part.facts != facts), facts)
    return _with_messages(Parsed(blocks, found), [(_head(one), of_mail(one)) for one in mail.messages()])


def of_body(body: Body, facts: Facts, subject: str) -> Parsed:
    """Parse the body of an e-mail with the facts in its headers."""
    if body.is_html:
        return html_body.parse(body.text, facts, is_forward(subject))
    return plain.email(body.text, facts, subject)


def _with_messages(own: Parsed, inner: list[tuple[Head, Parsed]]) -> Parsed:
    """Add the messages that are attached to a message, each under a heading with its sender."""
    kept = [(head, part) for head, part in inner if part.blocks]
    if not kept:
        return own
    blocks: list[Block] = list(own.blocks)
    for head, part in kept:
        blocks += [heading(title(head), 2), *part.blocks]
    heads: list[Head | None] = [head for head, _ in kept]
    return Parsed(blocks, facts_of(own.facts, [*([None] if own.blocks else []), *heads]))


def _head(mail: Readable) -> Head:
    headers = mail.headers()
    kinds = {"from": "from", "sent": "date", "subject": "subject"}
    return Head({kind: headers[name] for kind, name in kinds.items() if name in headers})
