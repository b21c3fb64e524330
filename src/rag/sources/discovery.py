"""Finds the files to ingest, and computes digests to detect changes."""

# os.path returns False if pathlib would raise: for missing rights, circular links and names that are too long.
# ruff: noqa: PTH110, PTH112, PTH114, PTH118

from __future__ import annotations

import hashlib
import os
from collections.abc import Container, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from rag.errors import UnreadableSource
from rag.formats import format_of, suffixes
from rag.sources.access import FOLDER_FILE, FolderRules
from rag.sources.files import opened
from rag.sources.frontmatter import SIDECARS
from rag.sources.unread import remedy

_HIDDEN = "it is hidden"
_LOCK = "it is the lock file of an open document"
_BLOCK = 1 << 20  # Bytes read at once, because a file may be larger than memory.


@dataclass(frozen=True, slots=True)
class Discovery:
    """The result of a search for files.

    `files` are the files to ingest, by real path. `refused` are wrong paths, folders that cannot be listed, and links
    that are not followed, each with its reason. `skipped` are other files and folders, each with its reason. `empty`
    are folders without files: if one had files before, its disk may not be mounted.
    """

    files: dict[str, Path] = field(default_factory=dict)
    refused: dict[str, UnreadableSource] = field(default_factory=dict)
    skipped: dict[str, str] = field(default_factory=dict)
    empty: list[Path] = field(default_factory=list)


def discover(paths: Sequence[Path], index: Path | None = None) -> Discovery:
    """Find the files among `paths`, in order, and the files in folders among them, sorted.

    In a folder, hidden files, files of unknown formats and the folder `index` are skipped. A link is followed only if
    it leads into one of `paths`. Raises UnreadableSource if all of `paths` are wrong, and ConfigurationError if a
    plugin is broken.
    """
    suffixes()  # so that a broken plugin is reported before any file
    found = Discovery()
    roots = [Path(os.path.realpath(path)) for path in paths]
    wrong = {path: error for path in paths if (error := _path_error(path))}
    if wrong and wrong.keys() == set(paths):
        raise next(iter(wrong.values()))
    found.refused.update((os.path.realpath(path), error) for path, error in wrong.items())
    for path in (path for path in paths if path not in wrong):
        for file in _files(path, roots, os.path.realpath(index) if index else None, found):
            found.files.setdefault(os.path.realpath(file), file)
    for key in (*found.files, *found.refused):  # a file among `paths` is ingested even if it is hidden
        found.skipped.pop(key, None)
    return found


def check_paths(paths: Sequence[Path]) -> None:
    """Raise UnreadableSource if one of `paths` does not exist or is a file of an unknown format."""
    for path in paths:
        if error := _path_error(path):
            raise error


def _path_error(path: Path) -> UnreadableSource | None:
    if not os.path.lexists(path):
        return UnreadableSource(f"There is no file or folder {path}, or you have no access to it; check the path.")
    if os.path.isdir(path) or _has_format(path.name):
        return None
    return UnreadableSource(f"{path} has no format that can be parsed; {remedy(path.name)}.")


def _files(path: Path, roots: Sequence[Path], index: str | None, found: Discovery) -> Iterator[Path]:
    if os.path.isdir(path):
        yield from _walk(path, roots, index, found)
    else:
        yield path


def _walk(folder: Path, roots: Sequence[Path], index: str | None, found: Discovery) -> Iterator[Path]:
    """Yield the files of a folder to ingest, and add everything else to `found`."""
    for root, folders, names in os.walk(folder, onerror=lambda error: found.refused.update([_unlisted(error)])):
        real = os.path.realpath(root)
        skipped = dict(_skipped(folders, names))
        found.skipped.update((os.path.join(real, name), reason) for name, reason in skipped.items())
        folders[:] = sorted(name for name in folders if name not in skipped and os.path.join(real, name) != index)
        if not folders and all(name == FOLDER_FILE or skipped.get(name) in (_HIDDEN, _LOCK) for name in names):
            found.empty.append(Path(root))
        files = sorted(name for name in names if name not in skipped and _has_format(name))
        for path in (Path(root, name) for name in (*folders, *files)):
            if os.path.islink(path) and not _leads_within(path, roots):
                found.refused.update([_unfollowed(path)])
            elif path.name not in folders:
                yield path


def _skipped(folders: Sequence[str], names: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yield the names in a folder that are not ingested, each with the reason."""
    files = set(names)
    for name in (*folders, *names):
        if name == FOLDER_FILE and name in files:
            continue
        if name.startswith("."):
            yield name, _HIDDEN
        elif name.startswith("~$"):
            yield name, _LOCK
        elif name in files and not _has_format(name) and not _is_sidecar(name, files):
            other = f"it has no format that can be parsed; {remedy(name)}"
            yield name, "it describes a file that does not exist" if name.endswith(SIDECARS) else other


def _is_sidecar(name: str, names: Container[str]) -> bool:
    """Return whether a file is the sidecar of one of `names`."""
    return any(name.endswith(suffix) and name.removesuffix(suffix) in names for suffix in SIDECARS)


def _leads_within(link: Path, roots: Sequence[Path]) -> bool:
    return os.path.exists(link) and any(Path(os.path.realpath(link)).is_relative_to(root) for root in roots)


def _unfollowed(link: Path) -> tuple[str, UnreadableSource]:
    key = os.path.join(os.path.realpath(link.parent), link.name)
    target = os.path.realpath(link)
    if not os.path.exists(link):
        return key, UnreadableSource(
            f"{key} is a link to {link.readlink()}, which does not exist; correct or remove it."
        )
    message = f"{key} is a link out of the folder, to {target}; pass {target} itself, or replace the link by a copy."
    return key, UnreadableSource(message)


def _unlisted(error: OSError) -> tuple[str, UnreadableSource]:
    key = os.path.realpath(error.filename)
    return key, UnreadableSource(f"{key} cannot be listed: {error.strerror}; check its permissions.")


def _has_format(name: str) -> bool:
    return format_of(name) is not None and not name.endswith(SIDECARS)


def fingerprint(path: Path, rules: FolderRules | None = None) -> str:
    """Return a sha256 that changes whenever the file, its sidecar or the labels of its folder change.

    A file that cannot be read has the digest of no bytes. `rules` has the labels of folders, if they are known.
    """
    digest = hashlib.sha256()
    labels = (rules or FolderRules()).of(path)
    if labels is not None:  # files in folders without labels keep the digests of earlier versions
        digest.update(f"access {labels}".encode())
    for part in (path, *(path.with_name(path.name + suffix) for suffix in SIDECARS)):
        # Errors are ignored here, because parsing reports them.
        with suppress(OSError, UnreadableSource), opened(part) as file:
            # Mark a sidecar in JSON, because one in YAML may have the same bytes. Only JSON gets a mark, so that files
            # with no sidecar or with one in YAML keep the digests of earlier versions.
            digest.update(b"json" if part.name == path.name + SIDECARS[1] else b"")
            digest.update(b"%d:" % os.fstat(file.fileno()).st_size)
            while block := file.read(_BLOCK):
                digest.update(block)
    return digest.hexdigest()
