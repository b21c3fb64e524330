"""Parses CSV and TSV files: each record under the names of its columns."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from typing import Literal

from rag.errors import UnreadableSource
from rag.sources.blocks import Parsed
from rag.sources.cells import Line, of_text
from rag.sources.decode import decode
from rag.sources.sheets.sheet import Count, Sheet
from rag.sources.sheets.tables import blocks, completed

_DELIMITERS = "\t;|,"
"""In the order of preference: a comma is also in numbers and in prose."""

_SAMPLE = 64_000  # characters that show the delimiter
_SAMPLE_ROWS = 200
_LONGEST_FIELD = 1 << 20
_MOST_LINES = 1_000  # lines of a field; a longer one begins with a quotation mark that is only a character
_MOST_FIELDS = 16_384
_STATED = re.compile(r"sep=(.)\r?\n", re.IGNORECASE)


def parse(raw: bytes, stem: str) -> Parsed:
    """Parse a .csv or .tsv file."""
    text = decode(raw)
    stated = _STATED.match(text)
    if stated:
        text = text[stated.end() :]
    delimiter = stated[1] if stated else _delimiter(text[:_SAMPLE])
    lines, width, count = dict[int, Line](), 0, Count()
    for number, record in enumerate(_records(text, delimiter)):
        if len(record) > _MOST_FIELDS:
            raise UnreadableSource(f"has a row of more than {_MOST_FIELDS:,} fields; correct or split it.")
        filled = sum(map(bool, map(str.strip, record)))
        count.add(filled)
        if filled:
            lines[number] = [of_text(field) for field in record]
            width = max(width, len(record))
    _check_width(lines, width)
    sheet = Sheet(stem, {number: completed(line, width) for number, line in lines.items()}, records=True)
    return Parsed(list(blocks(sheet, title_level=1)))


def _check_width(lines: dict[int, Line], width: int) -> None:
    """Refuse one long row over many short ones, which would need empty cells without end."""
    if width * len(lines) > 20 * sum(len(line) for line in lines.values()) + 1_000_000:
        raise UnreadableSource(f"has a row of {width:,} fields among much shorter ones; correct or split it.")


def _records(text: str, delimiter: str) -> Iterator[list[str]]:
    """Yield the records. If a quotation mark is never closed, quotation marks are characters like others."""
    csv.field_size_limit(_LONGEST_FIELD)
    quoting: Literal[0, 3] = csv.QUOTE_MINIMAL if _has_closed_quotes(text, delimiter) else csv.QUOTE_NONE
    try:
        yield from _read(text, delimiter, quoting)
    except csv.Error:
        raise UnreadableSource(f"has a field of more than {_LONGEST_FIELD:,} characters; split it.") from None


def _has_closed_quotes(text: str, delimiter: str) -> bool:
    """Tell whether each field that begins with a quotation mark ends with one, within `_MOST_LINES`."""
    if '"' not in text:
        return True
    for strict in (True, False):
        try:
            longest = max((field.count("\n") for record in _read(text, delimiter, csv.QUOTE_MINIMAL, strict)
                           for field in record if "\n" in field), default=0)  # fmt: skip
        except csv.Error as error:
            if not strict or "delimiter expected" not in str(error):
                return False
            continue
        return longest <= _MOST_LINES
    return False


def _read(text: str, delimiter: str, quoting: Literal[0, 3], strict: bool = False) -> Iterator[list[str]]:
    escape = "\\" if '\\"' in text[:_SAMPLE] else None
    lines = io.StringIO(text, newline="")
    return csv.reader(
        lines, delimiter=delimiter, quoting=quoting, skipinitialspace=True, escapechar=escape, strict=strict
    )


def _delimiter(sample: str) -> str:
    """Return the delimiter that gives most rows the same number of fields, at least two."""
    if len(sample) == _SAMPLE:
        sample = sample[: sample.rfind("\n") + 1] or sample
    shares = {delimiter: _share(sample, delimiter) for delimiter in _DELIMITERS}
    best = max(shares.values())
    return next(one for one, share in shares.items() if share >= 0.9 * best) if best else ","


def _share(sample: str, delimiter: str) -> float:
    """Return the share of the rows that have the most common number of fields, at least two."""
    try:
        rows = list(_read(sample, delimiter, csv.QUOTE_MINIMAL))[:_SAMPLE_ROWS]
    except csv.Error:
        return 0.0
    sizes = Counter(len(record) for record in rows if any(field.strip() for field in record))
    common = Counter({size: count for size, count in sizes.items() if size > 1})
    return common.most_common(1)[0][1] / sizes.total() if common else 0.0
