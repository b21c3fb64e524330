"""Escapes text of documents for chat clients, which show it as Markdown (CommonMark and GitHub's extensions)."""

from __future__ import annotations

import re

_MARKS = re.compile(
    r"\\(?=[!-/:-@\[-`{-~])|[`*\[\]~|]|<(?=[A-Za-z/!?])|&(?=#?\w{1,31};)|(?<![^\W_])_|_(?![^\W_])|\$(?=\$)|(?<=\$)\$"
)
_LINE_START = re.compile(r"^([^\S\n]*+)(?:([#>=]|[-+](?=[\s-]|\Z))|(\d{1,9})([.)])(?=\s|\Z))", re.MULTILINE)
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")


def escape(text: str) -> str:
    """Return `text` so that Markdown shows it as it is: without links, images, HTML, emphasis, headings and lists.

    A web address stays, because it stands in the document. Many clients make a link of it.
    """
    marked = _MARKS.sub(lambda match: f"\\{match[0]}", text)
    return _LINE_START.sub(lambda match: f"{match[1]}{match[3] or ''}\\{match[2] or match[4]}", marked)


def unescape(text: str) -> str:
    """Return Markdown without backslashes before punctuation."""
    return _ESCAPED.sub(r"\1", text)
