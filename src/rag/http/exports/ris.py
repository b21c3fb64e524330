"""The cited documents as RIS, which EndNote, Mendeley and Zotero read."""

from __future__ import annotations

from rag.http.exports.content import Content, Kind, Work
from rag.http.exports.csl import date_parts

_TYPES = {Kind.LEGISLATION: "STAT", Kind.REPORT: "RPRT", Kind.WEB_PAGE: "ELEC", Kind.DOCUMENT: "GEN"}


def write(content: Content) -> bytes:
    """Return the file, UTF-8. Its lines end as the format demands, with a carriage return and a line feed."""
    accessed = content.accessed.strftime("%Y/%m/%d")
    return "".join(f"{line}\r\n" for work in content.works for line in _lines(work, accessed)).encode()


def _lines(work: Work, accessed: str) -> list[str]:
    reference, parts = work.reference, date_parts(work.reference.published)
    fields = [
        ("TY", _TYPES[work.kind]),
        ("ID", work.key),
        ("TI", reference.title),
        ("AU", reference.author),
        ("PY", f"{parts[0]:04}" if parts else None),
        ("DA", "/".join([f"{parts[0]:04}", *(f"{part:02}" for part in parts[1:])]) if parts else None),
        ("SP", ", ".join(work.pages)),
        ("SE", "; ".join(work.pinpoints)),
        ("UR", work.address),
        ("Y2", accessed),
        ("ER", ""),
    ]
    return [f"{tag}  - {' '.join((value or '').split())}" for tag, value in fields if value or tag == "ER"]
