"""Reads the body of a response, unpacked, and never more of it than may be."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator

from rag.errors import UnreadableSource

_GZIP = 31  # zlib's word for a window of 32 KiB behind a header of gzip
_STEP = 1 << 20  # bytes that are unpacked at once: a thousandfold more may come of what is packed
_MAGIC = b"\x1f\x8b"


class TooLong(UnreadableSource):
    """There is more than may be; `read` are the bytes up to there."""

    def __init__(self, read: bytes) -> None:
        super().__init__("holds more than it may")
        self.read = read


def joined(pieces: Iterable[bytes], limit: int) -> bytes:
    """Return all pieces as one. Raises TooLong above `limit` bytes."""
    body = bytearray()
    for piece in pieces:
        body += piece
        if len(body) > limit:
            raise TooLong(bytes(body[:limit]))
    return bytes(body)


def unzipped(pieces: Iterable[bytes], limit: int) -> bytes:
    """Return what was packed with gzip. Raises TooLong above `limit` bytes, UnreadableSource where it is damaged."""
    try:
        return joined(_unzipped(pieces), limit)
    except (zlib.error, EOFError) as error:
        raise UnreadableSource("is packed with gzip and damaged; try again, or tell its publisher.") from error


def is_zipped(body: bytes) -> bool:
    """Tell whether bytes are packed with gzip, as sitemaps may be."""
    return body.startswith(_MAGIC)


def _unzipped(pieces: Iterable[bytes]) -> Iterator[bytes]:
    unpacking, ended = zlib.decompressobj(_GZIP), True
    for piece in pieces:
        rest, full = piece, False
        while rest or full:
            unpacked = unpacking.decompress(rest, _STEP)
            yield unpacked
            rest, full, ended = unpacking.unconsumed_tail, len(unpacked) == _STEP, False
            if unpacking.eof:  # one file of gzip may follow another
                rest, full, ended = unpacking.unused_data, False, True
                unpacking = zlib.decompressobj(_GZIP)
    if not ended:
        raise EOFError
