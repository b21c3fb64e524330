"""Finds files that moved: a known file is gone, and the run found a new file with the same text.

A folder counts as moved if all its known files are gone, and more than half of them are at the same places in one other
folder, with the same text or most of its words. Files that were edited or deleted after the move then belong to the
moved folder too. A JSONL file with its records is treated like a folder.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import takewhile
from pathlib import PurePosixPath

from rag.errors import UnreadableSource
from rag.ingest.found import Found, containers, is_path
from rag.snapshots import Source, StoredDocument
from rag.types import Document

_EVIDENCE = 0.5
"""The lowest share of words that a file has in common before and after an edit, if other files moved with it."""

_ALONE = 0.8
"""The same share, if no other file shows that the folder moved."""

_TAIL = 3
"""Parts of a path to compare when several new files have the same text: the name and two folders above it."""


@dataclass(frozen=True, slots=True)
class Moves:
    """The known sources that moved.

    `sources` maps each old name to the new one. A document that has both keeps the new one. `folders` maps folders and
    JSONL files that no longer exist to their new paths.
    """

    sources: Mapping[str, str] = field(default_factory=dict)
    folders: Mapping[str, str] = field(default_factory=dict)

    def renamed(self, documents: Iterable[StoredDocument]) -> list[StoredDocument]:
        """Return the documents with the new names of their sources."""
        return [self._renamed(stored) for stored in documents]

    def new_place(self, path: str) -> str | None:
        """Return the new path of a file or record in a folder that moved; None if no such folder has it."""
        folder = next((one for one in _folders(path) if one in self.folders), None)
        return None if folder is None else self.folders[folder] + path[len(folder) :]

    def old_names(self) -> dict[str, str]:
        """Return the old name of each moved source by its new name."""
        return {new: old for old, new in self.sources.items()}

    def _renamed(self, stored: StoredDocument) -> StoredDocument:
        origin = stored.origin
        digests = {source.name: source.sha256 for source in origin.sources}
        if self.sources.keys().isdisjoint(digests):
            return stored
        names = dict.fromkeys(self.sources.get(name, name) for name in digests)
        renamed = {self.sources.get(name, name): digest for name, digest in digests.items()}
        primary, *copies = (Source(name, digests.get(name, renamed[name])) for name in names)
        moved = replace(origin, source=primary.name, source_sha256=primary.sha256, copies=tuple(copies))
        return replace(stored, origin=moved)


@dataclass(frozen=True, slots=True)
class Disk:
    """Questions about files that a run can answer.

    `is_gone` returns whether the file of a known source no longer exists, and `exists` whether a path exists.
    `in_scope` returns whether the run prunes at a path. A known copy that is in scope may replace a file that is gone.
    """

    is_gone: Callable[[str], bool]
    exists: Callable[[str], bool]
    in_scope: Callable[[str], bool] = lambda _: False


def find_moves(
    documents: Sequence[StoredDocument], found: Sequence[Found], disk: Disk, load: Callable[[str], Document]
) -> Moves:
    """Find the known files that moved. `load` returns a known document with its text by its id."""
    known = {source.name: stored for stored in documents for source in stored.origin.sources}
    by_source = {one.source: one for one in found}
    arrived = [name for name, one in by_source.items() if isinstance(one.content, tuple) and name not in known]
    copied = (source.name for stored in documents if stored.origin.copies for source in stored.origin.sources)
    if not any(map(is_path, arrived)) and not any(map(disk.in_scope, copied)):
        return Moves()
    present = {name for name, one in by_source.items() if not isinstance(one.content, UnreadableSource)}
    lost = [name for name in known if is_path(name) and name not in present and disk.is_gone(name)]
    return _Search(known, by_source, lost, disk, load).moves() if lost else Moves()


class _Search:
    """The search for moves in one run. `lost` lists the known files that are gone."""

    def __init__(
        self,
        known: Mapping[str, StoredDocument],
        found: Mapping[str, Found],
        lost: Sequence[str],
        disk: Disk,
        load: Callable[[str], Document],
    ) -> None:
        self._known = known
        self._found = found
        self._lost = dict.fromkeys(lost)
        self._disk = disk
        self._load = load
        self._arrived = {
            name: one.content
            for name, one in found.items()
            if isinstance(one.content, tuple) and name not in known and is_path(name)
        }
        self._same: dict[str, str] = {}  # the new path of each lost file whose text was found
        self._moved: dict[str, str] = {}
        self._taken: set[str] = set()

    def moves(self) -> Moves:
        """Return the moves: first of whole folders, then of single files."""
        self._same = self._same_text()
        below = _by_folder(self._lost)
        folders = {}
        for folder, new in self._candidates(below):
            if self._move_folder(folder, new, below[folder]) and not self._disk.exists(folder):
                folders[folder] = new
        for source, new in self._same.items():
            if source not in self._moved and self._is_free(source, new) and self._has_text_of(source, new):
                self._move(source, new)
        return Moves({old: new for old, new in self._moved.items() if new not in self._moved}, folders)

    def _same_text(self) -> dict[str, str]:
        """Return the new path of each lost file whose text was found: a new file, or else a known copy."""
        before = {source: self._known[source].origin.sha256 for source in self._lost}
        pairs = _matched(before, {new: origin.sha256 for new, (_, origin) in self._arrived.items()})
        for source in self._lost.keys() - pairs.keys():
            copies = [copy for copy in self._copies(source) if copy not in self._lost]
            if copies:
                pairs[source] = max(copies, key=lambda copy: _common_parts(source, copy))
        return pairs

    def _edited(self) -> dict[str, str]:
        """Return new files that have the name and most words of a lost file, if the folder of that file is gone."""
        taken = set(self._same.values())
        lost = {
            source: path.name
            for source in self._lost
            if source not in self._same and not self._disk.exists(str((path := PurePosixPath(source)).parent))
        }
        pairs = _matched(lost, {new: PurePosixPath(new).name for new in self._arrived if new not in taken})
        return {source: new for source, new in pairs.items() if self._similarity(source, new) >= _ALONE}

    def _candidates(self, below: Mapping[str, Sequence[str]]) -> Iterator[tuple[str, str]]:
        """Yield folders whose known files are all lost, each with its most likely new path.

        The folder with the largest share of unchanged files comes first, because two folders may resemble the same new
        folder. If the shares are equal, a folder comes before the folder that contains it.
        """
        votes: dict[str, Counter[str]] = defaultdict(Counter)
        for source, new in {**self._same, **self._edited()}.items():
            for folder in _folders(source):
                if new.endswith(source[len(folder) :]):
                    votes[folder][new[: len(new) - len(source) + len(folder)]] += 1
        files = Counter(folder for source in self._known if is_path(source) for folder in _folders(source))
        places = {
            folder: targets.most_common(1)[0][0]
            for folder, targets in votes.items()
            if files[folder] == len(below[folder])
        }
        same = {
            folder: sum(self._same.get(source) == place + source[len(folder) :] for source in below[folder])
            for folder, place in places.items()
        }
        for folder in sorted(places, key=lambda path: (-same[path] / len(below[path]), -len(path), path)):
            yield folder, places[folder]

    def _move_folder(self, folder: str, new: str, lost: Sequence[str]) -> bool:
        """Move the lost files of a folder if more than half of them are at the same places in the new folder."""
        places = {source: new + source[len(folder) :] for source in lost}
        if 2 * sum(self._is_evidence(source, place) for source, place in places.items()) <= len(places):
            return False
        missing = not self._disk.exists(folder)
        for source, place in places.items():
            if source in self._moved or self._same.get(source, place) != place or not self._is_free(source, place):
                continue
            if missing or place in self._found:
                self._move(source, place)
        return True

    def _is_evidence(self, source: str, place: str) -> bool:
        """Return whether a file at a new place shows that its folder moved there."""
        if self._same.get(source) == place or place in self._copies(source):
            return True
        return place in self._arrived and self._similarity(source, place) >= _EVIDENCE

    def _is_free(self, source: str, new: str) -> bool:
        """Return whether a lost file can get a new name: no other document and no other lost file has it."""
        return new in self._copies(source) if new in self._known else new not in self._taken

    def _move(self, source: str, new: str) -> None:
        self._moved[source] = new
        self._taken.add(new)

    def _has_text_of(self, source: str, new: str) -> bool:
        """Return whether a file has the text of a lost file after this run."""
        content = self._found[new].content if new in self._found else None
        if isinstance(content, tuple):
            return content[1].sha256 == self._known[source].origin.sha256
        return new in self._found and content is None

    def _copies(self, source: str) -> list[str]:
        """Return the known copies that can replace a lost file. None can if the run prunes the lost file itself."""
        if self._disk.in_scope(source):
            return []
        names = (one.name for one in self._known[source].origin.sources)
        return [name for name in names if name != source and is_path(name) and self._disk.in_scope(name)]

    def _similarity(self, source: str, new: str) -> float:
        """Return the number of words in both texts as a share of the words in either."""
        before = set(self._load(self._known[source].reference.id).text.split())
        after = set(self._arrived[new][0].text.split())
        return len(before & after) / max(len(before | after), 1)


def _matched(lost: Mapping[str, str], new: Mapping[str, str]) -> dict[str, str]:
    """Pair lost files with new ones that have the same value. Files with the most similar paths are paired first."""
    pairs: dict[str, str] = {}
    for length in range(_TAIL, -1, -1):
        free: dict[tuple[str, tuple[str, ...]], list[str]] = defaultdict(list)
        paired = set(pairs.values())
        for path in sorted(new.keys() - paired, reverse=True):
            free[new[path], _tail(path, length)].append(path)
        for path, value in lost.items():
            if path not in pairs and (options := free.get((value, _tail(path, length)))):
                pairs[path] = options.pop()
    return pairs


def _by_folder(paths: Iterable[str]) -> dict[str, list[str]]:
    """Return the paths below each folder."""
    below: dict[str, list[str]] = defaultdict(list)
    for path in paths:
        for folder in _folders(path):
            below[folder].append(path)
    return below


def _folders(path: str) -> Iterator[str]:
    """Yield the JSONL file of a record, and the folders above a path except the root of the disk."""
    return (folder for folder in containers(path) if folder != "/")


def _tail(path: str, length: int) -> tuple[str, ...]:
    return PurePosixPath(path).parts[-length:] if length else ()


def _common_parts(one: str, other: str) -> int:
    """Return the number of equal parts at the end of two paths."""
    pairs = zip(reversed(PurePosixPath(one).parts), reversed(PurePosixPath(other).parts), strict=False)
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))
