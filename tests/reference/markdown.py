"""Markdown that every reference page uses."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

WRITTEN = "`make reference` writes this page from the code."


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table. Cells are Markdown; only their bars and line breaks are replaced."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(_cell(cell) for cell in line)} |" for line in lines)


def prose(text: str) -> str:
    """Return plain text as Markdown. Angle brackets and asterisks are escaped, except between backticks."""
    parts = text.split("`")
    return "`".join(part if number % 2 else _escaped(part) for number, part in enumerate(parts))


def code(value: object) -> str:
    """Return a value in backticks, or nothing for an empty one."""
    return f"`{value}`" if str(value) else ""


def _escaped(text: str) -> str:
    return text.replace("<", "\\<").replace("*", "\\*")


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")
