"""Only public addresses are asked, however they are written, wherever they come from, unless they are allowed."""

from __future__ import annotations

import ipaddress
import socket
from pathlib import Path
from typing import Any

import pytest

from rag.errors import ConfigurationError, UnreadableSource
from rag.feeds import Allowed, Web
from rag.feeds.addresses import NotPublic, public, resolve
from tests.feeds.ingesting import Reader, reason
from tests.feeds.site import Site, serving

NOBODY = Allowed()


@pytest.mark.parametrize(
    "address",
    [
        "0.0.0.0", "10.0.0.1", "100.64.0.1", "100.127.255.255", "127.0.0.1", "127.255.0.1", "169.254.169.254",
        "172.16.0.1", "172.31.255.255", "192.0.0.1", "192.0.2.1", "192.168.1.1", "198.18.0.1", "198.51.100.1",
        "203.0.113.1", "224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255",
        "::", "::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:100.64.0.1", "::127.0.0.1", "64:ff9b::7f00:1",
        "64:ff9b::a9fe:a9fe", "64:ff9b:1::7f00:1", "100::1", "2001:db8::1", "2002:7f00:1::", "2002:a9fe:a9fe::1",
        "2001:0:7f00:1::", "fc00::1", "fd00:ec2::254", "fe80::1", "fec0::1", "ff02::1", "5f00::1", "8000::1",
    ],
)  # fmt: skip
def test_an_address_that_not_everyone_can_reach_is_not_public(address: str) -> None:
    assert not public(ipaddress.ip_address(address))


@pytest.mark.parametrize(
    "address", ["8.8.8.8", "100.63.255.255", "100.128.0.1", "172.32.0.1", "2606:4700::1111", "64:ff9b::808:808",
                "::ffff:8.8.8.8", "2002:808:808::1"],
)  # fmt: skip
def test_an_address_that_everyone_can_reach_is_public(address: str) -> None:
    assert public(ipaddress.ip_address(address))


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "2130706433", "0x7f.1", "0x7f000001", "127.1", "017700000001", "0", "::1", "localhost"]
)
def test_however_it_is_written_this_machine_is_not_asked(host: str) -> None:
    with pytest.raises(NotPublic, match=r"is at \S+, which is not a public address; if it shall be asked, name"):
        resolve(host, 80, NOBODY)


def test_a_name_of_which_any_address_is_not_public_is_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    known = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, 80)) for one in ("8.8.8.8", "10.0.0.1")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: known)
    with pytest.raises(NotPublic, match=r"is at 10\.0\.0\.1"):
        resolve("two.example", 80, NOBODY)
    assert resolve("two.example", 80, Allowed.parse("10.0.0.0/8")) == ["8.8.8.8", "10.0.0.1"]


@pytest.mark.parametrize(
    ("allowed", "host", "address", "has"),
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
def test_hosts_and_networks_can_be_allowed(allowed: str, host: str, address: str, has: bool) -> None:
    assert Allowed.parse(allowed).has(host, ipaddress.ip_address(address)) is has


@pytest.mark.parametrize("text", ["10.0.0.0/99", "http://intranet.example", "intranet.example 10.0.0.1"])
def test_what_is_neither_a_host_nor_a_network_is_refused(text: str) -> None:
    with pytest.raises(ConfigurationError, match="RAG_FEED_ALLOW_PRIVATE names"):
        Allowed.parse(text)


def test_a_feed_on_this_machine_is_not_asked_for(site: Site, tmp_path: Path) -> None:
    reader = Reader(tmp_path / "closed", Web(delay=0.0))
    feed = site.rss()
    assert reason(reader.read(feed)) == (
        f"{feed} is at 127.0.0.1, which is not a public address; "
        "if it shall be asked, name 127.0.0.1 in RAG_FEED_ALLOW_PRIVATE."
    )
    assert site.asked == []


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
def test_no_redirect_and_no_link_leads_to_where_only_this_machine_can_go(
    site: Site, reader: Reader, location: str, where: str, listed: bool
) -> None:
    target = location.format(port=site.port)
    site.redirect("/page", target)
    link = (target if "://" in target else f"http:{target}") if listed else "/page"
    told = reason(reader.read(site.rss(link)))
    assert f"is at {where}" in told
    assert "which is not a public address; if it shall be asked, name " in told
    assert listed or told.startswith(f"{site.url}/page leads to ")
    assert set(site.counts) <= {"/robots.txt", "/feed.xml", "/page"}


def test_the_address_that_was_checked_is_the_one_that_is_asked(
    site: Site, reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name that resolves to something else at every look, as who owns it may let it."""
    connected: list[str] = []
    looks: list[str] = []
    real, connect = socket.getaddrinfo, socket.create_connection

    def rebinding(host: str, port: int, *arguments: Any, **more: Any) -> Any:
        if host != "rebinding.example":
            return real(host, port, *arguments, **more)
        looks.append("8.8.8.8" if not looks else "127.0.0.1")
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (looks[-1], port))]

    def refused(address: tuple[str, int], *arguments: Any, **more: Any) -> Any:
        connected.append(address[0])
        if address[0] == "8.8.8.8":
            raise ConnectionRefusedError("nobody is reached from a test")
        return connect(address, *arguments, **more)

    monkeypatch.setattr(socket, "getaddrinfo", rebinding)
    monkeypatch.setattr(socket, "create_connection", refused)
    closed = Reader(reader.store.directory, Web(delay=0.0))
    told = reason(closed.read(f"http://rebinding.example:{site.port}/feed.xml"))
    assert connected == ["8.8.8.8"]
    assert "cannot be reached" in told
    looks.append("then")
    assert "is at 127.0.0.1" in reason(closed.read(f"http://rebinding.example:{site.port}/feed.xml"))
    assert connected == ["8.8.8.8"]
    assert site.asked == []


def test_a_name_with_a_dead_address_is_reached_at_its_next(
    site: Site, reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, site.port)) for one in ("127.0.0.2", "127.0.0.1")]
    real = socket.getaddrinfo

    def two(host: str, *arguments: Any, **more: Any) -> Any:
        return known if host == "two.example" else real(host, *arguments, **more)

    monkeypatch.setattr(socket, "getaddrinfo", two)
    allowing = Reader(reader.store.directory, Web(delay=0.0, allowed=Allowed.parse("two.example")))
    site.rss()
    assert not allowing.read(f"http://two.example:{site.port}/feed.xml").failed
    assert site.headers[-1]["Host"] == f"two.example:{site.port}"


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ("ftp://example.org/feed.xml", "cannot be asked, for only http:// and https:// are; correct it."),
        ("file:///etc/passwd", "cannot be asked, for only http:// and https:// are; correct it."),
        ("feed.xml", "cannot be asked, for only http:// and https:// are; correct it."),
        ("http://0177.0.0.1/", "is no address that can be asked: Invalid IPv4 address: '0177.0.0.1'; correct it."),
        ("http://h:99999/", "names the port 99999, and they are 1 to 65535; correct it."),
        ("http://h:0/", "names the port 0, and they are 1 to 65535; correct it."),
    ],
)
def test_what_is_no_address_of_the_web_is_told(site: Site, reader: Reader, address: str, sentence: str) -> None:
    with pytest.raises(UnreadableSource) as error:
        reader.read(address)
    assert str(error.value) == f"{address} {sentence}"
    assert not reader.store.directory.exists()
    entry = f"<rss><item><link>{address}</link></item></rss>"
    site.put("/feed.xml", entry)
    if "://" in address:
        assert reason(reader.read(f"{site.url}/feed.xml")) == f"{address} {sentence}"


def test_a_password_in_an_address_is_refused_and_not_repeated(site: Site, reader: Reader) -> None:
    with pytest.raises(UnreadableSource) as error:
        reader.read(f"http://ada:sesame@127.0.0.1:{site.port}/feed.xml")
    place = f"http://***@127.0.0.1:{site.port}/feed.xml"
    assert str(error.value) == f"{place} holds a name or a password, which would be kept; leave them out."
    secret = f"http://ada:sesame@127.0.0.1:{site.port}/"
    site.redirect("/page", secret)
    report = reader.read(site.rss("/page", secret))
    assert len(report.failed) == 2
    assert "sesame" not in str(report)
    assert "sesame" not in str(reader.told())
    assert b"sesame" not in (reader.store.directory / "LEDGER").read_bytes()


def test_what_other_sites_are_allowed_is_not_allowed_to_their_neighbours(site: Site, reader: Reader) -> None:
    with serving() as other:
        site.redirect("/page", other.url.replace("127.0.0.1", "127.0.0.3"))
        assert "is at 127.0.0.3" in reason(reader.read(site.rss("/page")))
        assert other.asked == []


def test_a_name_that_is_none_is_told(reader: Reader) -> None:
    with pytest.raises(UnreadableSource, match="cannot be found"):
        resolve("no-such-host.invalid", 80, NOBODY)
