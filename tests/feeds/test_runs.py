"""A feed is read, and read again: what it lists becomes documents, and only what changed is fetched and encoded."""

from __future__ import annotations

from tests.feeds.ingesting import Reader, states
from tests.feeds.site import Site


def test_the_pages_of_a_feed_become_documents_at_their_addresses(site: Site, reader: Reader) -> None:
    site.page("/levy.html", "The levy is one pence a litre.", "The levy")
    site.page("/charge", "The charge is five pounds a day.", "The charge")
    report = reader.read(site.rss("/levy.html", "/charge"))
    assert states(report) == {"/levy.html": "added", "/charge": "added"}
    found = {one.reference.title: one for one in reader.store.current().documents()}
    assert found["The levy"].reference.url == found["The levy"].origin.source == f"{site.url}/levy.html"
    assert "five pounds" in reader.texts()[found["The charge"].reference.id]


def test_a_second_run_fetches_nothing_and_encodes_nothing(site: Site, reader: Reader) -> None:
    site.page("/levy", "The levy is one pence a litre.")
    feed = site.rss("/levy")
    first = reader.read(feed)
    site.forget()
    second = reader.read(feed)
    assert site.statuses == {"/robots.txt": [404], "/feed.xml": [304], "/levy": [304]}
    assert (states(second), second.encoded, second.snapshot) == ({"/levy": "unchanged"}, 0, first.snapshot)
