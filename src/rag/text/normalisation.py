"""Takes text as a reader found it; gives the one canonical form in which it is stored, searched and quoted."""

from __future__ import annotations

import re
import unicodedata

# A form feed ends a page and a vertical tab a line: deleting them would glue words together.
_LINE_BREAK = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
# Soft hyphens and byte order marks go with the controls; zero-width joiners stay: emoji and Persian need them.
_INVISIBLE = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\xad\ufeff]")
_SPACE = re.compile("[\xa0\u1680\u2000-\u200a\u202f\u205f\u3000]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_BLANK_LINES = re.compile("\n{3,}")


def normalise(raw: str) -> str:
    """Return `raw` as canonical text; doing so twice changes nothing.

    The result is NFC. Its only line break is `\\n`, with never more than two in a row; its only other white space is
    the tab and the plain space, never at a line's end. It neither starts nor ends with white space.
    """
    text = _LINE_BREAK.sub("\n", raw)
    text = _INVISIBLE.sub("", text)
    text = _SURROGATE.sub("\ufffd", text)
    # Composition comes after the deletions, for what stood between a letter and its accent has kept them apart.
    text = unicodedata.normalize("NFC", text)
    text = _SPACE.sub(" ", text)
    text = "\n".join(line.rstrip() for line in text.split("\n"))
    return _BLANK_LINES.sub("\n\n", text).strip()


def one_line(text: str) -> str:
    """Return `text` with every run of white space as one space, as a quote is shown within a sentence."""
    return " ".join(text.split())
