"""Tests of the auditor: its retention, and that it does nothing without a log."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from rag.audit import AuditLog, Auditor, verify
from rag.audit import auditor as module
from rag.audit.auditor import local_user
from rag.audit.entries import Kind
from rag.http.background import periodic_tasks
from rag.service import Service
from rag.settings import Settings
from rag.wiring import assemble


def old_log(folder: Path) -> AuditLog:
    log = AuditLog(folder)
    log.append(Kind.READ, {"client": "anna", "documents": ["levy"]})
    (file,) = log.folder.files()
    day = datetime.now(UTC).date() - timedelta(days=100)
    file.path.rename(file.path.with_name(f"000001-{day}.jsonl"))
    return log


def test_entries_older_than_the_setting_are_deleted(tmp_path: Path) -> None:
    log = old_log(tmp_path / "audit")
    Auditor(log, days=99).retain()
    assert [file.number for file in log.folder.files()] == [2]
    assert verify(log).faults == ()


def test_without_the_setting_all_entries_stay(tmp_path: Path) -> None:
    log = old_log(tmp_path / "audit")
    Auditor(log).retain()
    assert [file.number for file in log.folder.files()] == [1]


def test_without_a_log_nothing_happens(service: Service) -> None:
    auditor = Auditor(None, days=1)
    auditor.check()
    auditor.retain()
    auditor.read("levy", "text", "1")
    auditor.searched("levy", [], "1")
    with auditor.question("Why?", "1") as asked:
        assert asked is None


@pytest.mark.parametrize(("days", "more"), [(None, 0), (30, 1)])
def test_the_service_looks_for_old_entries(settings: Settings, tmp_path: Path, days: int | None, more: int) -> None:
    without = len(periodic_tasks(assemble(settings)))
    changed = settings.model_copy(update={"audit_dir": tmp_path / "audit", "audit_days": days})
    assert len(periodic_tasks(assemble(changed))) == without + more


def test_a_user_without_a_name_has_a_number(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown() -> str:
        raise KeyError("getpwuid(): uid not found")

    monkeypatch.setattr(module.getpass, "getuser", unknown)  # type: ignore[attr-defined]
    assert local_user().removeprefix("local user ").isdecimal()
