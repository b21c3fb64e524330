"""Fetch the web pages that feeds and sitemaps list, as a polite crawler."""

from rag.feeds.addresses import Allowlist
from rag.feeds.cache import listed_pages
from rag.feeds.fetching import FetchSettings, Gone, UnsupportedType
from rag.feeds.pages import Body, Feeds, Page, erase_pages, open_feeds
from rag.feeds.parsing import Entry
from rag.feeds.posting import Poster
from rag.feeds.rate_limit import Clock
from rag.feeds.robots import Disallowed
from rag.feeds.urls import check_address

__all__ = [
    "Allowlist",
    "Body",
    "Clock",
    "Disallowed",
    "Entry",
    "Feeds",
    "FetchSettings",
    "Gone",
    "Page",
    "Poster",
    "UnsupportedType",
    "check_address",
    "erase_pages",
    "listed_pages",
    "open_feeds",
]
