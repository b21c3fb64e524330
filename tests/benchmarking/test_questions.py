"""Tests the questions of `rag bench`, read from a file or generated from the index."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from rag.benchmarking.questions import generate, read
from rag.errors import ConfigurationError, RagError, UnreadableSource
from rag.snapshots import Snapshot
from tests import samples


@pytest.fixture
def snapshot(tmp_path: Path) -> Snapshot:
    service = samples.service(tmp_path / "index")
    samples.ingest(service, samples.write(tmp_path / "articles"))
    return service.snapshot()


def test_each_line_of_a_file_is_a_question(tmp_path: Path) -> None:
    file = tmp_path / "queries.jsonl"
    file.write_text('{"_id": "a", "text": "What is the levy?"}\n\n{"text": "Who pays\u2028it?"}\n', encoding="utf-8")
    assert read(file) == ["What is the levy?", "Who pays\u2028it?"]


@pytest.mark.parametrize(
    ("content", "kind", "message"),
    [
        (b"", ConfigurationError, "has no questions"),
        (b"What is the levy?\n", UnreadableSource, "line 1 of .*must be JSON"),
        (b'{"text": "a"}\n{"question": "b"}\n', UnreadableSource, "line 2 of"),
        (b"\xff\xfe\n", UnreadableSource, "it is not UTF-8"),
    ],
)
def test_a_file_with_a_wrong_format_is_refused(
    tmp_path: Path, content: bytes, kind: type[RagError], message: str
) -> None:
    file = tmp_path / "queries.jsonl"
    file.write_bytes(content)
    with pytest.raises(kind, match=message):
        read(file)


def test_the_error_names_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(UnreadableSource, match=r"none\.jsonl cannot be read: No such file"):
        read(tmp_path / "none.jsonl")


def test_generated_questions_are_words_of_the_index_and_always_the_same(snapshot: Snapshot) -> None:
    questions = generate(snapshot, 20)
    assert questions == generate(snapshot, 20)
    assert len(set(questions)) == len(questions) == 20
    texts = [" ".join(text.split()) for text in samples.ARTICLES.values()]
    assert all(any(question in text for text in texts) for question in questions)
    assert json.dumps(questions) == json.dumps([question.strip() for question in questions])


def test_a_small_index_gives_fewer_questions_than_requested(snapshot: Snapshot) -> None:
    assert 20 < len(generate(snapshot, 10_000)) < 1_000
