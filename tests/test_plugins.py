"""A part is chosen by name among what is installed, and a wrong name says what there is."""

from __future__ import annotations

from pathlib import Path

import pytest

from rag.adapters.hashing import HashingEncoder
from rag.errors import ConfigurationError
from rag.plugins import Kind, find
from rag.snapshots import CompiledModels


def test_a_name_finds_its_part(tmp_path: Path) -> None:
    point, argument = find("encoders", "hashing")
    assert isinstance(point.load()(argument, CompiledModels(tmp_path)), HashingEncoder)
    assert argument == ""


def test_what_follows_the_first_colon_is_the_argument() -> None:
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
def test_an_unknown_name_lists_what_is_installed(kind: Kind, variable: str, choices: str) -> None:
    with pytest.raises(ConfigurationError) as raised:
        find(kind, "no-such:thing")
    sentence = str(raised.value)
    assert sentence.startswith(f"{variable} is 'no-such:thing', ")
    listed = sentence.rpartition("choose from ")[2].split(", ")
    assert listed == sorted(listed)
    assert set(choices.split(", ")) <= set(listed)
