"""Two real servers over three articles. One cites several documents in every answer."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from rag.service import Service
from tests.http.chats.conftest import with_language_model
from tests.http.serving import serving


@pytest.fixture(scope="package")
def url(service: Service) -> Iterator[str]:
    with serving(service) as url:
        yield url


@pytest.fixture(scope="package")
def written_url(service: Service) -> Iterator[str]:
    with serving(with_language_model(service)) as url:
        yield url
