"""From paths to what a run found: the files there, read where they changed, and what is met there no longer."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from rag.errors import UnreadableSource
from rag.ingest.plan import Found, Skipped, origin_of, printable
from rag.snapshots import StoredDocument
from rag.sources import ReadingProcess, fingerprint
from rag.types import Document


class Known:
    """The sources that the index has documents of, with the digests of their files, and of what was read there."""

    def __init__(self, documents: Sequence[StoredDocument]) -> None:
        self.documents = documents
        self.fingerprints = {stored.origin.source: stored.origin.fingerprint for stored in documents}
        self.digests = {source.name: source.sha256 for stored in documents for source in stored.origin.sources}
        self._owners = {copy.name: stored for stored in documents for copy in stored.origin.copies}

    def is_copy(self, source: str) -> bool:
        """Tell whether a source has the text that another one gave a document."""
        return source in self._owners

    def orphans(self, found: Iterable[Found]) -> set[str]:
        """Return the copies of documents that have another text now: each must be read to become one itself."""
        texts = {one.source: one.content[1].sha256 for one in found if isinstance(one.content, tuple)}
        return {
            copy
            for copy, stored in self._owners.items()
            if texts.get(stored.origin.source, stored.origin.sha256) != stored.origin.sha256
        }


def read_files(files: Mapping[str, Path], known: Known, reading: ReadingProcess) -> Iterator[Found]:
    """Read the files that are not byte for byte what they were, and copies last; yield what is found as it is read.

    They are given by their real paths.
    """
    named = [(printable(real), path) for real, path in files.items()]
    originals: list[Found] = []
    for file, path in named:
        if not known.is_copy(file):
            for one in _read(file, path, known, known.digests, reading):
                originals.append(one)
                yield one
    orphans = known.orphans(originals)
    digests = {source: digest for source, digest in known.digests.items() if source not in orphans}
    for file, path in named:
        if known.is_copy(file):
            yield from _read(file, path, known, digests, reading)


def unmet(sources: Iterable[str], paths: Sequence[Path], found: Iterable[Found]) -> list[str]:
    """Return the sources from below `paths` that this run did not meet."""
    roots = {printable(os.path.realpath(path)) for path in paths}
    met, unread = set(), set()
    for one in found:
        met.add(one.source)
        if isinstance(one.content, UnreadableSource | Skipped):
            unread.add(one.file)  # which of its documents could not be read is not known
    return [
        source
        for source in sources
        if source not in met and not roots.isdisjoint(_places(source)) and unread.isdisjoint(_places(source))
    ]


def emptied(folders: Sequence[Path], known: Iterable[str]) -> Iterator[Found]:
    """Yield the folders that are empty, though documents came from them: a disk may not be mounted."""
    counts = Counter(place for source in known for place in _places(source)) if folders else Counter()
    for folder in folders:
        name = printable(os.path.realpath(folder))
        if count := counts[name]:
            documents = f"{count} documents of the index" if count > 1 else "a document of the index"
            advice = "mount what belongs there, or, if that is gone for good, remove the folder too"
            message = f"{name} is empty, though {documents} came from there, and nothing was removed: {advice}."
            yield Found(name, name, UnreadableSource(message))


def _read(file: str, path: Path, known: Known, digests: Mapping[str, str], reading: ReadingProcess) -> Iterator[Found]:
    digest = fingerprint(path)
    if digests.get(file) == digest:
        yield Found(file, file, None)
        return
    for record in reading.read(path):
        source, content = printable(record.key), record.content
        if isinstance(content, Document):
            origin = origin_of(source, digest, content)
            unchanged = known.fingerprints.get(source) == origin.fingerprint
            yield Found(source, file, None if unchanged else (content, origin))
        else:
            yield Found(source, file, content)


def _places(source: str) -> Iterator[str]:
    """Yield the file that a source lies in, which is all before the `#` of a record, and the folders above."""
    yield source
    for mark in re.finditer("#", source):
        if source[: mark.start()].lower().endswith(".jsonl"):
            yield source[: mark.start()]
    yield from map(str, Path(source).parents)
