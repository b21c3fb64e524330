"""Which files there are to read, and whether one has changed."""

# os.path answers no where pathlib raises: for want of rights, for links in a circle, for names too long.
# ruff: noqa: PTH110, PTH112, PTH114, PTH118

from __future__ import annotations

import hashlib
import os
from collections.abc import Container, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from rag.errors import UnreadableSource
from rag.sources.files import opened
from rag.sources.frontmatter import SIDECARS

SUFFIXES = (".txt", ".md", ".markdown", ".html", ".htm", ".pdf", ".docx", ".eml", ".jsonl")

_HIDDEN = "it is hidden"
_LOCK = "an office program keeps it beside a document that is open"
_BLOCK = 1 << 20  # bytes at a time: a file may be larger than memory
_OTHER = f"it is of no format that is read: {' '.join(SUFFIXES)}"


@dataclass(frozen=True, slots=True)
class Discovery:
    """The files to read, by their real paths; why folders and links are not followed; folders with nothing in.

    `skipped` says of all else that lies there why it is no source. An empty folder may be one from which a disk was
    taken away.
    """

    files: dict[str, Path] = field(default_factory=dict)
    refused: dict[str, UnreadableSource] = field(default_factory=dict)
    skipped: dict[str, str] = field(default_factory=dict)
    empty: list[Path] = field(default_factory=list)


def discover(paths: Sequence[Path], index: Path | None = None) -> Discovery:
    """Find the files named, in order, and those in folders named, sorted.

    In a folder, hidden files and files of other formats are skipped, a link is followed only to what lies in the
    folders named, and the `index` is no part of it. Raises UnreadableSource where a path itself is wrong.
    """
    found = Discovery()
    roots = [Path(os.path.realpath(path)) for path in paths]
    for path in paths:
        for file in _files(path, roots, os.path.realpath(index) if index else None, found):
            found.files.setdefault(os.path.realpath(file), file)
    for key in found.files:  # what was named itself is not skipped
        found.skipped.pop(key, None)
    return found


def _files(path: Path, roots: Sequence[Path], index: str | None, found: Discovery) -> Iterator[Path]:
    if os.path.isdir(path):
        yield from _walk(path, roots, index, found)
    elif not os.path.lexists(path):
        raise UnreadableSource(f"There is no file or folder {path}, or none that you may see; check the path.")
    elif not _readable(path.name):
        formats = " ".join(SUFFIXES)
        raise UnreadableSource(f"{path} is not of a format that can be read; convert it to one of {formats}.")
    else:
        yield path


def _walk(folder: Path, roots: Sequence[Path], index: str | None, found: Discovery) -> Iterator[Path]:
    """Yield the files of a folder, and note what else is found there."""
    for root, folders, names in os.walk(folder, onerror=lambda error: found.refused.update([_unlisted(error)])):
        real = os.path.realpath(root)
        skipped = dict(_skipped(folders, names))
        found.skipped.update((os.path.join(real, name), reason) for name, reason in skipped.items())
        folders[:] = sorted(name for name in folders if name not in skipped and os.path.join(real, name) != index)
        if not folders and all(skipped.get(name) in (_HIDDEN, _LOCK) for name in names):
            found.empty.append(Path(root))
        read = sorted(name for name in names if name not in skipped and _readable(name))
        for path in (Path(root, name) for name in (*folders, *read)):
            if os.path.islink(path) and not _leads_within(path, roots):
                found.refused.update([_unfollowed(path)])
            elif path.name not in folders:
                yield path


def _skipped(folders: Sequence[str], names: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yield what in a folder is no source, and why."""
    there = set(names)
    for name in (*folders, *names):
        if name.startswith("."):
            yield name, _HIDDEN
        elif name.startswith("~$"):
            yield name, _LOCK
        elif name in there and not _readable(name) and not _beside(name, there):
            yield name, "it describes a file that is not there" if name.endswith(SIDECARS) else _OTHER


def _beside(name: str, names: Container[str]) -> bool:
    """Tell whether a file is the sidecar of another."""
    return any(name.endswith(suffix) and name.removesuffix(suffix) in names for suffix in SIDECARS)


def _leads_within(link: Path, roots: Sequence[Path]) -> bool:
    return os.path.exists(link) and any(Path(os.path.realpath(link)).is_relative_to(root) for root in roots)


def _unfollowed(link: Path) -> tuple[str, UnreadableSource]:
    key = os.path.join(os.path.realpath(link.parent), link.name)
    target = os.path.realpath(link)
    if not os.path.exists(link):
        return key, UnreadableSource(f"{key} is a link to {link.readlink()}, where nothing is; mend it or remove it.")
    message = f"{key} is a link out of the folder, to {target}; name {target} itself, or put a copy in its place."
    return key, UnreadableSource(message)


def _unlisted(error: OSError) -> tuple[str, UnreadableSource]:
    key = os.path.realpath(error.filename)
    return key, UnreadableSource(f"{key} cannot be listed: {error.strerror}; check its permissions.")


def _readable(name: str) -> bool:
    return Path(name).suffix.lower() in SUFFIXES and not name.endswith(SIDECARS)


def fingerprint(path: Path) -> str:
    """Return a sha256 that changes whenever the file or a sidecar of it does; of nothing where it cannot be read."""
    digest = hashlib.sha256()
    for part in (path, *(path.with_name(path.name + suffix) for suffix in SIDECARS)):
        # Reading tells what is wrong, in words.
        with suppress(OSError, UnreadableSource), opened(part) as file:
            digest.update(b"%d:" % os.fstat(file.fileno()).st_size)
            while block := file.read(_BLOCK):
                digest.update(block)
    return digest.hexdigest()
