"""Conditional responses (RFC 9110, section 13): a client that has a body already does not get it again."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from http import HTTPStatus

from fastapi.responses import Response

CACHING = "private, no-cache"
"""No shared cache may give a body to other clients, and a browser must ask whether its client may still see it."""


def matches(headers: Mapping[str, str], tag: str) -> bool:
    """Return whether the If-None-Match header of a request names the tag."""
    condition = headers.get("if-none-match", "")
    named = (one.strip().removeprefix("W/") for one in condition.split(","))
    return condition.strip() == "*" or tag.removeprefix("W/") in named


def not_modified(tag: str) -> Response:
    """Return the response to a client that has the body already."""
    return Response(status_code=HTTPStatus.NOT_MODIFIED, headers={"ETag": tag, "Cache-Control": CACHING})


def json_response(body: str, headers: Mapping[str, str]) -> Response:
    """Return JSON, or 304 if the client has it."""
    return tagged_response(body.encode(), headers, "application/json")


def tagged_response(body: bytes, headers: Mapping[str, str], media_type: str) -> Response:
    """Return a body, or 304 if the client has it. The tag is weak, because a body may be compressed or not."""
    tag = f'W/"{sha256(body).hexdigest()[:32]}"'
    if matches(headers, tag):
        return not_modified(tag)
    return Response(body, media_type=media_type, headers={"ETag": tag, "Cache-Control": CACHING})
