"""Read the headers of a response: its media type, `Retry-After`, and how long it stays fresh."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email.message import Message
from email.utils import parsedate_to_datetime
from http import HTTPStatus

from httpx2 import Headers

from rag.feeds.rate_limit import MAX_WAIT

_BUSY = frozenset({HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE})


def media_type(headers: Headers) -> str:
    """Return the media type in `Content-Type`, without its parameters; empty if there is none."""
    message = Message()
    message["content-type"] = header = headers.get("content-type", "")
    return message.get_content_type() if header.strip() else ""


def retry_after(status: int, headers: Headers, now: float) -> float | None:
    """Return the seconds after which a busy host accepts a retry (RFC 9110, 10.2.3); None if no retry is due.

    Without a valid `Retry-After`, the status 429 gives `MAX_WAIT` seconds, and 503 gives None.
    """
    if status not in _BUSY:
        return None
    given = headers.get("retry-after", "").strip()
    if given.isdecimal():
        return float(given[:9])
    if when := _date(given):
        return max(0.0, when.timestamp() - now)
    return MAX_WAIT if status == HTTPStatus.TOO_MANY_REQUESTS else None


def freshness_lifetime(headers: Headers, now: float) -> float:
    """Return the number of seconds that a response stays fresh according to its headers (RFC 9111, 4.2.1)."""
    control = headers.get("cache-control", "").lower()
    if "no-cache" in control or "no-store" in control:
        return 0.0
    if age := re.search(r"max-age\s*=\s*\"?(\d{1,9})", control):
        return float(age[1])
    expires = _date(headers.get("expires", ""))
    return max(0.0, expires.timestamp() - now) if expires else 0.0


def _date(text: str) -> datetime | None:
    try:
        when = parsedate_to_datetime(text)
    except ValueError:
        return None
    return when if when.tzinfo else when.replace(tzinfo=UTC)
