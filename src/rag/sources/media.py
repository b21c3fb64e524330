"""Which media types are of formats that are read."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePosixPath

from rag.sources.discovery import SUFFIXES

SUFFIX_OF: Mapping[str, str] = {
    "text/plain": ".txt",
    "text/markdown": ".md",
    "text/html": ".html",
    "application/xhtml+xml": ".html",
    "application/pdf": ".pdf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
    "message/rfc822": ".eml",
}
"""The suffix of a file of each type."""

_VAGUE = frozenset({"", "application/octet-stream", "binary/octet-stream", "text/plain"})


def suffix_of(media_type: str, path: str) -> str | None:
    """Return the suffix of a file of a type, or, where that says little, of `path`; None where it is not read."""
    own = PurePosixPath(path).suffix.lower()
    if media_type in _VAGUE and own in SUFFIXES and own != ".jsonl":
        return own
    return SUFFIX_OF.get(media_type)
