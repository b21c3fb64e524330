"""Compress texts: documents, lists of them, and the files of the page.

Answers are never compressed, because their events must arrive at once. Responses to questions, keys and sessions are
not compressed either: a compressed body that holds a secret beside words of an attacker would reveal it (BREACH).
"""

from __future__ import annotations

from starlette.middleware.gzip import GZipMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

from rag.http.proxied import route_path

_TEXTS = ("/v1/documents", "/v1/fields", "/v1/page-boxes/", "/v1/pages/", "/documents/", "/ui/")
_LEAST_BYTES = 500
_LEVEL = 5
"""The effort of zlib. A higher one takes twice the time and saves one byte in a hundred."""


class Compression:
    """Plain ASGI middleware. It leaves originals alone, because clients request parts of them."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._compressed = GZipMiddleware(app, minimum_size=_LEAST_BYTES, compresslevel=_LEVEL)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: D102
        applies = scope["type"] == "http" and _is_text(scope["method"], route_path(scope))
        await (self._compressed if applies else self._app)(scope, receive, send)


def _is_text(method: str, path: str) -> bool:
    is_original = path.startswith("/v1/documents/") and path.endswith("/original")
    return method == "GET" and (path == "/" or path.startswith(_TEXTS)) and not is_original
