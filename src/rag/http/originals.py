"""Respond with the original of a document. A browser saves it and never shows it, because it may hold scripts.

Only a PDF can be shown. Browsers run the scripts of a PDF, if at all, in a viewer that cannot read this site.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from typing import Any, Literal
from urllib.parse import quote

from fastapi.responses import FileResponse, Response
from starlette.background import BackgroundTask

from rag.formats import format_of
from rag.http import etags
from rag.ingest.original_files import OriginalFile
from rag.ingest.original_pages import is_pdf

_ANY = "application/octet-stream"

_POLICY = "default-src 'none'; sandbox"
_SHOWN_POLICY = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
"""The policy of a PDF that is shown. Chromium shows no PDF in a sandbox."""

CONTENT: dict[str, Any] = {
    "description": "The bytes of the file.",
    "content": {"*/*": {"schema": {"type": "string", "format": "binary"}}},
}
"""The OpenAPI description of the response."""


def response(original: OriginalFile, headers: Mapping[str, str], *, show: bool = False) -> Response:
    """Return the response to a request with these headers. Its body can be requested in ranges (RFC 9110).

    If `show` is true, a browser shows the file if it is a PDF.
    """
    shown = show and is_pdf(original.name)
    tag = f'"{original.digest}"'
    if etags.matches(headers, tag):
        return etags.not_modified(tag)
    return FileResponse(
        original.path,
        headers={
            # Set here, because FileResponse would add a charset, and the real one is unknown.
            "Content-Type": media_type(original.name),
            "Content-Disposition": disposition(original.name, "inline" if shown else "attachment"),
            "Content-Security-Policy": _SHOWN_POLICY if shown else _POLICY,
            "ETag": tag,
            "Cache-Control": etags.CACHING,
        },
        # It keeps the snapshot open, so that the file is not deleted while it is sent.
        background=BackgroundTask(_finish, original),
    )


def media_type(name: str) -> str:
    """Return the media type of the format of a file, or the type for any bytes if the format has none."""
    found = format_of(name)
    return found.media_types[0] if found and found.media_types else _ANY


def attachment(name: str) -> str:
    """Return the value of Content-Disposition for a file that is saved."""
    return disposition(name, "attachment")


def disposition(name: str, kind: Literal["attachment", "inline"]) -> str:
    """Return the value of Content-Disposition: a name in ASCII, and the exact name if it differs (RFC 6266)."""
    exact = re.sub(r"[\x00-\x1f\x7f/\\]", "_", name).encode("utf-8", "replace").decode() or "original"
    plain = unicodedata.normalize("NFKD", exact).encode("ascii", "ignore").decode().strip()
    fallback = re.sub(r'["%]', "_", f"original{plain}" if plain.rpartition(".")[0] == "" else plain)
    parameter = "" if fallback == exact else f"; filename*=UTF-8''{quote(exact, safe='')}"
    return f'{kind}; filename="{fallback}"{parameter}'


def _finish(original: OriginalFile) -> None:
    """Do nothing. The background task only keeps a reference to `original` until the file is sent."""
