"""Only public and allowed addresses are fetched, in every spelling, from feeds, links and redirects."""

from __future__ import annotations

import ipaddress
import socket
from pathlib import Path
from typing import Any

import pytest

from rag.errors import ConfigurationError, UnreadableSource
from rag.feeds import Allowlist, FetchSettings
from rag.feeds.addresses import NotPublic, is_public, resolve
from tests.feeds.feed_index import FeedIndex, reason
from tests.feeds.site import Site, serving

NOTHING_ALLOWED = Allowlist()


@pytest.mark.parametrize(
    "address",
    [
        "0.0.0.0", "10.0.0.1", "100.64.0.1", "100.127.255.255", "127.0.0.1", "127.255.0.1", "169.254.169.254",
        "172.16.0.1", "172.31.255.255", "192.0.0.1", "192.0.2.1", "192.168.1.1", "198.18.0.1", "198.51.100.1",
        "168.63.129.16", "192.88.99.1", "::ffff:168.63.129.16", "64:ff9b::a83f:8110", "2002:a83f:8110::",
        "203.0.113.1", "224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255",
        "::", "::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:100.64.0.1", "::127.0.0.1", "64:ff9b::7f00:1",
        "64:ff9b::a9fe:a9fe", "64:ff9b:1::7f00:1", "100::1", "2001:db8::1", "2002:7f00:1::", "2002:a9fe:a9fe::1",
        "2001:0:7f00:1::", "fc00::1", "fd00:ec2::254", "fe80::1", "fec0::1", "ff02::1", "5f00::1", "8000::1",
    ],
)  # fmt: skip
def test_private_and_reserved_addresses_are_not_public(address: str) -> None:
    assert not is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize(
    "address", ["8.8.8.8", "100.63.255.255", "100.128.0.1", "172.32.0.1", "168.63.129.17", "192.88.98.1",
                "2606:4700::1111", "64:ff9b::808:808",
                "::ffff:8.8.8.8", "2002:808:808::1"],
)  # fmt: skip
def test_addresses_of_the_internet_are_public(address: str) -> None:
    assert is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "2130706433", "0x7f.1", "0x7f000001", "127.1", "017700000001", "0", "::1", "localhost"]
)
def test_this_machine_is_refused_in_every_spelling_of_its_address(host: str) -> None:
    with pytest.raises(NotPublic, match=r"is at \S+, which is not a public address; to allow it, add"):
        resolve(host, 80, NOTHING_ALLOWED)


def test_a_host_with_any_private_address_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    known = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, 80)) for one in ("8.8.8.8", "10.0.0.1")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: known)
    with pytest.raises(NotPublic, match=r"is at 10\.0\.0\.1"):
        resolve("two.example", 80, NOTHING_ALLOWED)
    assert resolve("two.example", 80, Allowlist.parse("10.0.0.0/8")) == ["8.8.8.8", "10.0.0.1"]


@pytest.mark.parametrize(
    ("allowlist", "host", "address", "allowed"),
    [
        ("intranet.example", "Intranet.Example", "10.0.0.1", True),
        ("intranet.example", "x.intranet.example", "10.0.0.1", False),
        ("10.1.0.0/16", "any", "10.1.2.3", True),
        ("10.1.0.0/16", "any", "10.2.2.3", False),
        (" ::1 , 10.0.0.7", "any", "::1", True),
        ("[::1]", "any", "::1", True),
        ("10.0.0.7", "any", "10.0.0.8", False),
        ("", "any", "127.0.0.1", False),
    ],
)
def test_the_allowlist_contains_hosts_and_networks(allowlist: str, host: str, address: str, allowed: bool) -> None:
    assert Allowlist.parse(allowlist).allows(host, ipaddress.ip_address(address)) is allowed


@pytest.mark.parametrize("text", ["10.0.0.0/99", "http://intranet.example", "intranet.example 10.0.0.1"])
def test_an_allowlist_entry_that_is_neither_a_host_nor_a_network_is_refused(text: str) -> None:
    with pytest.raises(ConfigurationError, match="RAG_FEED_ALLOW_PRIVATE names"):
        Allowlist.parse(text)


def test_a_feed_on_this_machine_is_not_fetched(site: Site, tmp_path: Path) -> None:
    index = FeedIndex(tmp_path / "closed", FetchSettings(delay=0.0))
    feed = site.rss()
    assert reason(index.read(feed)) == (
        f"{feed} is at 127.0.0.1, which is not a public address; to allow it, add 127.0.0.1 to RAG_FEED_ALLOW_PRIVATE."
    )
    assert site.requests == []


@pytest.mark.parametrize(
    ("location", "where"),
    [
        ("http://169.254.169.254/latest/meta-data/", "169.254.169.254"),
        ("http://2852039166/", "169.254.169.254"),
        ("http://0xa9.0xfe.0xa9.0xfe/", "169.254.169.254"),
        ("http://025177524776/", "169.254.169.254"),
        ("http://[::1]:{port}/secret", "::1"),
        ("http://[::ffff:a9fe:a9fe]/", "::ffff:"),
        ("//10.0.0.1/", "10.0.0.1"),
        ("https://192.168.0.1/", "192.168.0.1"),
    ],
)
@pytest.mark.parametrize("listed", [False, True])
def test_no_redirect_and_no_link_reaches_a_private_address(
    site: Site, index: FeedIndex, location: str, where: str, listed: bool
) -> None:
    target = location.format(port=site.port)
    site.redirect("/page", target)
    link = (target if "://" in target else f"http:{target}") if listed else "/page"
    message = reason(index.read(site.rss(link)))
    assert f"is at {where}" in message
    assert "which is not a public address; to allow it, add " in message
    assert listed or message.startswith(f"{site.url}/page redirects to ")
    assert set(site.counts) <= {"/robots.txt", "/feed.xml", "/page"}


def test_requests_go_to_the_address_that_was_checked(
    site: Site, index: FeedIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The owner of a domain may let each lookup return another address (DNS rebinding)."""
    connected: list[str] = []
    lookups: list[str] = []
    real, connect = socket.getaddrinfo, socket.create_connection

    def rebinding(host: str, port: int, *arguments: Any, **more: Any) -> Any:
        if host != "rebinding.example":
            return real(host, port, *arguments, **more)
        lookups.append("8.8.8.8" if not lookups else "127.0.0.1")
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (lookups[-1], port))]

    def refused(address: tuple[str, int], *arguments: Any, **more: Any) -> Any:
        connected.append(address[0])
        if address[0] == "8.8.8.8":
            raise ConnectionRefusedError("no test connects to the internet")
        return connect(address, *arguments, **more)

    monkeypatch.setattr(socket, "getaddrinfo", rebinding)
    monkeypatch.setattr(socket, "create_connection", refused)
    closed = FeedIndex(index.store.directory, FetchSettings(delay=0.0))
    message = reason(closed.read(f"http://rebinding.example:{site.port}/feed.xml"))
    assert connected == ["8.8.8.8"]
    assert "cannot be reached" in message
    assert "is at 127.0.0.1" in reason(closed.read(f"http://rebinding.example:{site.port}/feed.xml"))
    assert connected == ["8.8.8.8"]
    assert site.requests == []


def test_a_host_whose_first_address_is_dead_is_reached_at_the_next(
    site: Site, index: FeedIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, site.port)) for one in ("127.0.0.2", "127.0.0.1")]
    real = socket.getaddrinfo

    def two(host: str, *arguments: Any, **more: Any) -> Any:
        return known if host == "two.example" else real(host, *arguments, **more)

    monkeypatch.setattr(socket, "getaddrinfo", two)
    allowing = FeedIndex(index.store.directory, FetchSettings(delay=0.0, allowlist=Allowlist.parse("two.example")))
    site.rss()
    assert not allowing.read(f"http://two.example:{site.port}/feed.xml").failed
    assert site.headers[-1]["Host"] == f"two.example:{site.port}"


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ("ftp://example.org/feed.xml", "is not an http:// or https:// address; correct it."),
        ("file:///etc/passwd", "is not an http:// or https:// address; correct it."),
        ("feed.xml", "is not an http:// or https:// address; correct it."),
        ("http://0177.0.0.1/", "is not a valid address: Invalid IPv4 address: '0177.0.0.1'; correct it."),
        ("http://h:99999/", "has the port 99999, which is not between 1 and 65535; correct it."),
        ("http://h:0/", "has the port 0, which is not between 1 and 65535; correct it."),
    ],
)
def test_an_invalid_address_fails_with_the_reason(site: Site, index: FeedIndex, address: str, sentence: str) -> None:
    with pytest.raises(UnreadableSource) as error:
        index.read(address)
    assert str(error.value) == f"{address} {sentence}"
    assert not index.store.directory.exists()
    entry = f"<rss><item><link>{address}</link></item></rss>"
    site.put("/feed.xml", entry)
    if "://" in address:
        assert reason(index.read(f"{site.url}/feed.xml")) == f"{address} {sentence}"


def test_a_password_in_an_address_is_refused_and_never_shown(site: Site, index: FeedIndex) -> None:
    with pytest.raises(UnreadableSource) as error:
        index.read(f"http://ada:sesame@127.0.0.1:{site.port}/feed.xml")
    place = f"http://***@127.0.0.1:{site.port}/feed.xml"
    assert str(error.value) == f"{place} contains a user name or a password, which would be stored; leave them out."
    secret = f"http://ada:sesame@127.0.0.1:{site.port}/"
    site.redirect("/page", secret)
    report = index.read(site.rss("/page", secret))
    assert len(report.failed) == 2
    assert "sesame" not in str(report)
    assert "sesame" not in str(index.statuses())
    assert b"sesame" not in (index.store.directory / "LEDGER").read_bytes()


def test_an_allowed_address_does_not_allow_its_neighbours(site: Site, index: FeedIndex) -> None:
    with serving() as other:
        site.redirect("/page", other.url.replace("127.0.0.1", "127.0.0.3"))
        assert "is at 127.0.0.3" in reason(index.read(site.rss("/page")))
        assert other.requests == []


def test_an_unknown_host_fails_with_the_reason(index: FeedIndex) -> None:
    with pytest.raises(UnreadableSource, match="cannot be found"):
        resolve("no-such-host.invalid", 80, NOTHING_ALLOWED)
