"""Tests that passages can be removed for one question without another index."""

from __future__ import annotations

from pathlib import Path

import pytest

from rag.evaluation import read
from rag.evaluation.labelled_index import IndexedBenchmark, index
from rag.evaluation.removed_passages import Passages
from rag.types import Ask
from tests.evaluation import pages, policies

QUESTION = "How many euros does a member of staff pay who loses a bicycle?"


@pytest.fixture
def indexed(tmp_path: Path) -> IndexedBenchmark:
    (benchmark,) = read([pages.write(tmp_path / "house")])
    return index(benchmark, policies.service(tmp_path / "index", chunk_tokens=24), policies.quietly(""))


def test_a_search_does_not_find_removed_passages(indexed: IndexedBenchmark) -> None:
    (page,) = indexed.labels[0].pages
    answerer = indexed.service.parts.answerer
    whole = answerer.search(indexed.snapshot, Ask(QUESTION, limit=50))
    left = answerer.search(Passages(indexed.snapshot).without([page]), Ask(QUESTION, limit=50))
    gone = {hit.row for hit in whole} - {hit.row for hit in left}
    assert gone
    assert all(page.span.start < hit.span.end and hit.span.start < page.span.end for hit in whole if hit.row in gone)
    scores = {hit.row: hit.score for hit in whole}
    assert all(hit.score == scores[hit.row] for hit in left), "the other passages keep their scores"


def test_a_filter_applies_to_the_passages_that_are_left(indexed: IndexedBenchmark) -> None:
    (page,) = indexed.labels[0].pages
    reduced = Passages(indexed.snapshot).without([page])
    answerer = indexed.service.parts.answerer
    hits = answerer.search(reduced, Ask(QUESTION, {"id": page.document}, limit=50))
    assert {hit.reference.id for hit in hits} == {page.document}
    assert not any(page.span.start < hit.span.end and hit.span.start < page.span.end for hit in hits)
    assert len(indexed.snapshot) == len(reduced), "word statistics still count the removed passages"
