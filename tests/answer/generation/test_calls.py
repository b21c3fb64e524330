"""Each limit on the calls to a language model: deadline, retries, parameters, cut-off, breaker, places and budget."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import AsyncGenerator, Sequence
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from email.utils import format_datetime
from tempfile import TemporaryFile

import pytest

from rag.answer.generation import Deadline, Departure, LanguageModel, Limits, departure
from rag.answer.generation.breaker import FAILURES, LONGEST_PAUSE, PAUSE, Breaker
from rag.answer.generation.budget import Budget, Spent
from rag.answer.generation.cut_off import MAX_CHARACTERS
from rag.answer.generation.places import Places
from rag.errors import BackendSkipped, BackendTimeout, BackendUnavailable
from rag.protocols import GeneratorEvent, GeneratorRequest, Text, Usage
from tests.answer.generation.made import END, Step, Steps
from tests.http.serving import wait_for
from tests.patience import PATIENCE

BUSY = BackendUnavailable("overloaded", status=503)
WORD = Text("So")


def request() -> GeneratorRequest:
    return GeneratorRequest("", "Why?", 100)


def events(made: Steps, seconds: float = 20.0, limits: Limits = Limits()) -> list[GeneratorEvent]:  # noqa: B008
    model = LanguageModel(made, limits)
    return list(model.events(lambda: request_without(model), Deadline.after(seconds)))


def request_without(model: LanguageModel) -> GeneratorRequest:
    return GeneratorRequest("", "Why?", 100, without=model.refused)


# Retries


@pytest.mark.parametrize("status", [429, 500, 502, 503, 529])
def test_a_call_is_repeated_at_most_twice(status: int) -> None:
    failing = BackendUnavailable("", status=status)
    made = Steps([[failing], [failing], [WORD, END]])
    assert events(made) == [WORD, END]
    made = Steps([[failing]])
    with pytest.raises(BackendUnavailable):
        events(made)
    assert len(made.requests) == 3


@pytest.mark.parametrize("status", [None, 400, 401, 404])
def test_other_failures_are_not_repeated(status: int | None) -> None:
    made = Steps([[BackendUnavailable("", status=status)]])
    with pytest.raises(BackendUnavailable):
        events(made)
    assert len(made.requests) == 1


def test_a_call_is_not_repeated_after_its_first_word() -> None:
    made = Steps([[WORD, BUSY], [END]])
    with pytest.raises(BackendUnavailable):
        events(made)
    assert len(made.requests) == 1


def soon(seconds: float) -> str:
    return format_datetime(datetime.now(UTC) + timedelta(seconds=seconds), usegmt=True)


@pytest.mark.parametrize("as_date", [False, True])
def test_a_call_is_not_repeated_if_retry_after_is_beyond_the_deadline(as_date: bool) -> None:
    retry_after = soon(60) if as_date else "1"
    made = Steps([[BackendUnavailable("", status=429, retry_after=retry_after)]])
    began = time.monotonic()
    with pytest.raises(BackendUnavailable):
        events(made, seconds=0.9)
    assert len(made.requests) == 1
    assert time.monotonic() - began < 0.8 * PATIENCE


@pytest.mark.parametrize(("retry_after", "least"), [("1", 1.0), ("soon", 0.0), ("-7", 0.0), ("a past date", 0.0)])
def test_retry_after_is_waited_for(retry_after: str, least: float) -> None:
    if retry_after == "a past date":
        retry_after = soon(-5)  # Not a parameter: the names of tests must be the same in each process.
    made = Steps([[BackendUnavailable("", status=429, retry_after=retry_after)], [END]])
    began = time.monotonic()
    assert events(made) == [END]
    assert least <= time.monotonic() - began < least + 0.9 * PATIENCE


# The deadline, and a client that leaves


def test_a_call_ends_at_the_deadline_whatever_the_server_does() -> None:
    for script in ([None], [WORD, None], [BUSY]):
        made = Steps([script])
        began = time.monotonic()
        with pytest.raises((BackendTimeout, BackendUnavailable)):
            events(made, seconds=0.4)
        assert time.monotonic() - began < 1.0 * PATIENCE
        wait_for(lambda made=made: made.ended == len(made.requests), seconds=1)  # type: ignore[misc]


def test_a_half_read_generator_of_a_failed_call_ends_in_the_thread_of_the_calls() -> None:
    ended: list[str] = []

    async def inner() -> AsyncGenerator[int, None]:
        try:
            yield 1
        finally:
            ended.append(threading.current_thread().name)

    class Failing(Steps):
        async def generate(self, request: GeneratorRequest) -> AsyncGenerator[GeneratorEvent, None]:
            numbers = inner()
            assert await anext(numbers) == 1
            yield WORD
            raise BackendUnavailable("broken") from ValueError("odd")

    with pytest.raises(BackendUnavailable, match="broken") as failed:
        events(Failing([]))
    wait_for(lambda: ended == ["language models"], seconds=2)
    assert isinstance(failed.value.__cause__, ValueError)


def test_a_generator_that_blocks_the_event_loop_does_not_delay_the_answer() -> None:
    class Blocking(Steps):
        async def generate(self, request: GeneratorRequest) -> AsyncGenerator[GeneratorEvent, None]:
            time.sleep(1.5)
            yield END

    began = time.monotonic()
    with pytest.raises(BackendTimeout):
        events(Blocking([]), seconds=0.2)
    assert time.monotonic() - began < 1.0 * PATIENCE
    time.sleep(1.5)  # the loop is free again for the next tests


def test_a_caller_that_closes_the_events_ends_the_call() -> None:
    made = Steps([[WORD, None]])
    with closing(LanguageModel(made).events(request, Deadline.after(20))) as found:
        assert next(found) == WORD
        assert made.ended == 0
    wait_for(lambda: made.ended == 1, seconds=1)


@pytest.mark.parametrize("before", [True, False])
def test_a_client_that_leaves_ends_the_call(before: bool) -> None:
    made = Steps([[None]])
    client = Departure()
    token = departure.set(client)
    try:
        if before:
            client.leave()
        else:
            threading.Timer(0.2, client.leave).start()
        with pytest.raises(BackendSkipped, match="the client left"):
            events(made)
    finally:
        departure.reset(token)
    wait_for(lambda: made.ended == len(made.requests), seconds=1)


def test_an_error_of_a_generator_that_is_no_backend_error_is_raised_unchanged() -> None:
    class Faulty(Steps):
        async def generate(self, request: GeneratorRequest) -> AsyncGenerator[GeneratorEvent, None]:
            raise ZeroDivisionError
            yield END

    with pytest.raises(ZeroDivisionError):
        events(Faulty([]))


# Replies without end and replies that are too long


@pytest.mark.parametrize("script", [[], [WORD], [Usage(1, 1)]])
def test_a_reply_without_an_end_is_a_failure(script: Sequence[Step]) -> None:
    with pytest.raises(BackendUnavailable, match="broke off"):
        events(Steps([script]))


@pytest.mark.parametrize("words", ["x" * 10_000_000, "word " * 200])
def test_a_reply_that_is_too_long_is_cut_off(words: str) -> None:
    *texts, end = events(Steps([[Text(words)] * 200]))
    assert sum(len(one.text) for one in texts if isinstance(one, Text)) == MAX_CHARACTERS
    assert getattr(end, "reason", None) == "length"


def test_half_a_character_is_replaced() -> None:
    assert events(Steps([[Text("a\ud83eb"), END]])) == [Text("a�b"), END]


# Parameters


def test_a_refused_parameter_is_left_out_and_remembered() -> None:
    refusal = BackendUnavailable("Unsupported value: 'temperature' does not support 0", status=400)
    made = Steps([[refusal], [END]], optional={"temperature": ("temperature",), "effort": ("effort",)})
    model = LanguageModel(made)
    for _ in range(2):
        assert list(model.events(lambda: request_without(model), Deadline.after(20))) == [END]
    assert [one.without for one in made.requests] == [frozenset(), {"temperature"}, {"temperature"}]


def test_a_parameter_that_is_refused_again_is_a_failure() -> None:
    refusal = BackendUnavailable("temperature", status=400)
    made = Steps([[refusal]], optional={"temperature": ("temperature",)})
    with pytest.raises(BackendUnavailable):
        events(made)
    assert len(made.requests) == 2


# The breaker


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def call(breaker: Breaker, error: Exception | None = None) -> bool:
    """Return whether the breaker lets a call through. The call raises `error`."""
    try:
        with breaker.watching():
            if error is not None:
                raise error
    except BackendSkipped as skipped:
        return "failed several times" not in str(skipped)
    except BackendUnavailable:
        pass
    return True


def test_the_breaker_opens_after_failures_in_a_row_and_tries_again_after_longer_and_longer_pauses() -> None:
    clock = Clock()
    breaker = Breaker(clock)
    assert all(call(breaker, BUSY) for _ in range(FAILURES - 1))
    assert call(breaker), "a success between failures"
    assert all(call(breaker, BUSY) for _ in range(FAILURES))
    assert breaker.is_open
    pause = PAUSE
    for _ in range(8):
        assert not call(breaker)
        clock.now += pause - 0.1
        assert not call(breaker)
        clock.now += 0.2
        assert call(breaker, BUSY)
        pause = min(2 * pause, LONGEST_PAUSE)
    clock.now += LONGEST_PAUSE
    assert call(breaker)
    assert not breaker.is_open
    assert call(breaker)


def test_only_one_call_tries_again_at_a_time() -> None:
    clock = Clock()
    breaker = Breaker(clock)
    for _ in range(FAILURES):
        call(breaker, BUSY)
    clock.now += PAUSE
    with breaker.watching():
        assert not call(breaker)
    assert call(breaker)


def test_a_client_that_leaves_is_no_failure_of_the_language_model() -> None:
    breaker = Breaker()
    assert all(call(breaker, BackendSkipped("the client left")) for _ in range(10))


# Places and the budget


def test_a_question_without_a_place_does_not_wait() -> None:
    places = Places(2)
    with places.place(), places.place(), pytest.raises(BackendSkipped, match="busy"), places.place():
        pass
    with places.place():
        pass


def test_the_budget_of_a_day_ends_with_the_day() -> None:
    today = date(2026, 5, 1)
    budget = Budget(100, Spent(today=lambda: today))
    budget.spend(Usage(60, 39))
    budget.check()
    budget.spend(Usage(60, 39))
    with pytest.raises(BackendSkipped, match="budget"):
        budget.check()
    today = date(2026, 5, 2)
    budget.check()


SPENDING = """
import sys
from rag.answer.generation.budget import Budget, Spent
from rag.protocols import Usage
budget = Budget(None, Spent(int(sys.argv[1])))
for _ in range(200):
    budget.spend(Usage(1, 0))
"""


def test_processes_count_the_tokens_of_a_day_together() -> None:
    with TemporaryFile() as file:
        number = file.fileno()
        command = [sys.executable, "-c", SPENDING, str(number)]
        processes = [subprocess.Popen(command, pass_fds=[number]) for _ in range(3)]
        assert [one.wait(60) for one in processes] == [0, 0, 0]
        here = Budget(601, Spent(number))
        here.check()
        here.spend(Usage(0, 1))
        assert here.is_used_up


@pytest.mark.parametrize("usage", [[Usage(30, 20)], []])
def test_each_call_spends_the_tokens_that_the_server_counts_or_an_estimate(usage: list[GeneratorEvent]) -> None:
    made = Steps([[Text("word " * 20), *usage, END]])
    model = LanguageModel(made, Limits(daily=30))
    assert model.degraded is None
    list(model.events(request, Deadline.after(20)))
    with pytest.raises(BackendSkipped, match="budget"):
        list(model.events(request, Deadline.after(20)))
    assert model.degraded == "the daily token budget of the language model is used up, so answers are extractive"
    assert len(made.requests) == 1
