"""Tests that the stages of an answer, its calls and its waits are in the trace of its request."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from threading import Event, Thread

import pytest

from rag.answer.computing import Computing
from rag.answer.generation import Departure, departure
from rag.answer.trace import CallResult, Trace, current_trace
from rag.errors import BackendTimeout, BackendUnavailable
from rag.snapshots import Snapshot
from rag.types import Ask, Stage, Statement
from tests import samples
from tests.http.serving import wait_for

ASK = Ask(samples.LEVY_QUESTION)


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    folder: Path = tmp_path_factory.mktemp("trace")
    service = samples.service(folder / "index")
    samples.ingest(service, samples.write(folder / "articles"))
    return service.snapshot()


@pytest.fixture
def trace() -> Iterator[Trace]:
    made = Trace("0" * 32, lambda: "a client")
    token = current_trace.set(made)
    yield made
    current_trace.reset(token)


def seconds(trace: Trace) -> dict[str, float]:
    found: dict[str, float] = {}
    for interval in trace.intervals:
        found[interval.stage] = found.get(interval.stage, 0.0) + interval.seconds
    return found


def test_the_stages_are_those_of_the_timings(snapshot: Snapshot, trace: Trace) -> None:
    model = samples.Scripted(["The levy took effect on 6 April 2018 [1]."])
    answer = samples.answerer(model).answer(snapshot, ASK)
    found = seconds(trace)
    assert {*found} == {*answer.timings} - {Stage.TOTAL}
    for stage, spent in found.items():
        assert answer.timings[Stage(stage)] == pytest.approx(spent * 1000, abs=0.01)


def test_intervals_follow_each_other(snapshot: Snapshot, trace: Trace) -> None:
    began = time.perf_counter()
    samples.answerer(None).answer(snapshot, ASK)
    moments = [moment for interval in trace.intervals for moment in (interval.began, interval.ended)]
    assert [began, *moments] == sorted([began, *moments])


def test_a_search_has_stages_too(snapshot: Snapshot, trace: Trace) -> None:
    samples.answerer(None).search(snapshot, ASK)
    assert list(seconds(trace)) == ["encode", "lexical", "dense", "fuse", "rerank"]


@pytest.mark.parametrize("model", [None, samples.Scripted(["The levy took effect on 6 April 2018 [1]."])])
def test_a_client_that_reads_slowly_does_not_count(
    snapshot: Snapshot, trace: Trace, model: samples.Scripted | None
) -> None:
    paused = 0.0
    for event in samples.answerer(model).stream(snapshot, ASK):
        if isinstance(event, Statement):
            began = time.perf_counter()
            for _ in range(5):
                samples.answerer(None).search(snapshot, ASK)
            paused += time.perf_counter() - began
    own = [one for one in trace.intervals if one.stage in ("extract", "generate", "verify")]
    assert paused > 0
    assert all(one.seconds < paused for one in own)


@pytest.mark.parametrize(
    ("script", "result"),
    [
        (["The levy took effect on 6 April 2018 [1]."], CallResult.REPLIED),
        ([BackendTimeout("it was slow")], CallResult.TIMEOUT),
        ([BackendUnavailable("it refused")], CallResult.UNAVAILABLE),
    ],
)
def test_a_call_has_its_result(
    snapshot: Snapshot, trace: Trace, script: list[str | Exception], result: CallResult
) -> None:
    samples.answerer(samples.Scripted(script)).answer(snapshot, ASK)  # type: ignore[arg-type]
    (call,) = trace.calls
    assert call.result is result
    assert (call.usage is not None) == (result is CallResult.REPLIED)


def test_a_client_that_leaves_is_not_a_failure_of_the_model(snapshot: Snapshot, trace: Trace) -> None:
    client = Departure()
    token = departure.set(client)
    client.leave()
    samples.answerer(samples.Scripted([None])).answer(snapshot, ASK)
    departure.reset(token)
    assert [call.result for call in trace.calls] == [CallResult.LEFT]


def test_a_wait_for_other_questions_is_a_stage(trace: Trace) -> None:
    computing, taken, free = Computing(1), Event(), Event()

    def occupy() -> None:
        with computing.turn():
            taken.set()
            free.wait(60)

    def release() -> None:
        wait_for(lambda: bool(computing._second), 60)
        free.set()

    threads = [Thread(target=occupy), Thread(target=release)]
    threads[0].start()
    taken.wait(60)
    threads[1].start()
    with computing.turn():
        pass
    for thread in threads:
        thread.join()
    with computing.turn():
        pass
    assert [interval.stage for interval in trace.intervals] == ["turn"], "a turn that is free is no wait"


def test_without_a_trace_nothing_is_recorded(snapshot: Snapshot) -> None:
    assert current_trace.get() is None
    assert samples.answerer(None).answer(snapshot, ASK).statements
