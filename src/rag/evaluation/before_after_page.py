"""Formats a comparison of two runs: as tables for a terminal, and as a Markdown page."""

from __future__ import annotations

from collections.abc import Iterator

from rich.box import SIMPLE_HEAD
from rich.table import Table

from rag.evaluation.before_after import BeforeAfter, Change
from rag.evaluation.measures import MEASURES
from rag.evaluation.quality_report import format_difference, format_figure
from rag.machine import table

_COLUMNS = ("before", "after", "difference", "95 % interval")


def before_after_tables(compared: BeforeAfter) -> Iterator[Table]:
    """Yield a table for each benchmark, with a row for each measure."""
    for name in compared.changes:
        shown = Table(title=_title(compared, name), title_justify="left", title_style="bold", box=SIMPLE_HEAD)
        shown.add_column("measure")
        for column in _COLUMNS:
            shown.add_column(column, justify="right")
        for row in _rows(compared, name):
            shown.add_row(*row)
        yield shown


def before_after_page(compared: BeforeAfter, before: str, after: str, command: str) -> str:
    """Return the page. `before` and `after` name the two runs, and `command` is the command that writes the page."""
    sections = [
        "# Before and after",
        f"`{before}` compared with `{after}`. This page is written by:",
        f"    {command}",
        "The interval is the 95 % interval of a paired bootstrap over the questions that both runs asked. "
        "A difference whose interval excludes zero has a star.",
    ]
    for name in compared.changes:
        sections += [
            f"## {_title(compared, name)}",
            table(["measure", *_COLUMNS], list(map(list, _rows(compared, name)))),
        ]
    return "\n\n".join(sections) + "\n"


def _title(compared: BeforeAfter, name: str) -> str:
    return f"{name}: {compared.questions[name]:,} questions in both runs"


def _rows(compared: BeforeAfter, name: str) -> Iterator[tuple[str, ...]]:
    changes = compared.changes[name]
    for measure in (measure for measure in MEASURES if measure in changes):
        yield measure, *_cells(measure, changes[measure])


def _cells(measure: str, change: Change) -> tuple[str, ...]:
    interval = " to ".join(format_difference(measure, bound) for bound in change.interval or ())
    return (
        format_figure(measure, change.before),
        format_figure(measure, change.after),
        format_difference(measure, change.difference) + (" *" if change.certain else ""),
        interval,
    )
