"""What is kept between two runs saves requests, and is never taken for more than what was written."""

from __future__ import annotations

import errno
import sqlite3
from contextlib import closing
from dataclasses import replace

import pytest
from httpx2 import URL

from rag.errors import StorageError
from rag.feeds.fetching import Got
from rag.feeds.kept import Response, kept
from rag.feeds.parsing import Entry
from rag.snapshots import durable
from tests.feeds.ingesting import Reader, states
from tests.feeds.site import Site
from tests.snapshots.test_faults import Disk

GOT = Got("https://site.example/new", "text/html", b"A page.", '"tag"', "Sat, 06 Apr 2024 10:00:00 GMT")


@pytest.fixture
def put(reader: Reader) -> Response:
    with kept(reader.store.directory) as one:
        return one.put("https://site.example/a", GOT, b"A page.", until=10.0)


def test_what_was_kept_is_there_for_the_next_run(reader: Reader, put: Response) -> None:
    with kept(reader.store.directory) as one:
        one.note("feed", [Entry("a", "A"), Entry("b")])
        one.note("feed", [Entry("a", "Another")])
        one.put_off("site.example", 7.0)
    with kept(reader.store.directory) as one:
        assert one.response("https://site.example/a") == put
        assert one.body("https://site.example/a") == b"A page."
        assert one.fresh("https://site.example/a", 9.0)
        assert not one.fresh("https://site.example/a", 10.0)
        assert one.entries("feed") == {"a": Entry("a", "Another"), "b": Entry("b")}
        assert one.until("site.example") == 7.0
        one.release(["https://site.example/a"])
        assert one.body("https://site.example/a") is None
        assert one.response("https://site.example/a") == put


def test_an_answer_is_asked_for_again_on_its_own_conditions(put: Response) -> None:
    headers = {"If-None-Match": '"tag"', "If-Modified-Since": GOT.modified}
    assert put.held.at(URL(put.url)) == headers
    assert put.held.at(URL("https://site.example/elsewhere")) == {}
    assert replace(put, etag=None, modified=None).held.at(URL(put.url)) == {}


@pytest.mark.parametrize("column", ["url", "media_type", "etag", "modified", "sha256", "body", "seal"])
def test_an_answer_that_was_damaged_is_not_used(reader: Reader, put: Response, column: str) -> None:
    with closing(sqlite3.connect(reader.store.directory / "feeds.sqlite")) as connection, connection:
        connection.execute(f"UPDATE response SET {column} = 'moths'")
    with kept(reader.store.directory) as one:
        assert one.response("https://site.example/a") in (None, put)
        assert None in (one.response("https://site.example/a"), one.body("https://site.example/a"))


def test_no_flipped_byte_makes_a_page_what_it_is_not(site: Site, reader: Reader) -> None:
    site.put("/levy.txt", "The levy is one pence a litre.", "text/plain")
    feed = site.rss("/levy.txt")
    reader.read(feed)
    path = reader.store.directory / "feeds.sqlite"
    sound = path.read_bytes()
    for place in range(0, len(sound), len(sound) // 40):
        path.write_bytes(sound[:place] + bytes([sound[place] ^ 0x55]) + sound[place + 1 :])
        report = reader.read(feed)
        assert states(report).get("/levy.txt") == "unchanged"
        assert (report.failed, list(reader.texts().values())) == ((), ["The levy is one pence a litre."])


def test_whichever_call_the_disk_refuses_nothing_is_lost_and_the_next_run_succeeds(
    site: Site, reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.put("/levy.txt", "The levy is one pence a litre.", "text/plain")
    site.put("/bad.txt", "", "text/plain", status=500)
    feed = site.rss("/levy.txt", "/bad.txt")
    failures, told = 0, list[str]()
    while True:
        before = reader.texts() if reader.store.ids() else {}
        site.put("/levy.txt", f"The levy is {failures} pence a litre.", "text/plain")
        disk = Disk(fails=1 + failures, code=errno.EIO)
        monkeypatch.setattr(durable, "os", disk)
        try:
            reader.read(feed)
        except StorageError as error:
            told.append(str(error))
        monkeypatch.undo()
        after = list(reader.texts().values()) if reader.store.ids() else []
        assert after in (list(before.values()), [f"The levy is {failures} pence a litre."])
        if not disk.failed:
            break
        reader.read(feed)
        assert list(reader.texts().values()) == [f"The levy is {failures} pence a litre."]
        assert reader.told()[f"{site.url}/bad.txt"].state == "failed"
        failures += 1
    assert failures > 10
    assert all("run it again" in sentence for sentence in told)
