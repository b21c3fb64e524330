"""Write the page of the load."""

from __future__ import annotations

from collections.abc import Sequence

from benchmarks.load import peers
from benchmarks.load.measuring import TIMES, Load, Measured
from rag.machine import busy_warning, machine, table

_TEXT = f"""# Beyond capacity

`make load` writes this page. It takes about five minutes. `docs/running.md` describes the settings.

The capacity is the rate at which eight users get answers who each ask again at once. Then questions arrive at one, two
and five times this rate, and do not wait for earlier answers. Every question is new. One more client checks
`/healthz` twenty times a second, with a new connection each time. The load is made on the same machine.

Targets at each load: at least 85 % of the best rate of answers, p99 of answers below 1,000 ms, p99 of `/healthz` below
50 ms, and memory within 10 % of that before the load. Times and rates depend on everything else that the machine does.
The column "a core" compares the answers for each second of a core that the service got, so other work on the machine
counts less. The last columns have the cores that the service and the load generator used.

- With a silent language model, its server accepts each call and never answers. Answers that waited for it are counted
  and are not part of the times.
- Unread streams: {peers.UNREAD} clients ask for a stream and do not read it; {peers.SLOW} others send a part of a body.
- Half-open: up to 10,000 connections that send nothing, and {peers.HALF_SENT:,} that send a part of a request. Each one
  that the service closes is opened again.
"""


def page(results: Sequence[Measured], load: float) -> str:
    """Return the page. `load` is the load average before the run."""
    head = ["load", "offered/s", "answered/s", "of the best", "a core", "503", "failed", "p50 ms", "p99 ms"]
    head += ["healthz p99 ms", "service", "generator"]
    parts = [_TEXT]
    for one in results:
        rows = [[f"{times} x", *_cells(one, result)] for times, result in zip(TIMES, one.loads, strict=True)]
        parts.append(f"## With {one.scene.name}\n")
        parts.append(f"{_summary(one)}\n")
        parts.append(table(head, rows) + "\n")
    return "\n".join([*parts, machine(), *busy_warning(load), ""])


def _summary(one: Measured) -> str:
    change = (one.after / one.idle - 1) * 100 if one.idle else 0.0
    waited = sum(load.waited for load in one.loads)
    model = f" {waited} answers waited for the model." if one.scene.silent_model else ""
    return (
        f"Capacity {one.capacity:.1f} answers a second on {one.cores.service:.2f} cores. "
        f"Memory {one.idle:.0f} MiB before and {one.after:.0f} MiB after ({change:+.0f} %).{model}"
    )


def _cells(one: Measured, load: Load) -> list[str]:
    return [
        f"{load.offered:.1f}",
        f"{load.answered:.1f}",
        f"{100 * load.answered / one.best:.0f} %",
        _share_a_core(one, load),
        str(load.refused),
        str(load.failed),
        f"{load.times.p50:.0f}",
        f"{load.times.p99:.0f}",
        f"{load.health.p99:.0f}",
        f"{load.cores.service:.2f}",
        f"{load.cores.generator:.2f}",
    ]


def _share_a_core(one: Measured, load: Load) -> str:
    if not load.cores.service:
        return "unknown"
    return f"{100 * load.answered / load.cores.service / one.most_a_core:.0f} %"
