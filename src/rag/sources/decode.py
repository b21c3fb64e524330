"""Decodes bytes of unknown encoding."""

from __future__ import annotations

import codecs
import re

from rag.errors import UnreadableSource

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, because this mark begins with that of UTF-16
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_DAMAGED_SHARE = 0.01
"""The largest share of damaged characters in a text that still counts as UTF-8."""

_SAMPLE = 4096
"""Bytes at the beginning of a file that show whether it is UTF-16 without a byte order mark."""

_NUL_SHARE = 0.7
"""If at least this share of byte pairs contains a NUL byte, the bytes count as Western text in UTF-16."""

# Encodings of files and pages that people still have. Those of old Macintosh and DOS computers fit many texts as well.
_IN_USE = (
    *(f"cp{number}" for number in range(1250, 1259)),
    *("big5", "cp932", "euc_jp", "euc_kr", "gb18030", "iso2022_jp", "iso8859_2", "iso8859_5", "iso8859_7", "koi8_r"),
    *("koi8_u", "shift_jis"),
)

_NOISE = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f-\x84\x86-\x9f\ufffd]+")
_NOISE_ALLOWED, _NOISE_SHARE = 16, 0.1
"""Text may have this number or this share of noise characters. A quarter of random bytes is noise, in any encoding."""


def decode(raw: bytes) -> str:
    """Decode `raw` by its byte order mark, or else as UTF-8, or else in the encoding that fits best.

    UTF-8 with a few damaged bytes is decoded as UTF-8, with U+FFFD in each damaged place. Raises UnreadableSource if
    the bytes are not text in any encoding.
    """
    text = _decoded(raw)
    noise = len(text) - len(_NOISE.sub("", text))
    if noise > max(_NOISE_ALLOWED, _NOISE_SHARE * len(text)):
        raise UnreadableSource("is not text but other data; give it the suffix of its format, or remove it.")
    return text


def _decoded(raw: bytes) -> str:
    for mark, encoding in _MARKS:
        if raw.startswith(mark):
            return raw.decode(encoding, errors="replace")
    if wide := _unmarked_utf16(raw[:_SAMPLE]):
        return raw.decode(wide, errors="replace")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return _guessed(raw)


def _unmarked_utf16(sample: bytes) -> str | None:
    """Return the encoding if the bytes look like Western text in UTF-16, which is also valid UTF-8; else None."""
    first, second = (part.count(0) / (len(part) or 1) for part in (sample[::2], sample[1::2]))
    if max(first, second) < _NUL_SHARE or min(first, second) > 1 - _NUL_SHARE:
        return None
    return "utf-16-be" if first > second else "utf-16-le"


def _guessed(raw: bytes) -> str:
    lenient = raw.decode("utf-8", errors="replace")
    damaged = lenient.count("\ufffd")
    intact = sum(character > "\x7f" for character in lenient) - damaged
    # Text in another encoding has few valid UTF-8 sequences, and more invalid ones.
    if damaged < intact and damaged <= max(1, _DAMAGED_SHARE * len(lenient), intact / 5):
        return lenient
    return _best_fit(raw)


def _best_fit(raw: bytes) -> str:
    from charset_normalizer import from_bytes  # slow to import, and rarely needed

    # Short Western texts fit many encodings about equally well, so the most common one, cp1252, wins ties.
    western = from_bytes(raw, cp_isolation=["cp1252"]).best()
    utf16 = from_bytes(raw, cp_isolation=["utf_16_le", "utf_16_be"]).best() if b"\x00" in raw else None
    best = utf16 or from_bytes(raw, cp_isolation=[*_IN_USE]).best() or from_bytes(raw).best()
    if western is not None and (best is None or western.chaos <= best.chaos):
        best = western
    return str(best) if best is not None else raw.decode("latin-1")
