"""What is an e-mail in a text: its headers, and which of its words are its author's."""

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
# "On Monday Ada Obi wrote:", which a program may have broken in two, over a quotation.
_SOURCE = re.compile(r"^(?:On|Am|Le|El|Il)\b[^\n]{0,200}(?:\n[^\n>]{1,200})?:[ ]*\n{1,2}(?=>)", re.MULTILINE)
_LONGEST = 1_000
_REPLY = re.compile(r"(?:(?:re|fwd?|aw|wg)\s*(?:\[\d+\])?:\s*)+", re.IGNORECASE)


def split(text: str) -> tuple[Mapping[str, str], str]:
    """Return the headers that `text` begins with, by their names in small letters, and the rest of it.

    A text that does not say from whom it is, and of what or when, is no e-mail: it is all rest.
    """
    lines = text.split("\n")
    headers: dict[str, str] = {}
    name, count = "", 0
    for count, line in enumerate(lines):  # noqa: B007 - how many lines the headers take
        if match := _HEADER.fullmatch(line):
            name = match[1].lower()
            headers[name] = match[2]
        elif name and (match := _FOLDED.fullmatch(line)):
            headers[name] += f" {match[1]}"
        else:
            break
    told = "from" in headers and headers.keys() & {"subject", "date", "sent"}
    return (headers, "\n".join(lines[count:])) if told and not lines[count].strip() else ({}, text)


def own_words(text: str) -> str:
    """Return a letter without its signature and without what it quotes, which are another's words.

    One that is nothing but a quotation keeps it, without the marks.
    """
    body = _SIGNATURE.split(text, maxsplit=1)[0]
    own = normalise(_QUOTED.sub("", _SOURCE.sub("", body)))
    return own or normalise(_MARKS.sub("", body))


def facts(headers: Mapping[str, str]) -> Facts:
    """Return what the headers say, under the names of facts."""
    name, address = parseaddr(headers.get("from", "")[:_LONGEST])
    found: Facts = {
        "title": _REPLY.sub("", headers.get("subject", ""), count=1).strip(),
        "author": name or address or headers.get("from"),
        "published": headers.get("date") or headers.get("sent"),
        "to": headers.get("to"),
    }
    return {fact: value for fact, value in found.items() if value}
