"""PDF pages in Hebrew and Arabic. A program draws their letters from the left, so each line is reversed."""

from __future__ import annotations

from pathlib import Path

from tests.reading.examples import Example
from tests.reading.sheet import TOP, WIDE, Sheet, register_wide

_KIND = "PDF: scripts from the right"
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
_BEFORE_MARK, _MARKED, _AFTER_MARK = "يدفع الربان الرسم أي", "ض", "ا في الميناء"
_WITH_MARK = f"{_BEFORE_MARK}{_MARKED}\u064b{_AFTER_MARK}"
_MIXED = ("הטופס PDF נמצא באתר של הרשות", "יש לשלוח אותו אל office בדואר")


def _draw(lines: tuple[str, ...], path: Path) -> None:
    register_wide()
    sheet = Sheet(path)
    for number, line in enumerate(lines):
        sheet.right(_visual(line), 523, TOP + 16 * number, WIDE, 11)
    sheet.save()


def _draw_with_mark(path: Path) -> None:
    """Draw lines with a vowel mark above a letter, placed by itself, as Word does."""
    register_wide()
    sheet = Sheet(path)
    for number in range(3):
        left, top = 100.0, TOP + 20 * number
        letter = sheet.words(_visual(_AFTER_MARK), left, top, WIDE, 14)
        end = sheet.words(_MARKED, letter, top, WIDE, 14)
        sheet.words("\u064b", letter + 4, top, WIDE, 14)
        sheet.words(_visual(_BEFORE_MARK), end, top, WIDE, 14)
    sheet.save()


def _visual(line: str) -> str:
    """Return a line as it is drawn from the left: the words reversed, and the letters of all but Latin words too."""
    return " ".join(word if word.isascii() else word[::-1] for word in reversed(line.split()))


def _example(name: str, lines: tuple[str, ...]) -> Example:
    return Example(name, _KIND, ".pdf", lambda path: _draw(lines, path), " ".join(lines))


EXAMPLES = [
    _example("Hebrew", _HEBREW),
    _example("Arabic", _ARABIC),
    _example("Hebrew with Latin words", _MIXED),
    Example("Arabic with a vowel mark", _KIND, ".pdf", _draw_with_mark, " ".join([_WITH_MARK] * 3)),
]
