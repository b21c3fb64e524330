"""Writes a snapshot to one backup file and reads it back.

The file is a plain tar. It begins with the manifest, which has the digest of every other file of the snapshot. A list
of the originals follows, if there are any, then the files, then the originals, then a list of the past texts, then
these. A backup is not trusted: every name, size and digest must match the manifest or a list, and the manifest may list
only plain relative paths.
"""

from __future__ import annotations

import re
import tarfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import IO

from rag.errors import CorruptSnapshot
from rag.snapshots.durable import atomic_write, make_folder, new_file
from rag.snapshots.manifest import BLOCK, MANIFEST, DigestingReader, FileDigest, Manifest, OlderDigest, parse_manifest
from rag.snapshots.original_backup import OriginalsRestore, sizes_of, write_list, write_originals
from rag.snapshots.originals import Originals
from rag.snapshots.past import PastTexts
from rag.snapshots.past_backup import PastRestore, write_past_texts
from rag.snapshots.snapshot import Snapshot

_MANIFEST_NAME = re.compile(rf"(\d{{6,12}})-([0-9a-f]{{8}})/{re.escape(MANIFEST)}")
_FILE_NAME = re.compile(r"(?:[a-z0-9_]{1,40}/){0,3}[a-z0-9_]{1,40}\.[a-z0-9]{1,10}")
_MAX_MANIFEST = 1 << 20  # bytes; a typical manifest has about 5,000


def write_backup(snapshot: Snapshot, folder: Path, file: Path, originals: Originals, past: PastTexts) -> None:
    """Write the files of `snapshot`, which are in `folder`, its originals, and all past texts to `file`.

    Replace `file` if it exists. Raises CorruptSnapshot if a file does not match the manifest, if an original is missing
    or damaged, or if a past text is damaged, and StorageError. `file` is then unchanged.
    """
    sizes = sizes_of(snapshot, originals)
    with (
        atomic_write(file) as output,
        tarfile.open(mode="w|", fileobj=output, format=tarfile.GNU_FORMAT) as archive,  # type: ignore[call-overload]
    ):
        for name in (MANIFEST, *snapshot.manifest.files):
            path = folder / name
            member = tarfile.TarInfo(f"{snapshot.id}/{name}")
            with path.open("rb") as content:
                member.size = path.stat().st_size
                reader = DigestingReader(content)
                archive.addfile(member, reader)
            expected = snapshot.manifest.files.get(name)
            if expected and reader.digest != expected:
                raise CorruptSnapshot(f"{path} is damaged: run 'rag snapshots verify'")
            if name == MANIFEST:
                write_list(archive, sizes)
        write_originals(archive, sizes, originals)
        write_past_texts(archive, past)


def read_backup(
    file: Path, folder: Path, accept: Callable[[Manifest], None], originals: Originals
) -> tuple[int, Manifest]:
    """Extract the files and the past texts of a backup into `folder` and its originals into `originals`; verify each.

    Return the number of the snapshot and its manifest. Its format may be older than those that can be served.

    `accept` may raise an error to refuse the manifest. Raises CorruptSnapshot or IncompatibleSnapshot with the name of
    `file`, and StorageError.
    """
    with _opened(file) as archive:
        number, manifest = _manifest(file, archive, folder)
        accept(manifest)
        expected = dict(manifest.files)
        if wrong := [name for name in expected if not is_file_name(name)]:
            raise invalid_backup(file, f"its manifest lists {wrong[0]!r}, which is not a valid file name")
        restore, past = OriginalsRestore(originals), PastRestore(folder)
        while member := archive.next():
            content = archive.extractfile(member) if _is_regular(member) else None
            if restore.take(member, content) or past.take(member, content):
                continue
            name = member.name.partition("/")[2]
            if name not in expected or not _is_regular(member) or member.size != expected[name].size:
                raise invalid_backup(file, f"it contains {member.name!r}, which does not match its manifest")
            _restore(file, archive, member, folder / name, expected.pop(name))
        if expected:
            raise invalid_backup(file, f"{next(iter(expected))} is missing")
        restore.check(folder)
        past.check()
    return number, manifest


@contextmanager
def _opened(file: Path) -> Iterator[tarfile.TarFile]:
    """Open a tar for reading. Turn every error of the block about its content into CorruptSnapshot."""
    try:
        with tarfile.open(file, mode="r|", bufsize=BLOCK) as archive:
            yield archive
    except (tarfile.TarError, EOFError, UnicodeError, ValueError) as error:
        raise invalid_backup(file, str(error)) from error
    except OSError as error:
        raise CorruptSnapshot(f"{file} cannot be read: {error.strerror or error}") from error


def _manifest(file: Path, archive: tarfile.TarFile, folder: Path) -> tuple[int, Manifest]:
    """Extract the manifest, the first member. Return the number of the snapshot, and the parsed manifest."""
    first = archive.next()
    name = _MANIFEST_NAME.fullmatch(first.name) if first else None
    if first is None or name is None or not _is_regular(first) or first.size > _MAX_MANIFEST:
        raise invalid_backup(file, "it does not start with a manifest")
    content = _content(archive, first).read()
    if not sha256(content).hexdigest().startswith(name[2]):
        raise invalid_backup(file, "its manifest is damaged")
    manifest = parse_manifest(content, file)
    with new_file(folder / MANIFEST) as output:
        output.write(content)
    return int(name[1]), manifest


def _restore(
    file: Path, archive: tarfile.TarFile, member: tarfile.TarInfo, path: Path, expected: FileDigest | OlderDigest
) -> None:
    make_folder(path.parent)
    reader = DigestingReader(_content(archive, member), type(expected))
    with new_file(path) as output:
        while block := reader.read(BLOCK):
            output.write(block)
    if reader.digest != expected:
        raise invalid_backup(file, f"{member.name} is damaged")


def _content(archive: tarfile.TarFile, member: tarfile.TarInfo) -> IO[bytes]:
    content = archive.extractfile(member)
    assert content is not None  # because it is a regular file
    return content


def _is_regular(member: tarfile.TarInfo) -> bool:
    return member.type in (tarfile.REGTYPE, tarfile.AREGTYPE) and not member.issparse()


def is_file_name(name: str) -> bool:
    """Return whether a manifest may list a file with this name: a plain path inside the folder of the snapshot."""
    return name != MANIFEST and _FILE_NAME.fullmatch(name) is not None


def invalid_backup(file: Path, reason: str) -> CorruptSnapshot:
    """Return the error for a backup that cannot be restored."""
    return CorruptSnapshot(f"{file} is not a valid backup: {reason}; restore another one, the index is unchanged")
