"""Removes characters that a reader cannot see but a machine can read: they could carry hidden words.

The characters are those with the Unicode property Default_Ignorable_Code_Point and the control characters. Joiners and
variation selectors stay if they change the shape of the character before them.
"""

from __future__ import annotations

import re

# Line feed and tab stay.
_CONTROL = "\x00-\x08\x0b-\x1f\x7f-\x9f"
# Soft hyphen, grapheme joiner, fillers, zero-width space, marks of the direction of writing, invisible operators,
# marks of annotations and of music, tags. Without the joiners U+200C and U+200D and the variation selectors.
_NEVER_SEEN = (
    "\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0"
    "\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e00ff\U000e01f0-\U000e0fff"
)
_INVISIBLE = re.compile(f"[{_CONTROL}{_NEVER_SEEN}]")

# Arabic and its relatives, the scripts of India and South-East Asia, Tibetan, Mongolian.
_JOINED = (
    "\u0620-\u065f\u066e-\u06d5\u06ee-\u06ff\u0700-\u07ff\u0840-\u08ff\u0900-\u0dff\u0f00-\u109f\u1700-\u18af\u1900-\u1cff"
    "\ua800-\uabff\ufb50-\ufdff\ufe70-\ufefc\U00010a00-\U00011fff\U0001e900-\U0001e95f"
)
_EMOJI = "\u203c-\u3299\U0001f000-\U0001faff"
_HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_MARK = "[\u200c\u200d\u180b-\u180d\u180f\ufe00-\ufe0f\U000e0100-\U000e01ef]"
_MARKS = re.compile(
    "("
    f"(?<=[{_JOINED}])[\u200c\u200d]|(?<=[\u1800-\u18af])[\u180b-\u180d\u180f]"  # letters
    f"|(?<=[{_EMOJI}])[\ufe0e\ufe0f]?\u200d(?=[{_EMOJI}])|(?<=[{_EMOJI}#*0-9\xa9\xae])[\ufe0e\ufe0f]"  # emoji
    f"|(?<=[\u2200-\u22ff])\ufe00|(?<=[{_HAN}])[\ufe00-\ufe02\U000e0100-\U000e01ef]"  # signs and Han characters
    f")|{_MARK}"
)


def without_invisible(text: str) -> str:
    """Return `text` without invisible characters; line feeds and tabs stay.

    A joiner stays after a letter of a script that needs it, and between two emoji. A variation selector stays after a
    character that has variants. Of several in a row, only the first one can stay.
    """
    return _MARKS.sub(r"\1", _INVISIBLE.sub("", text))
