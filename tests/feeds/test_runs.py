"""A feed is read, and read again: what it lists becomes documents, and only what changed is fetched and encoded."""

from __future__ import annotations

import io
from contextlib import ExitStack
from threading import Timer

import pytest

from rag.errors import WriterBusy
from tests.articles import Articles, quietly
from tests.feeds.ingesting import Reader, reason, states
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


def test_what_changed_is_fetched_and_what_did_not_is_not(site: Site, reader: Reader) -> None:
    site.page("/levy", "The levy is one pence a litre.")
    site.page("/charge", "The charge is five pounds a day.")
    feed = site.rss("/levy", "/charge")
    reader.read(feed)
    site.page("/levy", "The levy is two pence a litre.")
    site.forget()
    report = reader.read(feed)
    assert (states(report), report.encoded) == ({"/levy": "updated", "/charge": "unchanged"}, 1)
    assert (site.statuses["/levy"], site.statuses["/charge"]) == ([200], [304])


def test_a_page_without_validators_is_fetched_again_and_not_encoded_again(site: Site, reader: Reader) -> None:
    site.put("/levy.txt", "The levy is one pence a litre.", "text/plain", etag=False)
    feed = site.rss("/levy.txt")
    reader.read(feed)
    report = reader.read(feed)
    assert (states(report), report.encoded) == ({"/levy.txt": "unchanged"}, 0)


def test_a_page_whose_text_did_not_change_is_unchanged_and_asked_for_on_a_condition_next_time(
    site: Site, reader: Reader
) -> None:
    site.put("/levy", "<html><body><p>The levy is one pence.</p><!-- 1 --></body></html>")
    feed = site.rss("/levy")
    reader.read(feed)
    site.put("/levy", "<html><body><p>The levy is one pence.</p><!-- 2 --></body></html>")
    for status in (200, 304):
        site.forget()
        assert states(reader.read(feed)) == {"/levy": "unchanged"}
        assert site.statuses["/levy"] == [status]


def test_a_page_is_asked_for_by_its_date_where_it_has_no_etag(site: Site, reader: Reader) -> None:
    date = "Sat, 06 Apr 2024 10:00:00 GMT"
    site.put("/levy.txt", "The levy is one pence.", "text/plain", etag=False, headers={"Last-Modified": date})
    feed = site.rss("/levy.txt")
    reader.read(feed)
    site.forget()
    reader.read(feed)
    assert site.headers[-1]["If-Modified-Since"] == date


def test_a_redirect_that_leads_elsewhere_since_is_followed_whatever_tag_is_there(site: Site, reader: Reader) -> None:
    for path, text in (("/old.txt", "The levy is one pence."), ("/new.txt", "The levy is two pence.")):
        site.put(path, text, "text/plain", etag=False, headers={"Last-Modified": "Sat, 06 Apr 2024 10:00:00 GMT"})
    site.redirect("/levy", "/old.txt")
    feed = site.rss("/levy")
    reader.read(feed)
    site.redirect("/levy", "/new.txt")
    site.forget()
    reader.read(feed)
    assert "If-Modified-Since" not in site.headers[-1]
    assert list(reader.texts().values()) == ["The levy is two pence."]


def test_while_another_writes_nothing_is_fetched(site: Site, reader: Reader) -> None:
    with reader.store.writing(), pytest.raises(WriterBusy):
        reader.read(site.rss("/levy"))
    assert site.asked == []


def test_who_writes_when_all_is_fetched_is_waited_for(site: Site, reader: Reader) -> None:
    site.put("/levy.txt", "The levy is one pence.", "text/plain")
    with ExitStack() as other:

        def begin(done: int, total: int) -> None:
            if done == total:
                other.enter_context(reader.store.writing())
                Timer(0.3, other.close).start()

        report = reader.ingestion.ingest([], quietly, feeds=[site.rss("/levy.txt")], fetching=begin)
    assert states(report) == {"/levy.txt": "added"}


def test_what_a_page_says_of_itself_stands_and_the_feed_says_the_rest(site: Site, reader: Reader) -> None:
    site.put("/own.html", '<html><head><title>Own title</title><meta name="author" content="Ada Obi"></head>'
             "<body><p>The levy is one pence a litre.</p></body></html>")  # fmt: skip
    site.put("/bare.txt", "The charge is five pounds a day.", "text/plain")
    items = "".join(
        f"<item><title>By the feed</title><link>{site.url}{path}</link><dc:creator>Feed Desk</dc:creator>"
        "<pubDate>Sat, 06 Apr 2024 10:00:00 GMT</pubDate></item>"
        for path in ("/own.html", "/bare.txt")
    )
    site.put("/feed.xml", f'<rss xmlns:dc="http://purl.org/dc/elements/1.1/"><channel>{items}</channel></rss>')
    reader.read(f"{site.url}/feed.xml")
    references = [stored.reference for stored in reader.store.current().documents()]
    found = {(one.title, one.author, one.published) for one in references}
    assert found == {("Own title", "Ada Obi", "2024-04-06"), ("By the feed", "Feed Desk", "2024-04-06")}


def test_a_killed_run_does_not_fetch_again_what_it_had_fetched(site: Site, reader: Reader) -> None:
    site.page("/levy", "The levy is one pence a litre.")
    feed = site.rss("/levy")

    def killed(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        reader.ingestion.ingest([], killed, feeds=[feed])
    assert not reader.store.ids()
    site.forget()
    assert states(reader.read(feed)) == {"/levy": "added"}
    assert site.statuses["/levy"] == [304]


def test_after_a_rollback_a_page_is_read_anew(site: Site, reader: Reader) -> None:
    site.page("/charge", "The charge is five pounds a day.")
    first = str(reader.read(site.rss("/charge")).snapshot)
    site.page("/levy", "The levy is one pence a litre.")
    feed = site.rss("/charge", "/levy")
    reader.read(feed)
    reader.store.activate(first)
    assert states(reader.read(feed)) == {"/charge": "unchanged", "/levy": "added"}


@pytest.mark.parametrize("damage", [b"moths", b""])
def test_where_what_is_kept_is_damaged_all_is_asked_for_anew(
    site: Site, reader: Reader, damage: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    site.page("/levy", "The levy is one pence a litre.")
    feed = site.rss("/levy")
    reader.read(feed)
    (reader.store.directory / "feeds.sqlite").write_bytes(damage)
    site.forget()
    assert states(reader.read(feed)) == {"/levy": "unchanged"}
    assert site.statuses["/levy"] == [200]
    assert ("is damaged" in caplog.text) == bool(damage)


def test_feeds_and_folders_are_ingested_together(site: Site, reader: Reader, articles: Articles) -> None:
    site.put("/levy.txt", "The levy is one pence.", "text/plain")
    articles.write("copy.txt", "The levy is one pence.")
    articles.write("charge.txt", "The charge is five pounds.")
    report = reader.read(site.rss("/levy.txt"), paths=[articles.folder], prune=True)
    assert sorted(report.counts.items()) == [("added", 2), ("duplicate", 1)]


def test_two_feeds_that_list_a_page_ask_for_it_once(site: Site, reader: Reader) -> None:
    site.page("/levy", "The levy is one pence a litre.")
    reader.read(site.rss("/levy", path="/a.xml"), site.rss("/levy#rates", path="/b.xml"))
    assert site.counts["/levy"] == 1


def test_pages_of_other_formats_are_skipped_with_the_reason(site: Site, reader: Reader) -> None:
    site.put("/map.png", b"x", "image/png")
    site.put("/report", b"%PDF-1.7 no more", "application/pdf")
    report = reader.read(site.rss("/map.png", "/report"))
    assert states(report) == {"/map.png": "skipped", "/report": "failed"}
    assert str(reader.told()[f"{site.url}/map.png"].reason).endswith("/map.png is image/png, which is not read")
    assert reason(report).startswith(f"{site.url}/report is not a PDF")


def test_a_pdf_is_read_by_its_type(site: Site, reader: Reader) -> None:
    site.put("/download?id=7", pdf(), "application/pdf")
    assert states(reader.read(site.rss("/download?id=7"))) == {"/download?id=7": "added"}
    assert "pence" in "".join(reader.texts().values())


def pdf() -> bytes:
    from reportlab.pdfgen.canvas import Canvas

    file = io.BytesIO()
    canvas = Canvas(file)
    canvas.drawString(72, 720, "The levy is one pence a litre.")
    canvas.save()
    return file.getvalue()
