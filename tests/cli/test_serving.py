"""Tests the warnings of `rag serve` about a service that strangers can ask, or that nobody can."""

from __future__ import annotations

import socket
from pathlib import Path
from typing import Any

import pytest

from rag.cli.serving import warn_about_access
from rag.http.access.control import AccessControl
from tests.http.access.clients import make_key, settings


def warnings(caplog: pytest.LogCaptureFixture, index: Path, host: str, **changes: Any) -> list[str]:
    with socket.create_server((host, 0)) as listener:
        warn_about_access(AccessControl(settings(index, **{"api_key": None, **changes})), [listener])
    return caplog.messages


def test_an_open_service_on_all_addresses_is_warned_about(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    assert warnings(caplog, tmp_path, "0.0.0.0", require_key=False) == [
        "everyone who can reach 0.0.0.0 may ask and read without a key: set RAG_REQUIRE_KEY=true to close the service"
    ]


def test_an_open_service_for_this_machine_is_usual(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    assert warnings(caplog, tmp_path, "127.0.0.1", require_key=False) == []


def test_a_closed_service_without_keys_is_warned_about(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (message,) = warnings(caplog, tmp_path, "0.0.0.0")
    assert message.startswith("RAG_REQUIRE_KEY is true and there is no key, so nobody may ask: run 'rag keys create")


def test_a_closed_service_with_a_key_is_usual(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    make_key(tmp_path, "ada")
    assert warnings(caplog, tmp_path, "0.0.0.0") == []
