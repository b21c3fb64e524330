"""Which addresses may be asked: a host's name in, the addresses that were checked out.

Whoever writes a feed chooses what it links to, and who owns a name chooses what it resolves to. Neither may reach what
only this machine can: itself, its network, the metadata service of its cloud.
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
"""All that IANA gives out of IPv6; the rest is reserved, local or multicast (RFC 4291)."""

_NAT64 = IPv6Network("64:ff9b::/96")
"""IPv6 for an IPv4 address, which is its last 32 bits (RFC 6052)."""


class NotPublic(UnreadableSource):
    """A name leads to an address that only this machine, or its network, can reach."""


@dataclass(frozen=True, slots=True)
class Allowed:
    """Hosts and networks that may be asked though they are not public."""

    hosts: frozenset[str] = frozenset()
    networks: tuple[IPv4Network | IPv6Network, ...] = ()

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `intranet.example, 10.1.0.0/16, ::1`. Raises ConfigurationError."""
        names = [name.strip().lower() for name in text.split(",") if name.strip()]
        networks = {name: network for name in names if (network := _network(name))}
        hosts = frozenset(names) - networks.keys()
        if wrong := sorted(host for host in hosts if "/" in host or ":" in host or " " in host):
            advice = "give hosts and networks, such as intranet.example, 10.1.0.0/16"
            raise ConfigurationError(f"RAG_FEED_ALLOW_PRIVATE names {wrong[0]!r}, which is neither: {advice}")
        return cls(hosts, tuple(networks.values()))

    def has(self, host: str, address: Address) -> bool:
        """Tell whether a host was allowed, by its name or by its address."""
        return host.lower() in self.hosts or any(address in network for network in self.networks)


def resolve(host: str, port: int, allowed: Allowed) -> list[str]:
    """Return the addresses of a host, in the order in which to try them, all of which were checked.

    Raises NotPublic if any is not public, UnreadableSource where there is none, both saying what is wrong as a
    predicate, as all errors in this package do.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        reason = getattr(error, "strerror", None) or error
        raise UnreadableSource(f"cannot be found: {reason}; check the name of its host.") from error
    addresses = list(dict.fromkeys(str(sockaddr[0]) for *_, sockaddr in found))
    for address in map(ipaddress.ip_address, addresses):
        if not public(address) and not allowed.has(host, address):
            advice = f"if it shall be asked, name {host} in RAG_FEED_ALLOW_PRIVATE"
            raise NotPublic(f"is at {address}, which is not a public address; {advice}.")
    return addresses


def public(address: Address) -> bool:
    """Tell whether an address, and any that it stands for, can be reached from everywhere."""
    embedded = list(_embedded(address))
    if isinstance(address, IPv6Address) and address not in _GLOBAL_UNICAST:
        return bool(embedded) and all(map(public, embedded))
    known = address.is_global and not (address.is_multicast or address.is_reserved)
    return known and all(map(public, embedded))


def _embedded(address: Address) -> Iterator[IPv4Address]:
    """Yield the IPv4 addresses that a gateway on the way may make of it."""
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
