"""Scans paths: reads new and changed files, and lists known sources that are missing."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from rag.errors import UnreadableSource
from rag.formats import holds_records
from rag.ingest import originals
from rag.ingest.found import Found, Skipped, printable
from rag.ingest.known import KnownSources
from rag.snapshots import Original
from rag.sources import Discovery, ParserProcess, Record, fingerprint
from rag.types import Document


@dataclass(frozen=True, slots=True)
class Scan:
    """The paths of one run, and the files found there.

    With `prune`, missing sources leave the index. With `keep`, the index keeps the originals of new documents.
    """

    paths: tuple[Path, ...]
    discovery: Discovery
    prune: bool
    keep: bool = False

    def read(self, known: KnownSources, parser: ParserProcess) -> Iterator[Found]:
        """Yield all sources at the paths. A changed file is yielded as soon as it is read."""
        for path, error in self.discovery.refused.items():
            yield Found(printable(path), printable(path), error)
        if self.prune:
            yield from _emptied_folders(self.discovery.empty, known.digests)
        yield from _read_files(self.discovery.files, known, parser, self.keep)
        for path, reason in self.discovery.skipped.items():
            yield Found(printable(path), printable(path), Skipped(reason))

    def missing(self, sources: Iterable[str], found: Iterable[Found]) -> list[str]:
        """Return the sources that belong to the paths but are not in `found`.

        A source in a file or folder that was skipped or could not be read does not count as missing.
        """
        roots = {printable(os.path.realpath(path)) for path in self.paths}
        present, unread = set(), set()
        for one in found:
            present.add(one.source)
            if isinstance(one.content, UnreadableSource | Skipped):
                unread.add(one.file)
        return [
            source
            for source in sources
            if source not in present
            and not roots.isdisjoint(_locations(source))
            and unread.isdisjoint(_locations(source))
        ]


def _read_files(files: Mapping[str, Path], known: KnownSources, parser: ParserProcess, keep: bool) -> Iterator[Found]:
    """Read the new and changed files, given by their real paths; yield each result at once.

    Copies come last. If the document of a copy changed, the copy is read even if its file did not change.
    """
    named = [(printable(real), path) for real, path in files.items()]
    results: list[Found] = []
    for file, path in named:
        if file not in known.copies:
            for one in _read_file(file, path, known, known.digests, parser, keep):
                results.append(one)
                yield one
    must_read = known.copies_to_read(results)
    digests = {source: digest for source, digest in known.digests.items() if source not in must_read}
    for file, path in named:
        if file in known.copies:
            yield from _read_file(file, path, known, digests, parser, keep)


def _read_file(
    file: str, path: Path, known: KnownSources, digests: Mapping[str, str], parser: ParserProcess, keep: bool
) -> Iterator[Found]:
    """Yield the documents of a file, or the file itself as unchanged if its digest is in `digests`."""
    digest = fingerprint(path)
    if digests.get(file) == digest:
        yield Found(file, file, None)
        return
    for record in parser.parse(path):
        source = printable(record.key)
        if isinstance(record.content, Document):
            original = _original(path, record, digest) if keep else None
            yield known.compare(source, file, digest, record.content, original)
        else:
            yield Found(source, file, record.content)


def _original(path: Path, record: Record, digest: str) -> Original | None:
    """Return the original of a record. None if the file has changed since it had the digest, or cannot be kept."""
    if record.line is not None:
        return originals.of_record(path, record)
    original = originals.of_file(path)
    return original if fingerprint(path) == digest else None


def _emptied_folders(folders: Iterable[Path], sources: Iterable[str]) -> Iterator[Found]:
    """Yield a failure for each empty folder that had documents before, because its disk may not be mounted."""
    names = [printable(os.path.realpath(folder)) for folder in folders]
    counts = Counter(place for source in sources for place in _locations(source)) if names else Counter()
    for name in names:
        if count := counts[name]:
            documents = f"{count} documents" if count > 1 else "a document"
            message = (
                f"{name} is empty, but {documents} in the index came from there, so nothing was removed: "
                "mount the missing disk, or delete the folder if its files are gone for good."
            )
            yield Found(name, name, UnreadableSource(message))


def _locations(source: str) -> Iterator[str]:
    """Yield a source itself, its JSONL file (the part before a `#`) if it is a record, and the folders above it."""
    yield source
    for mark in re.finditer("#", source):
        if holds_records(source[: mark.start()]):
            yield source[: mark.start()]
    yield from map(str, Path(source).parents)
