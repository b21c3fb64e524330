"""Finds the files in a zip archive, within limits on their number, their size and their compression."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Container, Iterator, Mapping
from dataclasses import replace
from functools import partial

from rag.errors import UnreadableSource
from rag.sources.access import FOLDER_FILE, INHERITED, Fault, folder_labels
from rag.sources.blocks import Facts
from rag.sources.frontmatter import SIDECARS, sidecar_facts
from rag.sources.members import Member, safe_name, unique

MOST_FILES = 10_000
LARGEST = 128 << 20
"""Bytes of one file."""

MOST_BYTES = 1 << 30
"""Bytes of all files together."""

MOST_COMPRESSED = 200
"""How many times larger a file may be than its compressed form."""

_SMALL = 1 << 20  # bytes; a smaller file may be compressed further
_IGNORED = ("__MACOSX/", ".", "~$")
_ENCRYPTED = 0x1


def members(raw: bytes) -> Iterator[Member]:
    """Yield the files in a zip archive, sorted by name. Hidden files are left out.

    The sidecar of a file gives its metadata, and a file `.access` the labels of its folder, as on a disk.
    """
    archive = opened(raw)
    infos = [info for info in archive.infolist() if not info.is_dir()]
    if len(infos) > MOST_FILES:
        raise UnreadableSource(f"holds {len(infos):,} files, more than {MOST_FILES:,}; split it.")
    budget, seen = _Budget(archive), set[str]()
    named = {info.filename: info for info in infos}
    rules = {name.removesuffix(FOLDER_FILE): _rule(budget, info) for name, info in named.items() if _is_rule(name)}
    for info in sorted(infos, key=lambda one: one.filename):
        name = safe_name(info.filename)
        if name and not _is_ignored(name) and not _is_sidecar(info.filename, named):
            member = _member(unique(name, seen), info, named, budget)
            folders = [folder for folder in rules if info.filename.startswith(folder)]
            yield replace(member, facts={**rules[max(folders, key=len)], **member.facts}) if folders else member
    if not seen:
        raise UnreadableSource("holds no files; remove it, or pack it again.")


def _member(name: str, info: zipfile.ZipInfo, named: Mapping[str, zipfile.ZipInfo], budget: _Budget) -> Member:
    """Return a file with the facts in its sidecar. If the sidecar cannot be read, nor can the file."""
    sidecar = next((one for suffix in SIDECARS if (one := named.get(info.filename + suffix)) is not None), None)
    if sidecar is None:
        return Member(name, lambda: budget.read(info))
    try:
        facts = sidecar_facts(budget.read(sidecar), safe_name(sidecar.filename))
    except UnreadableSource as error:
        return Member(name, partial(_fail, error))
    return Member(name, lambda: budget.read(info), facts)


def _is_rule(name: str) -> bool:
    return name.rpartition("/")[2] == FOLDER_FILE


def _rule(budget: _Budget, info: zipfile.ZipInfo) -> Facts:
    """Return the labels of a folder in the archive, for the documents without labels of their own."""
    try:
        labels = folder_labels(budget.read(info), safe_name(info.filename))
    except UnreadableSource as error:
        return {INHERITED: Fault(f"{safe_name(info.filename)} {str(error).rstrip('.')}")}
    return {INHERITED: Fault(labels.fault) if labels.fault else list(labels.names)}


def _fail(error: UnreadableSource) -> bytes:
    raise error


def _is_sidecar(name: str, named: Container[str]) -> bool:
    return any(name.endswith(suffix) and name.removesuffix(suffix) in named for suffix in SIDECARS)


def opened(raw: bytes) -> zipfile.ZipFile:
    """Open the bytes of a zip archive. Raises UnreadableSource."""
    try:
        return zipfile.ZipFile(io.BytesIO(raw))
    except (zipfile.BadZipFile, ValueError, NotImplementedError, EOFError, OSError) as error:
        raise UnreadableSource(f"is not a zip archive that can be opened ({error}); pack it again.") from error


def read_file(archive: zipfile.ZipFile, info: zipfile.ZipInfo, most: int = LARGEST) -> bytes:
    """Return the bytes of a file in an archive. Raises UnreadableSource if it is too large, encrypted or damaged."""
    if info.flag_bits & _ENCRYPTED:
        raise UnreadableSource("is encrypted; pack it without a password.")
    packed = max(info.compress_size, 1)
    limit = min(most, max(_SMALL, packed * MOST_COMPRESSED))
    if info.file_size > limit:
        raise _too_large(most, limit)
    try:
        with archive.open(info) as file:
            content = file.read(limit + 1)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, OSError, ValueError) as error:
        raise UnreadableSource(f"is damaged in its archive ({error}); pack it again.") from error
    if len(content) > limit:
        raise _too_large(most, limit)
    return content


class _Budget:
    """Reads files of an archive until they have `MOST_BYTES` together."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self._left = MOST_BYTES

    def read(self, info: zipfile.ZipInfo) -> bytes:
        """Return the bytes of a file. Raises UnreadableSource as `read_file` does, or if too many were read."""
        if info.file_size > self._left:
            raise UnreadableSource(f"is beyond the first {MOST_BYTES >> 20} MiB of its archive; split the archive.")
        content = read_file(self._archive, info)
        self._left -= len(content)
        return content


def _too_large(most: int, limit: int) -> UnreadableSource:
    if limit < most:
        return UnreadableSource(
            f"is compressed more than {MOST_COMPRESSED} times, like a file made to fill the memory; unpack it yourself."
        )
    return UnreadableSource(f"is larger than {most >> 20} MiB; unpack the archive, and split the file.")


def _is_ignored(name: str) -> bool:
    return name.startswith(_IGNORED) or name.rpartition("/")[2].startswith(_IGNORED[1:])
