"""Repeats a call to a server that is overloaded or failing for a moment, within the deadline."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from rag.answer.generation.deadline import Deadline
from rag.errors import BackendUnavailable
from rag.protocols import GeneratorEvent

RETRIES = 2
_FIRST_PAUSE = 0.25  # seconds, doubled for the second retry
_TOO_MANY_REQUESTS, _SERVER_ERROR = 429, 500


async def retried(
    call: Callable[[], AsyncGenerator[GeneratorEvent, None]], deadline: Deadline
) -> AsyncGenerator[GeneratorEvent, None]:
    """Yield the events of a call. Call again, at most twice, after status 429 or 5xx before the first event.

    It waits at least as long as Retry-After says. If that is beyond the deadline, it raises the error at once.
    """
    for attempt in range(RETRIES + 1):
        begun = False
        try:
            async with aclosing(call()) as events:
                async for event in events:
                    begun = True
                    yield event
            return
        except BackendUnavailable as error:
            pause = max(_FIRST_PAUSE * 2**attempt, _seconds(error.retry_after))
            if begun or attempt == RETRIES or not _is_temporary(error) or pause >= deadline.remaining:
                raise
        await asyncio.sleep(pause)


def _is_temporary(error: BackendUnavailable) -> bool:
    return error.status is not None and (error.status == _TOO_MANY_REQUESTS or error.status >= _SERVER_ERROR)


def _seconds(retry_after: str | None) -> float:
    """Return the seconds that a Retry-After header asks for (RFC 9110, 10.2.3), 0 if it is missing or malformed."""
    if retry_after is None:
        return 0.0
    if re.fullmatch(r"\d{1,9}(\.\d{1,9})?", retry_after):
        return float(retry_after)
    try:
        at = parsedate_to_datetime(retry_after)
    except ValueError:
        return 0.0
    return (at.replace(tzinfo=at.tzinfo or UTC) - datetime.now(UTC)).total_seconds()
