"""Passages come best first. The score of a passage does not depend on the filter or on other passages."""

from __future__ import annotations

import threading
from typing import Any

import numpy as np
import pytest

from rag.answer.citations import Citer
from rag.answer.retrieval import Retriever, fuse
from rag.index import search as searching
from rag.service import Service
from rag.snapshots import Snapshot
from rag.types import Draft, Fusion, Hit, PageNote, Reference, Span
from tests.articles import Articles

AREAS = ("tax", "labour", "transport")


def _library(articles: Articles, service: Service, count: int = 30) -> Snapshot:
    for number in range(count):
        words = (
            f"The {AREAS[number % 3]} levy of {2000 + number} is {number} per cent of income in district {number % 7}."
        )
        articles.write(f"{number:02}.md", f"---\narea: {AREAS[number % 3]}\nyear: {2000 + number}\n---\n{words}\n")
    articles.ingest(service)
    return service.snapshot()


def _hits(service: Service, snapshot: Snapshot, question: str, **filters: str) -> list[Hit]:
    retriever = Retriever(service.parts.encoder)
    return retriever.search(snapshot, retriever.query(snapshot, question), filters, 50)


def test_the_text_of_a_hit_is_the_document_at_its_span(articles: Articles, service: Service) -> None:
    snapshot = _library(articles, service)
    for hit in _hits(service, snapshot, "income levy in district 3"):
        text = snapshot.document(hit.reference.id).text
        assert hit.span.of(text) == hit.text


def test_the_passage_with_the_words_comes_first(articles: Articles, service: Service) -> None:
    snapshot = _library(articles, service)
    hits = _hits(service, snapshot, "What is the labour levy of 2004?")
    assert hits[0].reference.id == "04"
    scores = [hit.score for hit in hits]
    assert scores == sorted(scores, reverse=True)


def test_a_score_does_not_depend_on_the_filter(articles: Articles, service: Service) -> None:
    snapshot = _library(articles, service)
    question = "tax levy of 2006"
    everywhere = {hit.row: hit.score for hit in _hits(service, snapshot, question)}
    for area in AREAS:
        hits = _hits(service, snapshot, question, area=area)
        assert len(hits) == 10
        assert {hit.row: hit.score for hit in hits}.items() <= everywhere.items()


def test_parallel_searches_find_the_same_as_sequential_ones(
    articles: Articles, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    snapshot = _library(articles, service)
    searched_in = set()
    search = snapshot.dense.search

    def watched(*arguments: Any) -> Any:
        searched_in.add(threading.current_thread())
        return search(*arguments)

    monkeypatch.setattr(snapshot.dense, "search", watched)
    in_turn = _hits(service, snapshot, "income levy in district 3")
    assert searched_in == {threading.current_thread()}
    monkeypatch.setattr(searching, "_SEQUENTIAL", 0)
    assert _hits(service, snapshot, "income levy in district 3") == in_turn
    assert len(searched_in) == 2


@pytest.mark.parametrize("by", Fusion)
def test_a_passage_that_both_searches_find_comes_first_with_every_fusion(
    articles: Articles, service: Service, by: Fusion
) -> None:
    snapshot = _library(articles, service)
    retriever = Retriever(service.parts.encoder, by=by, late_interaction=None)
    hits = retriever.search(snapshot, retriever.query(snapshot, "What is the labour levy of 2004?"), {}, 50)
    assert hits[0].reference.id == "04"
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)


def test_one_search_alone_proposes_only_its_own_rows(articles: Articles, service: Service) -> None:
    snapshot = _library(articles, service)

    def found(by: Fusion) -> int:
        retriever = Retriever(service.parts.encoder, by=by, late_interaction=None)
        return len(retriever.search(snapshot, retriever.query(snapshot, "the year 2004"), {}, 50))

    assert found(Fusion.LEXICAL) == 1, "one passage has that word"
    assert found(Fusion.DENSE) == found(Fusion.Z_SCORE) == found(Fusion.RRF) == 30


def test_without_reranking_the_fused_score_is_the_score(articles: Articles, service: Service) -> None:
    snapshot = _library(articles, service)
    fused, ranked = Retriever(service.parts.encoder, late_interaction=None), Retriever(service.parts.encoder)
    query = fused.query(snapshot, "labour levy")
    rows, scores = fuse(snapshot.candidates(query.vector, query.analyses, (), 100))
    expected = dict(zip(rows.tolist(), scores.tolist(), strict=True))
    assert {hit.row: hit.score for hit in fused.search(snapshot, query, {}, 50)} == pytest.approx(expected)
    assert {hit.row: hit.score for hit in ranked.search(snapshot, query, {}, 50)} != pytest.approx(expected)


def test_every_hit_passes_the_filter(articles: Articles, service: Service) -> None:
    snapshot = _library(articles, service)
    areas = {stored.reference.id: stored.metadata["area"] for stored in snapshot.documents()}
    assert {areas[hit.reference.id] for hit in _hits(service, snapshot, "tax", area="transport")} == {"transport"}


def test_a_filter_without_matches_finds_nothing(articles: Articles, service: Service) -> None:
    assert _hits(service, _library(articles, service), "tax", area="tax", title="No such title") == []


def test_one_document_is_found(articles: Articles, service: Service) -> None:
    snapshot = _library(articles, service, count=1)
    (hit,) = _hits(service, snapshot, "the tax levy")
    assert hit.reference.id == "00"
    assert np.isfinite(hit.score)


def test_an_index_without_documents_finds_nothing(articles: Articles, service: Service) -> None:
    _library(articles, service, count=1)
    service.remove(["00"])
    snapshot = service.snapshot()
    assert len(snapshot) == 0
    assert _hits(service, snapshot, "tax") == []
    assert _hits(service, snapshot, "tax", area="tax") == []


def test_a_question_of_unknown_words_still_gives_finite_scores(articles: Articles, service: Service) -> None:
    snapshot = _library(articles, service)
    assert all(np.isfinite(hit.score) for hit in _hits(service, snapshot, "qwertyuiop ??? 🤷"))
    assert all(np.isfinite(hit.score) for hit in _hits(service, snapshot, "?"))


def test_hits_with_equal_scores_are_in_row_order(articles: Articles, service: Service) -> None:
    for name in "abcdefgh":
        # The texts differ only in case, which the index ignores. Otherwise they would count as duplicates.
        articles.write(f"{name}.md", "---\ntitle: Levy\n---\n" + "the income levy is due".replace(name, name.upper()))
    articles.ingest(service)
    hits = _hits(service, service.snapshot(), "income levy")
    assert [hit.row for hit in hits] == sorted(hit.row for hit in hits)
    assert len(hits) > 1
    assert len({hit.score for hit in hits}) == 1


def test_the_page_of_a_hit_is_the_page_where_it_begins() -> None:
    def page(start: int, pages: tuple[int, ...]) -> int | None:
        return Hit(0, Reference("a", "A"), Span(start, start + 1), "x", (), pages, 0.0).page

    assert [page(start, (0, 10, 20)) for start in (0, 9, 10, 25)] == [1, 1, 2, 3]
    assert page(5, ()) is None


def test_a_citation_has_the_printed_page_and_the_lowest_confidence_of_its_pages() -> None:
    notes = (PageNote(1, "i"), PageNote(2, None, 0.9), PageNote(3, "1", 0.7))
    hit = Hit(0, Reference("a", "A"), Span(0, 30), "x" * 30, (), (0, 10, 20), 0.0, page_notes=notes)
    spans = [Span(0, 10), Span(5, 12), Span(12, 25), Span(20, 30)]
    cited = [Citer([hit]).cite(Draft("x", ((0, span),)))[0] for span in spans]
    found = [(one.page, one.page_label, one.ocr_confidence) for one in cited]
    assert found == [(1, "i", None), (1, "i", 0.9), (2, None, 0.7), (3, "1", 0.7)]
    assert (hit.page, hit.page_label, hit.ocr_confidence) == (1, "i", 0.7)
