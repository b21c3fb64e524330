"""Writes an evaluation as a page in Markdown: what was run, where, and every figure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime

from rag.evaluation.ablation import Ablation
from rag.evaluation.comparison import Comparison, Differences
from rag.evaluation.measures import MEASURES, Figures
from rag.evaluation.quality_report import Report, shown, signed, size
from rag.evaluation.ranking import MEASURED as RANKING
from rag.machine import machine, table
from rag.settings import Settings

_DECISIVE = ("encoder", "chunk_tokens", "store", "fusion", "reranker", "generator", "least_confidence")


def page(report: Report, command: str) -> str:
    """Return the page; `command` is what writes it anew."""
    return "\n\n".join(_sections(report, command)) + "\n"


def _sections(report: Report, command: str) -> Iterator[str]:
    sets = report.evaluation.sets
    yield "# Quality"
    yield f"Measured on {datetime.now(UTC).date()} on {machine()}. This page is written by:"
    yield f"    {command}"
    yield f"The settings were {_settings(report.evaluation.settings)}."
    yield "\n".join(f"- **{name}**: {size(figures)}" for name, figures in sets.items())
    yield "## Figures"
    yield "In brackets, the 95 % interval of a bootstrap over questions. A set without labels for a measure has none."
    yield _by_measure(sets, lambda measure, name: _cell(measure, sets[name]))
    yield "\n".join(f"- `{measure}`: {MEASURES[measure]}" for measure in _present(sets))
    if report.comparison:
        yield from _compared(report.comparison, sets)
    if report.ablation:
        yield "## What each stage of retrieval adds"
        for measure in RANKING:
            yield _stages(report.ablation, measure)


def _compared(comparison: Comparison, sets: Mapping[str, Figures]) -> Iterator[str]:
    yield "## In comparison"
    yield f"The settings of the second run were {_settings(comparison.evaluation.settings)}."
    yield "How much larger its figures were; in brackets, the p value of a paired randomisation test over questions."
    yield _by_measure(sets, lambda measure, name: _change(measure, comparison.differences[name]))


def _settings(settings: Settings) -> str:
    values = settings.model_dump(mode="json")
    return ", ".join(f"`RAG_{name.upper()}={values[name]}`" for name in _DECISIVE)


def _present(sets: Mapping[str, Figures]) -> list[str]:
    return [name for name in MEASURES if any(name in figures.values for figures in sets.values())]


def _by_measure(sets: Mapping[str, Figures], cell: Callable[[str, str], str]) -> str:
    """Return a table of measures and benchmarks, each of its cells given by the names of both."""
    return table(["measure", *sets], [[measure, *(cell(measure, name) for name in sets)] for measure in _present(sets)])


def _cell(measure: str, figures: Figures) -> str:
    if measure not in figures.values:
        return ""
    value, interval = shown(measure, figures.values[measure]), figures.intervals.get(measure)
    return f"{value} ({shown(measure, interval[0])} to {shown(measure, interval[1])})" if interval else value


def _change(measure: str, differences: Differences) -> str:
    found = differences.get(measure)
    if found is None:
        return ""
    return signed(measure, found.difference) + ("" if found.p is None else f" ({found.p:.3f})")


def _stages(ablation: Ablation, measure: str) -> str:
    names = dict.fromkeys(stage for stages in ablation.values() for stage in stages)
    rows = [[stage, *(shown(measure, stages[stage][measure]) for stages in ablation.values())] for stage in names]
    return table([measure, *ablation], rows)
