"""`rag ask` and `rag search` take a time, and `rag documents` shows when documents are in force."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests import dated, samples
from tests.cli.running import Rag


@pytest.fixture(autouse=True)
def _indexed(tmp_path: Path) -> None:
    samples.ingest(samples.service(tmp_path / "index"), samples.write(tmp_path / "articles", dated.ARTICLES))


def test_a_question_is_asked_as_of_a_time(rag: Rag) -> None:
    found = rag("ask", dated.FARES, "--as-of", "2019-06-01").out
    assert "A single ticket for the ferry costs two florins." in found
    assert "(in force as of 2019-06-01)" in found
    assert "As of 2019-06-01, “Ferry Fares Order 2021” is not yet in force: its first day is 2021-03-01." in found
    answer = json.loads(rag("ask", dated.FARES, "--as-of", "2022", "--json").out)
    assert (answer["as_of"], "four florins" in answer["text"]) == ("2022", True)


def test_a_time_before_the_first_version_is_told(rag: Rag, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAG_LEAST_CONFIDENCE", "0.3")
    found = rag("ask", dated.FARES, "--as-of", "2015")
    assert "“Ferry Fares Order 2019” is not yet in force: its first day is 2019-01-01." in found.out
    assert "What answers the question was not yet in force at that time." in found.out
    assert found.code == 0


def test_a_search_is_made_as_of_a_time(rag: Rag) -> None:
    found = json.loads(rag("search", dated.FARES, "--as-of", "2019-06-01", "--json").out)
    assert {hit["document_id"] for hit in found["hits"]} == {"fares-2019", "dogs", "leave", "lighthouse"}


def test_a_time_that_is_no_date_is_one_sentence(rag: Rag) -> None:
    found = rag("ask", dated.FARES, "--as-of", "someday")
    assert (found.code, found.out) == (1, "")
    assert found.err == "rag: 'someday' is not a date: give one such as 2021-03-01, 2021-03 or 2021\n"


def test_the_list_of_documents_shows_when_they_are_in_force(rag: Rag) -> None:
    lines = dict(line.split("\t", 1) for line in rag("documents").out.splitlines())
    assert "in force from 2019-01-01 to 2021-02-28, then fares-2021; indexed 20" in lines["fares-2019"]
    assert "in force from 2090-01-01 (its text says so); indexed 20" in lines["fares-2090"]
    assert "in force to 2022-06-30 (its text says so); indexed 20" in lines["dogs"]
    assert lines["lighthouse"] == "-\tLighthouse visits"
