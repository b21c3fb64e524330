"""Finds the headers of an e-mail in a text, and the words that its author wrote."""

from __future__ import annotations

import re
from collections.abc import Mapping
from email.utils import parseaddr

from rag.sources.blocks import Facts
from rag.text import normalise

_HEADER = re.compile(r"(From|To|Cc|Bcc|Date|Sent|Subject|Reply-To)[ \t]*:[ \t]*(.*)", re.IGNORECASE)
_FOLDED = re.compile(r"[ \t]+(\S.*)")
_SIGNATURE = re.compile(r"^--[ ]?$", re.MULTILINE)
_QUOTED = re.compile(r"^>.*(?:\n|\Z)", re.MULTILINE)
_MARKS = re.compile(r"^(?:>[ ]?)+", re.MULTILINE)
# "On Monday Ada Obi wrote:" above a quotation; the mail program may have broken the line.
_ATTRIBUTION = re.compile(r"^(?:On|Am|Le|El|Il)\b[^\n]{0,200}(?:\n[^\n>]{1,200})?:[ ]*\n{1,2}(?=>)", re.MULTILINE)
_LONGEST = 1_000  # characters of a From header; a longer one is cut off
_REPLY = re.compile(r"(?:(?:re|fwd?|aw|wg)\s*(?:\[\d+\])?:\s*)+", re.IGNORECASE)


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


def own_words(text: str) -> str:
    """Return the text of an e-mail without its signature and without quotations of other e-mails.

    If the e-mail is only a quotation, return the quotation without its marks.
    """
    body = _SIGNATURE.split(text, maxsplit=1)[0]
    own = normalise(_QUOTED.sub("", _ATTRIBUTION.sub("", body)))
    return own or normalise(_MARKS.sub("", body))


def facts(headers: Mapping[str, str]) -> Facts:
    """Return the facts in the headers."""
    name, address = parseaddr(headers.get("from", "")[:_LONGEST])
    found: Facts = {
        "title": _REPLY.sub("", headers.get("subject", ""), count=1).strip(),
        "author": name or address or headers.get("from"),
        "published": headers.get("date") or headers.get("sent"),
        "to": headers.get("to"),
    }
    return {fact: value for fact, value in found.items() if value}
