"""Tests benchmarks whose documents are files, with labels that name files and pages."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from rag.errors import UnreadableSource
from rag.evaluation import corpus_copy, read, run
from rag.evaluation.judgements import Page
from rag.evaluation.labelled_index import IndexedBenchmark, index
from rag.service import Service
from rag.wiring import assemble
from tests.encoders import CountingEncoder
from tests.evaluation import pages, policies
from tests.evaluation.policies import quietly


@pytest.fixture
def service(tmp_path: Path) -> Service:
    # Each page becomes a passage of its own, because passages are this small.
    return policies.service(tmp_path / "index", chunk_tokens=24)


def _indexed(folder: Path, service: Service) -> IndexedBenchmark:
    (benchmark,) = read([folder])
    return index(benchmark, service, quietly(""))


def _figures(folder: Path, service: Service) -> Any:
    report: Any = run(read([folder]), service, quietly).json()
    return report["sets"][folder.name]


def test_labels_name_files_and_pages(tmp_path: Path) -> None:
    (benchmark,) = read([pages.write(tmp_path / "house")])
    assert [document.id for document in benchmark.documents] == ["library.txt", "rules/bicycles.pdf"]
    assert benchmark.pages == {"lost": (Page("rules/bicycles.pdf", 2),)}
    assert benchmark.relevance == {"lost": {"rules/bicycles.pdf": 1}, "books": {"library.txt": 1}}


def test_a_labelled_page_is_its_visible_text_in_the_index(tmp_path: Path, service: Service) -> None:
    indexed = _indexed(pages.write(tmp_path / "house"), service)
    (page,) = indexed.labels[0].pages
    assert " ".join(page.span.of(indexed.texts[page.document]).split()) == pages.RULES[1]
    assert indexed.labels[0].documents == {page.document}
    assert indexed.labels[1].pages == ()
    assert {stored.reference.id for stored in indexed.snapshot.documents()} == {
        page.document,
        *indexed.labels[1].documents,
    }


def test_the_figures_of_labelled_pages_equal_those_computed_by_hand(tmp_path: Path, service: Service) -> None:
    figures = _figures(pages.write(tmp_path / "house"), service)
    assert figures["documents"] == 2
    expected = {
        "page_recall@5": 1.0,
        "gold_in_evidence": 1.0,
        "first_quote_overlap": 1.0,  # of `lost` alone: the label of `books` is a file
        "first_statement_f1": (1.0 + 2 * 2 / (6 + 2)) / 2,  # "three weeks" are two of six words without the article
        "best_sentence_f1": 0.75,
        "span_validity": 1.0,
    }
    assert {name: figures[name] for name in expected} == pytest.approx(expected, abs=1e-4)


def test_a_wrong_page_label_is_not_found(tmp_path: Path, service: Service) -> None:
    queries = [{"_id": "lost", "text": "Where are the helmets kept?", "answers": ["in the cellar"]}]
    right, wrong = (
        _figures(pages.write(tmp_path / name, queries, [("lost", f"rules/bicycles.pdf#{page}", 1)]), service)
        for name, page in (("right", 3), ("wrong", 1))
    )
    assert (right["first_quote_overlap"], wrong["first_quote_overlap"]) == (1.0, 0.0)


def test_confidence_falls_without_the_labelled_page(tmp_path: Path, service: Service) -> None:
    assert _figures(pages.write(tmp_path / "house"), service)["gold_removed_auroc"] == 1.0


def test_a_second_run_parses_and_encodes_nothing(tmp_path: Path, service: Service) -> None:
    encoder = CountingEncoder()
    counted = assemble(service.settings, encoder=encoder)
    first = _indexed(pages.write(tmp_path / "house"), counted)
    encoded = len(encoder.passages)
    again = _indexed(pages.write(tmp_path / "copy"), counted)
    assert len(encoder.passages) == encoded > 0
    assert first.snapshot.id == again.snapshot.id
    assert first.labels == again.labels


def test_another_file_or_other_code_uses_another_index(
    tmp_path: Path, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = pages.write(tmp_path / "house")
    digests = {corpus_copy.corpus_digest(folder / "documents", service.settings)}
    (folder / "documents" / "library.txt").rename(folder / "documents" / "books.txt")
    digests.add(corpus_copy.corpus_digest(folder / "documents", service.settings))
    monkeypatch.setattr(corpus_copy, "_code_digest", lambda: "changed")
    digests.add(corpus_copy.corpus_digest(folder / "documents", service.settings))
    assert len(digests) == 3


def test_a_file_that_cannot_be_read_is_reported(tmp_path: Path, service: Service) -> None:
    folder = pages.write(tmp_path / "house")
    (folder / "documents" / "broken.pdf").write_bytes(b"%PDF-1.4 broken")
    figures = _figures(folder, service)
    assert (figures["documents"], list(figures["unread"])) == (2, ["broken.pdf"])


def test_a_name_with_a_hash_is_a_file_if_there_is_one(tmp_path: Path) -> None:
    folder = pages.write(tmp_path / "house", qrels=[("books", "part#2", 1), ("lost", "part#2#3", 1)])
    (folder / "documents" / "part#2").write_text("A part.", encoding="utf-8")
    (benchmark,) = read([folder])
    assert benchmark.pages == {"lost": (Page("part#2", 3),)}
    assert benchmark.relevance["books"] == {"part#2": 1}


@pytest.mark.parametrize(
    ("label", "sentence"),
    [
        ("rules/bicycles.pdf#4", r"names page 4 of rules/bicycles.pdf, which has 3 pages: correct the label"),
        ("library.txt#1", r"names page 1 of library.txt, which has no pages: correct the label"),
    ],
)
def test_a_page_that_does_not_exist_is_refused(tmp_path: Path, service: Service, label: str, sentence: str) -> None:
    with pytest.raises(UnreadableSource, match=sentence):
        _indexed(pages.write(tmp_path / "house", qrels=[("lost", label, 1)]), service)


@pytest.mark.parametrize("label", ["bicycles.pdf", "bicycles.pdf#2", "rules/bicycles.pdf#two", "rules/bicycles.pdf#0"])
def test_a_label_without_a_file_is_refused(tmp_path: Path, label: str) -> None:
    with pytest.raises(UnreadableSource, match=r"line 2 of .*qrels.tsv names the document '.*', which is not in doc"):
        read([pages.write(tmp_path / "house", qrels=[("lost", label, 1)])])


def test_a_folder_with_two_kinds_of_documents_or_none_is_refused(tmp_path: Path) -> None:
    folder = pages.write(tmp_path / "house")
    (folder / "corpus.jsonl").touch()
    with pytest.raises(UnreadableSource, match=r"house has both corpus.jsonl and documents/: remove one of them"):
        read([folder])
    (tmp_path / "empty" / "documents").mkdir(parents=True)
    with pytest.raises(UnreadableSource, match=r"documents has no files: put the documents of the benchmark there"):
        read([tmp_path / "empty"])


def test_positions_of_evidence_need_a_corpus_of_texts(tmp_path: Path) -> None:
    evidence = [{"document": "library.txt", "start": 0, "end": 3, "quote": "The"}]
    folder = pages.write(tmp_path / "house", [{"_id": "a", "text": "Why?", "evidence": evidence}], [])
    with pytest.raises(UnreadableSource, match=r"line 1 of .* has evidence, whose positions refer to corpus.jsonl"):
        read([folder])
