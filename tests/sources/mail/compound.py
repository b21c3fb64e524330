"""Builds compound files (MS-CFB, version 3), and Outlook messages in them (MS-OXMSG)."""

from __future__ import annotations

import datetime
import struct
from collections.abc import Mapping
from itertools import pairwise
from typing import TypeAlias

Tree: TypeAlias = "Mapping[str, bytes | Tree]"

_SECTOR, _MINI, _CUTOFF = 512, 64, 4096
_END, _FREE, _FAT, _NONE = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD, 0xFFFFFFFF


class _Writer:
    def __init__(self) -> None:
        self.sectors: list[bytes] = []
        self.fat: list[int] = []
        self.mini = b""
        self.mini_fat: list[int] = []
        self.entries: list[list[object]] = []

    def stream(self, content: bytes) -> int:
        """Add a stream, and return its first sector."""
        if not content:
            return _END
        if len(content) < _CUTOFF:
            first, count = len(self.mini_fat), -(-len(content) // _MINI)
            self.mini_fat += [*range(first + 1, first + count), _END]
            self.mini += content.ljust(count * _MINI, b"\0")
            return first
        return self.chain(content)

    def chain(self, content: bytes, pad: bytes = b"\0") -> int:
        first, count = len(self.sectors), -(-len(content) // _SECTOR)
        padded = content.ljust(count * _SECTOR, pad)
        self.sectors += [padded[place : place + _SECTOR] for place in range(0, len(padded), _SECTOR)]
        self.fat += [*range(first + 1, first + count), _END]
        return first

    def folder(self, tree: Tree) -> int:
        """Add the entries of a folder, and return the number of the first one. Each is to the right of the last."""
        places = []
        for name in sorted(tree, key=lambda one: (len(one), one.upper())):
            content = tree[name]
            place = len(self.entries)
            places.append(place)
            if isinstance(content, bytes):
                self.entries.append([name, 2, _NONE, _NONE, self.stream(content), len(content)])
            else:
                self.entries.append([name, 1, _NONE, _NONE, 0, 0])
                self.entries[place][3] = self.folder(content)
        for place, following in pairwise(places):
            self.entries[place][2] = following
        return places[0] if places else _NONE


def compound(tree: Tree) -> bytes:
    """Return a compound file with the folders and streams of `tree`."""
    writer = _Writer()
    writer.entries.append(["Root Entry", 5, _NONE, _NONE, _END, 0])
    writer.entries[0][3] = writer.folder(tree)
    if writer.mini:
        writer.entries[0][4:] = [writer.chain(writer.mini), len(writer.mini)]
    mini_fat = struct.pack(f"<{len(writer.mini_fat)}I", *writer.mini_fat)
    mini_first = writer.chain(mini_fat, b"\xff") if mini_fat else _END
    directory_first = writer.chain(b"".join(map(_entry, writer.entries)))
    fat_count = 1
    while fat_count * 128 < len(writer.fat) + fat_count:
        fat_count += 1
    fat_first = len(writer.sectors)
    fat = writer.fat + [_FAT] * fat_count
    fat += [_FREE] * (fat_count * 128 - len(fat))
    head = struct.pack(
        "<8s16sHHHHH6xIIIIIIIII",
        *(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"", 0x3E, 3, 0xFFFE, 9, 6, 0, fat_count, directory_first, 0, _CUTOFF),
        *(mini_first, -(-len(mini_fat) // _SECTOR), _END, 0),
    )
    places = [*range(fat_first, fat_first + fat_count)]
    head += struct.pack("<109I", *places, *[_FREE] * (109 - fat_count))
    return head + b"".join(writer.sectors) + struct.pack(f"<{len(fat)}I", *fat)


def _entry(entry: list[object]) -> bytes:
    name, kind, right, child, start, size = entry
    wide = str(name).encode("utf-16-le") + b"\0\0"
    colour = 1
    return struct.pack("<64sHBBIII16x4x8x8xIII", wide, len(wide), kind, colour, _NONE, right, child, start, size, 0)


def text(number: int, value: str) -> dict[str, bytes]:
    return {f"__substg1.0_{number:04X}001F": value.encode("utf-16-le")}


def outlook(
    sender: str,
    subject: str,
    body: str,
    *,
    html: bytes = b"",
    attached: Mapping[str, bytes] | None = None,
    messages: tuple[Tree, ...] = (),
    inner: bool = False,
) -> dict[str, bytes | Tree]:
    """Return an Outlook message as folders and streams. It was sent on 2 May 2025."""
    moment = datetime.datetime(2025, 5, 2, 8, 15, tzinfo=datetime.UTC) - datetime.datetime(
        1601, 1, 1, tzinfo=datetime.UTC
    )
    fixed = struct.pack("<HHIQ", 0x0040, 0x0039, 6, moment // datetime.timedelta(microseconds=1) * 10)
    fixed += struct.pack("<HHIQ", 0x0003, 0x3FDE, 6, 65001)
    tree: dict[str, bytes | Tree] = {"__properties_version1.0": b"\0" * (24 if inner else 32) + fixed}
    tree |= {**text(0x0C1A, sender), **text(0x5D01, "karl@example.org"), **text(0x0037, subject)}
    tree |= {**text(0x0E04, "Ina Test"), **(text(0x1000, body) if body else {})}
    if html:
        tree["__substg1.0_10130102"] = html
    number = 0
    for name, content in (attached or {}).items():
        tree[f"__attach_version1.0_#{number:08X}"] = {**text(0x3707, name), "__substg1.0_37010102": content}
        number += 1
    for message in messages:
        tree[f"__attach_version1.0_#{number:08X}"] = {"__substg1.0_3701000D": message}
        number += 1
    return tree
