"""Saved questions are answered on every snapshot, before it goes in force and after, and each change is stored once."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from rag.errors import InvalidFilter, KeptFull, UnknownQuestion
from rag.kept import Effect, questions
from rag.text.periods import iso_period
from rag.types import Ask
from tests import samples
from tests.kept.subscribed import CHARGE_QUESTION, TURNOUT_QUESTION, Subscribed


@pytest.fixture
def subscribed(tmp_path: Path) -> Subscribed:
    return Subscribed(tmp_path)


def test_a_question_is_answered_when_it_is_saved_and_survives_a_restart(subscribed: Subscribed) -> None:
    saved = subscribed.save(CHARGE_QUESTION)
    [again] = subscribed.opened().view(None).questions()
    assert (again.id, again.text, again.client) == (saved.id, CHARGE_QUESTION, "ada")
    assert again.answer is not None
    assert "15 pounds a day" in again.answer.text


def test_a_wrong_filter_saves_nothing(subscribed: Subscribed) -> None:
    with pytest.raises(InvalidFilter):
        subscribed.service.view(None).save_question(Ask(CHARGE_QUESTION, {"colour": "red"}), None)
    assert subscribed.service.view(None).questions() == []


def test_a_changed_answer_is_one_change_with_old_and_new_citation(subscribed: Subscribed) -> None:
    saved = subscribed.save(CHARGE_QUESTION)
    subscribed.save(TURNOUT_QUESTION)
    subscribed.write("charge.md", "15 pounds", "18 pounds")
    subscribed.ingest()
    [change] = subscribed.changes()
    [pair] = change.comparison.pairs
    assert (change.question.id, change.comparison.effect) == (saved.id, Effect.CHANGED)
    assert pair.before is not None
    assert pair.after is not None
    assert ("15 pounds" in pair.before.quote, "18 pounds" in pair.after.quote, pair.state) == (True, True, "changed")
    assert subscribed.service.catch_up() == 0
    assert subscribed.opened().catch_up() == 0


def test_text_in_front_of_a_quote_is_no_change_but_its_place_is_kept(subscribed: Subscribed) -> None:
    saved = subscribed.save(TURNOUT_QUESTION)
    subscribed.write("referendum.md", "\nThe referendum", "\n## History\n\nThe referendum")
    subscribed.ingest()
    again = subscribed.service.view(None).question(saved.id)
    assert subscribed.changes() == []
    assert saved.answer is not None
    assert again.answer is not None
    was, now = saved.answer.citations[0], again.answer.citations[0]
    assert (was.quote, was.span.start < now.span.start) == (now.quote, True)


def test_a_removed_document_and_a_rollback_are_changes_too(tmp_path: Path) -> None:
    subscribed = Subscribed(tmp_path, least_confidence=0.3)
    subscribed.save(CHARGE_QUESTION)
    first = subscribed.service.snapshot().id
    (subscribed.articles / "charge.md").unlink()
    subscribed.ingest(prune=True)
    subscribed.service.activate(first)
    subscribed.service.catch_up()
    effects = [one.comparison.effect for one in subscribed.changes()]
    assert effects == [Effect.ANSWERED, Effect.REFUSED]


def test_a_filter_whose_field_has_gone_counts_as_a_refusal(subscribed: Subscribed) -> None:
    subscribed.service.view(None).save_question(Ask(samples.LEVY_QUESTION, {"year": 2018}), None)
    subscribed.write("levy.md", "year: 2018\n", "")
    subscribed.ingest()
    assert [one.comparison.effect for one in subscribed.changes()] == [Effect.REFUSED]


def test_a_review_holds_back_a_change_of_more_answers_than_its_limit(tmp_path: Path) -> None:
    subscribed = Subscribed(tmp_path, review_limit=1)
    subscribed.save(CHARGE_QUESTION)
    subscribed.save(TURNOUT_QUESTION)
    subscribed.write("charge.md", "15 pounds", "18 pounds")
    assert subscribed.ingest().held is None  # one answer is within the limit
    subscribed.write("charge.md", "18 pounds", "20 pounds")
    subscribed.write("referendum.md", "68 per cent", "70 per cent")
    report = subscribed.ingest()
    found = subscribed.service.held()
    assert found is not None
    assert (found[0].id, found[1].asked, len(found[1].changed)) == (report.held, 2, 2)
    assert len(subscribed.changes()) == 1  # nothing of a held change is news
    subscribed.service.accept(found[0].id, "ada")
    subscribed.service.catch_up()
    assert len(subscribed.changes()) == 3


def test_a_strict_review_lets_a_change_without_other_answers_go_in_force(subscribed: Subscribed) -> None:
    subscribed.save(CHARGE_QUESTION)
    subscribed.write("referendum.md", "68 per cent", "70 per cent")
    report = subscribed.ingest(review=True)
    assert (report.held, report.snapshot) == (None, subscribed.service.snapshot().id)


def test_a_client_sees_only_questions_about_documents_that_it_may_see(tmp_path: Path) -> None:
    subscribed = Subscribed(tmp_path)
    everybody, staff, everything = frozenset[str](), frozenset({"staff"}), None
    ids = {groups: subscribed.save(CHARGE_QUESTION, groups).id for groups in (everybody, staff, everything)}
    seen = {groups: [one.id for one in subscribed.service.view(groups).questions()] for groups in ids}
    assert seen == {
        everybody: [ids[everybody]],
        staff: [ids[everybody], ids[staff]],
        everything: [ids[everybody], ids[staff], ids[everything]],
    }
    with pytest.raises(UnknownQuestion):
        subscribed.service.view(everybody).question(ids[staff])


def test_an_answer_about_a_document_that_is_hidden_since_is_not_shown(subscribed: Subscribed) -> None:
    everybody = frozenset[str]()
    subscribed.save(CHARGE_QUESTION, everybody)
    subscribed.write("charge.md", "15 pounds", "18 pounds")
    subscribed.ingest()
    assert len(subscribed.changes(everybody)) == 1
    subscribed.write("charge.md", "topic: transport", "access: staff")
    subscribed.service.ingest([subscribed.articles], lambda *_: None)
    assert subscribed.changes(everybody) == []
    [question] = subscribed.service.view(everybody).questions()
    assert question.answer is None
    subscribed.service.catch_up()
    assert subscribed.changes(everybody) == []
    assert len(subscribed.changes(frozenset({"staff"}))) == 1


def test_an_erasure_deletes_the_answers_that_cite_the_document_and_a_held_change_with_it(
    subscribed: Subscribed,
) -> None:
    saved = subscribed.save(CHARGE_QUESTION)
    subscribed.write("charge.md", "15 pounds", "18 pounds")
    subscribed.ingest()
    subscribed.write("charge.md", "18 pounds", "20 pounds")
    assert subscribed.ingest(review=True).held
    erased = subscribed.service.erase(["charge"])
    assert erased.questions == (saved.id,)
    assert subscribed.service.held() is None
    assert subscribed.changes() == []
    for file in (one for one in (subscribed.folder / "index").rglob("*") if one.is_file()):
        assert b"congestion charge is" not in file.read_bytes(), file
    subscribed.service.catch_up()
    assert subscribed.changes() == []  # nothing is known of the answer before


def test_a_file_of_an_earlier_version_keeps_its_answers_and_takes_questions(subscribed: Subscribed) -> None:
    view = subscribed.service.view(None)
    shared = view.share(view.answer(Ask(CHARGE_QUESTION)), None)
    file = subscribed.folder / "index" / "kept.sqlite"
    with closing(sqlite3.connect(file)) as connection:
        connection.executescript("DROP TABLE question; DROP TABLE change; PRAGMA user_version = 1")
    assert subscribed.service.catch_up() == 0
    saved = subscribed.save(CHARGE_QUESTION)
    assert [one.id for one in view.questions()] == [saved.id]
    assert view.shared(shared.id)[0] == shared


def test_a_saved_question_keeps_its_time_and_one_of_an_earlier_file_has_none(subscribed: Subscribed) -> None:
    view, period = subscribed.service.view(None), iso_period("2021-03")
    saved = view.save_question(Ask(CHARGE_QUESTION, {"id": "charge"}, as_of=period), None)
    assert subscribed.service.keeper.questions.get(saved.id).ask == Ask(CHARGE_QUESTION, {"id": "charge"}, as_of=period)
    assert saved.title == f"{CHARGE_QUESTION} (as of 2021-03)"
    with closing(sqlite3.connect(subscribed.folder / "index" / "kept.sqlite")) as connection:
        connection.executescript("ALTER TABLE question DROP COLUMN as_of; PRAGMA user_version = 2")
    assert [(one.text, one.as_of) for one in view.questions()] == [(CHARGE_QUESTION, None)]


def test_saved_questions_are_limited_and_removed_with_their_changes(
    subscribed: Subscribed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(questions, "MAX_QUESTIONS", 1)
    monkeypatch.setattr(questions, "MAX_CHANGES", 2)
    saved = subscribed.save(CHARGE_QUESTION)
    with pytest.raises(KeptFull, match="1 saved questions already"):
        subscribed.save(TURNOUT_QUESTION)
    for was, becomes in ((15, 16), (16, 17), (17, 18)):
        subscribed.write("charge.md", f"{was} pounds", f"{becomes} pounds")
        subscribed.ingest()
    assert len(subscribed.changes()) == 2
    subscribed.service.keeper.questions.remove([saved.id])
    assert subscribed.service.keeper.questions.changes([saved.id], 9) == []
    with pytest.raises(UnknownQuestion):
        subscribed.service.keeper.questions.remove([saved.id])
