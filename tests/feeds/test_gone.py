"""Missing, unlisted and failing pages: a document stays in the index while its page may still exist."""

from __future__ import annotations

import pytest

from tests.feeds.feed_index import FeedIndex, reason, states
from tests.feeds.site import Site


@pytest.fixture
def feed(site: Site, index: FeedIndex) -> str:
    """A feed of two pages that was ingested."""
    site.page("/levy", "The levy is one pence a litre.", "Levy")
    site.page("/charge", "The charge is five pounds a day.", "Charge")
    feed = site.rss("/levy", "/charge")
    index.read(feed)
    site.forget()
    return feed


@pytest.mark.parametrize("prune", [False, True])
def test_a_page_that_a_feed_no_longer_lists_stays_indexed(site: Site, index: FeedIndex, feed: str, prune: bool) -> None:
    site.rss("/charge")
    assert states(index.read(feed, prune=prune)).get("/levy") == ("unchanged" if prune else None)
    assert len(index.texts()) == 2
    assert site.counts["/levy"] == prune, "it is fetched only to check whether it still exists"


@pytest.mark.parametrize("status", [404, 410])
@pytest.mark.parametrize("listed", [False, True])
def test_a_missing_page_is_removed_with_prune(
    site: Site, index: FeedIndex, feed: str, status: int, listed: bool
) -> None:
    site.put("/levy", b"", status=status)
    if not listed:
        site.rss("/charge")
    assert states(index.read(feed, prune=True)) == {"/levy": "removed", "/charge": "unchanged"}
    assert list(index.texts().values()) == ["Charge\n\nThe charge is five pounds a day."]
    assert index.statuses()[f"{site.url}/levy"].state == "removed"


def test_a_missing_page_stays_and_is_reported_without_prune(site: Site, index: FeedIndex, feed: str) -> None:
    site.put("/levy", b"", status=410)
    report = index.read(feed)
    gone = f"{site.url}/levy answers 410 Gone; check the address."
    assert reason(report) == f"{gone} Its document stays; --prune removes it."
    assert len(index.texts()) == 2


@pytest.mark.parametrize("status", [401, 403, 404, 410, 418, 500, 503, 204])
def test_a_page_that_fails_affects_no_other_page_and_is_retried(site: Site, index: FeedIndex, status: int) -> None:
    site.put("/levy", b"", status=status)
    feed = site.rss("/levy")
    for tries in (1, 2):
        assert reason(index.read(feed)).startswith(f"{site.url}/levy answers {status} ")
        assert index.statuses()[f"{site.url}/levy"].tries == tries
    site.page("/levy", "The levy is one pence a litre.")
    assert states(index.read(feed)) == {"/levy": "added"}
    assert index.statuses()[f"{site.url}/levy"].state == "indexed"


def test_a_failed_page_is_retried_although_the_feed_no_longer_lists_it(site: Site, index: FeedIndex) -> None:
    site.put("/levy", b"", status=500)
    feed = site.rss("/levy")
    index.read(feed)
    site.rss()
    assert states(index.read(feed)) == {"/levy": "failed"}
    site.page("/levy", "The levy is one pence a litre.")
    assert states(index.read(feed)) == {"/levy": "added"}


def test_a_failed_page_is_forgotten_when_it_is_missing_and_unlisted(site: Site, index: FeedIndex) -> None:
    feed = site.rss("/levy")
    index.read(feed)
    site.rss()
    assert states(index.read(feed)) == {}
    assert index.statuses() == {}


def test_an_indexed_page_stays_while_it_fails(site: Site, index: FeedIndex, feed: str) -> None:
    site.put("/levy", b"", status=500)
    assert states(index.read(feed, prune=True)) == {"/levy": "failed", "/charge": "unchanged"}
    assert len(index.texts()) == 2


def test_a_feed_that_fails_is_reported_until_it_succeeds(site: Site, index: FeedIndex, feed: str) -> None:
    known = site.answers["/feed.xml"]
    site.put("/feed.xml", b"", status=500)
    report = index.read(feed, prune=True)
    assert reason(report) == f"{feed} answers 500 Internal Server Error; try again later."
    assert index.statuses()[feed].state == "failed"
    assert len(index.texts()) == 2, "a feed that fails lists nothing, but this removes no document"
    site.answers["/feed.xml"] = known
    assert not index.read(feed).failed
    assert feed not in index.statuses()


def test_a_removed_page_returns_only_while_the_feed_lists_it(site: Site, index: FeedIndex, feed: str) -> None:
    index.ingestion.remove([one for one, text in index.texts().items() if "levy" in text])
    assert states(index.read(feed)) == {"/levy": "added", "/charge": "unchanged"}
    index.ingestion.remove([one for one, text in index.texts().items() if "levy" in text])
    site.rss("/charge")
    assert states(index.read(feed, prune=True)) == {"/charge": "unchanged"}
