"""The cited documents as CSL-JSON, which Zotero and Pandoc read."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from datetime import date
from typing import Any

from rag.http.exports.content import Content, Kind, Work

_TYPES = {
    Kind.LEGISLATION: "legislation",
    Kind.REPORT: "report",
    Kind.WEB_PAGE: "webpage",
    Kind.DOCUMENT: "document",
}


_LABELS = {
    "article-locator": r"Art\. |art\. ",
    "section": r"s |§ ",
    "paragraph": r"para |Rn\. |par\. ",
    "rule": r"r ",
    "appendix": r"App ",
}
"""Labels of locators in CSL 1.0.2, with the words of pinpoints that they stand for."""


def write(content: Content) -> bytes:
    """Return the file, UTF-8."""
    items = [_item(work, content.accessed) for work in content.works]
    return (json.dumps(items, ensure_ascii=False, indent=2) + "\n").encode()


def _item(work: Work, accessed: date) -> dict[str, Any]:
    reference, parts = work.reference, date_parts(work.reference.published)
    known = {
        "id": work.key,
        "type": _TYPES[work.kind],
        "title": reference.title,
        "author": [{"literal": reference.author}] if reference.author else None,
        "issued": {"date-parts": [parts]} if parts else None,
        "accessed": {"date-parts": [[accessed.year, accessed.month, accessed.day]]},
        "page": ", ".join(work.pages) or None,
        **dict(zip(("locator", "label"), locator(work.pinpoints), strict=False)),
        "URL": work.address,
    }
    return {name: value for name, value in known.items() if value is not None}


def locator(pinpoints: Sequence[str]) -> tuple[str, str] | tuple[()]:
    """Return the locator of a citation and its label in CSL; nothing if there is no pinpoint.

    A label names the kind of the locator, which a style writes in its own way. Its number stands alone then. Kinds that
    CSL does not know, and several pinpoints, are written in full after the label `section`.
    """
    if not pinpoints:
        return ()
    if len(pinpoints) == 1:
        for label, names in _LABELS.items():
            if found := re.match(rf"(?:{names})(?=[\dIVXLRD])", pinpoints[0]):
                return pinpoints[0][found.end() :], label
    return "; ".join(pinpoints), "section"


def date_parts(published: str | None) -> list[int]:
    """Return the year, the month and the day of an ISO 8601 date, as far as they are known."""
    matched = re.fullmatch(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?", published or "")
    return [int(part) for part in matched.groups() if part] if matched else []
