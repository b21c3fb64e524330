"""Draws figures as SVG. The same figures give the same file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from io import StringIO

from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator, NullFormatter

from rag.benchmarking.load import P95_LIMIT, OfferedRate
from rag.benchmarking.stage_times import Stages

_P50, _P95, _P99, _GREY = "#1f6f8b", "#e08e45", "#b23a48", "#888888"


def stages(found: Stages) -> str:
    """Draw a bar for the median time of each stage, with marks at p95 and p99."""
    with drawing(height=2.8) as ([axes], svg):
        names = [stage.value for stage in found.times]
        times = list(found.times.values())
        axes.barh(names, [one.p50 for one in times], color=_P50, label="p50")
        axes.scatter([one.p95 for one in times], names, color=_P95, marker="|", s=90, linewidths=2, label="p95")
        axes.scatter([one.p99 for one in times], names, color=_P99, marker="|", s=90, linewidths=2, label="p99")
        axes.invert_yaxis()
        axes.set_xlabel("milliseconds")
        axes.legend(frameon=False)
    return svg.getvalue()


def offers(found: Sequence[OfferedRate]) -> str:
    """Draw the percentiles of the times at each rate, and the limit for p95."""
    with drawing(height=3.2) as ([axes], svg):
        rates = [one.rate for one in found]
        axes.plot(rates, [one.times.p50 for one in found], color=_P50, marker="o", markersize=4, label="p50")
        axes.plot(rates, [one.times.p95 for one in found], color=_P95, marker="o", markersize=4, label="p95")
        axes.plot(rates, [one.times.p99 for one in found], color=_P99, marker="o", markersize=4, label="p99")
        axes.axhline(P95_LIMIT, color=_GREY, linewidth=1, linestyle="--")
        axes.set_yscale("log")
        axes.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
        axes.yaxis.set_major_formatter("{x:g}")
        axes.yaxis.set_minor_formatter(NullFormatter())
        axes.set_xlim(left=0)
        axes.set_xlabel("questions a second")
        axes.set_ylabel("milliseconds from when due")
        axes.legend(frameon=False)
    return svg.getvalue()


@contextmanager
def drawing(height: float, panels: int = 1) -> Iterator[tuple[Sequence[Axes], StringIO]]:
    """Yield the axes of `panels` plots next to each other, and a buffer that holds the SVG after the block."""
    svg = StringIO()
    with rc_context({"svg.fonttype": "none", "svg.hashsalt": "rag", "font.family": "sans-serif", "font.size": 9}):
        figure = Figure(figsize=(7.2, height), layout="constrained")
        row: Sequence[Axes] = figure.subplots(1, panels, squeeze=False)[0]
        for axes in row:
            axes.spines[["top", "right"]].set_visible(False)
        yield row, svg
        figure.savefig(svg, format="svg", metadata={"Date": None})
