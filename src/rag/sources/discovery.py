"""Which files there are to read."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from rag.errors import UnreadableSource
from rag.sources.frontmatter import SIDECARS

SUFFIXES = (".txt", ".md", ".markdown", ".html", ".htm", ".pdf", ".docx", ".jsonl")


def discover(paths: Sequence[Path]) -> list[Path]:
    """Return the files to read: those named, in order, and those in folders named, sorted; each once.

    In a folder, hidden files, sidecars and files of other formats are passed over.
    """
    found: dict[Path, Path] = {}
    for path in paths:
        for file in _files(path):
            found.setdefault(file.resolve(), file)
    return list(found.values())


def _files(path: Path) -> Iterator[Path]:
    if path.is_dir():
        yield from _walk(path)
    elif not path.exists():
        raise UnreadableSource(f"There is no file or folder {path}; check the path.")
    elif not _readable(path):
        formats = " ".join(SUFFIXES)
        raise UnreadableSource(f"{path} is not of a format that can be read; convert it to one of {formats}.")
    else:
        yield path


def _walk(folder: Path) -> Iterator[Path]:
    for root, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            # An office program keeps a lock file named ~$... beside an open document.
            if not name.startswith((".", "~$")) and _readable(Path(root, name)):
                yield Path(root, name)


def _readable(path: Path) -> bool:
    return path.suffix.lower() in SUFFIXES and not path.name.endswith(SIDECARS)
