"""Respond with the original of a document. A browser saves it and never shows it, because it may hold scripts."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

from fastapi.responses import FileResponse, Response
from starlette.background import BackgroundTask

from rag.formats import format_of
from rag.ingest.original_files import OriginalFile

_ANY = "application/octet-stream"

_POLICY = "default-src 'none'; sandbox"

_CACHING = "private, no-cache"
"""No shared cache may give the file to other clients, and a browser must ask whether its client may still see it."""

CONTENT: dict[str, Any] = {
    "description": "The bytes of the file.",
    "content": {"*/*": {"schema": {"type": "string", "format": "binary"}}},
}
"""The OpenAPI description of the response."""


def response(original: OriginalFile, headers: Mapping[str, str]) -> Response:
    """Return the response to a request with these headers. Its body can be requested in ranges (RFC 9110)."""
    tag = f'"{original.digest}"'
    if _matches(headers.get("if-none-match", ""), tag):
        return Response(status_code=HTTPStatus.NOT_MODIFIED, headers={"ETag": tag, "Cache-Control": _CACHING})
    return FileResponse(
        original.path,
        headers={
            # Set here, because FileResponse would add a charset, and the real one is unknown.
            "Content-Type": media_type(original.name),
            "Content-Disposition": attachment(original.name),
            "Content-Security-Policy": _POLICY,
            "ETag": tag,
            "Cache-Control": _CACHING,
        },
        # It keeps the snapshot open, so that the file is not deleted while it is sent.
        background=BackgroundTask(_finish, original),
    )


def media_type(name: str) -> str:
    """Return the media type of the format of a file, or the type for any bytes if the format has none."""
    found = format_of(name)
    return found.media_types[0] if found and found.media_types else _ANY


def attachment(name: str) -> str:
    """Return the value of Content-Disposition: a name in ASCII, and the exact name if it differs (RFC 6266)."""
    exact = re.sub(r"[\x00-\x1f\x7f/\\]", "_", name).encode("utf-8", "replace").decode() or "original"
    plain = unicodedata.normalize("NFKD", exact).encode("ascii", "ignore").decode().strip()
    fallback = re.sub(r'["%]', "_", f"original{plain}" if plain.rpartition(".")[0] == "" else plain)
    parameter = "" if fallback == exact else f"; filename*=UTF-8''{quote(exact, safe='')}"
    return f'attachment; filename="{fallback}"{parameter}'


def _matches(condition: str, tag: str) -> bool:
    """Return whether an If-None-Match header names the tag."""
    return condition.strip() == "*" or tag in (one.strip().removeprefix("W/") for one in condition.split(","))


def _finish(original: OriginalFile) -> None:
    """Do nothing. The background task only keeps a reference to `original` until the file is sent."""
