"""Questions over HTTP: one after the other, and at a rate that does not wait for answers.

Under load, times count from when a question was due, not from when it could be sent: a service that falls behind cannot
hide it by keeping the next question waiting (what is known as coordinated omission).
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import cycle

import httpx2

from rag.benchmarking.percentiles import Percentiles, percentiles
from rag.errors import BackendUnavailable
from rag.snapshots import Progress

BAR = 100.0
"""Milliseconds within which 95 in a hundred questions must be answered for a rate to hold."""

_CONNECTIONS = 64
_SECONDS = 60.0  # that a question may take
_GROWTH = 1.5  # from one rate to the next, until one does not hold
_LEAST = 8  # lower than the first rate by more than that none is tried: too few questions would be due
_CLOSE = 1.08  # the least that holds no longer and the most that holds lie no further apart


@dataclass(frozen=True, slots=True)
class Offer:
    """A rate of questions a second that was offered, how long they took, and how many got no answer.

    `answered` is the rate at which answers came.
    """

    rate: float
    answered: float
    times: Percentiles
    failed: int

    @property
    def holds(self) -> bool:
        """Whether the service kept up with it."""
        return self.times.p95 < BAR and not self.failed


@contextmanager
def connected(address: str) -> Iterator[httpx2.Client]:
    """Lend a client that keeps its connections, whatever proxy the environment names."""
    limits = httpx2.Limits(max_connections=_CONNECTIONS, max_keepalive_connections=_CONNECTIONS)
    with httpx2.Client(base_url=address, timeout=_SECONDS, limits=limits, trust_env=False) as client:
        yield client


def in_turn(client: httpx2.Client, questions: Sequence[str], progress: Progress) -> Percentiles:
    """Ask one question after the other; a time ends with the last byte of the answer. Raises BackendUnavailable."""
    times = []
    for question in questions:
        began = time.perf_counter()
        if not _asked(client, question):
            raise BackendUnavailable(f"the service did not answer {question!r}: see what 'rag ask' says to it")
        times.append((time.perf_counter() - began) * 1000)
        progress(len(times), len(questions))
    return percentiles(times)


def offer(client: httpx2.Client, questions: Sequence[str], rate: float, seconds: float) -> Offer:
    """Send questions for so many seconds at times drawn from a Poisson process, the same for the same rate."""
    due = list(_arrivals(rate, seconds))
    with ThreadPoolExecutor(_CONNECTIONS) as threads:
        began = time.perf_counter()

        def ask(question: str, at: float) -> tuple[float, bool]:
            answered = _asked(client, question)
            return time.perf_counter() - began - at, answered

        waiting = []
        for at, question in zip(due, cycle(questions), strict=False):
            time.sleep(max(0.0, began + at - time.perf_counter()))
            waiting.append(threads.submit(ask, question, at))
        results = [one.result() for one in waiting]
    times = percentiles([took * 1000 for took, _ in results])
    last = max(at + took for at, (took, _) in zip(due, results, strict=True))
    failed = sum(not answered for _, answered in results)
    return Offer(rate, (len(results) - failed) / max(last, seconds), times, failed)


def highest(offered: Callable[[float], Offer], first: float, most: int = 20) -> list[Offer]:
    """Offer higher and higher rates until one does not hold, then halve the distance to the last that did.

    What does not hold is offered once more, since the machine may have had something else to do. Returns the offer that
    counts of every rate, at most `most` of them, in their order.
    """
    offers: list[Offer] = []
    held, broke = 0.0, 0.0
    rate = first
    while len(offers) < most and (not broke or broke / max(held, first / _LEAST) > _CLOSE):
        offers.append(_twice(offered, rate))
        if offers[-1].holds:
            held = rate
        else:
            broke = rate
        rate = (held + broke) / 2 if broke else rate * _GROWTH
    return sorted(offers, key=lambda one: one.rate)


def best(offers: Sequence[Offer]) -> Offer | None:
    """Return the highest rate that held; None where none did."""
    return max((one for one in offers if one.holds), key=lambda one: one.rate, default=None)


def _twice(offered: Callable[[float], Offer], rate: float) -> Offer:
    first = offered(rate)
    return first if first.holds else min(first, offered(rate), key=lambda one: (one.failed, one.times.p95))


def _arrivals(rate: float, seconds: float) -> Iterator[float]:
    """Yield the seconds from the beginning at which questions are due; there is at least one."""
    chance = random.Random(0)  # noqa: S311 - the same arrivals for everyone
    at = 0.0
    while at < seconds:
        yield at
        at += chance.expovariate(rate)


def _asked(client: httpx2.Client, question: str) -> bool:
    try:
        return client.post("/v1/answers", json={"question": question}).is_success
    except httpx2.HTTPError:
        return False
