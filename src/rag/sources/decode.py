"""Bytes of unknown encoding as text."""

from __future__ import annotations

import codecs
import re

from rag.errors import UnreadableSource

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # begins with the mark of UTF-16, so it is tried first
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_STRAY = 0.01
_SAMPLE, _WIDE = 4096, 0.7
_NOISE = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f-\x84\x86-\x9f\ufffd]+")
_NOISE_ALLOWED, _NOISY = 16, 0.1
"""Of random bytes a quarter are such characters in any code page; of text, none to speak of."""


def decode(raw: bytes) -> str:
    """Return the text of `raw`: by its byte order mark, as UTF-8, or by the encoding that fits it best.

    UTF-8 with a few damaged bytes stays UTF-8, each damaged place a U+FFFD. Raises UnreadableSource where it is no
    text in any encoding.
    """
    text = _decoded(raw)
    noise = len(text) - len(_NOISE.sub("", text))
    if noise > max(_NOISE_ALLOWED, _NOISY * len(text)):
        raise UnreadableSource("is not text but other data; give it the suffix of what it is, or remove it.")
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
    """Tell by where its NULs stand that Western text is UTF-16, which would pass for UTF-8 with NULs in it."""
    first, second = (part.count(0) / (len(part) or 1) for part in (sample[::2], sample[1::2]))
    if max(first, second) < _WIDE or min(first, second) > 1 - _WIDE:
        return None
    return "utf-16-be" if first > second else "utf-16-le"


def _guessed(raw: bytes) -> str:
    lenient = raw.decode("utf-8", errors="replace")
    damaged = lenient.count("\ufffd")
    intact = sum(character > "\x7f" for character in lenient) - damaged
    # What is valid by chance in another encoding is rare, and rarer than what is not.
    if damaged < intact and damaged <= max(1, _STRAY * len(lenient), intact / 5):
        return lenient
    return _best_fit(raw)


def _best_fit(raw: bytes) -> str:
    from charset_normalizer import from_bytes  # only the rare file needs it

    # Short Western texts fit many code pages about equally well, so the common one is preferred where it fits.
    western = from_bytes(raw, cp_isolation=["cp1252"]).best()
    utf16 = from_bytes(raw, cp_isolation=["utf_16_le", "utf_16_be"]).best() if b"\x00" in raw else None
    best = utf16 or from_bytes(raw).best()
    if western is not None and (best is None or western.chaos <= best.chaos):
        best = western
    return str(best) if best is not None else raw.decode("latin-1")
