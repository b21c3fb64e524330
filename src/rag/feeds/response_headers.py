"""What the headers of a response say: its type, when to ask again, for how long it is fresh."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email.message import Message
from email.utils import parsedate_to_datetime
from http import HTTPStatus

from httpx2 import Headers

from rag.feeds.pace import PATIENCE

_BUSY = frozenset({HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE})


def media_type(headers: Headers) -> str:
    """Return the type that `Content-Type` names, without its parameters; empty where there is none."""
    message = Message()
    message["content-type"] = header = headers.get("content-type", "")
    return message.get_content_type() if header.strip() else ""


def asked_to_wait(status: int, headers: Headers, now: float) -> float | None:
    """Return the seconds that a busy host asks for (RFC 9110, 10.2.3), None where it asks for none."""
    if status not in _BUSY:
        return None
    given = headers.get("retry-after", "").strip()
    if given.isdecimal():
        return float(given[:9])
    if when := _date(given):
        return max(0.0, when.timestamp() - now)
    return PATIENCE if status == HTTPStatus.TOO_MANY_REQUESTS else None


def fresh(headers: Headers, now: float) -> float:
    """Return for how many seconds an answer is fresh by its own word (RFC 9111, 4.2.1)."""
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
