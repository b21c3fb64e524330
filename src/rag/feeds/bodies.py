"""Read the body of a response up to a size limit, plain or compressed with gzip."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator

from rag.errors import UnreadableSource

_GZIP = 31  # tells zlib to expect a gzip header and a window of 32 KiB
_STEP = 1 << 20  # bytes to decompress at a time: the output may be a thousand times as long as the input
_MAGIC = b"\x1f\x8b"


class BodyTooLong(UnreadableSource):
    """The body is longer than the limit; `read` contains the bytes up to the limit."""

    def __init__(self, read: bytes) -> None:
        super().__init__("is longer than the limit")
        self.read = read


def read_plain(pieces: Iterable[bytes], limit: int) -> bytes:
    """Join all pieces. Raises BodyTooLong above `limit` bytes."""
    body = bytearray()
    for piece in pieces:
        body += piece
        if len(body) > limit:
            raise BodyTooLong(bytes(body[:limit]))
    return bytes(body)


def read_gzip(pieces: Iterable[bytes], limit: int) -> bytes:
    """Join and decompress all pieces.

    Raises BodyTooLong if the output is longer than `limit` bytes, and UnreadableSource if the pieces are damaged.
    """
    try:
        return read_plain(_decompressed(pieces), limit)
    except (zlib.error, EOFError) as error:
        raise UnreadableSource("is damaged gzip data; try again, or tell its publisher.") from error


def is_gzip(body: bytes) -> bool:
    """Return whether bytes are gzip data. The file of a sitemap may be compressed."""
    return body.startswith(_MAGIC)


def _decompressed(pieces: Iterable[bytes]) -> Iterator[bytes]:
    decompressor, ended = zlib.decompressobj(_GZIP), True
    for piece in pieces:
        rest, full = piece, False
        while rest or full:
            output = decompressor.decompress(rest, _STEP)
            yield output
            rest, full, ended = decompressor.unconsumed_tail, len(output) == _STEP, False
            if decompressor.eof:  # another gzip member may follow
                rest, full, ended = decompressor.unused_data, False, True
                decompressor = zlib.decompressobj(_GZIP)
    if not ended:
        raise EOFError
