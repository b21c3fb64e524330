"""Add security headers to every response."""

from __future__ import annotations

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from rag.http.proxied import route_path
from rag.http.response_headers import put, put_default

PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
DOCS_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; connect-src 'self'; "
    "img-src 'self' data:; worker-src blob:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
"""Swagger UI and ReDoc make styles, images and a worker themselves. They load nothing from elsewhere."""

DATA_POLICY = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"


_ALWAYS = (
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
)

PAGES = ("/documents/", "/comparisons", "/timelines", "/sign-in")
"""The beginnings of the paths that people open in a browser, beside the first page."""


class SecurityHeaders:
    """Plain ASGI middleware, so that streams pass through and endpoints see a client disconnect."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: D102
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                put(message, _ALWAYS)
                put_default(message, (b"content-security-policy", _policy(route_path(scope)).encode()))
            await send(message)

        await self._app(scope, receive, send_with_headers if scope["type"] == "http" else send)


def _policy(path: str) -> str:
    if path == "/" or path.startswith(("/ui/", *PAGES)):
        return PAGE_POLICY
    return DOCS_POLICY if path in ("/docs", "/redoc") else DATA_POLICY
