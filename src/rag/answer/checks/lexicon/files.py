"""Read the word lists of the lexicon."""

from __future__ import annotations

from importlib.resources import files


def lines(name: str) -> list[str]:
    """Return the lines of a word list. Lines that begin with `#` are comments."""
    text = files(__package__ or "").joinpath(name).read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]
