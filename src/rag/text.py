"""The one normalisation that every canonical text has passed through."""

from __future__ import annotations

import re
import unicodedata

_NEWLINE = re.compile("\r\n|[\r\u2028\u2029\x85]")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufeff]")
_TRAILING = re.compile(r"[^\S\n]+$", re.MULTILINE)


def normalise(raw: str) -> str:
    """Return `raw` in NFC with `\\n` line ends, no control characters, no trailing spaces, no run of blank lines."""
    text = unicodedata.normalize("NFC", _CONTROL.sub("", _NEWLINE.sub("\n", raw)))
    return re.sub(r"\n{3,}", "\n\n", _TRAILING.sub("", text)).strip()
