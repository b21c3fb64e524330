"""The cited documents as BibTeX."""

from __future__ import annotations

import re

from rag.http.exports.content import Content, Kind, Work
from rag.http.exports.csl import date_parts

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_LATEX = {"\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}"}
_NOTES = {Kind.LEGISLATION: "Legislation", Kind.REPORT: "Report"}


def write(content: Content) -> bytes:
    """Return the file, UTF-8."""
    return "\n".join(_entry(work, str(content.accessed)) for work in content.works).encode()


def _entry(work: Work, accessed: str) -> str:
    reference = work.reference
    year, month, *_ = [*date_parts(reference.published), 0, 0]
    is_report = work.kind == Kind.REPORT and reference.author is not None  # @techreport needs an institution
    fields = {
        # The second braces stop BibTeX from splitting the name of an office, and from changing capitals of a title.
        "author": _braced(reference.author),
        "institution": _braced(reference.author) if is_report else None,
        "title": _braced(reference.title),
        "year": f"{{{year}}}" if year else None,
        "month": _MONTHS[month - 1] if 1 <= month <= 12 else None,
        "pages": _plain(", ".join(work.pages)),
        "howpublished": None if is_report else _plain(_NOTES.get(work.kind)),
        "note": _plain("; ".join(work.pinpoints)),
        "url": f"{{{_address(work.address)}}}" if work.address else None,
        "urldate": f"{{{accessed}}}",
    }
    lines = [f"  {name} = {value}," for name, value in fields.items() if value]
    return "\n".join([f"@{'techreport' if is_report else 'misc'}{{{work.key},", *lines, "}\n"])


def _braced(text: str | None) -> str | None:
    return f"{{{{{_escape(text)}}}}}" if text else None


def _plain(text: str | None) -> str | None:
    return f"{{{_escape(text)}}}" if text else None


def _address(address: str) -> str:
    return address.replace("{", "%7B").replace("}", "%7D")


def _escape(text: str) -> str:
    """Escape the characters that LaTeX would read as commands."""
    line = " ".join(text.split())
    return re.sub(r"[\\~^]|[{}$&#_%]", lambda found: _LATEX.get(found[0], f"\\{found[0]}"), line)
