"""Tests load over HTTP: times include waiting, and the search finds the highest sustained rate."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event

import httpx2
import pytest

from rag.benchmarking.load import OfferedRate, ask_in_turn, connect, find_highest_rate, highest_sustained, offer_rate
from rag.benchmarking.percentiles import percentiles
from rag.errors import BackendUnavailable
from tests import samples
from tests.http.serving import serving


class _Transport(httpx2.BaseTransport):
    """Answers without a network, with the status that `answer` returns."""

    def __init__(self, answer: Callable[[], int]) -> None:
        self._answer = answer

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        return httpx2.Response(self._answer())


@contextmanager
def _answering(answer: Callable[[], int]) -> Iterator[httpx2.Client]:
    with httpx2.Client(base_url="http://service", transport=_Transport(answer)) as client:
        yield client


def _offers(capacity: float) -> Callable[[float], OfferedRate]:
    """Return a function that offers a rate to a service. It answers in 50 ms up to `capacity`, and in 500 ms above."""
    return lambda rate: OfferedRate(rate, rate, percentiles([50.0 if rate <= capacity else 500.0]), 0)


@pytest.mark.parametrize("capacity", [3.0, 87.0, 640.0])
def test_the_search_finds_the_highest_sustained_rate_within_eight_percent(capacity: float) -> None:
    offers = find_highest_rate(_offers(capacity), first=10.0)
    found = highest_sustained(offers)
    assert found is not None
    assert capacity / 1.08 <= found.rate <= capacity
    assert [one.rate for one in offers] == sorted(one.rate for one in offers)


def test_the_search_finds_nothing_if_no_rate_is_sustained() -> None:
    offers = find_highest_rate(_offers(0.0), first=10.0)
    assert highest_sustained(offers) is None
    assert offers[0].rate == 1.25, "the search ends"


def test_a_rate_that_fails_once_is_offered_again() -> None:
    tried: list[float] = []

    def offered(rate: float) -> OfferedRate:
        tried.append(rate)
        return _offers(0.0 if tried.count(rate) == 1 else 40.0)(rate)

    found = highest_sustained(find_highest_rate(offered, first=10.0))
    assert found is not None
    assert found.rate >= 40 / 1.08


def test_a_rate_with_a_failed_answer_is_not_sustained() -> None:
    with _answering(lambda: 503) as client:
        found = offer_rate(client, ["What is the levy?"], rate=50.0, seconds=0.2)
    assert found.failed == found.times.count > 1
    assert not found.is_sustained


def test_times_start_when_a_question_is_due() -> None:
    # Every answer takes 50 ms, and at most 64 requests run at once. So some of 400 simultaneous questions must wait.
    never = Event()

    def slowly() -> int:
        never.wait(0.05)
        return 200

    with _answering(slowly) as client:
        found = offer_rate(client, ["What is the levy?"], rate=20_000.0, seconds=0.02)
    assert found.times.count > 128
    assert found.times.p95 > 100, "the last questions were due long before they were sent"


def test_a_real_server_answers_in_turn_and_at_a_rate(tmp_path: Path) -> None:
    service = samples.service(tmp_path / "index")
    samples.ingest(service, samples.write(tmp_path / "articles"))
    questions = [samples.LEVY_QUESTION, "What is the congestion charge?"]
    with serving(service) as address, connect(address) as client:
        assert ask_in_turn(client, questions, lambda *_: None).count == 2
        found = offer_rate(client, questions, rate=20.0, seconds=0.3)
    assert found.failed == 0
    assert found.times.p99 >= found.times.p50 > 0


def test_a_failed_answer_in_turn_raises_an_error() -> None:
    with (
        _answering(lambda: 503) as client,
        pytest.raises(BackendUnavailable, match="the service did not answer 'What is the levy"),
    ):
        ask_in_turn(client, ["What is the levy?"], lambda *_: None)
