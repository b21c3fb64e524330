"""Settings become a service whose answers point at exact words of the snapshot in force."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from unittest.mock import Mock

import pytest
from hypothesis import given
from hypothesis import strategies as st

import rag
from rag.errors import ConfigurationError, IncompatibleSnapshot, NoSnapshot
from rag.service import Service
from rag.settings import Settings
from rag.types import Ask, Document
from rag.wiring import assemble, vary
from tests.articles import Articles, Index
from tests.chance import tried
from tests.documents import WORDS, documents
from tests.encoders import CountingEncoder


@tried(15)
@given(documents=st.lists(documents(), min_size=1, max_size=3), words=st.lists(WORDS, min_size=1, max_size=4))
def test_every_hit_and_citation_slices_back_to_its_words(
    documents: list[Document], words: list[str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("made-up")
    articles = Articles(folder / "articles")
    for number, document in enumerate(documents):
        articles.write(f"{number}.txt", document.text.replace("\n", "\r\n"))
    service = assemble(Settings(index_dir=folder / "index", encoder="hashing", chunk_tokens=16, least_confidence=0))
    if not articles.ingest(service).snapshot:
        return
    answer = service.answer(Ask(" ".join(words)))
    texts = {s.reference.id: service.snapshot().document(s.reference.id).text for s in service.snapshot().documents()}
    for hit in answer.evidence:
        assert hit.span.of(texts[hit.reference.id]) == hit.text
    for citation in answer.citations:
        assert citation.span.of(texts[citation.reference.id]) == citation.quote
        assert citation.quote


def test_without_an_index_every_question_says_what_to_run(service: Service) -> None:
    with pytest.raises(NoSnapshot, match="run 'rag ingest' first"):
        service.answer(Ask("Why?"))
    assert service.parts.store.listed() == []


def test_a_question_is_never_encoded_by_another_model_than_the_passages(articles: Articles, tmp_path: Path) -> None:
    articles.write("a.txt", "One.")
    index = Index(tmp_path / "index", CountingEncoder("2"))
    index.ingest(articles)
    service = assemble(Settings(index_dir=tmp_path / "index", encoder="hashing"))
    with pytest.raises(
        IncompatibleSnapshot, match="run 'rag ingest' to re-encode the documents, or set RAG_ENCODER back"
    ):
        service.search(Ask("One"))
    assert articles.ingest(service).encoded == 1
    assert service.search(Ask("One"))[0]


def test_a_request_keeps_the_snapshot_it_began_with(articles: Articles, service: Service) -> None:
    articles.write("a.txt", "The levy is due in May.")
    articles.ingest(service)
    events = service.stream(Ask("When is the levy due?"))
    first = next(events)
    articles.write("a.txt", "The levy is due in June.")
    articles.ingest(service)
    *_, last = events
    assert "May" in str(first)
    assert "June" not in str(last)


def test_no_more_snapshots_stay_than_the_settings_say(articles: Articles, tmp_path: Path) -> None:
    service = assemble(Settings(index_dir=tmp_path / "index", encoder="hashing", keep_snapshots=1))
    for text in ("One.", "Two."):
        articles.write("a.txt", text)
        articles.ingest(service)
    assert len(service.parts.store.ids()) == 1


@pytest.mark.parametrize("wrong", [{"store": "none"}, {"generator": "none"}])
def test_a_part_that_is_not_installed_is_told_at_once(tmp_path: Path, wrong: dict[str, str]) -> None:
    with pytest.raises(ConfigurationError, match="choose from"):
        assemble(Settings(index_dir=tmp_path, **wrong))  # type: ignore[arg-type]


def test_however_many_wait_for_it_a_service_warms_up_once(
    articles: Articles, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    articles.write("a.txt", "The levy is due in May.")
    articles.ingest(service)
    answer = Mock(wraps=service.answer)
    monkeypatch.setattr(service, "answer", answer)
    with ThreadPoolExecutor(4) as threads:
        for waiting in [threads.submit(service.warm_up) for _ in range(4)]:
            waiting.result()
    answer.assert_called_once()


def test_a_service_that_could_not_warm_up_tries_again(articles: Articles, service: Service) -> None:
    with pytest.raises(NoSnapshot):
        service.warm_up()
    articles.write("a.txt", "The levy is due in May.")
    articles.ingest(service)
    service.warm_up()


def test_a_varied_service_shares_the_encoder_unless_that_varies(service: Service) -> None:
    other = vary(service, service.settings.model_copy(update={"reranker": "none", "fusion": "rrf"}))
    assert other.parts.encoder is service.parts.encoder
    assert (other.settings.reranker, service.settings.reranker) == ("none", "late-interaction")
    assert (
        vary(service, service.settings.model_copy(update={"encoder": "hashing:x"})).parts.encoder
        is not service.parts.encoder
    )


def test_without_a_reranker_passages_stand_by_their_fused_score(articles: Articles, service: Service) -> None:
    articles.write("a.txt", "The levy is due in May.")
    articles.ingest(service)
    plain = vary(service, service.settings.model_copy(update={"reranker": "none"}))
    assert plain.search(Ask("levy"))[0][0].score < service.search(Ask("levy"))[0][0].score


def test_progress_ends_where_all_is_encoded(articles: Articles, service: Service) -> None:
    for number in range(130):
        articles.write(f"{number}.txt", f"Text {number}.")
    told: list[tuple[int, int]] = []
    service.ingest([articles.folder], lambda done, total: told.append((done, total)))
    done, known = zip(*told, strict=True)
    assert done == (0, 0, 32, 64, 96, 130)  # of two batches under way, none is done
    assert list(known) == sorted(known)
    assert known[-1] == 130


def test_only_evaluation_and_benchmarking_reach_behind_the_service() -> None:
    package = Path(rag.__file__).parent
    edges = [*(package / "cli").rglob("*.py"), *(package / "http").rglob("*.py")]
    assert len(edges) > 30
    assert [path.name for path in edges if ".parts." in path.read_text(encoding="utf-8")] == []
