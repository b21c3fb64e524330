"""A plugin is found by its name, and the error for an unknown name lists the installed ones."""

from __future__ import annotations

from pathlib import Path

import pytest

from rag.adapters.hashing import HashingEncoder
from rag.errors import ConfigurationError
from rag.plugins import Kind, find
from rag.snapshots import CompiledModels


def test_a_name_finds_its_plugin(tmp_path: Path) -> None:
    point, argument = find("encoders", "hashing")
    assert isinstance(point.load()(argument, CompiledModels(tmp_path)), HashingEncoder)
    assert argument == ""


def test_the_text_after_the_first_colon_is_the_argument() -> None:
    point, argument = find("generators", "openai:llama3.1:8b")
    assert (point.name, argument) == ("openai", "llama3.1:8b")


@pytest.mark.parametrize(
    ("kind", "variable", "choices"),
    [
        ("encoders", "RAG_ENCODER", "hashing, sentence-transformers"),
        ("stores", "RAG_STORE", "faiss"),
        ("rerankers", "RAG_RERANKER", "cross-encoder, late-interaction, none"),
        ("generators", "RAG_GENERATOR", "extractive, openai"),
    ],
)
def test_the_error_for_an_unknown_name_lists_the_installed_plugins(kind: Kind, variable: str, choices: str) -> None:
    with pytest.raises(ConfigurationError) as raised:
        find(kind, "no-such:thing")
    sentence = str(raised.value)
    assert sentence.startswith(f"{variable} is 'no-such:thing', ")
    listed = sentence.rpartition("choose from ")[2].split(", ")
    assert listed == sorted(listed)
    assert set(choices.split(", ")) <= set(listed)
