"""Describes the originals of sources: the file that a document was parsed from, and facts for parsing it again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from hashlib import sha256
from pathlib import Path

from rag.errors import UnreadableSource
from rag.ingest.found import is_path
from rag.snapshots import Original, PageFacts, Sidecar
from rag.sources import Record, contents, pretty, sidecar_file
from rag.sources.dates import iso
from rag.types import Document


def of_file(path: Path, given: str | None = None) -> Original | None:
    """Return the original of a document that is a whole file, or None if the file cannot be read any more."""
    return _described(path, partial(contents, path), given=given)


def of_record(path: Path, record: Record) -> Original | None:
    """Return the original of a record: its own line of the file. None if the parser does not give the line."""
    raw = record.raw
    return None if raw is None else _described(path, lambda: raw, line=record.line)


def of_page(content: bytes, name: str, page: PageFacts, load: Callable[[], bytes | None]) -> Original:
    """Return the original of a page that was parsed under a file name. `load` gives its bytes again."""
    return Original(sha256(content).hexdigest(), name, page=page, load=lambda: (load() or b"",))


def with_page_facts(document: Document, page: PageFacts, stem: str) -> Document:
    """Return the document of a page with its address, and with facts from the feed if the page does not state them.

    `stem` is the stem of the file name that the page was parsed under.
    """
    stated = document.reference
    untitled = stated.title == pretty(stem)
    return replace(
        document,
        reference=replace(
            stated,
            url=page.url,
            title=(page.title if untitled else None) or stated.title,
            author=stated.author or page.author,
            published=stated.published or iso(page.published),
        ),
    )


def advice(source: str, document_id: str) -> str:
    """Return what to do if the kept original of a document is missing or damaged, and its file does not repair it."""
    if is_path(source):
        return f"remove {document_id!r} and ingest its file again"
    if source.startswith(("http://", "https://")):
        return f"remove {document_id!r} and ingest its feed again"
    return f"give {document_id!r} again"


def _described(
    path: Path, load: Callable[[], bytes], *, given: str | None = None, line: int | None = None
) -> Original | None:
    sidecar = sidecar_file(path)
    loads: list[Callable[[], bytes]] = [load, partial(contents, sidecar)] if sidecar else [load]
    try:
        digests = [sha256(one()).hexdigest() for one in loads]
    except (OSError, UnreadableSource):
        return None
    return Original(
        digests[0],
        path.name,
        given if given != path.name else None,
        line,
        Sidecar(sidecar.name.removeprefix(path.name), digests[1]) if sidecar else None,
        load=lambda: [one() for one in loads],
    )
