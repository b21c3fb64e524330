"""Find marginal notes of a law that stand between a lead and its list: `Fees of licences. [§ 4, 3 of 1999]`."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.text.leads import ends_open
from rag.text.markers import marker

_AMENDED = re.compile(r"(?:[\[(]\s?)?§[^\[\]()§]{1,40}[\])]?\.?\Z")  # `[§ 4, 3 of 1999]`, `(§ 8, 33 of 1995)`
_LONGEST = 15  # words of a note
_LONGEST_END = 50  # characters at the end of a line to search
_MOST = 6  # notes in a row


def marginal_notes(lines: Sequence[str]) -> frozenset[int]:
    """Return the places of the notes that separate an open lead from the first item of its list.

    At least one of them must name an amended provision, because other short lines may be the list themselves.
    """
    found: set[int] = set()
    for place, line in enumerate(lines):
        if ends_open(line):
            end = place + 1
            while end < min(len(lines), place + 1 + _MOST) and _may_be_note(lines[end]):
                end += 1
            between = range(place + 1, end)
            if end < len(lines) and _is_first_item(lines[end]) and any(_is_amendment(lines[one]) for one in between):
                found.update(between)
    return frozenset(found)


def _may_be_note(line: str) -> bool:
    return not ends_open(line) and len(line.split()) <= _LONGEST and (marker(line) is None or _is_amendment(line))


def _is_amendment(line: str) -> bool:
    return _AMENDED.search(line, max(0, len(line) - _LONGEST_END)) is not None


def _is_first_item(line: str) -> bool:
    mark = marker(line)
    return mark is not None and mark.first
