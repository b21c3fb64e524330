"""A document of one endless run of characters takes seconds at every step, and stops no other request."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx2
import pytest

from rag.service import Service
from rag.settings import Settings
from rag.types import Ask
from rag.wiring import assemble
from tests import samples
from tests.articles import Articles, states
from tests.http.serving import serving

_LENGTH = 100_000
_RUNS = {
    "letters": "a",
    "addresses": "a@",
    "digits": "1",
    "open brackets": "[",
    "round brackets": "(",
    "commas": "item, ",
    "figures and commas": "1,",
    "points": "a.",
    "hyphens": "a-",
    "underscores": "_",
    "stops": "A. ",
    "semicolons": "word; ",
    "colons": "a: ",
    "bars": "a | ",
    "lines": "a\n",
    "paragraphs": "a\n\n",
    "blanks": "a    ",
    "numbers": "1. x ",
    "letters of items": "(a) x; ",
    "conditions": "provided that it may ",
    "Chinese": "法",
    "Arabic": "ا",
    "addresses of pages": "https://a/",
}
_LIMIT = 6.0
"""Seconds of processor time. The slowest run takes one second, and a quadratic pattern would take a minute."""

_RATE = "The rate of the levy is nine per cent."


@pytest.mark.parametrize("run", _RUNS)
@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_document_of_one_run_is_ingested_in_seconds(
    run: str, language: str, articles: Articles, service: Service
) -> None:
    text = _RUNS[run] * (_LENGTH // len(_RUNS[run]))
    articles.write("run.txt", f"---\nlanguage: {language}\n---\n\n{text}\n\n{_RATE}")
    start = time.process_time()
    assert states(articles.ingest(service)) == {"run.txt": "added"}
    service.view(None).answer(Ask("What is the rate of the levy?"))
    assert time.process_time() - start < _LIMIT


@pytest.mark.parametrize("name", ["run.md", "run.html", "run.eml", "run.jsonl"])
@pytest.mark.parametrize("run", ["letters", "addresses", "open brackets", "figures and commas"])
def test_each_format_reads_one_run_in_seconds(name: str, run: str, articles: Articles, service: Service) -> None:
    text = _RUNS[run] * (_LENGTH // len(_RUNS[run]))
    around = {
        "run.md": f"# Run\n\n{text}",
        "run.html": f"<h1>Run</h1><p>{text}</p>",
        "run.eml": f"From: a@example.org\nSubject: Run\nDate: Sun, 04 May 2031 10:00:00 +0000\n\nHello,\n\n{text}",
        "run.jsonl": f'{{"id": "run", "text": "{text}"}}',
    }
    articles.write(name, around[name])
    start = time.process_time()
    report = articles.ingest(service)
    assert time.process_time() - start < _LIMIT
    assert [item.state for item in report.items] == ["added"]


@pytest.mark.parametrize("run", ["letters", "addresses", "open brackets", "figures and commas"])
def test_a_put_of_one_run_does_not_stop_health_checks_and_answers(run: str, tmp_path: Path) -> None:
    key = "a-key-for-this-test-of-long-runs"
    service = assemble(Settings(index_dir=tmp_path / "index", encoder="hashing", api_key=key))
    samples.ingest(service, samples.write(tmp_path / "articles"))
    text = _RUNS[run] * (_LENGTH // len(_RUNS[run]))
    with serving(service) as url, ThreadPoolExecutor(1) as pool:
        headers = {"Authorization": f"Bearer {key}"}
        put = pool.submit(
            httpx2.put, f"{url}/v1/documents/run", json={"text": f"{text} {_RATE}"}, headers=headers, timeout=60
        )
        slowest = 0.0
        asked = False
        while not (put.done() and asked):
            start = time.monotonic()
            assert httpx2.get(f"{url}/healthz", timeout=30).status_code == 200
            body = {"question": "What is a sugar levy?"}
            assert httpx2.post(f"{url}/v1/answers", json=body, headers=headers, timeout=30).status_code == 200
            slowest, asked = max(slowest, time.monotonic() - start), True
        assert put.result().status_code == 201
        assert slowest < 5.0
