"""Tests `rag keys`, with output for people and as JSON."""

from __future__ import annotations

import json
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from rag.http.access.key_file import KeyFile
from rag.http.access.keys import digest
from tests.cli.running import Rag, error


@pytest.mark.parametrize("command", ["create", "list", "revoke", "sign-out"])
def test_every_command_has_help_and_prints_json(rag: Rag, command: str) -> None:
    assert f"  {command}" in rag("keys", "--help").out
    assert "--json" in rag("keys", command, "--help").out


def test_a_key_is_printed_once_and_stored_hashed(rag: Rag, tmp_path: Path) -> None:
    made = rag("keys", "create", "ada", "--role", "maintain", "--group", "hr", "--group", "finance", "--rate", "30")
    secret = made.out.strip()
    assert made.err == "This is the only time that the key 'ada' is shown.\n"
    (key,) = KeyFile(tmp_path / "index").read().keys
    assert (key.name, key.role, key.groups, key.rate, key.expires) == ("ada", "maintain", ("hr", "finance"), 30, None)
    assert key.sha256 == digest(secret.encode())
    path = tmp_path / "index" / "keys.json"
    assert secret not in path.read_text()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    listed = rag("keys", "list")
    assert listed.out == f"ada  maintain  groups hr, finance  30 a minute  created {datetime.now(UTC):%Y-%m-%d}\n"


def test_json_has_the_key_only_when_it_is_created(rag: Rag) -> None:
    made = rag("keys", "create", "bot", "--all-groups", "--expires", "2999-12-31", "--json").json
    assert made["key"].startswith("rag_")
    (listed,) = rag("keys", "list", "--json").json["keys"]
    assert listed == {name: value for name, value in made.items() if name != "key"}
    assert (listed["role"], listed["groups"], listed["expires"]) == ("ask", None, "3000-01-01T00:00:00Z")
    assert listed["expired"] is False


def test_a_number_of_days_is_the_last_day(rag: Rag, tmp_path: Path) -> None:
    rag("keys", "create", "ada", "--expires", "90d")
    (key,) = KeyFile(tmp_path / "index").read().keys
    assert key.expires is not None
    assert (key.expires - timedelta(days=1)).date() == datetime.now(UTC).date() + timedelta(days=90)
    assert f"until {key.expires - timedelta(days=1):%Y-%m-%d}" in rag("keys", "list").out


def test_a_person_is_signed_out_by_the_name_that_logs_show(rag: Rag, tmp_path: Path) -> None:
    rag("keys", "create", "bot")
    assert rag("keys", "sign-out", "oidc:ada").out == "all sessions of 'ada' end within a second\n"
    assert rag("keys", "sign-out", "ada", "--json").json == {"signed_out": "ada"}
    stored = KeyFile(tmp_path / "index").read()
    assert ([key.name for key in stored.keys], list(stored.signed_out)) == (["bot"], ["ada"])
    assert error(rag("keys", "sign-out", "oidc:")) == (
        "'oidc:' names nobody: give the name that logs show, such as oidc:ada"
    )


def test_a_revoked_key_is_gone_and_its_name_is_free(rag: Rag) -> None:
    first = rag("keys", "create", "ada").out
    assert rag("keys", "revoke", "ada").out == "the key 'ada' is revoked\n"
    assert rag("keys", "list", "--json").json == {"keys": []}
    assert rag("keys", "create", "ada").out != first
    assert rag("keys", "revoke", "ada", "--json").json == {"revoked": "ada"}


def test_without_an_index_there_are_no_keys_and_no_folder_is_made(rag: Rag, tmp_path: Path) -> None:
    assert rag("keys", "list").out == ""
    assert error(rag("keys", "revoke", "ada")).startswith("there is no key 'ada' in ")
    assert not (tmp_path / "index").exists()


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["a b"], "'a b' cannot name a key: use up to 64 letters, digits, dots, underscores, hyphens and @"),
        (["RAG_API_KEY"], "'RAG_API_KEY' is the name of the key of this setting: choose another name"),
        (["oidc:ada"], "'oidc:ada' cannot name a key"),
        (["x" * 65], "cannot name a key"),
        (["ada", "--expires", "2020-01-01"], "'2020-01-01' is in the past, so the key would never be valid"),
        (["ada", "--expires", "soon"], "'soon' is not a day: give one such as 2027-01-31"),
        (["ada", "--expires", "9999-12-31"], "'9999-12-31' is not a day"),
        (["ada", "--group", " "], "a group has an empty name"),
    ],
)
def test_a_wrong_argument_gives_one_sentence(rag: Rag, arguments: list[str], sentence: str, tmp_path: Path) -> None:
    assert sentence in error(rag("keys", "create", *arguments))
    assert not (tmp_path / "index").exists()


def test_groups_and_all_groups_exclude_each_other(rag: Rag) -> None:
    refused = rag("keys", "create", "ada", "--group", "hr", "--all-groups")
    assert refused.code == 2
    assert "give either --group or --all-groups" in refused.err


@pytest.mark.usefixtures("indexed")
def test_a_backup_has_no_keys(rag: Rag, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rag("keys", "create", "ada")
    rag("backup", str(tmp_path / "backup"))
    monkeypatch.setenv("RAG_INDEX_DIR", str(tmp_path / "restored"))
    assert rag("restore", str(tmp_path / "backup")).code == 0
    assert rag("keys", "list", "--json").json == {"keys": []}
    assert not (tmp_path / "restored" / "keys.json").exists()


def test_a_damaged_file_is_named_and_stays(rag: Rag, tmp_path: Path) -> None:
    rag("keys", "create", "ada")
    path = tmp_path / "index" / "keys.json"
    path.write_text(json.dumps({"format": 1}) + "}")
    for command in (["list"], ["create", "bob"], ["revoke", "ada"]):
        assert error(rag("keys", *command)).startswith(f"the file of keys, {path}, is damaged")
    assert path.read_text().endswith("}}")
