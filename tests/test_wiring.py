"""Tests that settings give a service whose answers cite exact words of the current snapshot."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from unittest.mock import Mock

import pytest
from hypothesis import given
from hypothesis import strategies as st

import rag
from rag.answer.pipeline import Answerer
from rag.errors import ConfigurationError, IncompatibleSnapshot, NoSnapshot
from rag.service import Service
from rag.settings import Settings
from rag.snapshots import Snapshot
from rag.types import Ask, Document
from rag.wiring import assemble, vary
from tests.articles import Articles, Index
from tests.cases import cases
from tests.documents import WORDS, documents
from tests.encoders import CountingEncoder


@cases(15)
@given(documents=st.lists(documents(), min_size=1, max_size=3), words=st.lists(WORDS, min_size=1, max_size=4))
def test_every_hit_and_citation_equals_the_text_at_its_span(
    documents: list[Document], words: list[str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("made-up")
    articles = Articles(folder / "articles")
    for number, document in enumerate(documents):
        articles.write(f"{number}.txt", document.text.replace("\n", "\r\n"))
    service = assemble(Settings(index_dir=folder / "index", encoder="hashing", chunk_tokens=16, least_confidence=0))
    if not articles.ingest(service).snapshot:
        return
    answer = service.view(None).answer(Ask(" ".join(words)))
    texts = {s.reference.id: service.snapshot().document(s.reference.id).text for s in service.snapshot().documents()}
    for hit in answer.evidence:
        assert hit.span.of(texts[hit.reference.id]) == hit.text
    for citation in answer.citations:
        assert citation.span.of(texts[citation.reference.id]) == citation.quote
        assert citation.quote


def test_without_an_index_the_error_names_the_command_to_run(service: Service) -> None:
    with pytest.raises(NoSnapshot, match="run 'rag ingest' first"):
        service.view(None).answer(Ask("Why?"))
    assert service.parts.store.listed() == []


def test_without_an_index_no_model_is_loaded_and_no_folder_is_created(tmp_path: Path) -> None:
    service = assemble(Settings(index_dir=tmp_path / "index", encoder="hashing"))
    ask = Ask("What is the levy?")
    for question in (service.view(None).answer, service.view(None).stream, service.view(None).search):
        with pytest.raises(NoSnapshot):
            question(ask)
    assert "encoder" not in vars(service.parts)
    assert not (tmp_path / "index").exists()


def test_a_question_is_never_encoded_with_another_model_than_the_passages(articles: Articles, tmp_path: Path) -> None:
    articles.write("a.txt", "One.")
    index = Index(tmp_path / "index", CountingEncoder("2"))
    index.ingest(articles)
    service = assemble(Settings(index_dir=tmp_path / "index", encoder="hashing"))
    with pytest.raises(
        IncompatibleSnapshot, match="run 'rag ingest' to re-encode the documents, or set RAG_ENCODER back"
    ):
        service.view(None).search(Ask("One"))
    assert articles.ingest(service).encoded == 1
    assert service.view(None).search(Ask("One"))[0]


def test_a_request_uses_one_snapshot_until_its_end(articles: Articles, service: Service) -> None:
    articles.write("a.txt", "The levy is due in May.")
    articles.ingest(service)
    events = service.view(None).stream(Ask("When is the levy due?"))
    first = next(events)
    articles.write("a.txt", "The levy is due in June.")
    articles.ingest(service)
    *_, last = events
    assert "May" in str(first)
    assert "June" not in str(last)


def test_old_snapshots_are_deleted_as_configured(articles: Articles, tmp_path: Path) -> None:
    service = assemble(Settings(index_dir=tmp_path / "index", encoder="hashing", keep_snapshots=1))
    for text in ("One.", "Two."):
        articles.write("a.txt", text)
        articles.ingest(service)
    assert len(service.parts.store.ids()) == 1


@pytest.mark.parametrize("wrong", [{"store": "none"}, {"generator": "none"}])
def test_a_part_that_is_not_installed_is_refused_at_once(tmp_path: Path, wrong: dict[str, str]) -> None:
    with pytest.raises(ConfigurationError, match="choose from"):
        assemble(Settings(index_dir=tmp_path, **wrong))  # type: ignore[arg-type]


def test_a_service_warms_up_once_for_all_callers(
    articles: Articles, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    articles.write("a.txt", "The levy is due in May.")
    articles.ingest(service)
    answer = Mock(wraps=service.parts.extractive.answer)
    monkeypatch.setattr(Answerer, "answer", answer)
    with ThreadPoolExecutor(4) as threads:
        for waiting in [threads.submit(service.warm_up) for _ in range(4)]:
            waiting.result()
    answer.assert_called_once()


def test_the_model_is_loaded_while_the_snapshot_is_opened(articles: Articles, tmp_path: Path) -> None:
    articles.write("a.txt", "The levy is due in May.")
    settings = Settings(index_dir=tmp_path / "index", encoder="hashing")
    articles.ingest(assemble(settings))
    service = assemble(settings)
    store = service.parts.store
    opened: list[bool] = []

    def open_when_loaded(store_current: Callable[[], Snapshot] = store.current) -> Snapshot:
        deadline = time.monotonic() + 30
        while "answerer" not in vars(service.parts) and time.monotonic() < deadline:
            time.sleep(0.001)
        opened.append("answerer" in vars(service.parts))
        return store_current()

    store.current = open_when_loaded  # type: ignore[method-assign]
    service.warm_up()
    assert opened[0]


def test_a_failed_warm_up_can_be_repeated(articles: Articles, service: Service) -> None:
    with pytest.raises(NoSnapshot):
        service.warm_up()
    articles.write("a.txt", "The levy is due in May.")
    articles.ingest(service)
    service.warm_up()


def test_a_varied_service_shares_the_encoder_if_it_is_the_same(service: Service) -> None:
    other = vary(service, service.settings.model_copy(update={"reranker": "none", "fusion": "rrf"}))
    assert other.parts.encoder is service.parts.encoder
    assert (other.settings.reranker, service.settings.reranker) == ("none", "late-interaction")
    assert (
        vary(service, service.settings.model_copy(update={"encoder": "hashing:x"})).parts.encoder
        is not service.parts.encoder
    )


def test_without_a_reranker_passages_have_their_fused_score(articles: Articles, service: Service) -> None:
    articles.write("a.txt", "The levy is due in May.")
    articles.ingest(service)
    plain = vary(service, service.settings.model_copy(update={"reranker": "none"}))
    assert plain.view(None).search(Ask("levy"))[0][0].score < service.view(None).search(Ask("levy"))[0][0].score


def test_progress_ends_when_all_is_encoded(articles: Articles, service: Service) -> None:
    for number in range(130):
        articles.write(f"{number}.txt", f"Text {number}.")
    reported: list[tuple[int, int]] = []
    service.ingest([articles.folder], lambda done, total: reported.append((done, total)))
    done, known = zip(*reported, strict=True)
    assert done == (0, 0, 32, 64, 96, 130)  # two batches are in progress, and none of them is done
    assert list(known) == sorted(known)
    assert known[-1] == 130


def test_only_evaluation_and_benchmarking_use_the_parts_of_the_service() -> None:
    package = Path(rag.__file__).parent
    edges = [*(package / "cli").rglob("*.py"), *(package / "http").rglob("*.py")]
    assert len(edges) > 30
    assert [path.name for path in edges if ".parts." in path.read_text(encoding="utf-8")] == []
