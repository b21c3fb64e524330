"""Tells where questions and passages go."""

from __future__ import annotations

from ipaddress import ip_address
from urllib.parse import urlsplit


def other_host(address: str | None) -> str | None:
    """Return the host of an address if it is not this machine, None if it is or if there is no address."""
    host = urlsplit(address).hostname if address else None
    if host is None or host == "localhost" or host.endswith(".localhost"):
        return None
    try:
        return None if ip_address(host).is_loopback else host
    except ValueError:
        return host
