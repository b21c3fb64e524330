"""Finds links, addresses and HTML in a sentence of a language model that its sources do not contain."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from rag.text.commands.acts import TOP_LEVELS

_ADDRESS = re.compile(
    r"[a-z][a-z0-9+.-]{1,20}://[^\s<>\"”)\]]+|\b(?:javascript|data|vbscript|mailto|file|tel):[^\s<>\"”)\]]+"
    r"|\bwww\.[^\s<>\"”)\]]+|(?<![\w.+-])[\w.+-]++@[\w-]++\.[\w.-]+"
    rf"|(?<![\w@.-])(?:[\w-]++\.)+(?-i:{TOP_LEVELS})\b(?:/[^\s<>\"”)\]]*)?",
    re.IGNORECASE,
)
_MARKUP = re.compile(
    r"</?[a-z!?][^<>]{0,400}>?|!?\[[^\[\]]{0,300}\]\s?[(\[][^()\[\]]{0,500}[)\]]|^\s*\[[^\]]{1,99}\]:\s*\S+", re.I
)
_ENDS = ".,;:!?'’*_`"


def has_foreign_link(claim: str, sources: Iterable[str]) -> bool:
    """Return whether a sentence has a link, an address or HTML that none of its sources has, letter for letter."""
    found = " ".join(sources)
    return any(one not in found for one in _links(claim))


def without_links(text: str) -> str:
    """Return `text` without addresses and without the marks of links, images and HTML."""
    return " ".join(_ADDRESS.sub("", _MARKUP.sub(" ", text)).split())


def _links(text: str) -> Iterator[str]:
    for pattern in (_ADDRESS, _MARKUP):
        for match in pattern.finditer(text):
            if one := match[0].rstrip(_ENDS):
                yield one
