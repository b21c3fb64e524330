"""Judges the properties that programs write into files: a title, an author and a date that a librarian would accept."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.sources.blocks import Block, Facts, Kind
from rag.sources.dates import iso
from rag.sources.facts import pretty
from rag.sources.patterns import numbered_depth
from rag.sources.plausible import is_author, is_date, is_title
from rag.text import one_line

_DATE_LABEL = re.compile(
    r"(?:(?:publication |issue )?date(?: of (?:issue|publication|adoption))?|dated|issued|published|adopted|approved"
    r"|(?:last )?(?:updated?|revised|revision))(?: on)?\s*:?\s+",
    re.IGNORECASE,
)
_SECTION = re.compile(
    r"(?:article|section|chapter|part|clause|rule|schedule|annex|appendix|artikel|kapitel|teil|abschnitt|anlage|chapitre"
    r"|partie|annexe|artículo|capítulo|sección|anexo|articolo|capitolo|статья|глава|раздел|§)\s*(?:\d|[ivxlc]{1,9}\b)",
    re.IGNORECASE,
)
_TITLE_PAGE = 12  # blocks
_LONGEST_DATE = 60  # characters
_LONGEST_NAME = 200  # characters


def authors(given: object) -> str | None:
    """Return the authors in the properties of a file, separated by `; `, without converters and default names."""
    names = [one_line(name) for name in str(given or "").split(";")]
    return "; ".join(name for name in names if is_author(name[:_LONGEST_NAME])) or None


def date_on_title_page(blocks: Sequence[Block]) -> str | None:
    """Return the first date with a month that stands alone at the beginning of a text."""
    for block in blocks[:_TITLE_PAGE]:
        words = one_line(block.text)
        if len(words) <= _LONGEST_DATE and block.kind is not Kind.ROW:
            label = _DATE_LABEL.match(words)
            date = iso((words[label.end() :] if label else words).rstrip("."))
            if date is not None and len(date) > len("2020") and is_date(date):
                return date
    return None


def judged(facts: Facts, blocks: Sequence[Block], title_page: str | None, stem: str) -> Facts:
    """Return the facts of a file with a title, an author and a date that a librarian would accept.

    `title_page` is the title that the text shows. It stands in for a poor property, and for one that belongs to
    another text because it shares no word with this one. Without both, the first heading is the title, or else `stem`,
    the name of the file.
    """
    given = one_line(str(facts.get("title") or ""))
    if not is_title(given) or (title_page and not _shares_a_word(given, blocks)):
        given = ""
    created = iso(facts.get("published"))
    found = {
        **facts,
        "title": given or title_page or _first_heading(blocks) or pretty(stem),
        "author": authors(facts.get("author")),
        "published": date_on_title_page(blocks) or (created if created and is_date(created) else None),
    }
    return {name: value for name, value in found.items() if value}


def _first_heading(blocks: Sequence[Block]) -> str | None:
    """Return the first heading of level 1, unless it is a section among others, such as `1. Scope`."""
    first = next((one.text for one in blocks if one.kind is Kind.HEADING and one.level == 1), "")
    return None if not first or _SECTION.match(first) or numbered_depth(first) else first


def _shares_a_word(given: str, blocks: Sequence[Block]) -> bool:
    words = {word for word in re.findall(r"\w+", given.lower()) if len(word) > 3}
    return not words or any(word in block.text.lower() for block in blocks for word in words)
