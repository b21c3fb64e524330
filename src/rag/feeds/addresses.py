"""Resolve host names to addresses, and refuse addresses that are not public.

The author of a feed chooses its links, and the owner of a domain chooses its addresses. Neither may use this machine to
reach itself, its private network or the metadata service of its cloud (server-side request forgery).
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network
from typing import Self, TypeAlias

from rag.errors import ConfigurationError, UnreadableSource

Address: TypeAlias = IPv4Address | IPv6Address

_GLOBAL_UNICAST = IPv6Network("2000::/3")
"""The IPv6 addresses that IANA assigns; all others are reserved, local or multicast (RFC 4291)."""

_NOT_FOR_PAGES = (IPv4Network("192.88.99.0/24"), IPv4Network("168.63.129.16/32"))
"""Networks that `ipaddress` counts as public: the former relays of 6to4 (RFC 7526), and the address at which Azure
gives each of its machines its secrets."""

_NAT64 = IPv6Network("64:ff9b::/96")
"""IPv6 addresses that contain an IPv4 address in their last 32 bits (RFC 6052)."""


class NotPublic(UnreadableSource):
    """A host has an address that only this machine or its network can reach."""


@dataclass(frozen=True, slots=True)
class Allowlist:
    """Hosts and networks that may be reached although they are not public. The variable `setting` lists them."""

    hosts: frozenset[str] = frozenset()
    networks: tuple[IPv4Network | IPv6Network, ...] = ()
    setting: str = "RAG_FEED_ALLOW_PRIVATE"

    @classmethod
    def parse(cls, text: str, setting: str = "RAG_FEED_ALLOW_PRIVATE") -> Self:
        """Parse a list such as `intranet.example, 10.1.0.0/16, ::1`. Raises ConfigurationError."""
        names = [name.strip().lower() for name in text.split(",") if name.strip()]
        networks = {name: network for name in names if (network := _network(name))}
        hosts = frozenset(names) - networks.keys()
        if wrong := sorted(host for host in hosts if "/" in host or ":" in host or " " in host):
            advice = "give names such as intranet.example or 10.1.0.0/16"
            raise ConfigurationError(f"{setting} names {wrong[0]!r}, which is neither a host nor a network: {advice}")
        return cls(hosts, tuple(networks.values()), setting)

    def allows(self, host: str, address: Address) -> bool:
        """Return whether the list contains a host, by its name or by its address."""
        return host.lower() in self.hosts or any(address in network for network in self.networks)


def resolve(host: str, port: int, allowlist: Allowlist) -> list[str]:
    """Return the checked addresses of a host, in the order in which to try them.

    Raises NotPublic if any address is neither public nor allowed, and UnreadableSource if there is none.
    In this package, an error message is a sentence without its subject: the caller puts the fetched address before it.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        reason = getattr(error, "strerror", None) or error
        raise UnreadableSource(f"cannot be found: {reason}; check the name of its host.") from error
    addresses = list(dict.fromkeys(str(sockaddr[0]) for *_, sockaddr in found))
    for address in map(ipaddress.ip_address, addresses):
        if not is_public(address) and not allowlist.allows(host, address):
            advice = f"to allow it, add {host} to {allowlist.setting}"
            raise NotPublic(f"is at {address}, which is not a public address; {advice}.")
    return addresses


def is_public(address: Address) -> bool:
    """Return whether an address, and every IPv4 address embedded in it, can be reached from the whole internet."""
    embedded = list(_embedded(address))
    if isinstance(address, IPv6Address) and address not in _GLOBAL_UNICAST:
        return bool(embedded) and all(map(is_public, embedded))
    known = address.is_global and not (address.is_multicast or address.is_reserved)
    known = known and not any(address in network for network in _NOT_FOR_PAGES)
    return known and all(map(is_public, embedded))


def _embedded(address: Address) -> Iterator[IPv4Address]:
    """Yield the IPv4 addresses into which a gateway may translate an IPv6 address."""
    if isinstance(address, IPv4Address):
        return
    if address in _NAT64:
        yield IPv4Address(int(address) & 0xFFFFFFFF)
    yield from filter(None, (address.ipv4_mapped, address.sixtofour, *(address.teredo or ())))


def _network(name: str) -> IPv4Network | IPv6Network | None:
    try:
        return ipaddress.ip_network(name.strip("[]"), strict=False)
    except ValueError:
        return None
