"""Finds the title, the authors and the date of a PDF: in the properties of the file, or else on its title page."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise, takewhile

from rag.sources.blocks import Facts
from rag.sources.dates import iso
from rag.sources.facts import pretty
from rag.sources.patterns import ITEM, label_rank, numbered_depth
from rag.sources.pdf.groups import Group
from rag.sources.pdf.lines import Line
from rag.sources.pdf.spacing import same_size
from rag.sources.plausible import is_author, is_title

_OPENING = 5000
"""Characters at the beginning of the text, which mention the author and the subject."""

_LONGEST_LINE, _MOST_LINES = 100, 40
"""Characters of a line, and lines. The first longer line is the end of a title page."""

_LONGEST_TITLE = 200
_NEAR_LINES = 2.5  # between two lines of a title, as a multiple of the height of the letters
_LONGER = 4.0  # how many times longer than the property the title on the page may be
_BYLINE = re.compile(
    r"(?:by|authors?|written by|prepared by|compiled by|edited by):?\s(?P<names>[A-Z].{2,150})", re.IGNORECASE
)
_NAME_PART = r"(?:(?:[A-Z]\.){1,3}|[A-Z]|de|da|di|van|von|der|den|la|le|el|bin|al|[A-Z][^\W\d_]++(?:[-’'][^\W\d_]++)?)"
_NAME = re.compile(rf"{_NAME_PART}(?:\s{_NAME_PART}){{1,4}}")
_BETWEEN_NAMES = re.compile(r",\s?and\s|,|;|\sand\s|&")
_MOST_NAMES = 8
_MARKS = re.compile(r"[*†‡§¹²³⁴⁵⁶⁷⁸⁹⁰]|(?<=[a-z])\d{1,2}(?:,\d{1,2}){0,3}")
_PLACES_OF_WORK = "universit institut college school department faculty centre center laborator"
_NO_NAME = (
    "university institute department ministry bank office council commission committee agency act policy report "
    "guideline guidelines regulation regulations rule rules law plan strategy service services standard standards "
    "programme program government republic united states kingdom version edition draft page part chapter section "
    "table contents summary january february march april may june july august september october november december "
    "street road avenue city board health society association foundation company limited group north south east west"
)
_CAPTION = re.compile(r"(?:table|figure|box|chart|fig\.|map)\s\d|.$", re.IGNORECASE)
_PART = re.compile(
    r"(?:table of )?contents|preface|foreword|introduction|abstract|(?:executive )?summary|acknowledge?ments|background"
    r"|inhalt(?:sverzeichnis)?|vorwort|einleitung|zusammenfassung|préface|avant-propos|sommaire|résumé|prólogo|índice"
    r"|resumen|introducción|prefazione|indice|предисловие|содержание|введение",
    re.IGNORECASE,
)
"""Headings of parts of any document, which are not its title."""

_DATE_LABEL = re.compile(
    r"(?:(?:dated?|date of (?:publication|issue|adoption|approval)|published|issued|issue date|released|adopted"
    r"|approved|last approval date|approval date|effective(?: date)?|revised|revision date|last (?:updated|revised)"
    r"|updated|created|version of|as of)\s?(?:on|in)?[:\s]\s?)?(?P<date>.{4,30})",
    re.IGNORECASE,
)


def title_page_facts(info: Mapping[str, str], lines: Sequence[Line], headings: Sequence[Group], stem: str) -> Facts:
    """Return the facts about a file from its properties `info`, unless the title page has better ones.

    `lines` are those of all pages, in reading order.
    """
    page = [line.text for line in takewhile(_is_of_title_page, lines[:_MOST_LINES])]
    opening = " ".join(line.text for line in lines[:200])[:_OPENING]
    shown = _shown_title([one for one in headings if one.lines[0].page == 1], stem)
    facts = {
        "title": _title(info.get("Title", ""), shown, opening, stem),
        "author": _author(info, page, opening),
        "published": _date(iso(info.get("CreationDate")), page),
        **{name.lower(): info[name] for name in ("Subject", "Keywords") if is_title(info.get(name, ""))},
    }
    return {name: value for name, value in facts.items() if value}


def _is_of_title_page(line: Line) -> bool:
    return line.page == 1 and len(line.text) <= _LONGEST_LINE


def _shown_title(headings: Sequence[Group], stem: str) -> str | None:
    """Return the largest heading on page 1 with all its lines, preferably one that shares a word with the file name.

    The largest text on a first page often belongs to a letterhead.
    """
    whole = [one for one in _joined(headings) if not _CAPTION.match(one.text) and not _PART.fullmatch(one.text)]
    named = {word for word in pretty(stem).lower().split() if len(word) > 2}
    shared = [one for one in whole if named & set(one.text.lower().split())]
    found = max(shared or whole, key=lambda one: round(one.lines[0].size), default=None)
    return found.text if found else None


def _joined(headings: Sequence[Group]) -> list[Group]:
    """Return the headings with those joined that are the next lines of the one before, in its size and style."""
    whole: list[Group] = []
    for one in headings:
        above = whole[-1].lines[-1] if whole else None
        line = one.lines[0]
        near = above is not None and 0 < above.bottom - line.bottom < _NEAR_LINES * line.size
        alike = above is not None and same_size(above, line) and above.text.isupper() == line.text.isupper()
        section = ITEM.match(one.text) or label_rank(one.text) is not None or numbered_depth(one.text)
        if whole and near and alike and not section and len(whole[-1].text) + len(one.text) < _LONGEST_TITLE:
            whole[-1] = Group(whole[-1].kind, [*whole[-1].lines, *one.lines])
        else:
            whole.append(Group(one.kind, list(one.lines)))
    return whole


def _title(given: str, shown: str | None, opening: str, stem: str) -> str:
    given = " ".join(given.split())
    if not is_title(given) or given == stem:
        return shown or pretty(stem)
    if shown is None:
        return given
    own, other = _words(given), _words(shown)
    if own == other:
        return given
    part = any(other[start : start + len(own)] == own for start in range(len(other) - len(own) + 1))
    if part and len(shown) <= _LONGER * max(len(given), 20):
        return shown
    is_file = own == _words(stem)
    return shown if is_file or _is_foreign(own, opening) else given


def _is_foreign(words: Sequence[str], opening: str) -> bool:
    """Return whether the first pages mention less than half of the long words of a title in their script."""
    long = [word for word in words if len(word) > 3]
    known = set(_words(opening))
    if not long or (not opening.isascii() and "".join(long).isascii() and not re.search("[A-Za-z]{4}", opening)):
        return False
    return 2 * sum(word in known for word in long) < len(long)


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.lower())


def _author(info: Mapping[str, str], page: Sequence[str], opening: str) -> str | None:
    """Return the author: the property if it is a name, or else the names on the title page.

    If the title page lists more people than the property names, its list is used.
    """
    given = " ".join(info.get("Author", "").split())
    listed = _listed(page)
    programs = {info.get("Creator", ""), info.get("Producer", "")}
    named = " " in given or re.search(rf"\b{re.escape(given)}\b", opening) is not None
    if given and given not in programs and is_author(given) and named:
        return listed if listed and given in listed else given
    return listed


def _listed(page: Sequence[str]) -> str | None:
    """Return the authors that a title page names, joined with commas."""
    lines = [_MARKS.sub("", text).strip() for text in page]
    for line in lines:
        match = _BYLINE.fullmatch(line)
        if match and iso(match["names"]) is None and not match["names"].endswith("."):
            return _listing(match["names"])
    for line in lines[1:]:
        if 1 < len(_BETWEEN_NAMES.split(line)) <= _MOST_NAMES and all(map(_is_name, _BETWEEN_NAMES.split(line))):
            return _listing(line)
    for line, below in pairwise(lines):
        if _is_name(line) and any(place in below.lower() for place in _PLACES_OF_WORK.split()):
            return line
    return None


def _is_name(text: str) -> bool:
    return _NAME.fullmatch(text.strip()) is not None and set(_NO_NAME.split()).isdisjoint(_words(text))


def _listing(names: str) -> str:
    return ", ".join(filter(None, map(str.strip, _BETWEEN_NAMES.split(names))))


def _date(created: str | None, page: Sequence[str]) -> str | None:
    """Return the date of the file, or an earlier one that the title page prints on a line of its own."""
    printed = list(dict.fromkeys(_printed_dates(page)))
    if len(printed) != 1:
        return created
    return printed[0] if created is None or printed[0] < created[: len(printed[0])] else created


def _printed_dates(page: Sequence[str]) -> Iterator[str]:
    """Yield the dates on a title page that stand alone, or after a label such as `Published:`."""
    for text in page:
        match = _DATE_LABEL.fullmatch(text.strip("()[] "))
        found = iso(match["date"].strip(" .()")) if match else None
        if found and match and (len(found) > 4 or match["date"] != text):
            yield found
