"""Tests that an erased question is gone from the disk, and that the chain still holds."""

from __future__ import annotations

from pathlib import Path

import pytest

from rag.audit import AuditLog, Selection, erase, rows, verify
from rag.audit import erasure as erasing
from rag.audit.entries import Kind


@pytest.fixture
def log(tmp_path: Path) -> AuditLog:
    made = AuditLog(tmp_path / "audit", file_bytes=2_000)
    for number in range(4):
        for client in ("anna", "bob"):
            made.append(Kind.ASKED, {"client": client, "snapshot": "1"}, f"The secret {number} of {client}?")
    made.append(Kind.SEARCHED, {"client": "anna", "documents": ["levy"], "outcome": "found"}, "secret words of anna")
    return made


def content(log: AuditLog) -> str:
    return "".join(path.read_text() for path in sorted(log.folder.path.rglob("*")) if path.is_file())


def test_the_questions_of_a_client_are_erased_and_the_chain_holds(log: AuditLog) -> None:
    head = verify(log).head
    assert len(log.folder.files()) > 1
    assert erase(log, client="anna") == [1, 3, 5, 7, 9]
    assert "of anna" not in content(log)
    assert "The secret 3 of bob?" in content(log)
    found = verify(log, head)
    assert (found.faults, found.erased) == ((), 5)
    assert [row.question for row in rows(log, Selection(client="anna"))] == [None] * 5


def test_the_question_of_one_entry_is_erased(log: AuditLog) -> None:
    assert erase(log, [2, 4, 999]) == [2, 4]
    assert "The secret 0 of bob?" not in content(log)
    assert "The secret 2 of bob?" in content(log)
    assert verify(log).faults == ()


def test_an_erased_question_cannot_be_found_by_trying(log: AuditLog) -> None:
    salt = log.folder.files()[0].path.read_text().split('"salt":"')[1][:32]
    erase(log, [1])
    assert salt not in content(log), "the commitment alone tells nothing"


def test_a_second_erasure_finds_nothing(log: AuditLog) -> None:
    erase(log, client="anna")
    before = content(log)
    assert erase(log, client="anna") == []
    assert content(log) == before


def test_an_erasure_names_its_user_and_the_entries(log: AuditLog) -> None:
    erase(log, [1])
    assert '"kind":"erased","client":"local user ' in content(log)
    assert '"entries":[1]' in content(log)


def test_the_log_goes_on_after_an_erasure(log: AuditLog) -> None:
    erase(log, client="bob")
    assert log.append(Kind.ASKED, {"client": "bob", "snapshot": "1"}, "A new one?") == 11
    assert verify(log).faults == ()


def test_an_erasure_that_was_killed_is_reported_and_can_be_repeated(
    log: AuditLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        pass

    def killed(*_: object) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(erasing, "_erase_in", killed)
        with pytest.raises(Killed):
            erase(log, [1])
    assert verify(log).faults == ("the question of entry 1 was to be erased: run 'rag audit erase --entry 1'",)
    erase(log, [1])
    assert verify(log).faults == ()
