"""Finds the files that are attached to an e-mail."""

from __future__ import annotations

from collections.abc import Iterator

from rag.sources.emails import facts
from rag.sources.mail.message import Attachment, Mail
from rag.sources.members import Member, safe_name, unique

MOST = 1_000
"""Attachments of one e-mail that are read."""


def members(raw: bytes) -> Iterator[Member]:
    """Yield the attachments of an e-mail. Their metadata name the subject and the sender of the e-mail."""
    mail = Mail.of(raw)
    yield from of_attachments(mail.attachments(), mail.headers())


def of_attachments(found: Iterator[Attachment], headers: dict[str, str]) -> Iterator[Member]:
    """Yield attachments as members, with the facts in the headers of their e-mail."""
    stated = facts(headers)
    about = {"email": stated.get("title"), "sent_by": stated.get("author"), "sent": stated.get("published")}
    seen: set[str] = set()
    for number, one in enumerate(found):
        if number == MOST:
            return
        name = unique(safe_name(one.name) or "attachment", seen)
        kept = {fact: value for fact, value in about.items() if value}
        yield Member(name, lambda content=one.content: content, kept)  # type: ignore[misc]
