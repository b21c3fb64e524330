"""Finds the facts in the metadata of a law: title, author, dates and language."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta
from typing import TYPE_CHECKING

from rag.sources.blocks import Facts
from rag.sources.xml.safe import name_of, words
from rag.text.validity import VALID_FROM, VALID_TO

if TYPE_CHECKING:
    from lxml.etree import _Element

_LANGUAGES = {
    "eng": "en",
    "deu": "de",
    "ger": "de",
    "fra": "fr",
    "fre": "fr",
    "spa": "es",
    "ita": "it",
    "por": "pt",
    "nld": "nl",
    "dut": "nl",
    "pol": "pl",
    "ces": "cs",
    "rus": "ru",
    "swe": "sv",
    "dan": "da",
    "fin": "fi",
}


def _akn(root: _Element) -> Facts:
    """Return the facts of Akoma Ntoso. The work has the dates, the expression the language."""
    dates = {(one.get("name") or "").lower(): one.get("date") for one in _all(root, "FRBRdate")}
    work = next(_all(root, "FRBRWork"), None)
    work_dates = [one.get("date") for one in _all(work, "FRBRdate")] if work is not None else []
    published = next((one.get("date") for one in _all(root, "publication")), None)
    language = next((one.get("language") or "" for one in _all(root, "FRBRlanguage")), "")
    author = next((one.get("href") for one in _all(work if work is not None else root, "FRBRauthor")), "") or ""
    known = {one.get("eId") or one.get("id"): one.get("showAs") for one in _all(root, "TLCOrganization", "TLCPerson")}
    return _kept(
        {
            "title": _first(root, "docTitle", "shortTitle", "longTitle") or _value(root, "FRBRalias", "FRBRtitle"),
            "author": known.get(author.lstrip("#")),
            "published": published or next(iter(work_dates), None),
            **_akn_validity(root, dates),
            "language": _LANGUAGES.get(language, language),
        }
    )


def _akn_validity(root: _Element, dates: Mapping[str, str | None]) -> Facts:
    """Return when an act is in force: by its dates, by the events of its life, or by the one interval of its times.

    An event ends the act on its own day, which is the first day without the act.
    """
    first = next((day for name, day in dates.items() if "force" in name), None)
    events = {one.get("eId") or one.get("id"): one for one in _all(root, "eventRef")}
    repeals = [one.get("date") for one in events.values() if one.get("type") == "repeal"]
    intervals = list(_all(root, "timeInterval"))
    if len(intervals) == 1:
        start, end = (events.get((intervals[0].get(name) or "").lstrip("#")) for name in ("start", "end"))
        first = first or (start.get("date") if start is not None else None)
        repeals += [end.get("date")] if end is not None else []
    return {VALID_FROM: first, VALID_TO: _last_day(next(iter(repeals), None))}


def _last_day(end: str | None) -> str | None:
    """Return the day before the first day on which a text is no longer in force."""
    try:
        return (date.fromisoformat(end[:10]) - timedelta(days=1)).isoformat() if end else None
    except ValueError:
        return None


def _uslm(root: _Element) -> Facts:
    meta = next(_all(root, "meta"), root)
    approved = next((one.get("date") for one in _all(root, "approvedDate")), None)
    return _kept(
        {
            "title": _first(meta, "title") or _first(root, "officialTitle", "docTitle"),
            "author": _first(meta, "creator"),
            "published": approved or _first(meta, "date", "created"),
            "language": _first(meta, "language"),
            "publisher": _first(meta, "publisher"),
        }
    )


def _formex(root: _Element) -> Facts:
    bib = next(_all(root, "BIB.INSTANCE", "BIB.DATA"), None)
    day = next((one.get("ISO") for one in _all(bib, "DATE")), None) if bib is not None else None
    title = next((one for one in root.iter() if name_of(one) == "TITLE"), None)
    return _kept(
        {
            "title": " ".join(words(one) for one in title.iter() if name_of(one) == "P") if title is not None else None,
            "author": _first(bib, "AUTHOR") if bib is not None else None,
            "published": re.sub(r"(\d{4})(\d\d)(\d\d)", r"\1-\2-\3", day or ""),
            "language": (_first(root, "LG.DOC", "LG.OJ") or "").lower(),
        }
    )


def _clml(root: _Element) -> Facts:
    meta = next(_all(root, "Metadata"), root)
    enacted = next((one.get("Date") for one in _all(meta, "EnactmentDate", "Made")), None)
    in_force = next(
        (one.get("Date") for parent in _all(meta, "ComingIntoForce") for one in parent.iter("{*}DateTime")), None
    )
    return _kept(
        {
            "title": _first(meta, "title"),
            "author": _first(meta, "creator"),
            "published": enacted,
            VALID_FROM: root.get("RestrictStartDate") or in_force,
            VALID_TO: _last_day(root.get("RestrictEndDate")),
            "language": _first(meta, "language"),
            "url": root.get("DocumentURI") or _first(meta, "identifier"),
            "publisher": _first(meta, "publisher"),
        }
    )


FACTS: Mapping[str, Callable[[_Element], Facts]] = {"akn": _akn, "uslm": _uslm, "formex": _formex, "clml": _clml}
"""The function for each vocabulary."""


def _all(root: _Element, *names: str) -> Iterator[_Element]:
    return (one for one in root.iter() if name_of(one) in names)


def _first(root: _Element, *names: str) -> str | None:
    """Return the text of the first element with the first of `names` that has one."""
    return next((text for name in names for one in _all(root, name) if (text := words(one))), None)


def _value(root: _Element, *names: str) -> str | None:
    return next((value for one in _all(root, *names) if (value := one.get("value"))), None)


def _kept(facts: Facts) -> Facts:
    return {name: value for name, value in facts.items() if value}
