"""A polite crawler: it obeys robots.txt and rate limits, and resists slow servers and huge bodies."""

from __future__ import annotations

import gzip
import threading
from dataclasses import dataclass, field, replace
from email.utils import formatdate

import pytest

from rag.errors import UnreadableSource
from rag.feeds import Clock, Disallowed, FetchSettings, Gone
from rag.feeds.fetching import Condition, Fetcher, FetchResult
from tests.feeds.feed_index import FeedIndex, reason, states
from tests.feeds.site import Answer, Site


@dataclass
class FakeClock:
    """A clock whose waits take no time: each one only advances `time`."""

    time: float = 1_700_000_000.0
    waits: list[float] = field(default_factory=list)

    def now(self) -> float:
        return self.time

    def wait(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.time += seconds


@dataclass
class StoredRetryTimes:
    """The retry times of hosts. A second fetcher can use the same ones, as a later run does."""

    times: dict[str, float] = field(default_factory=dict)

    def retry_time(self, host: str) -> float:
        return self.times.get(host, 0.0)

    def set_retry_time(self, host: str, time: float) -> None:
        self.times[host] = time


@dataclass
class InstantFetcher:
    """A fetcher whose waits take no time."""

    settings: FetchSettings
    clock: FakeClock = field(default_factory=FakeClock)
    retry_times: StoredRetryTimes = field(default_factory=StoredRetryTimes)

    def __post_init__(self) -> None:
        self.fetcher = Fetcher(self.settings, self.retry_times, Clock(self.clock.now, self.clock.wait))

    def get(self, address: str, **conditions: str) -> FetchResult:
        return self.fetcher.get(address, lambda *_: True, Condition(address, conditions))

    def fails(self, address: str) -> str:
        with pytest.raises(UnreadableSource) as error:
            self.get(address)
        return str(error.value)


@pytest.fixture
def fetcher(fetch_settings: FetchSettings) -> InstantFetcher:
    return InstantFetcher(fetch_settings)


# Requests and responses


def test_every_request_names_the_user_agent(site: Site, fetch_settings: FetchSettings) -> None:
    site.page("/", "Here.")
    InstantFetcher(replace(fetch_settings, user_agent="archive/2 (ada@site.example)")).get(f"{site.url}/")
    assert {one["User-Agent"] for one in site.headers} == {"archive/2 (ada@site.example)"}


def test_redirects_are_followed(site: Site, fetcher: InstantFetcher) -> None:
    site.page("/new/place", "Here.")
    for status, path in zip((301, 302, 303, 307, 308), ("/a", "/b", "/c", "/d", "/e"), strict=True):
        site.redirect(path, "new/place#part", status)
        assert fetcher.get(f"{site.url}{path}").url == f"{site.url}/new/place"


def test_a_circle_of_redirects_fails(site: Site, fetcher: InstantFetcher) -> None:
    site.redirect("/a", "/b")
    site.redirect("/b", "/a")
    assert fetcher.fails(f"{site.url}/a").startswith(
        f"{site.url}/a is redirected more than 10 times, perhaps in a circle"
    )


def test_a_redirect_to_another_scheme_fails(site: Site, fetcher: InstantFetcher) -> None:
    site.redirect("/a", "file:///etc/passwd")
    assert fetcher.fails(f"{site.url}/a") == (
        f"{site.url}/a redirects to file:///etc/passwd, which is not an http:// or https:// address; correct it."
    )


def test_only_a_missing_page_raises_gone(site: Site, fetcher: InstantFetcher) -> None:
    site.put("/broken", b"", status=500)
    with pytest.raises(Gone):
        fetcher.get(f"{site.url}/nowhere")
    with pytest.raises(UnreadableSource) as error:
        fetcher.get(f"{site.url}/broken")
    assert not isinstance(error.value, Gone)


# Limits


def test_a_body_above_the_limit_fails(site: Site, fetch_settings: FetchSettings) -> None:
    site.put("/", b"x" * (3 << 20))
    message = InstantFetcher(replace(fetch_settings, max_body=1)).fails(f"{site.url}/")
    assert message == f"{site.url}/ is longer than 1 MiB; raise RAG_FEED_BODY."


@pytest.mark.parametrize("size", [1 << 20, (1 << 20) - 1])
def test_a_body_at_the_limit_is_read(site: Site, fetch_settings: FetchSettings, size: int) -> None:
    compressed = gzip.compress(b"x" * size)
    site.put("/gzip", compressed, headers={"Content-Encoding": "gzip"})
    site.put("/plain", b"x" * size)
    for path in ("/gzip", "/plain"):
        assert InstantFetcher(replace(fetch_settings, max_body=1)).get(site.url + path).body == b"x" * size


def test_a_body_above_the_limit_after_decompression_fails(site: Site, fetch_settings: FetchSettings) -> None:
    site.put("/", gzip.compress(b"\0" * (64 << 20)), headers={"Content-Encoding": "gzip"})
    assert "is longer than 1 MiB" in InstantFetcher(replace(fetch_settings, max_body=1)).fails(f"{site.url}/")


def test_a_sitemap_above_the_limit_after_decompression_fails(
    site: Site, index: FeedIndex, fetch_settings: FetchSettings
) -> None:
    site.put("/sitemap.xml.gz", gzip.compress(b"\0" * (64 << 20)), "application/gzip")
    small = FeedIndex(index.store.directory, replace(fetch_settings, max_body=1))
    assert "is longer than RAG_FEED_BODY when decompressed" in reason(small.read(f"{site.url}/sitemap.xml.gz"))


@pytest.mark.parametrize(
    "compressed",
    [gzip.compress(b"x" * 9_000)[:-9], b"not gzip", gzip.compress(b"x") + b"more"],
    ids=[
        "truncated",
        "not gzip",
        "followed by other data",
    ],  # gzip data contains the time, so it would give varying names
)
def test_a_damaged_gzip_body_fails(site: Site, fetcher: InstantFetcher, compressed: bytes) -> None:
    site.put("/", compressed, headers={"Content-Encoding": "gzip"})
    assert "is damaged gzip data" in fetcher.fails(f"{site.url}/")


def test_several_gzip_members_are_one_body(site: Site, fetcher: InstantFetcher) -> None:
    site.put("/", gzip.compress(b"one ") + gzip.compress(b"two"), headers={"Content-Encoding": "gzip"})
    assert fetcher.get(f"{site.url}/").body == b"one two"


def test_a_content_encoding_that_was_not_requested_fails(site: Site, fetcher: InstantFetcher) -> None:
    site.put("/", b"x", headers={"Content-Encoding": "zstd"})
    assert "is compressed with zstd, which was not requested" in fetcher.fails(f"{site.url}/")


def test_a_run_stops_at_its_total_limit_and_the_next_run_continues(
    site: Site, index: FeedIndex, fetch_settings: FetchSettings
) -> None:
    for name in ("one", "two"):
        site.put(f"/{name}.txt", f"{name} ".encode() * 400_000, "text/plain")
    feed = site.rss("/one.txt", "/two.txt")
    small = FeedIndex(index.store.directory, replace(fetch_settings, max_total=1))
    report = small.read(feed)
    assert states(report) == {"/one.txt": "added", "/two.txt": "failed"}
    assert "was not fetched, because this run has fetched 1 MiB (RAG_FEED_TOTAL); run it again." in reason(report)
    assert states(small.read(feed)) == {"/one.txt": "unchanged", "/two.txt": "added"}


def test_a_server_that_stalls_times_out(site: Site, fetch_settings: FetchSettings) -> None:
    site.put("/", b"slow", stalls=True)
    message = InstantFetcher(replace(fetch_settings, timeout=0.3)).fails(f"{site.url}/")
    assert message == f"{site.url}/ takes more than 0.3 s; try again later, or raise RAG_FEED_SECONDS."


@pytest.mark.parametrize("first_bytes", [b"", b"HTTP/1.1 200 OK\r\nX: "])
def test_a_server_that_sends_single_bytes_times_out(fetch_settings: FetchSettings, first_bytes: bytes) -> None:
    import socket

    stopped = threading.Event()

    def drip() -> None:
        connection, _ = listener.accept()
        with connection:
            connection.sendall(first_bytes)
            while not stopped.wait(0.02):
                try:
                    connection.sendall(b"x")
                except OSError:
                    return

    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = threading.Thread(target=drip)
        server.start()
        message = InstantFetcher(replace(fetch_settings, timeout=0.5)).fails(
            f"http://127.0.0.1:{listener.getsockname()[1]}/"
        )
        stopped.set()
        server.join()
    assert "takes more than 0.5 s" in message or "cannot be reached" in message


def test_a_host_without_a_server_fails(site: Site, fetcher: InstantFetcher) -> None:
    assert "robots.txt cannot be reached: " in fetcher.fails("http://127.0.0.1:9/")


# robots.txt


def test_a_page_that_robots_txt_disallows_is_skipped_with_the_reason(site: Site, index: FeedIndex) -> None:
    site.page("/open", "Open.")
    site.page("/closed/page", "Closed.")
    site.put("/robots.txt", "User-agent: *\nDisallow: /closed/\n", "text/plain")
    assert states(index.read(site.rss("/open", "/closed/page"))) == {"/open": "added", "/closed/page": "skipped"}
    message = index.statuses()[f"{site.url}/closed/page"].reason
    assert (
        message == f"{site.url}/closed/page may not be fetched by rag-policy, because {site.url}/robots.txt forbids it"
    )
    assert "/closed/page" not in site.counts
    assert site.counts["/robots.txt"] == 1


def test_rules_apply_to_the_user_agent_that_they_name(site: Site, fetch_settings: FetchSettings) -> None:
    site.page("/page", "Here.")
    rules = "User-agent: archive\nDisallow: /\n\nUser-agent: *\nDisallow: /page\nAllow: /page$\n"
    site.put("/robots.txt", rules, "text/plain")
    assert InstantFetcher(fetch_settings).get(f"{site.url}/page").body
    with pytest.raises(Disallowed):
        InstantFetcher(replace(fetch_settings, user_agent="Archive/2.0 (+https://site.example)")).get(
            f"{site.url}/page"
        )


def test_robots_txt_is_checked_again_after_a_redirect(site: Site, fetcher: InstantFetcher) -> None:
    site.redirect("/page", "/closed")
    site.put("/robots.txt", "User-agent: *\nDisallow: /closed\n", "text/plain")
    with pytest.raises(Disallowed, match=r"/page redirects to \S+/closed, which may not be fetched by rag-policy"):
        fetcher.get(f"{site.url}/page")


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410])
def test_a_host_without_robots_txt_allows_every_page(site: Site, fetcher: InstantFetcher, status: int) -> None:
    site.page("/page", "Here.")
    site.put("/robots.txt", "User-agent: *\nDisallow: /\n", status=status)
    assert fetcher.get(f"{site.url}/page").body


@pytest.mark.parametrize("status", [500, 502, 503])
def test_a_host_whose_robots_txt_fails_allows_no_page(site: Site, fetcher: InstantFetcher, status: int) -> None:
    site.page("/page", "Here.")
    site.put("/robots.txt", "", status=status)
    for _ in range(2):
        assert f"/page may not be fetched while {site.url}/robots.txt answers {status}" in fetcher.fails(
            f"{site.url}/page"
        )
    assert site.counts == {"/robots.txt": 1}


def test_robots_txt_is_read_after_redirects_and_up_to_its_size_limit(site: Site, fetcher: InstantFetcher) -> None:
    site.page("/page", "Here.")
    site.redirect("/robots.txt", "/rules")
    site.put("/rules", b"User-agent: *\nDisallow: /page\n#" + b"x" * (1 << 20), "text/plain")
    with pytest.raises(Disallowed):
        fetcher.get(f"{site.url}/page")


# Rate limit


def test_requests_to_one_host_are_separated_by_the_delay(site: Site, fetch_settings: FetchSettings) -> None:
    fetcher = InstantFetcher(replace(fetch_settings, delay=2.0))
    site.page("/page", "Here.")
    for _ in range(3):
        fetcher.get(f"{site.url}/page")
    assert fetcher.clock.waits == [2.0] * 3, "the delay follows the request for robots.txt too"


def test_a_longer_crawl_delay_in_robots_txt_is_respected(site: Site, fetch_settings: FetchSettings) -> None:
    fetcher = InstantFetcher(replace(fetch_settings, delay=2.0))
    site.page("/page", "Here.")
    site.put("/robots.txt", "User-agent: *\nCrawl-delay: 7\n", "text/plain")
    for _ in range(3):
        fetcher.get(f"{site.url}/page")
    assert fetcher.clock.waits == [2.0, 7.0, 7.0]


@pytest.mark.parametrize("delay", ["86400", "1e30"])
def test_a_host_with_a_crawl_delay_of_hours_gets_one_request_a_run(
    site: Site, fetcher: InstantFetcher, delay: str
) -> None:
    site.page("/page", "Here.")
    site.put("/robots.txt", f"User-agent: *\nCrawl-delay: {delay}\n", "text/plain")
    assert fetcher.get(f"{site.url}/page").body
    assert (
        "/page may not be fetched before 2023-11-15T22:13:20+00:00, because its host asked for a pause"
        in fetcher.fails(f"{site.url}/page")
    )
    assert fetcher.clock.waits == []


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize("dated", [False, True])
def test_a_busy_host_is_retried_at_the_time_that_it_gives(
    site: Site, fetcher: InstantFetcher, status: int, dated: bool
) -> None:
    after = formatdate(fetcher.clock.now() + 20, usegmt=True) if dated else "20"
    site.answers["/page"] = [Answer(status=status, headers={"Retry-After": after}), Answer(b"Here.")]
    assert fetcher.get(f"{site.url}/page").body == b"Here."
    assert fetcher.clock.waits == [20.0]


def test_a_busy_host_gets_no_request_from_the_next_run_either(site: Site, fetch_settings: FetchSettings) -> None:
    site.put("/page", b"", status=429, headers={"Retry-After": "3600"})
    site.page("/other", "Here.")
    first = InstantFetcher(fetch_settings)
    reason = "because its host asked for a pause; run it again after that."
    until = f"may not be fetched before 2023-11-14T23:13:20+00:00, {reason}"
    assert first.fails(f"{site.url}/page") == f"{site.url}/page {until}"
    later = InstantFetcher(fetch_settings, FakeClock(first.clock.time + 1_800), first.retry_times)
    site.forget()
    assert until in later.fails(f"{site.url}/other")
    assert site.requests == []
    assert (
        InstantFetcher(fetch_settings, FakeClock(first.clock.time + 3_601), first.retry_times)
        .get(f"{site.url}/other")
        .body
    )


def test_a_request_fails_after_three_busy_responses(site: Site, fetcher: InstantFetcher) -> None:
    site.put("/page", b"", status=503, headers={"Retry-After": "1"})
    assert fetcher.fails(f"{site.url}/page") == f"{site.url}/page answers 503 Service Unavailable; try again later."
    assert site.counts["/page"] == 3


def test_a_retry_after_of_years_is_limited_to_one_day(site: Site, fetch_settings: FetchSettings) -> None:
    site.put("/page", b"", status=429, headers={"Retry-After": "999999999"})
    first = InstantFetcher(fetch_settings)
    assert "may not be fetched before 2023-11-15T22:13:20+00:00" in first.fails(f"{site.url}/page")


@pytest.mark.parametrize("after", ["soon", "-5", "", "9" * 40])
def test_a_busy_page_with_an_invalid_retry_after_fails_without_a_crash(
    site: Site, fetcher: InstantFetcher, after: str
) -> None:
    site.put("/page", b"", status=503, headers={"Retry-After": after})
    assert fetcher.fails(f"{site.url}/page")


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
def test_the_headers_of_a_response_say_how_long_it_is_fresh(
    site: Site, fetcher: InstantFetcher, headers: dict[str, str], fresh: float
) -> None:
    site.put("/page", "Here.", headers=headers)
    assert fetcher.get(f"{site.url}/page").fresh == fresh
