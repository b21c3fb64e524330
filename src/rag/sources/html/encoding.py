"""Decodes a web page as browsers do (WHATWG HTML, "determining the character encoding")."""

from __future__ import annotations

import codecs
import re

from rag.sources.decode import decode

_SEARCHED = 1024
"""Bytes at the beginning of a page in which browsers look for its encoding."""

_LABEL = re.compile(rb"""(?:charset|encoding)\s*+=\s*+["']?\s*+([\w.:-]+)""", re.IGNORECASE)
_MARKS = (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def page_text(raw: bytes) -> str:
    """Decode a page by its byte order mark, or else by the encoding that it declares, or else by what fits best.

    A page that declares UTF-8 but is not, is decoded by what fits best. Raises UnreadableSource as `decode` does.
    """
    from webencodings import lookup

    label = _LABEL.search(raw[:_SEARCHED])
    declared = lookup(label[1].decode("ascii", "replace")) if label else None
    if raw.startswith(_MARKS) or declared is None or declared.name.startswith("utf-"):
        return decode(raw)
    return str(declared.codec_info.decode(raw, "replace")[0])
