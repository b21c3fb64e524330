"""A web site on this machine, and an index that may fetch it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from rag.feeds import Allowlist, FetchSettings
from tests.feeds.feed_index import FeedIndex
from tests.feeds.site import Site, serving


@pytest.fixture
def site() -> Iterator[Site]:
    with serving() as made:
        yield made


@pytest.fixture
def fetch_settings() -> FetchSettings:
    return FetchSettings(delay=0.0, timeout=10.0, allowlist=Allowlist.parse("127.0.0.1"))


@pytest.fixture
def index(tmp_path: Path, fetch_settings: FetchSettings) -> FeedIndex:
    return FeedIndex(tmp_path / "index", fetch_settings)
