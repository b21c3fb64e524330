"""Tests that settings come from the environment, and that an error is one sentence with the variable's name."""

from __future__ import annotations

from pathlib import Path

import pytest

from rag.errors import ConfigurationError
from rag.settings import Settings, load


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


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
        ("RAG_MCP_HOSTS", "https://rag.example.org"),
        ("RAG_CORS_ORIGINS", "https://example.org/page"),
        ("RAG_FEED_USER_AGENT", "/"),
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
    monkeypatch.setenv("RAG_API_KEY", "sesame")
    settings = load()
    assert "sesame" not in f"{settings!r} {settings.model_dump(mode='json')}"


def test_every_setting_has_a_description() -> None:
    assert all(field.description for field in Settings.model_fields.values())
