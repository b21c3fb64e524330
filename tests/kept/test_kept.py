"""Shared answers and feedback: kept durably, only for those who may read them, and checked against the index."""

from __future__ import annotations

import sqlite3
import stat
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path

import pytest

from rag.errors import KeptFull, StorageError, UnknownAnswer, UnknownDocument
from rag.kept import Keeper, Reason, State, Verdict
from rag.service import Service
from rag.types import Answer, Ask, Notice, NoticeKind
from tests import samples

LEVY = Ask(samples.LEVY_QUESTION)
SECRET = samples.LEVY.replace("topic:", "access: finance\ntopic:")


def asked(service: Service) -> Answer:
    return service.view(None).answer(LEVY)


def ingested(tmp_path: Path, articles: dict[str, str] | None = None) -> Service:
    service = samples.service(tmp_path / "index")
    samples.ingest(service, samples.write(tmp_path / "articles", articles))
    return service


def states(service: Service, answer_id: str) -> list[State]:
    _, checks, _ = service.view(None).shared(answer_id)
    return [check.state for check in checks]


def test_asking_alone_keeps_nothing(tmp_path: Path) -> None:
    asked(ingested(tmp_path))
    assert not (tmp_path / "index" / "kept.sqlite").exists()


def test_a_shared_answer_survives_a_restart(tmp_path: Path) -> None:
    service = ingested(tmp_path)
    answer = asked(service)
    shared = service.view(None).share(answer, "ada")
    again, _, _ = samples.service(tmp_path / "index").view(None).shared(shared.id)
    assert again == shared
    assert again.answer.statements == answer.statements
    assert (again.client, again.answer.question) == ("ada", LEVY.question)


def test_only_the_user_of_the_service_can_read_the_file(tmp_path: Path) -> None:
    service = ingested(tmp_path)
    service.view(None).share(asked(service), None)
    assert stat.S_IMODE((tmp_path / "index" / "kept.sqlite").stat().st_mode) == 0o600


def test_passages_that_are_not_cited_and_notices_about_other_documents_are_not_kept(tmp_path: Path) -> None:
    service = ingested(tmp_path)
    notices = (Notice(NoticeKind.FILTERED, "topic: tax", ("More?",)), Notice(NoticeKind.UNANSWERED, "“Zork”"))
    shared = service.view(None).share(replace(asked(service), notices=notices), None)
    assert shared.answer.evidence == ()
    assert [one.kind for one in shared.answer.notices] == [NoticeKind.UNANSWERED]


def test_a_changed_document_moves_changes_or_loses_its_citations(tmp_path: Path) -> None:
    service = ingested(tmp_path)
    answer_id = service.view(None).share(asked(service), None).id
    assert states(service, answer_id) == [State.VALID]

    more = samples.LEVY.replace("The levy 🥤", "## Rates\n\nIt is a tax.\n\nThe levy 🥤")
    samples.ingest(service, samples.write(tmp_path / "articles", {"levy.md": more}))
    shared, [check], _ = service.view(None).shared(answer_id)
    assert (check.state, check.marker) == (State.MOVED, 1)
    assert check.now is not None
    assert check.now.span.start > shared.answer.citations[0].span.start
    assert check.now.span.of(service.view(None).document("levy")[1].text) == shared.answer.citations[0].quote
    assert check.now.heading[-1] == "Rates"

    other = samples.LEVY.replace("24 pence", "28 pence")
    samples.ingest(service, samples.write(tmp_path / "articles", {"levy.md": other}))
    assert states(service, answer_id) == [State.CHANGED]

    (tmp_path / "articles" / "levy.md").unlink()
    samples.ingest(service, tmp_path / "articles", prune=True)
    _, [check], _ = service.view(None).shared(answer_id)
    assert check.state == State.GONE
    assert check.since is not None
    assert check.since.startswith("20")


def test_a_reader_must_see_every_cited_document_as_it_was_and_as_it_is(tmp_path: Path) -> None:
    service = ingested(tmp_path, {"levy.md": SECRET, "charge.md": samples.CHARGE})
    answer_id = service.view(frozenset({"finance"})).share(asked(service), None).id
    assert service.view(frozenset({"finance", "hr"})).shared(answer_id)
    for groups in (frozenset[str](), frozenset({"hr"}), frozenset({""})):
        with pytest.raises(UnknownAnswer, match="there is no shared answer"):
            service.view(groups).shared(answer_id)

    samples.ingest(service, samples.write(tmp_path / "articles", {"levy.md": samples.LEVY}))  # now for everyone
    with pytest.raises(UnknownAnswer):
        service.view(frozenset()).shared(answer_id)

    (tmp_path / "articles" / "levy.md").unlink()
    samples.ingest(service, tmp_path / "articles", prune=True)
    with pytest.raises(UnknownAnswer):
        service.view(frozenset()).shared(answer_id)
    assert states(service, answer_id) == [State.GONE]


def test_a_document_that_is_hidden_later_hides_its_answers(tmp_path: Path) -> None:
    service = ingested(tmp_path)
    answer_id = service.view(frozenset()).share(asked(service), None).id
    assert service.view(frozenset()).shared(answer_id)
    samples.ingest(service, samples.write(tmp_path / "articles", {"levy.md": SECRET}))
    with pytest.raises(UnknownAnswer):
        service.view(frozenset()).shared(answer_id)


def test_an_answer_is_not_shared_by_a_client_who_may_not_see_its_documents(tmp_path: Path) -> None:
    service = ingested(tmp_path, {"levy.md": SECRET})
    with pytest.raises(UnknownDocument):
        service.view(frozenset()).share(asked(service), None)
    assert service.keeper.shared.all() == []


def test_a_deleted_answer_leaves_no_bytes_in_the_file(tmp_path: Path) -> None:
    service = ingested(tmp_path)
    shared = service.view(None).share(asked(service), None)
    file = tmp_path / "index" / "kept.sqlite"
    assert b"24 pence" in file.read_bytes()
    service.keeper.shared.delete([shared.id])
    assert b"24 pence" not in file.read_bytes()
    with pytest.raises(UnknownAnswer):
        service.view(None).shared(shared.id)


def test_an_erased_document_takes_its_shared_answers_and_feedback_along(tmp_path: Path) -> None:
    service = ingested(tmp_path)
    view, answer = service.view(None), asked(service)
    shared, judged = view.share(answer, None), view.judge(answer, Verdict.BAD, Reason.OUTDATED, "It is 28 now.", None)
    other = view.share(view.answer(Ask("When does the congestion charge apply?")), None)
    erased = service.erase(["levy"])
    assert (erased.shared_answers, erased.feedback) == ((shared.id,), (judged.id,))
    assert [one.id for one in service.keeper.shared.all()] == [other.id]
    assert service.keeper.feedback.all() == []


def test_a_document_that_only_kept_answers_cite_can_still_be_erased(tmp_path: Path) -> None:
    service = ingested(tmp_path)
    shared = service.view(None).share(asked(service), None)
    keeper = Keeper(tmp_path / "index", 10)
    service.erase(["levy"])
    keeper.shared.add(shared.answer, shared.documents, None)  # as if another index had been restored here
    assert len(service.erase(["levy"]).shared_answers) == 1


def test_no_more_answers_are_kept_than_the_limit(tmp_path: Path) -> None:
    service = ingested(tmp_path)
    keeper, shared = Keeper(tmp_path / "index", 1), service.view(None).share(asked(service), None)
    with pytest.raises(KeptFull, match="keeps 1 shared answers already"):
        keeper.shared.add(shared.answer, shared.documents, None)
    long = replace(shared.answer, question="x" * (300 << 10))
    with pytest.raises(KeptFull, match="the limit of a kept answer is 256 KiB"):
        Keeper(tmp_path / "index", 9).shared.add(long, shared.documents, None)
    assert len(keeper.shared.all()) == 1


def test_feedback_is_kept_without_a_name_and_in_order(tmp_path: Path) -> None:
    service = ingested(tmp_path)
    view, answer = service.view(None), asked(service)
    first = view.judge(answer, Verdict.BAD, Reason.WRONG, "It was 20.", 1)
    second = view.judge(answer, Verdict.GOOD, None, "", None)
    assert service.keeper.feedback.all() == [first, second]
    service.keeper.feedback.delete([first.id])
    assert [one.id for one in service.keeper.feedback.all()] == [second.id]
    with pytest.raises(UnknownAnswer, match="'rag feedback list' lists the ids"):
        service.keeper.feedback.delete([second.id, 99])


def test_a_complaint_about_a_document_that_is_gone_is_kept(tmp_path: Path) -> None:
    service = ingested(tmp_path)
    answer = asked(service)
    service.remove(["levy"])
    assert service.view(None).judge(answer, Verdict.BAD, Reason.OUTDATED, "", None).answer.citations


def test_seals_are_equal_in_all_processes_and_differ_by_content_and_purpose(tmp_path: Path) -> None:
    one, other = Keeper(tmp_path, 10).seals, Keeper(tmp_path, 10).seals
    seal = one.seal(b"words")
    assert other.holds(seal, b"words")
    assert not other.holds(seal, b"other words")
    assert not other.holds(seal, b"words", "delete")
    assert not Keeper(tmp_path.joinpath("."), 10).seals.holds("\u00e9", b"words")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    assert not Keeper(elsewhere, 10).seals.holds(seal, b"words")


def _share(index: Path, count: int) -> None:
    keeper = Keeper(index, 1000)
    shared = keeper.shared.all()[0]
    for _ in range(count):
        keeper.shared.add(shared.answer, shared.documents, None)


def test_several_processes_share_at_the_same_time(tmp_path: Path) -> None:
    service = ingested(tmp_path)
    service.view(None).share(asked(service), None)
    context = get_context("spawn")
    workers = [context.Process(target=_share, args=(tmp_path / "index", 10)) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert [worker.exitcode for worker in workers] == [0, 0, 0]
    assert len(service.keeper.shared.all()) == 31


@pytest.mark.parametrize("content", [b"not a database" * 100, None])
def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, content: bytes | None) -> None:
    file = tmp_path / "kept.sqlite"
    if content is None:
        connection = sqlite3.connect(file)
        connection.execute("PRAGMA user_version = 9")
        connection.close()
    else:
        file.write_bytes(content)
    with pytest.raises(StorageError, match=r"kept\.sqlite"):
        Keeper(tmp_path, 10).shared.all()
