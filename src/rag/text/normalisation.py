"""Normalise text to the canonical form in which it is stored, searched and quoted."""

from __future__ import annotations

import re
import unicodedata

from rag.text.invisible import without_invisible

# A form feed ends a page, and a vertical tab ends a line. If they were deleted, two words would become one.
_LINE_BREAK = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_SPACE = re.compile("[\xa0\u1680\u2000-\u200a\u202f\u205f\u3000]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_BLANK_LINES = re.compile("\n{3,}")


def normalise(raw: str) -> str:
    """Return `raw` as canonical text. The function is idempotent.

    The result is NFC. Its only line break is `\\n`, at most two in a row. Its only other white space is the tab and
    the plain space, never at the end of a line. It neither starts nor ends with white space. It has no characters that
    a reader cannot see, except joiners and selectors that change the shape of the letter or emoji before them.
    """
    text = _LINE_BREAK.sub("\n", raw)
    text = _SURROGATE.sub("\ufffd", text)
    # Composition follows the deletions, because a deleted character may have separated a letter from its accent.
    text = unicodedata.normalize("NFC", without_invisible(text))
    text = _SPACE.sub(" ", text)
    text = "\n".join(line.rstrip() for line in text.split("\n"))
    return _BLANK_LINES.sub("\n\n", text).strip()


def one_line(text: str) -> str:
    """Collapse each run of white space in `text` to one space, so that a quote fits into a sentence."""
    return " ".join(text.split())
