"""Tests the index of a benchmark, which is built once, and the labels that refer to it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.errors import WriterBusy
from rag.evaluation import read
from rag.evaluation.labelled_index import IndexedBenchmark, canonical_span, index
from rag.ingest.publication import Report
from rag.service import Service
from rag.text import normalise
from rag.types import Span
from rag.wiring import assemble
from tests.articles import quietly
from tests.encoders import CountingEncoder
from tests.evaluation import policies


def _indexed(folder: Path, service: Service) -> IndexedBenchmark:
    (benchmark,) = read([folder])
    return index(benchmark, service, quietly)


def test_labels_use_the_ids_of_the_index(tmp_path: Path) -> None:
    indexed = _indexed(policies.write(tmp_path / "a"), policies.service(tmp_path / "index"))
    ids = [stored.reference.id for stored in indexed.snapshot.documents()]
    assert ids == ["levy #1 é", "charge/zone", "charge/zone-2"]
    soda, day, discount, opera = indexed.labels
    assert soda.documents == {"levy #1 é"}, "a label of a duplicate applies to the document with the same text"
    assert "charge/zone" in day.documents
    assert len(day.documents) == 2, "a document that is not indexed still counts, and is never found"
    assert discount.documents == {"charge/zone"}
    assert (opera.documents, opera.spans) == (frozenset(), ())


def test_evidence_has_the_same_words_in_the_canonical_text(tmp_path: Path) -> None:
    indexed = _indexed(policies.write(tmp_path / "a"), policies.service(tmp_path / "index"))
    (gold,) = indexed.labels[0].spans
    text = indexed.snapshot.document(gold.document).text
    assert gold.span.of(text) == "Drinks with eight grams of sugar pay 24 pence per litre."
    assert text.index("Drinks") < policies.LEVY.index("Drinks")


@given(
    st.lists(st.sampled_from(["a", "b.", " ", "\n", "\r\n", "\u00a0", "\xad", "\ufeff", "\t", "é"]), min_size=1),
    st.data(),
)
def test_a_span_of_raw_text_keeps_its_visible_characters(pieces: list[str], data: st.DataObject) -> None:
    raw = "".join(pieces)
    start = data.draw(st.integers(0, len(raw) - 1))
    end = data.draw(st.integers(start + 1, len(raw)))
    words = "".join(normalise(raw[start:end]).split())
    if words:
        canonical = normalise(raw)
        assert "".join(canonical_span(raw, Span(start, end), canonical).of(canonical).split()) == words


def test_a_second_run_and_a_second_benchmark_with_the_same_documents_encode_nothing(tmp_path: Path) -> None:
    encoder = CountingEncoder()
    service = assemble(policies.service(tmp_path / "index").settings, encoder=encoder)
    first = _indexed(policies.write(tmp_path / "a"), service)
    encoded = len(encoder.passages)
    assert encoded == len(first.snapshot) > 0
    again = _indexed(tmp_path / "a", service)
    other = _indexed(policies.write(tmp_path / "b", qrels=[]), service)
    assert len(encoder.passages) == encoded
    assert first.snapshot.id == again.snapshot.id == other.snapshot.id


def test_other_documents_or_other_passages_use_another_index(tmp_path: Path) -> None:
    folder = policies.write(tmp_path / "a")
    folders = {
        _indexed(folder, policies.service(tmp_path / "index")).service.settings.index_dir,
        _indexed(folder, policies.service(tmp_path / "index", chunk_tokens=16)).service.settings.index_dir,
        _indexed(
            policies.write(tmp_path / "b", policies.CORPUS[1:3], policies.QUERIES[3:], []),
            policies.service(tmp_path / "index"),
        ).service.settings.index_dir,
    }
    assert len(folders) == 3
    assert {path.parent for path in folders} == {tmp_path / "index" / "evaluation"}


def test_the_index_of_the_service_does_not_change(tmp_path: Path) -> None:
    service = policies.service(tmp_path / "index")
    _indexed(policies.write(tmp_path / "a"), service)
    assert service.parts.store.listed() == []


def test_a_run_waits_while_another_process_builds_the_same_index(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ingest = Service.ingest
    waits: list[float] = []

    def busy_once(self: Service, *arguments: Any, **options: Any) -> Report:
        if not waits:
            raise WriterBusy("another process is writing")
        return ingest(self, *arguments, **options)

    monkeypatch.setattr(Service, "ingest", busy_once)
    monkeypatch.setattr("time.sleep", waits.append)
    assert len(_indexed(policies.write(tmp_path / "a"), policies.service(tmp_path / "index")).snapshot) == 3
    assert len(waits) >= 1
