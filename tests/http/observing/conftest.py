"""The log lines of a test."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest

from tests.http.observing.observed import Lines


@pytest.fixture
def lines() -> Iterator[Lines]:
    handler, logger = Lines(), logging.getLogger("rag")
    before = logger.level
    logger.addHandler(handler)
    logger.setLevel(logging.DEBUG)
    try:
        yield handler
    finally:
        logger.setLevel(before)
        logger.removeHandler(handler)
