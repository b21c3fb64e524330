"""Pages of the web that feeds and sitemaps list, fetched as a guest should."""

from rag.feeds.addresses import Allowed
from rag.feeds.fetching import Gone, Unwanted, Web, check
from rag.feeds.pace import Clock
from rag.feeds.pages import Body, Feeds, Page, opened
from rag.feeds.parsing import Entry
from rag.feeds.robots import Disallowed

__all__ = [
    "Allowed",
    "Body",
    "Clock",
    "Disallowed",
    "Entry",
    "Feeds",
    "Gone",
    "Page",
    "Unwanted",
    "Web",
    "check",
    "opened",
]
