"""Joins the lines of text with `format=flowed` (RFC 3676): a line that ends with a space continues on the next."""

from __future__ import annotations

import re

_DEPTH = re.compile(r">*")


def unflowed(text: str, delete_space: bool) -> str:
    """Return the text with whole paragraphs on one line. With `delete_space`, the space at a break is no word space."""
    lines: list[str] = []
    open_depth = -1  # the depth of quotation of a line that continues; -1 if none does
    for line in text.replace("\r\n", "\n").split("\n"):
        marks = _DEPTH.match(line)
        depth = marks.end() if marks else 0
        words = line[depth:].removeprefix(" ") if depth or line.startswith(" ") else line
        flows = words.endswith(" ") and words != "-- "
        own = words[:-1] if flows and delete_space else words
        if open_depth == depth and words != "-- ":
            lines[-1] += own
        else:
            lines.append(f"{'>' * depth}{' ' if depth else ''}{own}")
        open_depth = depth if flows else -1
    return "\n".join(lines)
