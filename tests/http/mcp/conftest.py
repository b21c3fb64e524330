"""Two services over three articles, as assistants meet them; one of them cites several documents in every answer."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from rag.service import Service
from tests.http.chats.conftest import written
from tests.http.serving import serving


@pytest.fixture(scope="package")
def url(service: Service) -> Iterator[str]:
    with serving(service) as url:
        yield url


@pytest.fixture(scope="package")
def written_url(service: Service) -> Iterator[str]:
    with serving(written(service)) as url:
        yield url
