"""A held snapshot never serves and is never lost. Its decision is carried out although a writer is killed."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from rag.errors import ChangeHeld, CorruptSnapshot, SnapshotError, UnknownSnapshot, WriteRefused
from rag.snapshots import Decision, Review
from tests.articles import Articles, Index, quietly
from tests.cases import thinned
from tests.encoders import CountingEncoder
from tests.snapshots.dying import NEVER, DyingProcess, dying

NEXT = "# Levy\n\nThe levy is 30 pence.\n"


def holding(_: object) -> str:
    return '{"why": "a test"}'


@pytest.fixture
def index(tmp_path: Path, articles: Articles) -> Index:
    index = Index(tmp_path / "index")
    articles.write("levy.md", "# Levy\n\nThe levy is 24 pence.\n")
    articles.write("charge.md", "# Charge\n\nThe charge is 15 pounds.\n")
    index.ingest(articles)
    return index


def hold(index: Index, articles: Articles) -> Review:
    """Change the levy, and hold the change back."""
    articles.write("levy.md", NEXT)
    report = index.ingestion.ingest([articles.folder], quietly, review=holding)
    assert report.held is not None
    return index.store.held.get(report.held)


def reopened(index: Index) -> Index:
    """Return the index as another process sees it."""
    return Index(index.store.directory, index.encoder)


def pence(index: Index) -> str:
    return index.texts()["levy"].split()[-2]


def test_a_held_change_is_not_in_force_and_stays_after_a_restart(index: Index, articles: Articles) -> None:
    held = hold(index, articles)
    again = reopened(index)
    assert (pence(index), pence(again)) == ("24", "24")
    assert again.store.ids() == [held.parent]
    assert again.store.held.waiting() == held


def test_no_other_change_is_made_before_the_decision(index: Index, articles: Articles) -> None:
    held = hold(index, articles)
    refused = f"the change {held.id} is held back"
    with pytest.raises(ChangeHeld, match=refused):
        index.ingest(articles)
    with pytest.raises(ChangeHeld, match=refused):
        index.ingestion.remove(["charge"])
    assert set(index.texts()) == {"levy", "charge"}


def test_an_accepted_change_goes_in_force_and_a_dropped_one_is_deleted(index: Index, articles: Articles) -> None:
    held = hold(index, articles)
    with pytest.raises(UnknownSnapshot, match=f"{held.id} is, as 'rag review' shows"):
        index.store.accept("000009-00000000", "ada", 3)
    assert index.store.accept(held.id, "ada", 3).id == held.id
    decided = index.store.held.review(held.id)
    assert decided is not None
    assert (decided.decision, decided.by, decided.report) == (Decision.ACCEPTED, "ada", "")
    assert (pence(reopened(index)), index.store.held.waiting()) == ("30", None)

    articles.write("levy.md", NEXT.replace("30", "99"))
    report = index.ingestion.ingest([articles.folder], quietly, review=holding)
    assert report.held is not None
    index.store.drop(report.held, "ada")
    assert not index.store.held.folder(report.held).exists()
    assert (pence(reopened(index)), index.store.held.waiting()) == ("30", None)
    assert index.ingest(articles).counts == {"updated": 1, "unchanged": 1}  # the dropped change can be made again


def test_pruning_and_a_rollback_leave_a_held_change_alone(index: Index, articles: Articles) -> None:
    articles.write("charge.md", "# Charge\n\nThe charge is 16 pounds.\n")
    index.ingest(articles)
    held = hold(index, articles)
    index.store.prune(1)
    assert index.store.ids() == [held.parent]
    assert index.store.held.waiting() == held
    assert index.store.accept(held.id, None, 3).id == held.id


def test_a_change_whose_parent_is_no_longer_current_can_only_be_dropped(index: Index, articles: Articles) -> None:
    first = index.store.current().id
    articles.write("charge.md", "# Charge\n\nThe charge is 16 pounds.\n")
    index.ingest(articles)
    held = hold(index, articles)
    index.store.activate(first)
    with pytest.raises(WriteRefused, match=f"{held.id} was built from {held.parent}, and {first} is the current"):
        index.store.accept(held.id, None, 3)
    index.store.drop(held.id, None)
    assert pence(index) == "24"


def test_a_held_change_never_serves_in_place_of_a_damaged_snapshot(index: Index, articles: Articles) -> None:
    held = hold(index, articles)
    (index.store.folder(held.parent or "") / "documents.sqlite").write_bytes(b"damaged")
    with pytest.raises(SnapshotError, match="no sound snapshot"):
        reopened(index).store.refresh()


def test_a_damaged_held_change_cannot_be_accepted(index: Index, articles: Articles) -> None:
    held = hold(index, articles)
    (index.store.held.folder(held.id) / "documents.sqlite").write_bytes(b"damaged")
    with pytest.raises(CorruptSnapshot):
        index.store.accept(held.id, None, 3)
    assert index.store.held.waiting() == held
    index.store.drop(held.id, None)
    assert pence(index) == "24"


def test_an_original_stays_as_long_as_a_held_change_refers_to_it(tmp_path: Path, articles: Articles) -> None:
    index = Index(tmp_path / "index", CountingEncoder())
    index.ingestion.keep_originals = index.ingestion.keep_originals.ALL
    articles.write("levy.md", "# Levy\n\nThe levy is 24 pence.\n")
    index.ingest(articles)
    held = hold(index, articles)
    [stored] = index.store.open(held.parent or "").documents()
    kept = {one.name for one in (tmp_path / "index" / "originals").rglob("*") if one.is_file()}
    assert len(kept) == 2
    index.store.prune(1)
    assert {one.name for one in (tmp_path / "index" / "originals").rglob("*") if one.is_file()} == kept
    index.store.drop(held.id, None)
    left = {one.name for one in (tmp_path / "index" / "originals").rglob("*") if one.is_file()}
    assert stored.origin.original is not None
    assert left == {stored.origin.original.sha256}


@pytest.mark.parametrize("accepts", [True, False])
def test_a_kill_at_any_call_of_a_decision_leaves_it_open_or_carries_it_out(
    index: Index, articles: Articles, tmp_path: Path, *, accepts: bool
) -> None:
    held = hold(index, articles)
    before = tmp_path / "before"
    shutil.copytree(index.store.directory, before)
    outcomes = set()
    for call in (*range(1, 12, thinned(1)), *range(12, 120, thinned(9)), NEVER):
        shutil.rmtree(index.store.directory)
        shutil.copytree(before, index.store.directory)
        killed = reopened(index)
        with dying(DyingProcess(call)):
            killed.store.accept(held.id, None, 3) if accepts else killed.store.drop(held.id, None)
        again = reopened(index)
        with again.store.writing():  # as the next change does
            pass
        is_open = again.store.held.waiting() is not None
        decided = again.store.held.review(held.id)
        assert decided is not None
        assert is_open == (decided.decision is None)
        assert pence(again) == ("30" if accepts and not is_open else "24")
        assert is_open == again.store.held.folder(held.id).exists()
        assert again.store.verify() == dict.fromkeys(again.store.ids(), ())
        outcomes.add(is_open)
    assert outcomes == {True, False}


def test_a_kill_while_a_change_is_being_held_back_leaves_it_held_or_nothing(
    index: Index, articles: Articles, tmp_path: Path
) -> None:
    before = tmp_path / "before"
    shutil.copytree(index.store.directory, before)
    articles.write("levy.md", NEXT)
    outcomes = set()
    for call in (*range(30, 100, thinned(5)), NEVER):
        shutil.rmtree(index.store.directory)
        shutil.copytree(before, index.store.directory)
        with dying(DyingProcess(call)):
            reopened(index).ingestion.ingest([articles.folder], quietly, review=holding)
        again = reopened(index)
        with again.store.writing():
            pass
        waiting = again.store.held.waiting()
        folder = index.store.directory / "held"
        assert pence(again) == "24"
        assert len([*folder.glob("*/")]) == (1 if waiting else 0)
        assert len([*folder.glob("*.json")]) == (1 if waiting else 0)
        outcomes.add(waiting is not None)
    assert outcomes == {True, False}


def test_a_review_that_fails_changes_nothing(index: Index, articles: Articles) -> None:
    articles.write("levy.md", NEXT)

    def failing(_: object) -> str | None:
        raise CorruptSnapshot("the saved questions cannot be read")

    with pytest.raises(CorruptSnapshot):
        index.ingestion.ingest([articles.folder], quietly, review=failing)
    assert (pence(reopened(index)), index.store.held.waiting()) == ("24", None)
    assert [*(index.store.directory / "held").iterdir()] == []
