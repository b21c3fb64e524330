"""Tests reading benchmarks, and the errors that name the file and the line."""

from __future__ import annotations

from pathlib import Path

import pytest

from rag.errors import UnreadableSource
from rag.evaluation import read
from rag.types import Role, Turn
from tests.evaluation import policies
from tests.evaluation.policies import CORPUS


def test_every_label_of_a_question_is_read(tmp_path: Path) -> None:
    (benchmark,) = read([policies.write(tmp_path / "policies")])
    assert benchmark.name == "policies"
    assert [document.id for document in benchmark.documents] == [line["_id"] for line in CORPUS]
    soda, day, discount, opera = benchmark.questions
    assert soda.references == ("24 pence", "Drinks with eight grams of sugar pay 24 pence per litre.")
    assert soda.evidence[0].quote == policies.SODA
    assert benchmark.relevance[day.id] == {"charge/zone": 2, "empty": 1}
    assert discount.history == (Turn(Role.USER, day.text), Turn(Role.ASSISTANT, policies.DAY))
    assert (opera.answerable, opera.references) == (False, ())


def test_the_joined_sentences_of_each_annotator_replace_the_answers_as_references(tmp_path: Path) -> None:
    line = {"_id": "a", "text": "Why?", "answers": ["Because."], "gold_sentences": [["One.", "Two."], [], ["Three."]]}
    (benchmark,) = read([policies.write(tmp_path / "a", queries=[line], qrels=[])])
    assert benchmark.questions[0].references == ("One. Two.", "Three.")


def test_a_sample_of_questions_is_evenly_spaced(tmp_path: Path) -> None:
    lines = [{"_id": str(number), "text": "Why?"} for number in range(10)]
    folder = policies.write(tmp_path / "a", queries=lines, qrels=[])

    def sampled(most: int | None) -> list[str]:
        return [question.id for question in read([folder], most)[0].questions]

    assert sampled(3) == ["0", "3", "6"]
    assert sampled(10) == sampled(11) == sampled(None) == [str(number) for number in range(10)]


def test_carriage_returns_and_byte_order_marks_are_ignored(tmp_path: Path) -> None:
    folder = policies.write(tmp_path / "a")
    plain = read([folder])
    for path in folder.iterdir():
        path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n") + b"\r\n")
    assert read([folder]) == plain


@pytest.mark.parametrize(
    ("file", "content", "sentence"),
    [
        ("corpus.jsonl", '{"_id": "a"}\n', "line 1 of .*corpus.jsonl has a wrong format: text: field required"),
        ("corpus.jsonl", '\n{"_id": 1, "text": ""}', "line 2 of .*: _id: input should be a valid string, not '1'"),
        ("corpus.jsonl", '{"_id": "", "text": ""}', "line 1 of .*: _id: string should have at least 1 character"),
        ("corpus.jsonl", '{"_id": "a", "text": "A"}\n' * 2, "line 2 of .* repeats the _id 'a' of line 1"),
        ("queries.jsonl", "", "queries.jsonl has no questions: write one on each line"),
        ("queries.jsonl", "{", "line 1 of .*queries.jsonl has a wrong format: invalid JSON"),
        ("queries.jsonl", "[]", "line 1 of .*queries.jsonl has a wrong format: input should be"),
        ("queries.jsonl", '{"_id": "a", "text": "?", "answerable": "yes"}', "answerable: .*valid boolean, not 'yes'"),
        (
            "queries.jsonl",
            '{"_id": "a", "text": "?", "history": [{"role": "system", "content": ""}]}',
            "history.0.role: input should be 'user' or 'assistant', not 'system'",
        ),
        (
            "queries.jsonl",
            '{"_id": "a", "text": "?", "evidence": [{"document": "b", "start": 0, "end": 1, "quote": "T"}]}',
            "line 1 of .* has evidence in 'b', which is not in corpus.jsonl",
        ),
        (
            "queries.jsonl",
            '{"_id": "a", "text": "?", "evidence": [{"document": "empty", "start": 1, "end": 4, "quote": "The"}]}',
            "line 1 of .* quotes 'The', which is not at 1-4 of 'empty'",
        ),
        ("qrels.tsv", "", "qrels.tsv begins with '': its first line must be query-id, corpus-id, score"),
        ("qrels.tsv", "soda\tempty\t1\n", "qrels.tsv begins with 'soda.*': its first line must be"),
        (
            "qrels.tsv",
            "query-id\tcorpus-id\tscore\nsoda\tempty\n",
            "line 2 of .*qrels.tsv has .*: it must be a question",
        ),
        ("qrels.tsv", "query-id\tcorpus-id\tscore\nsoda\tempty\thigh\n", "line 2 of .*'high'.* a whole number"),
        ("qrels.tsv", "query-id\tcorpus-id\tscore\nbeer\tempty\t1\n", "question 'beer', which is not in queries.jsonl"),
        ("qrels.tsv", "query-id\tcorpus-id\tscore\nsoda\tbeer\t1\n", "document 'beer', which is not in corpus.jsonl"),
    ],
)
def test_the_error_of_a_malformed_file_is_one_sentence_with_file_and_line(
    tmp_path: Path, file: str, content: str, sentence: str
) -> None:
    folder = policies.write(tmp_path / "a")
    (folder / file).write_text(content, encoding="utf-8")
    with pytest.raises(UnreadableSource, match=sentence) as raised:
        read([folder])
    assert len(str(raised.value).splitlines()) == 1


def test_the_error_names_a_file_that_is_missing_or_not_utf_8(tmp_path: Path) -> None:
    with pytest.raises(
        UnreadableSource, match=r"corpus.jsonl cannot be read: No such file or directory; a benchmark is"
    ):
        read([tmp_path])
    folder = policies.write(tmp_path / "a")
    (folder / "qrels.tsv").write_bytes(b"\xff")
    with pytest.raises(UnreadableSource, match=r"qrels.tsv cannot be read: it is not UTF-8"):
        read([folder])


def test_two_benchmarks_with_the_same_name_are_refused(tmp_path: Path) -> None:
    folders = [policies.write(tmp_path / place / "a") for place in ("one", "two")]
    with pytest.raises(UnreadableSource, match="two benchmarks are named 'a'"):
        read(folders)
