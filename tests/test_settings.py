"""Tests that settings come from the environment, and that an error is one sentence with the variable's name."""

from __future__ import annotations

from pathlib import Path
from typing import get_args, get_origin

import pytest
from pydantic import SecretStr

from rag.errors import ConfigurationError
from rag.settings import Settings, load


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def _is_checked(annotation: object) -> bool:
    """Return whether a setting has a type that does not accept any text."""
    return not {str, Path, SecretStr} & {annotation, *get_args(annotation)} or get_origin(annotation) is tuple


def test_defaults_apply_without_variables() -> None:
    settings = load()
    assert settings.index_dir == Path("index")
    assert settings.encoder == "sentence-transformers:all-MiniLM-L6-v2"
    assert settings.generator == "extractive"


def test_an_environment_variable_sets_a_value(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAG_CHUNK_TOKENS", "64")
    assert load().chunk_tokens == 64


def test_the_environment_overrides_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".env").write_text("RAG_PORT=9000\nRAG_HOST=0.0.0.0\nUNRELATED=1\n")
    monkeypatch.setenv("RAG_PORT", "9001")
    assert (load().port, load().host) == (9001, "0.0.0.0")


def test_an_empty_variable_is_ignored(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAG_PORT", "")
    monkeypatch.setenv("RAG_PROMPTS_DIR", "")
    assert (load().port, load().prompts_dir) == (8000, None)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("RAG_PORT", "eighty"),
        ("RAG_PORT", "65536"),
        ("RAG_CHUNK_TOKENS", "15"),
        ("RAG_LEAST_CONFIDENCE", "1.5"),
        ("RAG_KEEP_SNAPSHOTS", "0"),
        ("RAG_GENERATOR_TIMEOUT", "0"),
        ("RAG_FUSION", "sum"),
        ("RAG_ALLOWED_HOSTS", "https://rag.example.org"),
        ("RAG_CORS_ORIGINS", "https://example.org/page"),
        ("RAG_FEED_USER_AGENT", "/"),
        ("RAG_QUEUE_SECONDS", "nan"),
        ("RAG_VERIFY_MINUTES", "inf"),
        ("RAG_PARSE_SECONDS", "1e300"),
        ("RAG_TRUSTED_PROXIES", "proxy"),
        ("RAG_EMAIL_ATTACHMENTS", "perhaps"),
        ("RAG_KEEP_ORIGINALS", "some"),
    ],
)
def test_the_error_of_a_wrong_value_is_one_sentence_with_the_variable(
    name: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(ConfigurationError, match=rf"^{name} is '{value}': [^\n]+$"):
        load()


def test_a_change_overrides_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAG_FUSION", "rrf")
    monkeypatch.setenv("RAG_CHUNK_TOKENS", "64")
    settings = load({"RAG_FUSION": "dense"})
    assert (settings.fusion, settings.chunk_tokens) == ("dense", 64)


def test_a_change_of_an_unknown_setting_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="'RAG_FUSSION' is not a setting: 'rag settings' lists them"):
        load({"RAG_FUSSION": "dense"})


def test_a_key_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAG_GENERATOR_API_KEY", "sesame")
    monkeypatch.setenv("RAG_API_KEY", "open, sesame seeds")
    monkeypatch.setenv("RAG_OIDC_CLIENT_SECRET", "open, sesame seeds")
    settings = load()
    assert "sesame" not in f"{settings!r} {settings.model_dump(mode='json')}"


def test_every_setting_has_a_description() -> None:
    assert all(field.description for field in Settings.model_fields.values())


@pytest.mark.parametrize(
    "name", [name for name, field in Settings.model_fields.items() if _is_checked(field.annotation)]
)
def test_every_value_that_is_not_text_is_checked(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(f"RAG_{name.upper()}", "no/such value")
    with pytest.raises(ConfigurationError, match=rf"^RAG_{name.upper()} is 'no/such value': [^\n]+$"):
        load()


def test_every_wrong_value_has_a_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAG_PORT", "eighty")
    monkeypatch.setenv("RAG_FUSION", "sum")
    with pytest.raises(ConfigurationError) as error:
        load()
    assert sorted(line.split(":")[0] for line in str(error.value).splitlines()) == [
        "RAG_FUSION is 'sum'",
        "RAG_PORT is 'eighty'",
    ]


@pytest.mark.parametrize(
    ("name", "advice"),
    [
        ("RAG_INDEXDIR", "did you mean RAG_INDEX_DIR?"),
        ("RAG_INDEX", "did you mean RAG_INDEX_DIR?"),
        ("RAG_API_KEYS", "did you mean RAG_API_KEY?"),
        ("RAG_GENERATER", "did you mean RAG_GENERATOR?"),
        ("RAG_MCP_HOSTS", "did you mean RAG_ALLOWED_HOSTS?"),
        ("RAG_ZZZZ", "'rag settings' lists them"),
    ],
)
def test_a_misspelt_variable_is_named_with_the_nearest_one(
    name: str, advice: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv(name, "x")
    load()
    assert caplog.messages == [f"{name} is not a setting and has no effect: {advice}"]


def test_a_misspelt_line_of_the_file_is_named(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / ".env").write_text("RAG_PROT=9000\nUNRELATED=1\n")
    load()
    assert caplog.messages == ["RAG_PROT is not a setting and has no effect: did you mean RAG_PORT?"]


def test_known_variables_are_not_named(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    monkeypatch.setenv("rag_port", "9000")
    monkeypatch.setenv("RAG_ARTICLES", "/srv/policies")
    load()
    assert caplog.messages == []


def test_a_file_that_is_not_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes(b"RAG_HOST=\xff\xfe\n")
    with pytest.raises(ConfigurationError, match=r"^the file \.env with settings cannot be read: "):
        load()


@pytest.mark.parametrize("name", ["RAG_API_KEY", "RAG_OIDC_CLIENT_SECRET"])
@pytest.mark.parametrize("value", ["secret", "correct-horse15", "abababababababababababababababab"])
def test_a_secret_that_is_easy_to_guess_is_refused(name: str, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(ConfigurationError) as error:
        load()
    assert str(error.value) == (
        f"{name} is '***': it is easy to guess: give at least 16 characters, 8 of them different, such as those of "
        "'openssl rand -hex 32'"
    )


@pytest.mark.parametrize("value", ["https://login.example.org/realms/city", "http://localhost:8080", "https://a.eu/"])
def test_an_issuer_has_an_address_with_https_or_on_this_machine(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAG_OIDC_ISSUER", value)
    assert load().oidc_issuer == value


@pytest.mark.parametrize("value", ["http://login.example.org", "login.example.org", "ftp://localhost", "https://", ""])
def test_another_issuer_is_refused(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAG_OIDC_ISSUER", value)
    if not value:
        assert load().oidc_issuer is None
        return
    with pytest.raises(ConfigurationError, match=rf"^RAG_OIDC_ISSUER is '{value}': give an address [^\n]+$"):
        load()


def test_groups_are_separated_by_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAG_OIDC_ADMIN_GROUPS", "/city/it, IT staff,")
    assert load().oidc_admin_groups == {"/city/it", "IT staff"}
