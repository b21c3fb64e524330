"""Parses the kept original of a document again."""

from __future__ import annotations

import os
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path

from rag.errors import CorruptSnapshot, UnreadableSource
from rag.ingest.found import printable
from rag.ingest.originals import advice, of_file, of_record, with_page_facts
from rag.snapshots import Original, Originals, StoredDocument
from rag.snapshots.durable import storage_errors
from rag.sources import SIDECARS, ParserProcess
from rag.sources.access import kept_labels
from rag.types import Document

_MOST_LINES = 1 << 27
"""A greater line number comes from a forged backup. It would fill the memory."""


@dataclass(frozen=True, slots=True)
class Rereader:
    """Parses kept originals in the same way as their sources.

    If the parser has not changed, the result has the same fingerprint as the indexed document.
    """

    originals: Originals
    parser: ParserProcess

    def read(self, stored: StoredDocument) -> Document | UnreadableSource:
        """Parse the original of a document. Return the document under its id, or the reason why that is not possible.

        Raises StorageError if the temporary file cannot be written.
        """
        source, original = stored.origin.source, stored.origin.original
        if original is None:
            return UnreadableSource(f"The original of {source} is not kept.")
        fault = _fault(original)
        if fault is not None:
            return UnreadableSource(f"The original of {source} {fault}; give the document again.")
        try:
            parts = [self.originals.read(digest) for digest in original.digests]
        except CorruptSnapshot as error:
            return UnreadableSource(f"{error}; {advice(source, stored.reference.id)}.")
        found = self._parse(original, parts, source)
        if isinstance(found, UnreadableSource):
            return found
        if original.page is not None:
            found = with_page_facts(found, original.page, Path(original.name).stem)
        found = kept_labels(found, stored.access, stored.metadata)
        return replace(found, reference=replace(found.reference, id=stored.reference.id))

    def repair(self, stored: StoredDocument, file: Path) -> bool:
        """Write a missing or damaged original again from the file of its source. Return whether it was written.

        Call only with the writer's lock. Nothing is written if the file does not have the same bytes. StorageError.
        """
        original = stored.origin.original
        if original is None or not any(map(self.originals.fault, original.digests)):
            return False
        again = self._described(original, stored.origin.source, file)
        if again is None or again.digests != original.digests:
            return False
        origin = replace(stored.origin, original=replace(original, load=again.load))
        self.originals.repair([origin], [stored])
        return True

    def _described(self, original: Original, source: str, file: Path) -> Original | None:
        """Describe the file, or the record in it, as it is now."""
        if original.line is None or not file.is_file():
            return of_file(file)
        records = (one for one in self.parser.parse(file) if printable(one.key) == source)
        return next((of_record(file, one) for one in records), None)

    def _parse(self, original: Original, parts: list[bytes], source: str) -> Document | UnreadableSource:
        content, *sidecar = parts
        with tempfile.TemporaryDirectory() as folder:
            path = Path(os.path.realpath(folder), original.name)
            with storage_errors(path):
                path.write_bytes(b"\n" * ((original.line or 1) - 1) + content)
                if original.sidecar is not None:
                    path.with_name(path.name + original.sidecar.suffix).write_bytes(sidecar[0])
            every = list(self.parser.parse(path))
        records = [one for one in every if one.key == str(path)] or every  # an e-mail without its attachments
        if len(records) != 1:
            return UnreadableSource(f"The original of {source} holds {len(records)} documents instead of one.")
        found = records[0].content
        return found if isinstance(found, Document) else UnreadableSource(str(found).replace(str(path), source))


def _fault(original: Original) -> str | None:
    """Return the fault of a record that may come from a forged backup, or None if it is valid."""
    if Path(original.name).name != original.name or "\0" in original.name or original.name in ("", ".", ".."):
        return f"has the file name {original.name!r}, which is not valid"
    if original.line is not None and not 1 <= original.line <= _MOST_LINES:
        return f"has the line number {original.line}, which is not valid"
    if original.sidecar is not None and original.sidecar.suffix not in SIDECARS:
        return f"has a sidecar with the suffix {original.sidecar.suffix!r}, which is not valid"
    return None
