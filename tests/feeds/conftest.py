"""A site on this machine, and an index that may ask it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from rag.feeds import Allowed, Web
from tests.feeds.ingesting import Reader
from tests.feeds.site import Site, serving


@pytest.fixture
def site() -> Iterator[Site]:
    with serving() as made:
        yield made


@pytest.fixture
def web() -> Web:
    return Web(delay=0.0, seconds=10.0, allowed=Allowed.parse("127.0.0.1"))


@pytest.fixture
def reader(tmp_path: Path, web: Web) -> Reader:
    return Reader(tmp_path / "index", web)
