"""Judges the properties that programs write into files: a title, an author and a date that a librarian would accept."""

from __future__ import annotations

import datetime
import re
from collections.abc import Sequence

from rag.sources.blocks import Block, Facts, Kind
from rag.sources.dates import iso
from rag.sources.facts import pretty
from rag.sources.patterns import numbered_depth
from rag.text import one_line

_POOR_TITLE = re.compile(
    r".{0,3}|[\W\d_]*|\W?(?:untitled|unbenannt|sans titre|anonymous|unspecified)\b.{0,20}|powerpoint presentation"
    r"|(?:no title|title|titel|template|vorlage|(?:word |new )?document|dokument|draft) ?\d*"
    r"|microsoft (?:office )?(?:word|powerpoint|excel)\b.*|[\w-]{0,40}\d[\w-]{0,40}\.?|[^\\/]*+[\\/].*\.\w{2,4}"
    r"|.*\.(?:docx?|do[ct][mx]?|pdf|rtf|indd|odt|ott|tex|wpd|wps|pptx?|xlsx?|html?|txt|exe)",
    re.IGNORECASE,
)
_POOR_AUTHOR = re.compile(
    r"\W*|.|(?:microsoft|windows|office|default|ms)?[ -]?(?:office )?"
    r"(?:user|owner|account|author|admin(?:istrator)?) ?\d*|unknown.*|un-?named|anonymous"
    r"|(?:ms|microsoft|microsoft (?:office|word)\b.*|lenovo|dell|hp|acer|asus|toshiba)"
    r"|(?:python-docx|apache poi|docx4j|aspose|openxml|openoffice|libreoffice|pandoc|html-to-docx|phpword|phpoffice"
    r"|calibre|abbyy|adobe|acrobat|google docs|wps office|pdf2docx|converter|ilovepdf|smallpdf|nitro)\b.*",
    re.IGNORECASE,
)
_DEFAULT_DATES = frozenset(("2013-12-23", "1601-01-01", "1970-01-01", "1980-01-01", "1899-12-30", "1900-01-01"))
"""Dates that libraries and empty fields give, not authors: of the template of python-docx, and of empty clocks."""

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


def title(given: object) -> str | None:
    """Return the title in the properties of a file; None if a program made it up from a file name or a default."""
    words = one_line(str(given or ""))
    return None if _POOR_TITLE.fullmatch(words[:300]) else words


def authors(given: object) -> str | None:
    """Return the authors in the properties of a file, separated by `; `, without converters and default names."""
    names = [one_line(name) for name in str(given or "").split(";")]
    return "; ".join(name for name in names if not _POOR_AUTHOR.fullmatch(name[:200])) or None


def created(given: object) -> str | None:
    """Return the date in the properties of a file; None if it is a library's default or in the future."""
    date = iso(given)
    if date is None or date in _DEFAULT_DATES or date < "1980" or date > _tomorrow():
        return None
    return date


def date_on_title_page(blocks: Sequence[Block]) -> str | None:
    """Return the first date with a month that stands alone at the beginning of a text."""
    for block in blocks[:_TITLE_PAGE]:
        words = one_line(block.text)
        if len(words) <= _LONGEST_DATE and block.kind is not Kind.ROW:
            label = _DATE_LABEL.match(words)
            date = iso((words[label.end() :] if label else words).rstrip("."))
            if date is not None and len(date) > len("2020") and "1980" <= date <= _tomorrow():
                return date
    return None


def judged(facts: Facts, blocks: Sequence[Block], title_page: str | None, stem: str) -> Facts:
    """Return the facts of a file with a title, an author and a date that a librarian would accept.

    `title_page` is the title that the text shows. It stands in for a poor property, and for one that belongs to
    another text because it shares no word with this one. Without both, the first heading is the title, or else `stem`,
    the name of the file.
    """
    given = title(facts.get("title"))
    if given and title_page and not _shares_a_word(given, blocks):
        given = None
    found = {
        **facts,
        "title": given or title_page or _first_heading(blocks) or pretty(stem),
        "author": authors(facts.get("author")),
        "published": date_on_title_page(blocks) or created(facts.get("published")),
    }
    return {name: value for name, value in found.items() if value}


def _first_heading(blocks: Sequence[Block]) -> str | None:
    """Return the first heading of level 1, unless it is a section among others, such as `1. Scope`."""
    first = next((one.text for one in blocks if one.kind is Kind.HEADING and one.level == 1), "")
    return None if not first or _SECTION.match(first) or numbered_depth(first) else first


def _shares_a_word(given: str, blocks: Sequence[Block]) -> bool:
    words = {word for word in re.findall(r"\w+", given.lower()) if len(word) > 3}
    return not words or any(word in block.text.lower() for block in blocks for word in words)


def _tomorrow() -> str:
    return (datetime.datetime.now(datetime.UTC).date() + datetime.timedelta(days=1)).isoformat()
