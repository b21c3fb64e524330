"""JSON Lines give one document for each line, and a wrong line does not affect the others."""

from __future__ import annotations

import json
from pathlib import Path

from rag.errors import UnreadableSource
from rag.sources import Record
from rag.sources.documents import parse
from rag.types import Document


def _records(path: Path, *lines: object) -> list[Record]:
    path.write_text("\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines))
    return list(parse(path))


def _document(record: Record) -> Document:
    assert isinstance(record.content, Document), record.content
    return record.content


def test_each_line_is_a_document_with_its_facts(tmp_path: Path) -> None:
    line = {
        "_id": "d1",
        "title": "Tax",
        "text": "One.\n\nTwo.",
        "date": "5 June 2022",
        "metadata": {"Area": "tax"},
        "n": 3,
    }
    (record,) = _records(tmp_path / "a.jsonl", line)
    found = _document(record)
    assert record.key == f"{(tmp_path / 'a.jsonl').resolve()}#d1"
    assert (found.reference.id, found.reference.title, found.reference.published) == ("d1", "Tax", "2022-06-05")
    assert (found.text, found.headings) == ("One.\n\nTwo.", ())
    assert found.metadata == {"area": "tax", "n": 3, "format": "jsonl"}


def test_a_wrong_line_is_named_and_the_others_are_parsed(tmp_path: Path) -> None:
    records = _records(
        tmp_path / "a.jsonl", {"text": "One."}, "", "{oops", [1], {"id": "e", "text": 5}, {"text": "Six."}
    )
    assert [record.key.rpartition("#")[2] for record in records] == ["1", "3", "4", "e", "6"]
    bad = [str(record.content) for record in records if isinstance(record.content, UnreadableSource)]
    assert [reason.split(" of ")[0] for reason in bad] == ["Line 3", "Line 4", "Line 5"]
    assert "not JSON" in bad[0]
    assert _document(records[-1]).text == "Six."


def test_a_repeated_id_does_not_repeat_the_key(tmp_path: Path) -> None:
    one, two = _records(tmp_path / "a.jsonl", {"id": "a", "text": "One."}, {"id": "a", "text": "Two."})
    assert one.key != two.key


def test_a_line_separator_inside_a_string_does_not_end_the_line(tmp_path: Path) -> None:
    (record,) = _records(tmp_path / "a.jsonl", '{"text": "One.\u2028Two."}')
    assert _document(record).text == "One.\nTwo."


def test_a_line_without_words_is_refused(tmp_path: Path) -> None:
    (record,) = _records(tmp_path / "a.jsonl", {"text": " \n "})
    assert "holds no text" in str(record.content)
