"""A job whose change is held back waits for the decision, also over restarts, and later jobs wait behind it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from rag.ingest.ingestion import Ingestion
from rag.snapshots import Snapshot
from rag.upkeep import Job, JobState, Removal, Upkeep
from tests.articles import Index
from tests.upkeep.uploads import open_upkeep, text_upload, wait_for_reason

SECONDS = 30


@pytest.fixture
def index(tmp_path: Path) -> Index:
    """Return an index that holds back a change of its only document."""
    index = Index(tmp_path / "index")
    index.ingestion = Ingestion(index.store, index.builder, review=_holding)
    return index


@pytest.fixture
def upkeep(index: Index) -> Iterator[Upkeep]:
    with open_upkeep(index) as upkeep:
        upkeep.submit([text_upload("first", "One.")])[1].result(SECONDS)
        yield upkeep


def _holding(snapshot: Snapshot) -> str | None:
    [first, *others] = snapshot.documents()
    return "{}" if not others and "change" in snapshot.document(first.reference.id).text else None


def held(upkeep: Upkeep) -> Job:
    """Submit a job whose change is held back, and return it."""
    job = upkeep.submit([text_upload("first", "A change."), Removal("none")])[1].result(SECONDS)
    assert job.state is JobState.HELD
    assert not job.ended
    return job


def test_a_held_job_says_why_and_changes_nothing(index: Index, upkeep: Upkeep) -> None:
    job = held(upkeep)
    assert (
        job.reason
        == f"{job.snapshot} is held back, because answers to saved questions change: a maintainer has to decide"
    )
    assert [(one.document_id, one.state) for one in job.outcomes] == [("first", "updated"), ("none", "failed")]
    assert index.texts() == {"first": "One."}
    assert upkeep.job(job.id) == job


def test_a_job_that_changes_nothing_is_not_held(index: Index, upkeep: Upkeep) -> None:
    failed = upkeep.submit([Removal("none")])[1].result(SECONDS)
    assert (failed.state, failed.outcomes[0].state) == (JobState.DONE, "failed")


def test_an_accepted_job_is_done_and_the_next_one_goes_on(index: Index, upkeep: Upkeep) -> None:
    job = held(upkeep)
    later, ended = upkeep.submit([text_upload("second", "Two.")])
    assert "is held back, and no other is made before it is decided" in (wait_for_reason(upkeep, later).reason or "")
    upkeep.run_urgent(lambda: index.store.accept(job.snapshot or "", "ada", 3)).result(SECONDS)
    done = upkeep.job(job.id)
    assert (done.state, done.outcomes, done.reason) == (JobState.DONE, job.outcomes, None)
    assert ended.result(SECONDS).state is JobState.DONE
    assert index.texts() == {"first": "A change.", "second": "Two."}


def test_a_dropped_job_has_failed_and_the_next_one_goes_on(index: Index, upkeep: Upkeep) -> None:
    job = held(upkeep)
    _, ended = upkeep.submit([text_upload("second", "Two.")])
    upkeep.run_urgent(lambda: index.store.drop(job.snapshot or "", "ada")).result(SECONDS)
    failed = upkeep.job(job.id)
    assert failed.state is JobState.FAILED
    assert failed.reason == "the change was held back and then dropped, because a maintainer decided against it"
    assert ended.result(SECONDS).state is JobState.DONE
    assert index.texts() == {"first": "One.", "second": "Two."}


@pytest.mark.parametrize("accepts", [True, False])
def test_a_held_job_survives_restarts_before_and_after_the_decision(index: Index, *, accepts: bool) -> None:
    with open_upkeep(index) as upkeep:
        upkeep.submit([text_upload("first", "One.")])[1].result(SECONDS)
        job = held(upkeep)
    with open_upkeep(index) as upkeep:
        assert upkeep.job(job.id) == job
    if accepts:
        index.store.accept(job.snapshot or "", None, 3)
    else:
        index.store.drop(job.snapshot or "", None)
    with open_upkeep(index) as upkeep:
        assert upkeep.job(job.id).state is (JobState.DONE if accepts else JobState.FAILED)
        assert upkeep.job(job.id).outcomes == job.outcomes
    assert index.texts() == {"first": "A change." if accepts else "One."}
