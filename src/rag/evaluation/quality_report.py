"""Shows an evaluation: as JSON for programs, as tables for a terminal."""

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
    """All that a run measured; the last two only where they were asked for."""

    evaluation: Evaluation
    comparison: Comparison | None
    ablation: Ablation | None

    def json(self) -> dict[str, object]:
        """Return the report as it is written to JSON."""
        report = _evaluation(self.evaluation)
        if self.comparison:
            differences = {name: _differences(found) for name, found in self.comparison.differences.items()}
            report["against"] = {**_evaluation(self.comparison.evaluation), "differences": differences}
        if self.ablation:
            report["ablations"] = self.ablation
        return report


def tables(report: Report) -> Iterator[Table]:
    """Yield a table for each benchmark: measures down, the second configuration to the right."""
    for name, figures in report.evaluation.sets.items():
        yield _table(name, figures, report.comparison)


def shown(measure: str, value: float) -> str:
    """Return a figure as it is printed: milliseconds to a tenth, what is counted whole, all else to a thousandth."""
    if measure in storage.MEASURED:
        return f"{value:.0f}"
    return f"{value:.1f}" if measure.endswith("_ms") else f"{value:.3f}"


def signed(measure: str, difference: float) -> str:
    """Return a difference as it is printed; one that rounds to nothing has no sign."""
    text = shown(measure, difference)
    if not float(text):
        return text.lstrip("-")
    return text if difference < 0 else f"+{text}"


def size(figures: Figures) -> str:
    """Return in words how much was asked of how much."""
    return f"{figures.questions:,} questions, {figures.documents:,} documents, {figures.chunks:,} passages"


def _evaluation(evaluation: Evaluation) -> dict[str, object]:
    return {
        "sets": {name: figures.json() for name, figures in evaluation.sets.items()},
        "settings": evaluation.settings.model_dump(mode="json"),
        "snapshot": {name: figures.snapshot for name, figures in evaluation.sets.items()},
    }


def _differences(differences: Differences) -> dict[str, object]:
    return {
        measure: {"difference": round(found.difference, 4), "p": None if found.p is None else round(found.p, 4)}
        for measure, found in differences.items()
    }


def _table(name: str, figures: Figures, comparison: Comparison | None) -> Table:
    table = Table(
        title=f"{name}: {size(figures)}", title_justify="left", title_style="bold", box=SIMPLE_HEAD, min_width=_WIDTH
    )
    table.add_column("measure")
    table.add_column("value", justify="right")
    table.add_column("95 % interval")
    for column in ("against", "difference", "p") if comparison else ():
        table.add_column(column, justify="right")
    for measure, value in figures.values.items():
        interval = figures.intervals.get(measure)
        cells = [measure, shown(measure, value), " to ".join(shown(measure, bound) for bound in interval or ())]
        table.add_row(*cells, *(_against(name, measure, comparison) if comparison else ()))
    return table


def _against(name: str, measure: str, comparison: Comparison) -> tuple[str, ...]:
    found = comparison.differences[name].get(measure)
    if found is None:
        return ()
    p = "" if found.p is None else f"{found.p:.3f}"
    return shown(measure, found.second), signed(measure, found.difference), p
