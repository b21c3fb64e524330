"""Patterns of list items, and of headings with a label or a number."""

from __future__ import annotations

import re

_BULLETS = "-*•●▪◦‣·–—■□◆❖►▶➢➤✓✔\uf0b7\uf0a7\uf0d8\uf0fc"
MARKER = re.compile(rf"^[{_BULLETS}o](?:\s+)")
ITEM = re.compile(
    rf"^(?:[{_BULLETS}]\s+\S|o\s+[A-Z]|\(?\d{{1,3}}\s?[a-z]{{0,2}}[.)]\s+\S|\(?[a-z]{{1,2}}\)\s*\S"
    r"|\(?[ivxl]{1,5}\)\s*\S"
    r"|[a-zA-Z]\.\s+\S)"
)
_LABELS = (
    re.compile(r"(?:TITLE|Title|PART|Part|BOOK|Book)\s+(?:[IVXLC]+|\d+|[A-Z])\b"),
    re.compile(
        r"(?:CHAPTER|Chapter|ANNEX|Annex|APPENDIX|Appendix|SCHEDULE|Schedule)(?:\s+(?:[IVXLC]+|\d+|[A-Z])[a-z]?)?\b"
    ),
    re.compile(r"(?:SECTION|Section)\s+(?:[IVXLC]+|\d+(?:\.\d+)*|[A-Z])\b"),
    re.compile(r"(?:ARTICLE|Article|AMENDMENT|Amendment)\s+\d+(?:\s?[a-z]{1,2})?\b"),
)
_NUMBERED = re.compile(r"(\d{1,2}(?:\.\d{1,2}){0,3})\.?\s+[^\W\d_a-z]")


def label_rank(line: str) -> int | None:
    """Return the rank of a heading such as `CHAPTER II` or `Article 5 Title`, from 0 for the highest; else None."""
    for rank, label in enumerate(_LABELS):
        if match := label.match(line):
            rest = line[match.end() :].lstrip(" :.–—-")
            return rank if not rest or rest[0].isupper() or rest[0] == "(" else None
    return None


def bare_label(line: str) -> bool:
    """Return whether a line is only a label, whose title follows on the next line."""
    return any(label.fullmatch(line.rstrip(" :.–—-")) for label in _LABELS)


def numbered_depth(line: str) -> int:
    """Return 1 for `1 Scope`, 2 for `1.2 Scope`, and 0 for a line without such a number."""
    match = _NUMBERED.match(line)
    return match[1].count(".") + 1 if match else 0
