"""One snapshot in one file, and back: a plain tar whose first member is the manifest, which vouches for the others.

Nothing in the file is believed: names, sizes and checksums must be those of the manifest, and those be plausible.
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
from rag.snapshots.durable import make_folder, new_file, replacing
from rag.snapshots.manifest import MANIFEST, PIECE, Digested, FileDigest, Manifest, parse_manifest
from rag.snapshots.snapshot import Snapshot

_FIRST = re.compile(rf"(\d{{6,12}})-([0-9a-f]{{8}})/{re.escape(MANIFEST)}")
_NAME = re.compile(r"(?:[a-z0-9_]{1,40}/){0,3}[a-z0-9_]{1,40}\.[a-z0-9]{1,10}")
_MOST_MANIFEST = 1 << 20  # bytes; one of today's has about 5,000


def write_backup(snapshot: Snapshot, folder: Path, file: Path) -> None:
    """Write the files of `snapshot`, which lie in `folder`, to `file`, in place of what was there. Raises StorageError.

    Raises CorruptSnapshot where a file is no longer what its manifest says; `file` is then as it was.
    """
    with (
        replacing(file) as output,
        tarfile.open(mode="w|", fileobj=output, format=tarfile.GNU_FORMAT) as archive,  # type: ignore[call-overload]
    ):
        for name in (MANIFEST, *snapshot.manifest.files):
            path = folder / name
            member = tarfile.TarInfo(f"{snapshot.id}/{name}")
            with path.open("rb") as content:
                member.size = path.stat().st_size
                reading = Digested(content)
                archive.addfile(member, reading)
            expected = snapshot.manifest.files.get(name)
            if expected and reading.digest != expected:
                raise CorruptSnapshot(f"{path} is not what was written: run 'rag snapshots verify'")


def read_backup(file: Path, folder: Path, accept: Callable[[Manifest], None]) -> int:
    """Put the files of a backup into `folder`, each verified; return the number that the snapshot had.

    `accept` may refuse its manifest. Raises CorruptSnapshot or IncompatibleSnapshot naming `file`, StorageError.
    """
    with _opened(file) as archive:
        number, manifest = _manifest(file, archive, folder)
        accept(manifest)
        expected = dict(manifest.files)
        if wrong := [name for name in expected if not _NAME.fullmatch(name) or name == MANIFEST]:
            raise _damaged(file, f"it names {wrong[0]!r}")
        while member := archive.next():
            name = member.name.partition("/")[2]
            if name not in expected or not _plain(member) or member.size != expected[name].size:
                raise _damaged(file, f"it holds {member.name!r}, which its manifest does not describe")
            _restore(file, archive, member, folder / name, expected.pop(name))
    if expected:
        raise _damaged(file, f"{next(iter(expected))} is missing")
    return number


@contextmanager
def _opened(file: Path) -> Iterator[tarfile.TarFile]:
    try:
        with tarfile.open(file, mode="r|", bufsize=PIECE) as archive:
            yield archive
    except (tarfile.TarError, EOFError, UnicodeError, ValueError) as error:
        raise _damaged(file, str(error)) from error
    except OSError as error:
        raise CorruptSnapshot(f"{file} cannot be read: {error.strerror or error}") from error


def _manifest(file: Path, archive: tarfile.TarFile, folder: Path) -> tuple[int, Manifest]:
    first = archive.next()
    named = _FIRST.fullmatch(first.name) if first else None
    if first is None or named is None or not _plain(first) or first.size > _MOST_MANIFEST:
        raise _damaged(file, "it does not begin with a manifest")
    content = _content(archive, first).read()
    if not sha256(content).hexdigest().startswith(named[2]):
        raise _damaged(file, "its manifest is not what was written")
    manifest = parse_manifest(content, file)
    with new_file(folder / MANIFEST) as output:
        output.write(content)
    return int(named[1]), manifest


def _restore(file: Path, archive: tarfile.TarFile, member: tarfile.TarInfo, path: Path, expected: FileDigest) -> None:
    make_folder(path.parent)
    reading = Digested(_content(archive, member))
    with new_file(path) as output:
        while piece := reading.read(PIECE):
            output.write(piece)
    if reading.digest != expected:
        raise _damaged(file, f"{member.name} is not what was written")


def _content(archive: tarfile.TarFile, member: tarfile.TarInfo) -> IO[bytes]:
    content = archive.extractfile(member)
    assert content is not None  # a plain file has content
    return content


def _plain(member: tarfile.TarInfo) -> bool:
    return member.type in (tarfile.REGTYPE, tarfile.AREGTYPE) and not member.issparse()


def _damaged(file: Path, reason: str) -> CorruptSnapshot:
    return CorruptSnapshot(f"{file} is no sound backup: {reason}; restore another, the index is as it was")
