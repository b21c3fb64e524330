"""Measures how long a reader waits for the first statement of a streamed answer."""

from __future__ import annotations

import time
from collections.abc import Sequence

import httpx2

from rag.benchmarking.percentiles import Percentiles, percentiles
from rag.errors import BackendUnavailable
from rag.snapshots import Progress

_HEADERS = {"Accept": "text/event-stream"}


def stream_in_turn(client: httpx2.Client, questions: Sequence[str], progress: Progress) -> Percentiles | None:
    """Ask one question after the other, and measure the time to the first statement of each answer that has one.

    Return None if no answer has a statement. Raises BackendUnavailable.
    """
    times = []
    for number, question in enumerate(questions, 1):
        try:
            times += _time(client, question)
        except httpx2.HTTPError as error:
            raise BackendUnavailable(f"the service did not answer {question!r}: {error}") from error
        progress(number, len(questions))
    return percentiles(times) if times else None


def _time(client: httpx2.Client, question: str) -> list[float]:
    began = time.perf_counter()
    found: list[float] = []
    with client.stream("POST", "/v1/answers", json={"question": question}, headers=_HEADERS) as response:
        response.raise_for_status()
        for line in response.iter_lines():
            if line == "event: statement" and not found:
                found.append((time.perf_counter() - began) * 1000)
    return found
