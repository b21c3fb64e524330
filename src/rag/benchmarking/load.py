"""Sends questions over HTTP: one after the other, or at a rate that does not wait for answers.

Under load, a time starts when the question was due, not when it was sent. Otherwise a slow service would delay the next
questions and hide the delay (coordinated omission).
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

P95_LIMIT = 100.0
"""The service sustains a rate if the 95th percentile of its times is below this limit, in milliseconds."""

_CONNECTIONS = 64
_TIMEOUT = 60.0  # seconds that a question may take
_GROWTH = 1.5  # the factor from one rate to the next, until the service cannot sustain one
_LOWEST_DIVISOR = 8  # try no rate below the first rate divided by this: too few questions would be due
_CLOSE = 1.08  # stop when the lowest failed rate is within this factor of the highest sustained one


@dataclass(frozen=True, slots=True)
class OfferedRate:
    """The result of offering questions at a rate, in questions a second.

    `answered` is the rate of the answers, and `failed` the number of questions without an answer.
    """

    rate: float
    answered: float
    times: Percentiles
    failed: int

    @property
    def is_sustained(self) -> bool:
        """Whether the service sustained the rate."""
        return self.times.p95 < P95_LIMIT and not self.failed


@contextmanager
def connect(address: str) -> Iterator[httpx2.Client]:
    """Yield a client that keeps its connections open and ignores the proxies of the environment."""
    limits = httpx2.Limits(max_connections=_CONNECTIONS, max_keepalive_connections=_CONNECTIONS)
    with httpx2.Client(base_url=address, timeout=_TIMEOUT, limits=limits, trust_env=False) as client:
        yield client


def ask_in_turn(client: httpx2.Client, questions: Sequence[str], progress: Progress) -> Percentiles:
    """Ask one question after the other. A time ends with the last byte of the answer. Raises BackendUnavailable."""
    times = []
    for question in questions:
        began = time.perf_counter()
        if not _is_answered(client, question):
            raise BackendUnavailable(f"the service did not answer {question!r}: run 'rag ask' with it to see the error")
        times.append((time.perf_counter() - began) * 1000)
        progress(len(times), len(questions))
    return percentiles(times)


def offer_rate(client: httpx2.Client, questions: Sequence[str], rate: float, seconds: float) -> OfferedRate:
    """Send questions for `seconds` at the times of a Poisson process. The same rate always has the same times."""
    due = list(arrivals(rate, seconds))
    with ThreadPoolExecutor(_CONNECTIONS) as threads:
        began = time.perf_counter()

        def ask(question: str, at: float) -> tuple[float, bool]:
            answered = _is_answered(client, question)
            return time.perf_counter() - began - at, answered

        waiting = []
        for at, question in zip(due, cycle(questions), strict=False):
            time.sleep(max(0.0, began + at - time.perf_counter()))
            waiting.append(threads.submit(ask, question, at))
        results = [one.result() for one in waiting]
    times = percentiles([took * 1000 for took, _ in results])
    last = max(at + took for at, (took, _) in zip(due, results, strict=True))
    failed = sum(not answered for _, answered in results)
    return OfferedRate(rate, (len(results) - failed) / max(last, seconds), times, failed)


def find_highest_rate(offer: Callable[[float], OfferedRate], first: float, most: int = 20) -> list[OfferedRate]:
    """Increase the rate until the service cannot sustain it, then bisect.

    A rate that fails is offered a second time, because the machine may have been busy. Returns the better result of
    each rate, ordered by rate, and at most `most` of them.
    """
    offers: list[OfferedRate] = []
    sustained, failed = 0.0, 0.0
    rate = first
    while len(offers) < most and (not failed or failed / max(sustained, first / _LOWEST_DIVISOR) > _CLOSE):
        offers.append(_offer_with_retry(offer, rate))
        if offers[-1].is_sustained:
            sustained = rate
        else:
            failed = rate
        rate = (sustained + failed) / 2 if failed else rate * _GROWTH
    return sorted(offers, key=lambda one: one.rate)


def highest_sustained(offers: Sequence[OfferedRate]) -> OfferedRate | None:
    """Return the result of the highest sustained rate; None if no rate was sustained."""
    return max((one for one in offers if one.is_sustained), key=lambda one: one.rate, default=None)


def _offer_with_retry(offer: Callable[[float], OfferedRate], rate: float) -> OfferedRate:
    first = offer(rate)
    return first if first.is_sustained else min(first, offer(rate), key=lambda one: (one.failed, one.times.p95))


def arrivals(rate: float, seconds: float) -> Iterator[float]:
    """Yield the times of a Poisson process, in seconds from the start: `rate` a second, and at least one."""
    chance = random.Random(0)  # noqa: S311 - the same arrivals in every run
    at = 0.0
    while at < seconds:
        yield at
        at += chance.expovariate(rate)


def _is_answered(client: httpx2.Client, question: str) -> bool:
    try:
        return client.post("/v1/answers", json={"question": question}).is_success
    except httpx2.HTTPError:
        return False
