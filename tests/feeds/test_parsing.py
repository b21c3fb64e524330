"""Feeds and sitemaps are parsed in all formats. A hostile one loads nothing and uses little memory."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from rag.errors import UnreadableSource
from rag.feeds.parsing import MAX_ENTRIES, Entry, parse
from tests.feeds.feed_index import FeedIndex, reason, states
from tests.feeds.site import Site

AT = "https://site.example/news/feed"

RSS = """<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel>
  <title>Site</title><link>https://site.example/</link>
  <item><title>Tea &amp;amp; &lt;b&gt;sugar&lt;/b&gt;</title><link> /levy?a=1&amp;b=2#top </link>
    <pubDate>Sat, 06 Apr 2024 10:00:00 GMT</pubDate><dc:creator>Ada Obi</dc:creator></item>
  <item><guid>https://site.example/by-guid</guid></item>
  <item><guid isPermaLink="false">https://site.example/no-link</guid></item>
  <item><guid>urn:uuid:1</guid><title>Nowhere</title></item>
</channel></rss>"""

ATOM = """<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://site.example/atom/">
  <title>Site</title><link rel="self" href="https://site.example/feed"/>
  <entry><title type="html">The &lt;i&gt;levy&lt;/i&gt;</title><link rel="edit" href="/edit"/><link href="levy"/>
    <published>2024-04-06T10:00:00Z</published><updated>2025-01-01T00:00:00Z</updated>
    <author><name>Ada Obi</name><email>ada@site.example</email></author></entry>
  <entry><title>Two</title><link rel="alternate" href="https://other.example/two"/></entry>
</feed>"""

RDF = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/">
  <channel rdf:about="https://site.example/"><title>Site</title></channel>
  <item rdf:about="https://site.example/levy"><title>Levy</title><link>https://site.example/levy</link></item>
</rdf:RDF>"""

SITEMAP = """<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"
    xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">
  <url><loc>https://site.example/levy</loc><lastmod>2024-04-06</lastmod></url>
  <url><loc>https://site.example/news</loc><news:news><news:title>News</news:title>
    <news:publication_date>2024-04-07</news:publication_date></news:news></url>
</urlset>"""

INDEX = """<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
  <sitemap><loc>{one}</loc></sitemap><sitemap><loc>{two}</loc></sitemap></sitemapindex>"""


@pytest.mark.parametrize(
    ("feed", "entries"),
    [
        (
            RSS,
            [
                Entry("https://site.example/levy?a=1&b=2", "Tea & sugar", "Sat, 06 Apr 2024 10:00:00 GMT", "Ada Obi"),
                Entry("https://site.example/by-guid"),
            ],
        ),
        (
            ATOM,
            [
                Entry("https://site.example/atom/levy", "The levy", "2024-04-06T10:00:00Z", "Ada Obi"),
                Entry("https://other.example/two", "Two"),
            ],
        ),
        (
            "<rss><item><link>/a</link><author>ada@site.example (Ada Obi)</author></item></rss>",
            [Entry("https://site.example/a", author="Ada Obi")],
        ),
        (
            '<feed><entry xml:base="http://["><link href="/a"/></entry><entry><link href="http://["/></entry></feed>',
            [Entry("/a"), Entry("http://[")],
        ),
        (RDF, [Entry("https://site.example/levy", "Levy")]),
        (SITEMAP, [Entry("https://site.example/levy"), Entry("https://site.example/news", "News", "2024-04-07")]),
    ],
)
def test_every_format_is_parsed(feed: str, entries: list[Entry]) -> None:
    listing = parse(feed.encode(), AT)
    assert list(listing.entries) == entries
    assert (listing.sitemaps, listing.fault) == ((), None)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "iso-8859-1"])
def test_a_feed_is_parsed_in_its_encoding(encoding: str) -> None:
    name = "utf-8" if encoding == "utf-8-sig" else encoding
    feed = f'<?xml version="1.0" encoding="{name}"?><rss><item><title>Größe</title><link>/a</link></item></rss>'
    assert parse(feed.encode(encoding), AT).entries[0].title == "Größe"


@pytest.mark.parametrize(
    ("body", "found"),
    [
        (b"", "no XML"),
        (b"not a feed at all", "no XML"),
        (b"\x00\xff\x00", "no XML"),
        (b"<!doctype html><html><body>A page</body></html>", "no XML"),
        (b"<html><body>A page</body></html>", "<html>"),
        (b"<opml/>", "<opml>"),
    ],
)
def test_a_body_that_is_not_a_feed_fails_with_the_reason(body: bytes, found: str) -> None:
    with pytest.raises(UnreadableSource, match=f"is neither RSS nor Atom nor a sitemap but {found}"):
        parse(body, AT)


def test_a_broken_feed_yields_its_readable_entries_and_a_fault() -> None:
    listing = parse(RSS[: RSS.index("<item><guid>")].encode(), AT)
    assert [entry.url for entry in listing.entries] == ["https://site.example/levy?a=1&b=2"]
    assert "is not well-formed (line " in str(listing.fault)


def test_no_file_or_address_outside_a_feed_is_loaded(tmp_path: Path, site: Site) -> None:
    (tmp_path / "secret").write_text("sesame", encoding="utf-8")
    feed = (
        f'<!DOCTYPE rss SYSTEM "{site.url}/a.dtd" [<!ENTITY file SYSTEM "file://{tmp_path}/secret">'
        f'<!ENTITY web SYSTEM "{site.url}/b"> <!ENTITY % more SYSTEM "{site.url}/c.dtd"> %more;]>'
        "<rss><channel><item><title>The levy &file; &web;</title><link>/levy?&file;</link></item></channel></rss>"
    )
    listing = parse(feed.encode(), AT)
    assert "sesame" not in str(listing)
    assert site.requests == []
    assert listing.entries[0].title is not None
    assert listing.entries[0].title.startswith("The levy")


def test_no_entity_in_a_feed_is_expanded() -> None:
    entities = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12))
    feed = (
        f'<!DOCTYPE rss [<!ENTITY a0 "ha">{entities}]>'
        "<rss><channel><item><title>&a11;</title><link>/levy</link></item></channel></rss>"
    )
    listing = parse(feed.encode(), AT)
    assert len(str(listing)) < 1_000
    assert "amplification" in str(listing.fault)


def test_a_deeply_nested_feed_yields_a_fault() -> None:
    listing = parse(b"<rss>" + b"<a>" * 100_000, AT)
    assert listing.entries == ()
    assert listing.fault is not None


def test_a_file_with_too_many_entries_yields_a_fault() -> None:
    urls = "".join(f"<url><loc>/{number}</loc></url>" for number in range(MAX_ENTRIES + 1))
    listing = parse(f"<urlset>{urls}</urlset>".encode(), AT)
    assert len(listing.entries) == MAX_ENTRIES
    assert f"lists more than {MAX_ENTRIES} addresses" in str(listing.fault)


def test_the_sitemaps_of_an_index_are_read_compressed_or_not(site: Site, index: FeedIndex) -> None:
    for name in ("levy", "charge"):
        site.page(f"/{name}", f"About the {name}.", name)
        urls = f"<urlset><url><loc>{site.url}/{name}</loc></url></urlset>".encode()
        site.put(f"/{name}.xml", gzip.compress(urls) if name == "levy" else urls, "application/octet-stream")
    site.put("/sitemap.xml", INDEX.format(one=f"{site.url}/levy.xml", two=f"{site.url}/charge.xml"), "text/xml")
    report = index.read(f"{site.url}/sitemap.xml")
    assert states(report) == {"/levy": "added", "/charge": "added"}
    site.forget()
    assert states(index.read(f"{site.url}/sitemap.xml")) == {"/levy": "unchanged", "/charge": "unchanged"}
    assert {status for path, (status,) in site.statuses.items() if path != "/robots.txt"} == {304}


def test_a_sitemap_index_that_lists_itself_or_another_index_fails(site: Site, index: FeedIndex) -> None:
    body = INDEX.format(one=f"{site.url}/sitemap.xml", two=f"{site.url}/other.xml")
    site.put("/sitemap.xml", body, "text/xml")
    site.put("/other.xml", body, "text/xml")
    assert "is an index within an index" in reason(index.read(f"{site.url}/sitemap.xml"))
    assert set(site.counts.values()) == {1}


def test_a_sitemap_that_fails_affects_no_other_sitemap(site: Site, index: FeedIndex) -> None:
    site.page("/levy", "About the levy.")
    site.put("/one.xml", f"<urlset><url><loc>{site.url}/levy</loc></url></urlset>")
    site.put("/sitemap.xml", INDEX.format(one=f"{site.url}/one.xml", two=f"{site.url}/two.xml"))
    assert states(index.read(f"{site.url}/sitemap.xml")) == {"/two.xml": "failed", "/levy": "added"}


def test_a_broken_feed_is_reported_together_with_its_readable_pages(site: Site, index: FeedIndex) -> None:
    site.page("/levy", "About the levy.")
    site.put("/feed.xml", f"<rss><channel><item><link>{site.url}/levy</link></item><item>")
    report = index.read(f"{site.url}/feed.xml")
    assert states(report) == {"/feed.xml": "failed", "/levy": "added"}
    assert reason(report).startswith(f"{site.url}/feed.xml is not well-formed (line 1: ")
