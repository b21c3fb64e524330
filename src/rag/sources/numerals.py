"""Writes numbers in the forms of automatic lists: Roman numerals, letters, ordinals and words."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from rag.text.roman import roman

_LATIN = "abcdefghijklmnopqrstuvwxyz"
_RUSSIAN = "абвгдежзиклмнопрстуфхцчшщыэюя"
_HAN = "〇一二三四五六七八九"
_SIGNS = "*†‡§"
_UNITS = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
_TENS = ("", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_ORDINALS = {"one": "first", "two": "second", "three": "third", "five": "fifth", "eight": "eighth", "nine": "ninth",
             "twelve": "twelfth"}  # fmt: skip
_MOST_REPEATS = 30  # of a letter


def letters(number: int) -> str:
    """Return a for 1, z for 26, aa for 27, ab for 28, as browsers count."""
    found = ""
    while number > 0:
        number, letter = divmod(number - 1, 26)
        found = _LATIN[letter] + found
    return found


def repeated(number: int, alphabet: str = _LATIN) -> str:
    """Return a for 1, z for 26, aa for 27, bb for 28, as word processors count."""
    if not 0 < number <= _MOST_REPEATS * len(alphabet):
        return str(number)
    count, letter = divmod(number - 1, len(alphabet))
    return alphabet[letter] * (count + 1)


def ordinal(number: int) -> str:
    """Return 1st for 1."""
    ending = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


def cardinal_words(number: int) -> str:
    """Return One for 1, and Twenty-one for 21; digits from 100 on."""
    return _words(number).capitalize()


def ordinal_words(number: int) -> str:
    """Return First for 1, and Twenty-first for 21; digits from 100 on."""
    head, dash, last = _words(number).rpartition("-")
    if not last.isalpha():
        return ordinal(number)
    ended = _ORDINALS.get(last) or (f"{last[:-1]}ieth" if last.endswith("y") else f"{last}th")
    return f"{head}{dash}{ended}".capitalize()


def _words(number: int) -> str:
    if not 0 <= number < 100:
        return str(number)
    if number < 20:
        return _UNITS[number]
    tens, units = divmod(number, 10)
    return f"{_TENS[tens]}-{_UNITS[units]}" if units else _TENS[tens]


def _han(number: int) -> str:
    if not 0 < number < 100:
        return "".join(_HAN[int(digit)] for digit in str(number)) if number >= 0 else str(number)
    tens, units = divmod(number, 10)
    return ("" if tens < 2 else _HAN[tens]) + ("十" if tens else "") + (_HAN[units] if units else "")


def _circled(number: int) -> str:
    return chr(0x245F + number) if 0 < number <= 20 else str(number)


WORD: Mapping[str, Callable[[int], str]] = {
    "upperRoman": lambda number: roman(number).upper(),
    "lowerRoman": roman,
    "upperLetter": lambda number: repeated(number).upper(),
    "lowerLetter": repeated,
    "ordinal": ordinal,
    "cardinalText": cardinal_words,
    "ordinalText": ordinal_words,
    "decimalZero": lambda number: f"{number:02}",
    "chicago": lambda number: repeated(number, _SIGNS),
    "russianLower": lambda number: repeated(number, _RUSSIAN),
    "russianUpper": lambda number: repeated(number, _RUSSIAN).upper(),
    "decimalEnclosedCircle": _circled,
    "decimalEnclosedCircleChinese": _circled,
    "chineseCounting": _han,
    "chineseCountingThousand": _han,
    "taiwaneseCounting": _han,
    "taiwaneseCountingThousand": _han,
    "japaneseCounting": _han,
    "ideographDigital": lambda number: "".join(_HAN[int(digit)] for digit in str(abs(number))),
    "decimalFullWidth": lambda number: "".join(chr(0xFF10 + int(digit)) for digit in str(abs(number))),
    "numberInDash": lambda number: f"- {number} -",
    "none": lambda _: "",
}
"""The forms of numbers by their names in Word. Every other form becomes digits."""
