"""Writes an evaluation as a Markdown page: the command, the machine, the settings and every figure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime

from rag.evaluation.ablation import Ablation
from rag.evaluation.comparison import Comparison, Differences
from rag.evaluation.measures import MEASURES, Figures
from rag.evaluation.quality_report import Report, describe_size, format_difference, format_figure
from rag.evaluation.ranking import METRICS
from rag.machine import machine, table
from rag.settings import Settings

_SHOWN_SETTINGS = ("encoder", "chunk_tokens", "store", "fusion", "reranker", "generator", "least_confidence")


def page(report: Report, command: str) -> str:
    """Return the page. `command` is the command line that writes it."""
    return "\n\n".join(_sections(report, command)) + "\n"


def _sections(report: Report, command: str) -> Iterator[str]:
    sets = report.evaluation.sets
    yield "# Quality"
    yield f"Measured on {datetime.now(UTC).date()} on {machine()}. This page is written by:"
    yield f"    {command}"
    yield f"The settings were {_settings(report.evaluation.settings)}."
    yield "\n".join(f"- **{name}**: {describe_size(figures)}" for name, figures in sets.items())
    yield "## Figures"
    yield (
        "Brackets show the 95 % interval of a bootstrap over questions. A benchmark has only the figures that it has "
        "labels for."
    )
    yield _by_measure(sets, lambda measure, name: _cell(measure, sets[name]))
    yield "\n".join(f"- `{measure}`: {MEASURES[measure]}" for measure in _present(sets))
    if report.comparison:
        yield from _comparison(report.comparison, sets)
    if report.ablation:
        yield "## The contribution of each stage of retrieval"
        for measure in METRICS:
            yield _stages(report.ablation, measure)


def _comparison(comparison: Comparison, sets: Mapping[str, Figures]) -> Iterator[str]:
    yield "## In comparison"
    yield f"The settings of the second run were {_settings(comparison.evaluation.settings)}."
    yield (
        "Each cell is the second figure minus the first. Brackets show the p value of a paired randomisation test over "
        "questions."
    )
    yield _by_measure(sets, lambda measure, name: _change(measure, comparison.differences[name]))


def _settings(settings: Settings) -> str:
    values = settings.model_dump(mode="json")
    return ", ".join(f"`RAG_{name.upper()}={values[name]}`" for name in _SHOWN_SETTINGS)


def _present(sets: Mapping[str, Figures]) -> list[str]:
    return [name for name in MEASURES if any(name in figures.values for figures in sets.values())]


def _by_measure(sets: Mapping[str, Figures], cell: Callable[[str, str], str]) -> str:
    """Return a table of measures by benchmarks. `cell` returns the text for a measure and a benchmark."""
    return table(["measure", *sets], [[measure, *(cell(measure, name) for name in sets)] for measure in _present(sets)])


def _cell(measure: str, figures: Figures) -> str:
    if measure not in figures.values:
        return ""
    value, interval = format_figure(measure, figures.values[measure]), figures.intervals.get(measure)
    return (
        f"{value} ({format_figure(measure, interval[0])} to {format_figure(measure, interval[1])})"
        if interval
        else value
    )


def _change(measure: str, differences: Differences) -> str:
    found = differences.get(measure)
    if found is None:
        return ""
    return format_difference(measure, found.difference) + ("" if found.p is None else f" ({found.p:.3f})")


def _stages(ablation: Ablation, measure: str) -> str:
    names = dict.fromkeys(stage for stages in ablation.values() for stage in stages)
    rows = [
        [stage, *(format_figure(measure, stages[stage][measure]) for stages in ablation.values())] for stage in names
    ]
    return table([measure, *ablation], rows)
