"""The cache between two runs saves requests, and never returns damaged content."""

from __future__ import annotations

import errno
import sqlite3
from contextlib import closing
from dataclasses import replace

import pytest
from httpx2 import URL

from rag.errors import StorageError
from rag.feeds.cache import CachedResponse, open_cache
from rag.feeds.fetching import FetchResult
from rag.feeds.parsing import Entry
from rag.snapshots import durable
from tests.cases import ALL_CASES
from tests.feeds.feed_index import FeedIndex, states
from tests.feeds.site import Site
from tests.snapshots.test_faults import Disk

RESULT = FetchResult("https://site.example/new", "text/html", b"A page.", '"tag"', "Sat, 06 Apr 2024 10:00:00 GMT")


@pytest.fixture
def cached(index: FeedIndex) -> CachedResponse:
    with open_cache(index.store.directory) as cache:
        return cache.put("https://site.example/a", RESULT, b"A page.", until=10.0)


def test_the_cache_keeps_its_content_until_the_next_run(index: FeedIndex, cached: CachedResponse) -> None:
    with open_cache(index.store.directory) as cache:
        cache.add_entries("feed", [Entry("a", "A"), Entry("b")])
        cache.add_entries("feed", [Entry("a", "Another")])
        cache.set_retry_time("site.example", 7.0)
    with open_cache(index.store.directory) as cache:
        assert cache.response("https://site.example/a") == cached
        assert cache.body("https://site.example/a") == b"A page."
        assert cache.is_fresh("https://site.example/a", 9.0)
        assert not cache.is_fresh("https://site.example/a", 10.0)
        assert cache.entries("feed") == {"a": Entry("a", "Another"), "b": Entry("b")}
        assert cache.retry_time("site.example") == 7.0
        cache.drop_bodies(["https://site.example/a"])
        assert cache.body("https://site.example/a") is None
        assert cache.response("https://site.example/a") == cached


def test_the_condition_applies_only_to_the_address_of_the_cached_response(cached: CachedResponse) -> None:
    headers = {"If-None-Match": '"tag"', "If-Modified-Since": RESULT.modified}
    assert cached.condition.headers_for(URL(cached.url)) == headers
    assert cached.condition.headers_for(URL("https://site.example/elsewhere")) == {}
    assert replace(cached, etag=None, modified=None).condition.headers_for(URL(cached.url)) == {}


@pytest.mark.parametrize("column", ["url", "media_type", "etag", "modified", "sha256", "body", "seal"])
def test_a_damaged_response_is_not_used(index: FeedIndex, cached: CachedResponse, column: str) -> None:
    with closing(sqlite3.connect(index.store.directory / "feeds.sqlite")) as connection, connection:
        connection.execute(f"UPDATE response SET {column} = 'damaged'")
    with open_cache(index.store.directory) as cache:
        assert cache.response("https://site.example/a") in (None, cached)
        assert None in (cache.response("https://site.example/a"), cache.body("https://site.example/a"))


def test_no_flipped_byte_in_the_cache_changes_a_page(site: Site, index: FeedIndex) -> None:
    site.put("/levy.txt", "The levy is one pence a litre.", "text/plain")
    feed = site.rss("/levy.txt")
    index.read(feed)
    path = index.store.directory / "feeds.sqlite"
    sound = path.read_bytes()
    for place in range(0, len(sound), len(sound) // 40):
        path.write_bytes(sound[:place] + bytes([sound[place] ^ 0x55]) + sound[place + 1 :])
        report = index.read(feed)
        assert states(report).get("/levy.txt") == "unchanged"
        assert (report.failed, list(index.texts().values())) == ((), ["The levy is one pence a litre."])


def test_a_disk_error_in_any_call_loses_nothing_and_the_next_run_succeeds(
    site: Site, index: FeedIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.put("/levy.txt", "The levy is one pence a litre.", "text/plain")
    site.put("/bad.txt", "", "text/plain", status=500)
    feed = site.rss("/levy.txt", "/bad.txt")
    failures, messages = 0, list[str]()
    while True:
        before = index.texts() if index.store.ids() else {}
        site.put("/levy.txt", f"The levy is {failures} pence a litre.", "text/plain")
        disk = Disk(failing_call=1 + failures, code=errno.EIO)
        monkeypatch.setattr(durable, "os", disk)
        try:
            index.read(feed)
        except StorageError as error:
            messages.append(str(error))
        monkeypatch.undo()
        after = list(index.texts().values()) if index.store.ids() else []
        assert after in (list(before.values()), [f"The levy is {failures} pence a litre."])
        if not disk.failed:
            break
        index.read(feed)
        assert list(index.texts().values()) == [f"The levy is {failures} pence a litre."]
        assert index.statuses()[f"{site.url}/bad.txt"].state == "failed"
        failures += 1 if ALL_CASES else 3
    assert failures > 10
    assert all("run it again" in message for message in messages)
