"""Reads indexed documents again, so that better parsers and better passages reach documents that did not change."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from rag.errors import UnreadableSource
from rag.formats import holds_records
from rag.ingest.found import origin_of, path_on_disk, printable
from rag.ingest.plan import Item
from rag.ingest.reread import Rereader
from rag.snapshots import Builder, Changes, Origin, Originals, Progress, Snapshot, Source, StoredDocument
from rag.sources import ParserProcess, fingerprint
from rag.sources.access import kept_labels
from rag.types import Document


@dataclass(frozen=True, slots=True)
class Unread:
    """The reason why a document was not read again, although nothing is wrong with it."""

    reason: str


@dataclass(frozen=True, slots=True)
class _ParsedFile:
    """A file as it is now: its digest, and its documents or the reasons why there are none, by source."""

    path: Path
    digest: str
    contents: Mapping[str, Document | UnreadableSource]


class Reparse:
    """Compares the documents of a snapshot with the results of the present parsers and of `builder`."""

    def __init__(self, snapshot: Snapshot, builder: Builder, originals: Originals, parser: ParserProcess) -> None:
        self._snapshot = snapshot
        self._builder = builder
        self._rereader = Rereader(originals, parser)
        self._parser = parser
        self._last: _ParsedFile | None = None  # neighbouring documents are often records of one file

    def run(self, paths: Sequence[Path], progress: Progress) -> tuple[Changes, list[Item]]:
        """Read the documents with a source at `paths` again, or all documents if there are no paths.

        Return the changes and the result for each document. A document that cannot be read any more stays as it is.
        Raises UnreadableSource if no document has a source at one of the paths.
        """
        chosen = list(_chosen(self._snapshot.documents(), paths))
        added, items = [], []
        for done, (number, stored) in enumerate(chosen):
            progress(done, len(chosen))
            item, changed = self._compared(number, stored)
            items.append(item)
            added += [changed] if changed else []
        progress(len(chosen), len(chosen))
        return Changes(added), items

    def _compared(self, number: int, stored: StoredDocument) -> tuple[Item, tuple[Document, Origin] | None]:
        """Return the result for a document, and the document to add if it differs; `number` is its place."""
        source, name = stored.origin.source, stored.reference.id
        before, found = self._snapshot.document(name), self._read(stored)
        if isinstance(found, UnreadableSource):
            return Item(source, "failed", name, printable(f"{found} The document stays as it is.")), None
        after = found if isinstance(found, Document) else before
        differences = list(_differences(before, after))
        if before.text == after.text and self._builder.cuts_differently(self._snapshot, number, stored, after):
            differences.append("passages")
        unread = found.reason if isinstance(found, Unread) else None
        if not differences:
            return Item(source, "unchanged", name, unread), None
        reason = "; ".join(filter(None, (f"new: {', '.join(differences)}", unread)))
        return Item(source, "updated", name, reason), (after, _origin(stored, after))

    def _read(self, stored: StoredDocument) -> Document | UnreadableSource | Unread:
        """Parse the kept original of a document, or else its unchanged file.

        If the original is missing or damaged, it is first written again from its file.
        """
        source, file = stored.origin.source, _file(stored.origin.source)
        if stored.origin.original is not None:
            found = self._rereader.read(stored)
            repaired = isinstance(found, UnreadableSource) and file is not None and self._rereader.repair(stored, file)
            return self._rereader.read(stored) if repaired else found
        if file is None:
            return Unread("its original is not kept, so it was not read again")
        parsed, name = self._parsed(file), printable(str(file))
        if parsed.digest != stored.origin.source_sha256:
            return Unread(f"{name} is gone or has changed since it was indexed, so it was not read again")
        found = parsed.contents.get(source, UnreadableSource(f"{name} does not give the document {source} any more."))
        if isinstance(found, UnreadableSource):
            return found
        found = kept_labels(found, stored.access, stored.metadata)
        return replace(found, reference=replace(found.reference, id=stored.reference.id))

    def _parsed(self, path: Path) -> _ParsedFile:
        """Return a file with its documents. It is parsed once for all neighbouring documents in it."""
        if self._last is None or self._last.path != path:
            digest = fingerprint(path)
            records = list(self._parser.parse(path)) if path.is_file() else []
            self._last = _ParsedFile(path, digest, {printable(one.key): one.content for one in records})
        return self._last


def _chosen(documents: Sequence[StoredDocument], paths: Sequence[Path]) -> Iterator[tuple[int, StoredDocument]]:
    """Yield each document with a source at `paths`, or all if there are no paths, and its number in the snapshot.

    Raises UnreadableSource if no document has a source at one of the paths.
    """
    roots = {Path(os.path.realpath(path)): path for path in paths}
    used = set()
    for number, stored in enumerate(documents):
        files = [Path(_file(source.name) or source.name) for source in stored.origin.sources]
        found = {root for root in roots if any(file.is_relative_to(root) for file in files)}
        used |= found
        if found or not roots:
            yield number, stored
    for root in roots.keys() - used:
        message = f"No document in the index has a source at {roots[root]}; 'rag documents --state indexed' lists them."
        raise UnreadableSource(message)


def _file(source: str) -> Path | None:
    """Return the path of a source, or of the file that holds it as a record; None if the source is no file."""
    if not os.path.isabs(source):  # noqa: PTH117
        return None
    for end in (index for index, character in enumerate(source) if character == "#"):
        if holds_records(source[:end]) and not path_on_disk(source).is_file():
            return path_on_disk(source[:end])
    return path_on_disk(source)


_PARTS: dict[str, Callable[[Document], object]] = {
    "text": lambda document: document.text,
    "title": lambda document: document.reference.title,
    "headings": lambda document: document.headings,
    "pages": lambda document: (document.pages, document.page_notes),
    "language": lambda document: document.language,
    "access": lambda document: document.access,
    "metadata": lambda document: (replace(document.reference, title=""), dict(document.metadata), document.inferred),
}


def _differences(before: Document, after: Document) -> Iterator[str]:
    return (name for name, part in _PARTS.items() if part(before) != part(after))


def _origin(stored: StoredDocument, document: Document) -> Origin:
    """Return the new origin of a document. If its text differs, empty digests make the next run read its copies."""
    before = stored.origin
    after = origin_of(before.source, before.source_sha256, document, before.original)
    same = after.sha256 == before.sha256
    return replace(after, copies=before.copies if same else tuple(Source(one.name, "") for one in before.copies))
