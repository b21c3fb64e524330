"""Roman numerals."""

from __future__ import annotations

_VALUES = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"),
    (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
)  # fmt: skip


def roman(number: int) -> str:
    """Return a number as a small Roman numeral, or in digits if it has none."""
    if not 0 < number < 4000:
        return str(number)
    found = ""
    for value, letters in _VALUES:
        count, number = divmod(number, value)
        found += count * letters
    return found


def first_numerals(count: int) -> tuple[str, ...]:
    """Return the small Roman numerals from i to that of `count`."""
    return tuple(map(roman, range(1, count + 1)))
