"""PDF pages in Hebrew and Arabic. A program draws their letters from the left, so each line is reversed."""

from __future__ import annotations

from pathlib import Path

from tests.reading.examples import Example
from tests.reading.sheet import TOP, WIDE, Sheet, register_wide

_HEBREW = (
    "הרשות מפרסמת את התקנות בכל שנה",
    "כל תושב רשאי להגיש ערעור בתוך שלושים יום",
    "המועצה משיבה בכתב ומנמקת את החלטתה",
)
_ARABIC = (
    "تنشر الهيئة قواعد المرفأ كل سنة",
    "يحق لكل ساكن تقديم طعن خلال ثلاثين يوما",
    "يرد المجلس كتابة ويعلل قراره",
)
_MIXED = ("הטופס PDF נמצא באתר של הרשות", "יש לשלוח אותו אל office בדואר")


def _draw(lines: tuple[str, ...], path: Path) -> None:
    register_wide()
    sheet = Sheet(path)
    for number, line in enumerate(lines):
        sheet.right(_visual(line), 523, TOP + 16 * number, WIDE, 11)
    sheet.save()


def _visual(line: str) -> str:
    """Return a line as it is drawn from the left: the words reversed, and the letters of all but Latin words too."""
    return " ".join(word if word.isascii() else word[::-1] for word in reversed(line.split()))


def _example(name: str, lines: tuple[str, ...]) -> Example:
    return Example(name, "PDF: scripts from the right", ".pdf", lambda path: _draw(lines, path), " ".join(lines))


EXAMPLES = [_example("Hebrew", _HEBREW), _example("Arabic", _ARABIC), _example("Hebrew with Latin words", _MIXED)]
