"""Validate the addresses of feeds and pages, and redact passwords, so that no password is stored or printed."""

from __future__ import annotations

import re

from httpx2 import URL, InvalidURL

from rag.errors import UnreadableSource

_PORTS = 1 << 16
_USERINFO = re.compile(r"(?<=//)[^/?#]*@")


def redact(address: str) -> str:
    """Replace the user name and password in an address with `***`. Other addresses stay unchanged."""
    return _USERINFO.sub("***@", address)


def check_address(address: str) -> None:
    """Raise UnreadableSource if an address is invalid. The message is a whole sentence."""
    try:
        parse_url(address)
    except UnreadableSource as error:
        raise UnreadableSource(f"{redact(address)} {error}") from error


def parse_url(address: str, base: URL | None = None) -> URL:
    """Parse an address, relative to `base`, and remove its fragment. Raises UnreadableSource if it is invalid."""
    try:
        url = base.join(address) if base else URL(address)
    except InvalidURL as error:
        raise UnreadableSource(f"is not a valid address: {error}; correct it.") from error
    if url.scheme not in ("http", "https") or not url.host:
        raise UnreadableSource("is not an http:// or https:// address; correct it.")
    if url.port is not None and not 0 < url.port < _PORTS:
        raise UnreadableSource(f"has the port {url.port}, which is not between 1 and {_PORTS - 1}; correct it.")
    if url.userinfo:
        raise UnreadableSource("contains a user name or a password, which would be stored; leave them out.")
    return url.copy_with(fragment=None)
