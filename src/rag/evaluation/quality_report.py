"""Formats an evaluation as JSON and as tables for a terminal."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from rich.box import SIMPLE_HEAD
from rich.table import Table

from rag.evaluation import storage
from rag.evaluation.ablation import Ablation
from rag.evaluation.comparison import Comparison, Differences, Evaluation
from rag.evaluation.measures import Figures

_WIDTH = 76  # columns; a title is no wider than its table


@dataclass(frozen=True, slots=True)
class Report:
    """The results of a run. `comparison` and `ablation` are None if they were not requested."""

    evaluation: Evaluation
    comparison: Comparison | None
    ablation: Ablation | None

    def json(self) -> dict[str, object]:
        """Return the report for JSON."""
        report = _evaluation(self.evaluation)
        report["by_question"] = {name: one.json_by_question() for name, one in self.evaluation.sets.items()}
        if self.comparison:
            differences = {name: _differences(found) for name, found in self.comparison.differences.items()}
            report["against"] = {**_evaluation(self.comparison.evaluation), "differences": differences}
        if self.ablation:
            report["ablations"] = self.ablation
        return report


def tables(report: Report) -> Iterator[Table]:
    """Yield a table for each benchmark, with a row for each measure."""
    for name, figures in report.evaluation.sets.items():
        yield _table(name, figures, report.comparison)


def format_figure(measure: str, value: float) -> str:
    """Format a figure: sizes as whole numbers, milliseconds with one decimal, all others with three."""
    if measure in storage.MEASURES:
        return f"{value:.0f}"
    return f"{value:.1f}" if measure.endswith("_ms") else f"{value:.3f}"


def format_difference(measure: str, difference: float) -> str:
    """Format a difference with its sign. One that rounds to zero has no sign."""
    text = format_figure(measure, difference)
    if not float(text):
        return text.lstrip("-")
    return text if difference < 0 else f"+{text}"


def describe_size(figures: Figures) -> str:
    """Return the numbers of questions, documents and passages in words."""
    unread = f", {len(figures.unread):,} of the files not readable" if figures.unread else ""
    return f"{figures.questions:,} questions, {figures.documents:,} documents, {figures.chunks:,} passages{unread}"


def _evaluation(evaluation: Evaluation) -> dict[str, object]:
    return {
        "sets": {name: figures.json() for name, figures in evaluation.sets.items()},
        "settings": evaluation.settings.model_dump(mode="json"),
        "snapshot": {name: figures.snapshot for name, figures in evaluation.sets.items() if figures.snapshot},
    }


def _differences(differences: Differences) -> dict[str, object]:
    return {
        measure: {"difference": round(found.difference, 4), "p": None if found.p is None else round(found.p, 4)}
        for measure, found in differences.items()
    }


def _table(name: str, figures: Figures, comparison: Comparison | None) -> Table:
    table = Table(
        title=f"{name}: {describe_size(figures)}",
        title_justify="left",
        title_style="bold",
        box=SIMPLE_HEAD,
        min_width=_WIDTH,
    )
    table.add_column("measure")
    table.add_column("value", justify="right")
    table.add_column("95 % interval")
    for column in ("against", "difference", "p") if comparison else ():
        table.add_column(column, justify="right")
    for measure, value in figures.values.items():
        interval = figures.intervals.get(measure)
        cells = [
            measure,
            format_figure(measure, value),
            " to ".join(format_figure(measure, bound) for bound in interval or ()),
        ]
        table.add_row(*cells, *(_against(name, measure, comparison) if comparison else ()))
    return table


def _against(name: str, measure: str, comparison: Comparison) -> tuple[str, ...]:
    found = comparison.differences[name].get(measure)
    if found is None:
        return ()
    p = "" if found.p is None else f"{found.p:.3f}"
    return format_figure(measure, found.second), format_difference(measure, found.difference), p
