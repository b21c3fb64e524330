"""Read the address that a client used from the headers of trusted proxies, and put it into the request.

All later code then sees the request as the client sent it: links, redirects, the OpenAPI document and limits for each
client are right behind a proxy, and behind a prefix such as `/ask`.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from ipaddress import ip_address
from urllib.parse import urlsplit

from pydantic import IPvAnyNetwork
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

_UNKNOWN_CLIENT = ("", 0)


class Proxied:
    """Plain ASGI middleware, which must be the outermost one.

    It reads the X-Forwarded headers only if the sender is a trusted proxy. Without X-Forwarded-Prefix, the prefix is
    the path of `base_url`, and a request may have it or not.
    """

    def __init__(self, app: ASGIApp, trusted: Sequence[IPvAnyNetwork], base_url: str | None) -> None:
        self._app = app
        self._trusted = trusted
        self._prefix = urlsplit(base_url or "").path.rstrip("/")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: D102
        if scope["type"] == "http":
            forwarded: Scope = {}
            if _is_within((scope["client"] or _UNKNOWN_CLIENT)[0], self._trusted):
                forwarded = self._forwarded(scope)
            if "root_path" not in forwarded and self._prefix:
                forwarded["root_path"] = self._prefix
                forwarded["path"] = _with_prefix(self._prefix, scope["path"])
            scope = {**scope, **forwarded}
        await self._app(scope, receive, send)

    def _forwarded(self, scope: Scope) -> Scope:
        """Return the parts of the scope that the proxy's headers replace."""
        headers = Headers(scope=scope)
        found: Scope = {}
        if scheme := _last(headers, "x-forwarded-proto"):
            found["scheme"] = "https" if scheme.lower() == "https" else "http"
        if host := _last(headers, "x-forwarded-host"):
            others = [(name, value) for name, value in scope["headers"] if name != b"host"]
            found["headers"] = [(b"host", host.encode("latin-1")), *others]
        if prefix := headers.get("x-forwarded-prefix", "").rstrip("/"):
            found["root_path"], found["path"] = prefix, prefix + scope["path"]
        if address := self._client(headers):
            found["client"] = (address, 0)
        return found

    def _client(self, headers: Headers) -> str | None:
        """Return the last address in X-Forwarded-For that is not a trusted proxy. A client may forge those before."""
        listed = ",".join(headers.getlist("x-forwarded-for")).split(",")
        for address in map(str.strip, reversed(listed)):
            if not is_address(address):
                return None
            if not _is_within(address, self._trusted):
                return address
        return None


def route_path(scope: Scope) -> str:
    """Return the path of a request without the prefix of the proxy."""
    path: str = scope["path"]
    root: str = scope.get("app_root_path", scope.get("root_path", ""))  # a mounted application has another root_path
    return path.removeprefix(root)


def client_address(scope: Scope) -> str:
    """Return the address that stands for a client: an IPv4 address, or the network of an IPv6 address (64 bits)."""
    host: str = (scope["client"] or _UNKNOWN_CLIENT)[0]
    if ":" not in host or not is_address(host):
        return host
    return ":".join(ip_address(host).exploded.split(":")[:4])


def _with_prefix(prefix: str, path: str) -> str:
    return path if path == prefix or path.startswith(f"{prefix}/") else prefix + path


def _last(headers: Headers, name: str) -> str:
    """Return the last value of a header. Only this one is from the trusted proxy."""
    return headers.get(name, "").rsplit(",", 1)[-1].strip()


def is_address(host: str) -> bool:
    """Return whether a host is an IP address, not a name."""
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def _is_within(host: str, networks: Collection[IPvAnyNetwork]) -> bool:
    return bool(networks) and is_address(host) and any(ip_address(host) in network for network in networks)
