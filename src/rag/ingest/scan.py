"""Scans paths: reads new and changed files, and lists known sources that are missing."""

from __future__ import annotations

import os
import shlex
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from errno import ENOENT, ENOTDIR
from functools import cache
from pathlib import Path

from rag.errors import UnreadableSource, UnsupportedSource
from rag.formats import holds_files
from rag.ingest import originals
from rag.ingest.found import Found, Skipped, containers, locations, printable, system_path
from rag.ingest.known import KnownSources
from rag.ingest.moves import Disk
from rag.snapshots import Original
from rag.sources import Discovery, FolderRules, ParserProcess, Record, fingerprint
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
        yield from _read_files(self.discovery.files, known, parser, self.keep)
        for path, reason in self.discovery.skipped.items():
            yield Found(printable(path), printable(path), Skipped(reason))

    @property
    def roots(self) -> set[str]:
        """The real paths of the run, as `printable` returns them."""
        return {printable(os.path.realpath(path)) for path in self.paths}

    @property
    def usable(self) -> list[str]:
        """The real paths of the run that are folders, or files that can be parsed."""
        real = map(os.path.realpath, self.paths)
        return [printable(path) for path in real if Path(path).is_dir() or path in self.discovery.files]

    @property
    def absent(self) -> set[str]:
        """The paths of the run that do not exist."""
        return {printable(os.path.realpath(path)) for path in self.paths if not os.path.lexists(path)}

    def emptied(self, sources: Collection[str]) -> list[Found]:
        """With `prune`, return a failure for each empty folder that had some of the indexed `sources`."""
        return list(_emptied_folders(self.discovery.empty, sources)) if self.prune else []

    def disk(self, sources: Iterable[str], found: Sequence[Found]) -> Disk:
        """Return the questions about files that this run can answer. `sources` are the indexed ones."""
        roots, missing = self.roots - self.absent, cache(lambda: frozenset(self.missing(sources, found)))
        return Disk(
            is_gone=lambda source: source in missing() or not file_exists(source),
            exists=path_exists,
            in_scope=lambda source: self.prune and not roots.isdisjoint(locations(source)),
        )

    def missing(self, sources: Iterable[str], found: Iterable[Found]) -> list[str]:
        """Return the sources that belong to the paths but are not in `found`.

        A source in a file or folder that was skipped or could not be read does not count as missing.
        """
        roots = self.roots
        present, unread = set(), set()
        for one in found:
            present.add(one.source)
            if isinstance(one.content, UnreadableSource | Skipped):
                unread.add(one.file)
        return [
            source
            for source in sources
            if source not in present
            and not roots.isdisjoint(locations(source))
            and unread.isdisjoint(locations(source))
        ]


def _read_files(files: Mapping[str, Path], known: KnownSources, parser: ParserProcess, keep: bool) -> Iterator[Found]:
    """Read the new and changed files, given by their real paths; yield each result at once.

    Copies come last. If the document of a copy changed, the copy is read even if its file did not change.
    """
    named = [(printable(real), path) for real, path in files.items()]
    results: list[Found] = []
    reading = _FileReader(known, parser, FolderRules(), keep)
    for file, path in named:
        if file not in known.copies:
            for one in reading.read(file, path, known.digests):
                results.append(one)
                yield one
    must_read = known.copies_to_read(results)
    digests = {source: digest for source, digest in known.digests.items() if source not in must_read}
    for file, path in named:
        if file in known.copies:
            yield from reading.read(file, path, digests)


@dataclass(frozen=True, slots=True)
class _FileReader:
    """Reads the files of one run. `rules` has the labels of their folders."""

    known: KnownSources
    parser: ParserProcess
    rules: FolderRules
    keep: bool

    def read(self, file: str, path: Path, digests: Mapping[str, str]) -> Iterator[Found]:
        """Yield the documents of a file, or the file itself as unchanged if its digest is in `digests`."""
        digest, labels = fingerprint(path, self.rules), self.rules.of(path)
        if digests.get(file) == digest and not self.parser.lists_again(path):
            yield Found(file, file, None)
            return
        for record in self.parser.parse(path):
            source = printable(record.key)
            if isinstance(record.content, Document):
                document = labels.give(record.content) if labels else record.content
                original = _original(path, record, digest) if self.keep else None
                yield self.known.compare(source, file, digest, document, original)
            else:
                # Files within a file are known by their names, so that a bad one says nothing about the others.
                content = record.content
                unread = _skipped(record.key, content) if isinstance(content, UnsupportedSource) else content
                yield Found(source, source if holds_files(file) else file, unread, labels)


def _skipped(key: str, error: UnsupportedSource) -> Skipped:
    """Return the reason for a skipped source, which begins with "it" like the reasons of `discover`."""
    words = str(error).removesuffix(".")
    return Skipped(f"it {words.removeprefix(f'{key} ')}" if words.startswith(key) else words)


def _original(path: Path, record: Record, digest: str) -> Original | None:
    """Return the original of a record. None if the file has changed since it had the digest, or cannot be kept."""
    if record.line is not None or record.key != os.path.realpath(path):
        return originals.of_record(path, record)
    original = originals.of_file(path)
    return original if fingerprint(path) == digest else None


def _emptied_folders(folders: Iterable[Path], sources: Collection[str]) -> Iterator[Found]:
    """Yield a failure for each empty folder that had documents before, because its disk may not be mounted.

    `sources` are the indexed sources.
    """
    names = [printable(os.path.realpath(folder)) for folder in folders]
    counts = Counter(place for source in sources for place in locations(source)) if names else Counter()
    for name in names:
        if count := counts[name]:
            sources_there = f"{count} indexed sources were" if count > 1 else "one indexed source was"
            message = (
                f"{name} is empty, but {sources_there} there, so nothing was removed: mount the missing disk, "
                f"or run 'rag remove --root {shlex.quote(name)}' if the files are gone for good."
            )
            yield Found(name, name, UnreadableSource(message))


def file_exists(source: str) -> bool:
    """Return whether the file of a source exists."""
    return path_exists(source) or any(
        path_exists(place) for place in containers(source) if source.startswith(f"{place}#")
    )


def path_exists(path: str) -> bool:
    """Return whether a printable path exists. A path that cannot be checked counts as existing."""
    return any(map(_can_exist, {path, system_path(path)}))


def _can_exist(path: str) -> bool:
    try:
        os.lstat(path)
    except OSError as error:
        return error.errno not in (ENOENT, ENOTDIR)
    return True
