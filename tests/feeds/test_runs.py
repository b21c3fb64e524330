"""Repeated runs over a feed: its pages become documents, and only changed pages are downloaded and encoded."""

from __future__ import annotations

import io
from contextlib import ExitStack
from threading import Timer

import pytest

from rag.errors import WriterBusy
from tests.articles import Articles, quietly
from tests.feeds.feed_index import FeedIndex, reason, states
from tests.feeds.site import Site


def test_the_pages_of_a_feed_become_documents_at_their_addresses(site: Site, index: FeedIndex) -> None:
    site.page("/levy.html", "The levy is one pence a litre.", "The levy")
    site.page("/charge", "The charge is five pounds a day.", "The charge")
    report = index.read(site.rss("/levy.html", "/charge"))
    assert states(report) == {"/levy.html": "added", "/charge": "added"}
    found = {one.reference.title: one for one in index.store.current().documents()}
    assert found["The levy"].reference.url == found["The levy"].origin.source == f"{site.url}/levy.html"
    assert "five pounds" in index.texts()[found["The charge"].reference.id]


def test_a_second_run_downloads_no_body_and_encodes_nothing(site: Site, index: FeedIndex) -> None:
    site.page("/levy", "The levy is one pence a litre.")
    feed = site.rss("/levy")
    first = index.read(feed)
    site.forget()
    second = index.read(feed)
    assert site.statuses == {"/robots.txt": [404], "/feed.xml": [304], "/levy": [304]}
    assert (states(second), second.encoded, second.snapshot) == ({"/levy": "unchanged"}, 0, first.snapshot)


def test_only_a_changed_page_is_downloaded_and_encoded(site: Site, index: FeedIndex) -> None:
    site.page("/levy", "The levy is one pence a litre.")
    site.page("/charge", "The charge is five pounds a day.")
    feed = site.rss("/levy", "/charge")
    index.read(feed)
    site.page("/levy", "The levy is two pence a litre.")
    site.forget()
    report = index.read(feed)
    assert (states(report), report.encoded) == ({"/levy": "updated", "/charge": "unchanged"}, 1)
    assert (site.statuses["/levy"], site.statuses["/charge"]) == ([200], [304])


def test_a_page_without_validators_is_fetched_again_and_not_encoded_again(site: Site, index: FeedIndex) -> None:
    site.put("/levy.txt", "The levy is one pence a litre.", "text/plain", etag=False)
    feed = site.rss("/levy.txt")
    index.read(feed)
    report = index.read(feed)
    assert (states(report), report.encoded) == ({"/levy.txt": "unchanged"}, 0)


def test_a_page_whose_text_stays_the_same_is_unchanged_and_its_next_request_is_conditional(
    site: Site, index: FeedIndex
) -> None:
    site.put("/levy", "<html><body><p>The levy is one pence.</p><!-- 1 --></body></html>")
    feed = site.rss("/levy")
    index.read(feed)
    site.put("/levy", "<html><body><p>The levy is one pence.</p><!-- 2 --></body></html>")
    for status in (200, 304):
        site.forget()
        assert states(index.read(feed)) == {"/levy": "unchanged"}
        assert site.statuses["/levy"] == [status]


def test_the_request_for_a_page_without_an_etag_is_conditional_on_its_date(site: Site, index: FeedIndex) -> None:
    date = "Sat, 06 Apr 2024 10:00:00 GMT"
    site.put("/levy.txt", "The levy is one pence.", "text/plain", etag=False, headers={"Last-Modified": date})
    feed = site.rss("/levy.txt")
    index.read(feed)
    site.forget()
    index.read(feed)
    assert site.headers[-1]["If-Modified-Since"] == date


def test_a_redirect_to_a_new_address_is_followed_without_the_old_validators(site: Site, index: FeedIndex) -> None:
    for path, text in (("/old.txt", "The levy is one pence."), ("/new.txt", "The levy is two pence.")):
        site.put(path, text, "text/plain", etag=False, headers={"Last-Modified": "Sat, 06 Apr 2024 10:00:00 GMT"})
    site.redirect("/levy", "/old.txt")
    feed = site.rss("/levy")
    index.read(feed)
    site.redirect("/levy", "/new.txt")
    site.forget()
    index.read(feed)
    assert "If-Modified-Since" not in site.headers[-1]
    assert list(index.texts().values()) == ["The levy is two pence."]


def test_nothing_is_fetched_while_another_process_writes(site: Site, index: FeedIndex) -> None:
    with index.store.writing(), pytest.raises(WriterBusy):
        index.read(site.rss("/levy"))
    assert site.requests == []


def test_a_run_waits_for_a_writer_that_started_during_fetching(site: Site, index: FeedIndex) -> None:
    site.put("/levy.txt", "The levy is one pence.", "text/plain")
    with ExitStack() as other:

        def begin(done: int, total: int) -> None:
            if done == total:
                other.enter_context(index.store.writing())
                Timer(0.3, other.close).start()

        report = index.ingestion.ingest([], quietly, feeds=[site.rss("/levy.txt")], fetching=begin)
    assert states(report) == {"/levy.txt": "added"}


def test_the_metadata_of_a_page_win_over_those_of_the_feed(site: Site, index: FeedIndex) -> None:
    site.put("/own.html", '<html><head><title>Own title</title><meta name="author" content="Ada Obi"></head>'
             "<body><p>The levy is one pence a litre.</p></body></html>")  # fmt: skip
    site.put("/bare.txt", "The charge is five pounds a day.", "text/plain")
    items = "".join(
        f"<item><title>By the feed</title><link>{site.url}{path}</link><dc:creator>Feed Desk</dc:creator>"
        "<pubDate>Sat, 06 Apr 2024 10:00:00 GMT</pubDate></item>"
        for path in ("/own.html", "/bare.txt")
    )
    site.put("/feed.xml", f'<rss xmlns:dc="http://purl.org/dc/elements/1.1/"><channel>{items}</channel></rss>')
    index.read(f"{site.url}/feed.xml")
    references = [stored.reference for stored in index.store.current().documents()]
    found = {(one.title, one.author, one.published) for one in references}
    assert found == {("Own title", "Ada Obi", "2024-04-06"), ("By the feed", "Feed Desk", "2024-04-06")}


def test_pages_that_a_killed_run_downloaded_are_not_downloaded_again(site: Site, index: FeedIndex) -> None:
    site.page("/levy", "The levy is one pence a litre.")
    feed = site.rss("/levy")

    def killed(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        index.ingestion.ingest([], killed, feeds=[feed])
    assert not index.store.ids()
    site.forget()
    assert states(index.read(feed)) == {"/levy": "added"}
    assert site.statuses["/levy"] == [304]


def test_after_a_rollback_a_page_is_indexed_again(site: Site, index: FeedIndex) -> None:
    site.page("/charge", "The charge is five pounds a day.")
    first = str(index.read(site.rss("/charge")).snapshot)
    site.page("/levy", "The levy is one pence a litre.")
    feed = site.rss("/charge", "/levy")
    index.read(feed)
    index.store.activate(first)
    assert states(index.read(feed)) == {"/charge": "unchanged", "/levy": "added"}


@pytest.mark.parametrize("damage", [b"damaged", b""])
def test_all_pages_are_fetched_again_if_the_cache_is_damaged(
    site: Site, index: FeedIndex, damage: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    site.page("/levy", "The levy is one pence a litre.")
    feed = site.rss("/levy")
    index.read(feed)
    (index.store.directory / "feeds.sqlite").write_bytes(damage)
    site.forget()
    assert states(index.read(feed)) == {"/levy": "unchanged"}
    assert site.statuses["/levy"] == [200]
    assert ("is damaged" in caplog.text) == bool(damage)


def test_feeds_and_folders_are_ingested_together(site: Site, index: FeedIndex, articles: Articles) -> None:
    site.put("/levy.txt", "The levy is one pence.", "text/plain")
    articles.write("copy.txt", "The levy is one pence.")
    articles.write("charge.txt", "The charge is five pounds.")
    report = index.read(site.rss("/levy.txt"), paths=[articles.folder], prune=True)
    assert sorted(report.counts.items()) == [("added", 2), ("duplicate", 1)]


def test_a_page_in_two_feeds_is_fetched_once(site: Site, index: FeedIndex) -> None:
    site.page("/levy", "The levy is one pence a litre.")
    index.read(site.rss("/levy", path="/a.xml"), site.rss("/levy#rates", path="/b.xml"))
    assert site.counts["/levy"] == 1


def test_pages_of_other_formats_are_skipped_with_the_reason(site: Site, index: FeedIndex) -> None:
    site.put("/map.png", b"x", "image/png")
    site.put("/report", b"%PDF-1.7 no more", "application/pdf")
    report = index.read(site.rss("/map.png", "/report"))
    assert states(report) == {"/map.png": "skipped", "/report": "failed"}
    assert str(index.statuses()[f"{site.url}/map.png"].reason).endswith("/map.png is image/png, which is not supported")
    assert reason(report).startswith(f"{site.url}/report is not a PDF")


def test_a_pdf_is_recognised_by_its_media_type(site: Site, index: FeedIndex) -> None:
    site.put("/download?id=7", pdf(), "application/pdf")
    assert states(index.read(site.rss("/download?id=7"))) == {"/download?id=7": "added"}
    assert "pence" in "".join(index.texts().values())


def pdf() -> bytes:
    from reportlab.pdfgen.canvas import Canvas

    file = io.BytesIO()
    canvas = Canvas(file)
    canvas.drawString(72, 720, "The levy is one pence a litre.")
    canvas.save()
    return file.getvalue()
