"""Finds the headers of an e-mail in a text, and the words that its author wrote."""

from __future__ import annotations

import re
from collections.abc import Mapping
from email.utils import parseaddr

from rag.sources.blocks import Facts
from rag.sources.mail.phrases import REPLY_SUBJECT
from rag.sources.mail.words import own_words

__all__ = ["facts", "own_words", "split"]

_HEADER = re.compile(r"(From|To|Cc|Bcc|Date|Sent|Subject|Reply-To)[ \t]*:[ \t]*(.*)", re.IGNORECASE)
_FOLDED = re.compile(r"[ \t]+(\S.*)")
_LONGEST = 1_000  # characters of a From header; a longer one is cut off


def split(text: str) -> tuple[Mapping[str, str], str]:
    """Return the e-mail headers at the beginning of `text`, by lower-case name, and the rest of the text.

    An e-mail has a sender, and a subject or a date. Any other text is returned whole, without headers.
    """
    lines = text.split("\n")
    headers: dict[str, str] = {}
    name, count = "", 0
    for count, line in enumerate(lines):  # noqa: B007 - used after the loop: the number of header lines
        if match := _HEADER.fullmatch(line):
            name = match[1].lower()
            headers[name] = match[2]
        elif name and (match := _FOLDED.fullmatch(line)):
            headers[name] += f" {match[1]}"
        else:
            break
    is_email = "from" in headers and headers.keys() & {"subject", "date", "sent"}
    return (headers, "\n".join(lines[count:])) if is_email and not lines[count].strip() else ({}, text)


def facts(headers: Mapping[str, str]) -> Facts:
    """Return the facts in the headers."""
    name, address = parseaddr(headers.get("from", "")[:_LONGEST])
    found: Facts = {
        "title": REPLY_SUBJECT.sub("", headers.get("subject", "").lstrip(), count=1).strip(),
        "author": name or address or headers.get("from"),
        "published": headers.get("date") or headers.get("sent"),
        "to": headers.get("to"),
    }
    return {fact: value for fact, value in found.items() if value}
