"""A guest on the web: as patient, as slow and as sparing as it is asked to be, and not to be held up or flooded."""

from __future__ import annotations

import gzip
import threading
from dataclasses import dataclass, field, replace
from email.utils import formatdate

import pytest

from rag.errors import UnreadableSource
from rag.feeds import Clock, Disallowed, Gone, Web
from rag.feeds.fetching import Fetcher, Got, Held
from tests.feeds.ingesting import Reader, reason, states
from tests.feeds.site import Answer, Site


@dataclass
class Time:
    """A clock that nobody waits for."""

    time: float = 1_700_000_000.0
    waits: list[float] = field(default_factory=list)

    def now(self) -> float:
        return self.time

    def wait(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.time += seconds


@dataclass
class Hosts:
    """What hosts asked for, as a later run finds it."""

    known: dict[str, float] = field(default_factory=dict)

    def until(self, host: str) -> float:
        return self.known.get(host, 0.0)

    def put_off(self, host: str, until: float) -> None:
        self.known[host] = until


@dataclass
class Guest:
    """A fetcher whose clock is not waited for."""

    web: Web
    time: Time = field(default_factory=Time)
    hosts: Hosts = field(default_factory=Hosts)

    def __post_init__(self) -> None:
        self.fetcher = Fetcher(self.web, self.hosts, Clock(self.time.now, self.time.wait))

    def get(self, address: str, **conditions: str) -> Got:
        return self.fetcher.get(address, lambda *_: True, Held(address, conditions))

    def fails(self, address: str) -> str:
        with pytest.raises(UnreadableSource) as error:
            self.get(address)
        return str(error.value)


@pytest.fixture
def guest(web: Web) -> Guest:
    return Guest(web)


# Who asks, and what comes back


def test_it_says_who_it_is(site: Site, web: Web) -> None:
    site.page("/", "Here.")
    Guest(replace(web, agent="archive/2 (ada@site.example)")).get(f"{site.url}/")
    assert {one["User-Agent"] for one in site.headers} == {"archive/2 (ada@site.example)"}


def test_redirects_are_followed_to_where_they_lead(site: Site, guest: Guest) -> None:
    site.page("/new/place", "Here.")
    for status, path in zip((301, 302, 303, 307, 308), ("/a", "/b", "/c", "/d", "/e"), strict=True):
        site.redirect(path, "new/place#part", status)
        assert guest.get(f"{site.url}{path}").url == f"{site.url}/new/place"


def test_redirects_in_a_circle_end(site: Site, guest: Guest) -> None:
    site.redirect("/a", "/b")
    site.redirect("/b", "/a")
    assert guest.fails(f"{site.url}/a").startswith(
        f"{site.url}/a is redirected more than 10 times, perhaps in a circle"
    )


def test_a_redirect_to_what_is_no_web_page_is_told(site: Site, guest: Guest) -> None:
    site.redirect("/a", "file:///etc/passwd")
    assert guest.fails(f"{site.url}/a") == (
        f"{site.url}/a leads to file:///etc/passwd, which cannot be asked, "
        "for only http:// and https:// are; correct it."
    )


def test_a_page_that_is_gone_is_told_from_one_that_fails(site: Site, guest: Guest) -> None:
    site.put("/broken", b"", status=500)
    with pytest.raises(Gone):
        guest.get(f"{site.url}/nowhere")
    with pytest.raises(UnreadableSource) as error:
        guest.get(f"{site.url}/broken")
    assert not isinstance(error.value, Gone)


# Limits


def test_a_body_that_is_too_long_is_told_and_not_read_whole(site: Site, web: Web) -> None:
    site.put("/", b"x" * (3 << 20))
    told = Guest(replace(web, body=1)).fails(f"{site.url}/")
    assert told == f"{site.url}/ holds more than 1 MiB; raise RAG_FEED_BODY."


@pytest.mark.parametrize("size", [1 << 20, (1 << 20) - 1])
def test_a_body_as_long_as_it_may_be_is_read(site: Site, web: Web, size: int) -> None:
    packed = gzip.compress(b"x" * size)
    site.put("/packed", packed, headers={"Content-Encoding": "gzip"})
    site.put("/plain", b"x" * size)
    for path in ("/packed", "/plain"):
        assert Guest(replace(web, body=1)).get(site.url + path).body == b"x" * size


def test_a_body_that_unpacks_to_too_much_is_told(site: Site, web: Web) -> None:
    site.put("/", gzip.compress(b"\0" * (64 << 20)), headers={"Content-Encoding": "gzip"})
    assert "holds more than 1 MiB" in Guest(replace(web, body=1)).fails(f"{site.url}/")


def test_a_sitemap_that_unpacks_to_too_much_is_told(site: Site, reader: Reader, web: Web) -> None:
    site.put("/sitemap.xml.gz", gzip.compress(b"\0" * (64 << 20)), "application/gzip")
    small = Reader(reader.store.directory, replace(web, body=1))
    assert "holds more than RAG_FEED_BODY allows" in reason(small.read(f"{site.url}/sitemap.xml.gz"))


@pytest.mark.parametrize(
    "packed",
    [gzip.compress(b"x" * 9_000)[:-9], b"not packed", gzip.compress(b"x") + b"more"],
    ids=["cut", "not packed", "followed by more"],  # gzip writes the time, so that names made of bytes would differ
)
def test_a_damaged_body_is_told(site: Site, guest: Guest, packed: bytes) -> None:
    site.put("/", packed, headers={"Content-Encoding": "gzip"})
    assert "is packed with gzip and damaged" in guest.fails(f"{site.url}/")


def test_packed_files_one_after_another_are_one_body(site: Site, guest: Guest) -> None:
    site.put("/", gzip.compress(b"one ") + gzip.compress(b"two"), headers={"Content-Encoding": "gzip"})
    assert guest.get(f"{site.url}/").body == b"one two"


def test_what_was_not_asked_for_is_not_unpacked(site: Site, guest: Guest) -> None:
    site.put("/", b"x", headers={"Content-Encoding": "zstd"})
    assert "is packed with zstd, which was not asked for" in guest.fails(f"{site.url}/")


def test_a_run_fetches_only_so_much_and_the_next_goes_on(site: Site, reader: Reader, web: Web) -> None:
    for name in ("one", "two"):
        site.put(f"/{name}.txt", f"{name} ".encode() * 400_000, "text/plain")
    feed = site.rss("/one.txt", "/two.txt")
    small = Reader(reader.store.directory, replace(web, total=1))
    report = small.read(feed)
    assert states(report) == {"/one.txt": "added", "/two.txt": "failed"}
    assert "was not asked for, since this run has fetched 1 MiB (RAG_FEED_TOTAL); run it again." in reason(report)
    assert states(small.read(feed)) == {"/one.txt": "unchanged", "/two.txt": "added"}


def test_a_server_that_stalls_is_left(site: Site, web: Web) -> None:
    site.put("/", b"slow", stalls=True)
    told = Guest(replace(web, seconds=0.3)).fails(f"{site.url}/")
    assert told == f"{site.url}/ takes more than 0.3 s; try again later, or raise RAG_FEED_SECONDS."


@pytest.mark.parametrize("said", [b"", b"HTTP/1.1 200 OK\r\nX: "])
def test_a_server_that_sends_a_byte_now_and_then_is_left(web: Web, said: bytes) -> None:
    import socket

    over = threading.Event()

    def drip() -> None:
        connection, _ = listening.accept()
        with connection:
            connection.sendall(said)
            while not over.wait(0.02):
                try:
                    connection.sendall(b"x")
                except OSError:
                    return

    with socket.create_server(("127.0.0.1", 0)) as listening:
        server = threading.Thread(target=drip)
        server.start()
        told = Guest(replace(web, seconds=0.5)).fails(f"http://127.0.0.1:{listening.getsockname()[1]}/")
        over.set()
        server.join()
    assert "takes more than 0.5 s" in told or "cannot be reached" in told


def test_a_host_that_nobody_listens_at_is_told(site: Site, guest: Guest) -> None:
    assert "robots.txt cannot be reached: " in guest.fails("http://127.0.0.1:9/")


# robots.txt


def test_what_robots_txt_disallows_is_skipped_with_the_reason(site: Site, reader: Reader) -> None:
    site.page("/open", "Open.")
    site.page("/closed/page", "Closed.")
    site.put("/robots.txt", "User-agent: *\nDisallow: /closed/\n", "text/plain")
    assert states(reader.read(site.rss("/open", "/closed/page"))) == {"/open": "added", "/closed/page": "skipped"}
    told = reader.told()[f"{site.url}/closed/page"].reason
    assert told == f"{site.url}/closed/page may not be fetched by rag-policy, says {site.url}/robots.txt"
    assert "/closed/page" not in site.counts
    assert site.counts["/robots.txt"] == 1


def test_rules_hold_for_whom_they_name(site: Site, web: Web) -> None:
    site.page("/page", "Here.")
    rules = "User-agent: archive\nDisallow: /\n\nUser-agent: *\nDisallow: /page\nAllow: /page$\n"
    site.put("/robots.txt", rules, "text/plain")
    assert Guest(web).get(f"{site.url}/page").body
    with pytest.raises(Disallowed):
        Guest(replace(web, agent="Archive/2.0 (+https://site.example)")).get(f"{site.url}/page")


def test_where_a_redirect_leads_robots_txt_is_asked_again(site: Site, guest: Guest) -> None:
    site.redirect("/page", "/closed")
    site.put("/robots.txt", "User-agent: *\nDisallow: /closed\n", "text/plain")
    with pytest.raises(Disallowed, match=r"/page leads to \S+/closed, which may not be fetched by rag-policy"):
        guest.get(f"{site.url}/page")


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410])
def test_a_host_without_rules_allows_all(site: Site, guest: Guest, status: int) -> None:
    site.page("/page", "Here.")
    site.put("/robots.txt", "User-agent: *\nDisallow: /\n", status=status)
    assert guest.get(f"{site.url}/page").body


@pytest.mark.parametrize("status", [500, 502, 503])
def test_a_host_that_cannot_tell_its_rules_allows_nothing(site: Site, guest: Guest, status: int) -> None:
    site.page("/page", "Here.")
    site.put("/robots.txt", "", status=status)
    for _ in range(2):
        assert f"/page may not be asked for while {site.url}/robots.txt answers {status}" in guest.fails(
            f"{site.url}/page"
        )
    assert site.counts == {"/robots.txt": 1}


def test_rules_are_followed_to_where_they_lie_and_read_as_far_as_they_may_be_long(site: Site, guest: Guest) -> None:
    site.page("/page", "Here.")
    site.redirect("/robots.txt", "/rules")
    site.put("/rules", b"User-agent: *\nDisallow: /page\n#" + b"x" * (1 << 20), "text/plain")
    with pytest.raises(Disallowed):
        guest.get(f"{site.url}/page")


# Pace


def test_a_host_is_asked_once_in_a_while(site: Site, web: Web) -> None:
    guest = Guest(replace(web, delay=2.0))
    site.page("/page", "Here.")
    for _ in range(3):
        guest.get(f"{site.url}/page")
    assert guest.time.waits == [2.0] * 3, "after robots.txt too"


def test_a_host_that_asks_for_more_time_gets_it(site: Site, web: Web) -> None:
    guest = Guest(replace(web, delay=2.0))
    site.page("/page", "Here.")
    site.put("/robots.txt", "User-agent: *\nCrawl-delay: 7\n", "text/plain")
    for _ in range(3):
        guest.get(f"{site.url}/page")
    assert guest.time.waits == [2.0, 7.0, 7.0]


@pytest.mark.parametrize("delay", ["86400", "1e30"])
def test_a_host_that_asks_for_hours_is_asked_once_a_run(site: Site, guest: Guest, delay: str) -> None:
    site.page("/page", "Here.")
    site.put("/robots.txt", f"User-agent: *\nCrawl-delay: {delay}\n", "text/plain")
    assert guest.get(f"{site.url}/page").body
    assert "/page may not be asked for before 2023-11-15T22:13:20+00:00, says its host" in guest.fails(
        f"{site.url}/page"
    )
    assert guest.time.waits == []


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize("dated", [False, True])
def test_a_busy_host_is_asked_again_when_it_says(site: Site, guest: Guest, status: int, dated: bool) -> None:
    after = formatdate(guest.time.now() + 20, usegmt=True) if dated else "20"
    site.answers["/page"] = [Answer(status=status, headers={"Retry-After": after}), Answer(b"Here.")]
    assert guest.get(f"{site.url}/page").body == b"Here."
    assert guest.time.waits == [20.0]


def test_a_host_that_stays_busy_is_left_alone_by_the_next_run_too(site: Site, web: Web) -> None:
    site.put("/page", b"", status=429, headers={"Retry-After": "3600"})
    site.page("/other", "Here.")
    first = Guest(web)
    until = "may not be asked for before 2023-11-14T23:13:20+00:00, says its host; run it again after that."
    assert first.fails(f"{site.url}/page") == f"{site.url}/page {until}"
    later = Guest(web, Time(first.time.time + 1_800), first.hosts)
    site.forget()
    assert until in later.fails(f"{site.url}/other")
    assert site.asked == []
    assert Guest(web, Time(first.time.time + 3_601), first.hosts).get(f"{site.url}/other").body


def test_a_host_that_is_busy_three_times_is_believed(site: Site, guest: Guest) -> None:
    site.put("/page", b"", status=503, headers={"Retry-After": "1"})
    assert guest.fails(f"{site.url}/page") == f"{site.url}/page answers 503 Service Unavailable; try again later."
    assert site.counts["/page"] == 3


def test_a_host_that_asks_for_years_is_asked_again_the_next_day(site: Site, web: Web) -> None:
    site.put("/page", b"", status=429, headers={"Retry-After": "999999999"})
    first = Guest(web)
    assert "may not be asked for before 2023-11-15T22:13:20+00:00" in first.fails(f"{site.url}/page")


@pytest.mark.parametrize("after", ["soon", "-5", "", "9" * 40])
def test_a_retry_after_that_makes_no_sense_does_no_harm(site: Site, guest: Guest, after: str) -> None:
    site.put("/page", b"", status=503, headers={"Retry-After": after})
    assert guest.fails(f"{site.url}/page")


@pytest.mark.parametrize(
    ("headers", "fresh"),
    [
        ({}, 0.0),
        ({"Cache-Control": "public, max-age=600"}, 600.0),
        ({"Cache-Control": "no-cache, max-age=600"}, 0.0),
        ({"Expires": "Tue, 14 Nov 2023 22:23:20 GMT"}, 600.0),
        ({"Expires": "Mon, 13 Nov 2023 22:23:20 GMT"}, 0.0),
        ({"Expires": "0"}, 0.0),
    ],
)
def test_how_long_an_answer_is_fresh_it_says_itself(
    site: Site, guest: Guest, headers: dict[str, str], fresh: float
) -> None:
    site.put("/page", "Here.", headers=headers)
    assert guest.get(f"{site.url}/page").fresh == fresh
