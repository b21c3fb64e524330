"""What is gone from a feed, or from the web, or cannot be had today: nothing is lost that may still be there."""

from __future__ import annotations

import pytest

from tests.feeds.ingesting import Reader, reason, states
from tests.feeds.site import Site


@pytest.fixture
def feed(site: Site, reader: Reader) -> str:
    """A feed of two pages that was read."""
    site.page("/levy", "The levy is one pence a litre.", "Levy")
    site.page("/charge", "The charge is five pounds a day.", "Charge")
    feed = site.rss("/levy", "/charge")
    reader.read(feed)
    site.forget()
    return feed


@pytest.mark.parametrize("prune", [False, True])
def test_what_a_feed_lists_no_longer_stays(site: Site, reader: Reader, feed: str, prune: bool) -> None:
    site.rss("/charge")
    assert states(reader.read(feed, prune=prune)).get("/levy") == ("unchanged" if prune else None)
    assert len(reader.texts()) == 2
    assert site.counts["/levy"] == prune, "it is asked for only to see whether it is gone"


@pytest.mark.parametrize("status", [404, 410])
@pytest.mark.parametrize("listed", [False, True])
def test_what_is_gone_from_the_web_is_removed_when_told_to(
    site: Site, reader: Reader, feed: str, status: int, listed: bool
) -> None:
    site.put("/levy", b"", status=status)
    if not listed:
        site.rss("/charge")
    assert states(reader.read(feed, prune=True)) == {"/levy": "removed", "/charge": "unchanged"}
    assert list(reader.texts().values()) == ["Charge\n\nThe charge is five pounds a day."]
    assert reader.told()[f"{site.url}/levy"].state == "removed"


def test_what_is_gone_from_the_web_stays_and_is_told_where_nothing_was_said(
    site: Site, reader: Reader, feed: str
) -> None:
    site.put("/levy", b"", status=410)
    report = reader.read(feed)
    gone = f"{site.url}/levy answers 410 Gone; check the address."
    assert reason(report) == f"{gone} Its document stays; --prune removes it."
    assert len(reader.texts()) == 2


@pytest.mark.parametrize("status", [401, 403, 404, 410, 418, 500, 503, 204])
def test_a_page_that_cannot_be_had_fails_alone_and_is_tried_again(site: Site, reader: Reader, status: int) -> None:
    site.put("/levy", b"", status=status)
    feed = site.rss("/levy")
    for tries in (1, 2):
        assert reason(reader.read(feed)).startswith(f"{site.url}/levy answers {status} ")
        assert reader.told()[f"{site.url}/levy"].tries == tries
    site.page("/levy", "The levy is one pence a litre.")
    assert states(reader.read(feed)) == {"/levy": "added"}
    assert reader.told()[f"{site.url}/levy"].state == "indexed"


def test_what_failed_is_tried_again_though_the_feed_has_rolled_over(site: Site, reader: Reader) -> None:
    site.put("/levy", b"", status=500)
    feed = site.rss("/levy")
    reader.read(feed)
    site.rss()
    assert states(reader.read(feed)) == {"/levy": "failed"}
    site.page("/levy", "The levy is one pence a litre.")
    assert states(reader.read(feed)) == {"/levy": "added"}


def test_what_failed_and_is_gone_from_feed_and_web_is_told_no_more(site: Site, reader: Reader) -> None:
    feed = site.rss("/levy")
    reader.read(feed)
    site.rss()
    assert states(reader.read(feed)) == {}
    assert reader.told() == {}


def test_what_was_indexed_stays_while_its_page_fails(site: Site, reader: Reader, feed: str) -> None:
    site.put("/levy", b"", status=500)
    assert states(reader.read(feed, prune=True)) == {"/levy": "failed", "/charge": "unchanged"}
    assert len(reader.texts()) == 2


def test_a_feed_that_cannot_be_had_is_told_until_it_can(site: Site, reader: Reader, feed: str) -> None:
    known = site.answers["/feed.xml"]
    site.put("/feed.xml", b"", status=500)
    report = reader.read(feed, prune=True)
    assert reason(report) == f"{feed} answers 500 Internal Server Error; try again later."
    assert reader.told()[feed].state == "failed"
    assert len(reader.texts()) == 2, "a feed that fails lists nothing, which is no reason to remove anything"
    site.answers["/feed.xml"] = known
    assert not reader.read(feed).failed
    assert feed not in reader.told()


def test_what_was_removed_by_hand_comes_back_only_while_the_feed_lists_it(
    site: Site, reader: Reader, feed: str
) -> None:
    reader.ingestion.remove([one for one, text in reader.texts().items() if "levy" in text])
    assert states(reader.read(feed)) == {"/levy": "added", "/charge": "unchanged"}
    reader.ingestion.remove([one for one, text in reader.texts().items() if "levy" in text])
    site.rss("/charge")
    assert states(reader.read(feed, prune=True)) == {"/charge": "unchanged"}
