"""Which addresses may be asked, by rule and against a resolver that lies."""

from __future__ import annotations

import threading
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.errors import ConfigError, FetchError, Refused, Unreachable
from ingest.fetch import Request
from ingest.fetch.guard import host_objection, networks, objection
from tests.fetch.conftest import MakeFetcher
from tests.fetch.server import Server, answer, redirect

PRIVATE_V4 = ["10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.168.0.0/16"]


@pytest.mark.parametrize("address", ["8.8.8.8", "1.1.1.1", "193.99.144.80", "2a00:1450:4001:82a::2004", "2606:4700::1"])
def test_public_addresses_pass(address: str) -> None:
    """Ordinary addresses of both families may be asked."""
    assert objection(ip_address(address)) is None


@pytest.mark.parametrize(
    "address",
    [
        "0.0.0.0", "0.1.2.3", "10.1.2.3", "100.64.0.1", "127.0.0.1", "127.255.0.9", "169.254.77.77", "172.31.0.1",  # noqa: S104  # nothing is bound
        "192.0.0.8", "192.0.2.1", "192.88.99.1", "192.168.1.1", "198.18.0.1", "198.51.100.7", "203.0.113.7",
        "224.0.0.1", "239.1.1.1", "240.0.0.1", "255.255.255.255",
        "::", "::1", "::127.0.0.1", "::8.8.8.8", "::ffff:127.0.0.1", "::ffff:8.8.8.8", "64:ff9b::7f00:1",
        "64:ff9b:1::7f00:1", "100::1", "2001::1", "2001:0:7f00:1::", "2001:10::1", "2001:db8::1", "2002:7f00:1::",
        "3fff::1", "5f00::1", "fc00::1", "fd12::1", "fe80::1", "fe80::1%eth0", "fec0::1", "ff02::1", "ff0e::1",
    ],
)  # fmt: skip
def test_special_addresses_are_refused(address: str) -> None:
    """Everything that is not public unicast is refused, also what hides an IPv4 address."""
    assert objection(ip_address(address)) is not None


@given(st.sampled_from(PRIVATE_V4), st.integers(0, 2**32 - 1))
def test_private_addresses_are_refused_in_every_wrapping(network: str, bits: int) -> None:
    """A private IPv4 address is refused bare, mapped, compatible, and behind NAT64, 6to4 and Teredo."""
    net = IPv4Network(network)
    inner = int(net.network_address) | (bits & int(net.hostmask))
    wrapped = [
        inner,
        0xFFFF << 32 | inner,
        0x0064FF9B << 96 | inner,
        0x0064FF9B0001 << 80 | inner,
        0x2002 << 112 | inner << 80,
        0x20010000 << 96 | (inner ^ 0xFFFFFFFF),
    ]
    assert objection(IPv4Address(inner)) is not None
    assert all(objection(IPv6Address(number)) is not None for number in wrapped)


@given(st.ip_addresses(v=6))
def test_only_global_unicast_passes(address: IPv6Address) -> None:
    """No IPv6 address outside 2000::/3 ever passes."""
    assert address in IPv6Network("2000::/3") or objection(address) is not None


def test_allowed_networks_open_themselves_alone() -> None:
    """The allow-list opens its networks and nothing that merely embeds them."""
    allowed = networks(["127.0.1.0/24", "fd00::/8"])
    assert objection(ip_address("127.0.1.9"), allowed) is None
    assert objection(ip_address("fd00::5"), allowed) is None
    assert objection(ip_address("127.0.2.9"), allowed) == "loopback"
    assert objection(ip_address("::ffff:127.0.1.9"), allowed) == "IPv4-mapped"


def test_wrong_allow_list() -> None:
    """A network that is none is a configuration error."""
    with pytest.raises(ConfigError, match="not a network"):
        networks(["localhost"])


@pytest.mark.parametrize(
    "host",
    ["2130706433", "0x7f000001", "0x7f.1", "127.1", "0177.0.0.1", "127.0.0.0x1", "127.0.0.1.", "017700000001", "0x"],
)
def test_disguised_addresses_are_refused(host: str) -> None:
    """Numbers that C libraries read as addresses are no hosts of ours."""
    assert host_objection(host) is not None


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "news.example", "1und1.example", "0x.example", "123.example."])
def test_names_and_plain_addresses_are_spelled_well(host: str) -> None:
    """The rule on spellings leaves names and plain addresses alone."""
    assert host_objection(host) is None


# --- through the network ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("http://localhost/", "address"),
        ("http://127.0.0.1/", "address"),
        ("http://[::1]/", "address"),
        ("http://[::ffff:7f00:1]/", "address"),
        ("http://2130706433/", "address"),
        ("http://public.example@127.0.0.1/", "userinfo"),
        ("http://public.example\\@127.0.0.1/", "url"),
        ("http://public.example%00@x/", "userinfo"),
        ("file:///etc/passwd", "scheme"),
        ("gopher://127.0.0.1/", "scheme"),
        ("//127.0.0.1/", "scheme"),
        ("http://", "url"),
        ("http://a\nb/", "url"),
        ("http://x/" + "y" * 9000, "url"),
        ("", "scheme"),
    ],
)
def test_refused_addresses(open_fetcher: MakeFetcher, url: str, reason: str) -> None:
    """With nothing allowed, no spelling reaches the machine itself."""
    with pytest.raises(Refused) as caught:
        open_fetcher(allow_private=[]).get(Request(url=url, kind="feed"))
    assert caught.value.reason == reason


def test_rebinding_gets_the_checked_address(server: Server, open_fetcher: MakeFetcher) -> None:
    """The name is resolved once per connection; what was checked is what is connected to."""
    asked: list[str] = []

    def rebinding(host: str, port: int) -> list[str]:
        asked.append(host)
        return ["127.0.0.1"] if len(asked) == 1 else ["10.0.0.1"]

    server.routes["/a"] = answer(body=b"a")
    fetcher = open_fetcher(resolve=rebinding)
    fetcher.get(Request(url=server.url("/a", host="rebind.example"), kind="feed"))
    with pytest.raises(Refused) as caught:
        fetcher.get(Request(url=server.url("/a", host="rebind.example"), kind="feed"))
    assert (caught.value.reason, len(asked), len(server.log)) == ("address", 2, 1)


def test_one_forbidden_address_spoils_the_answer(server: Server, open_fetcher: MakeFetcher) -> None:
    """A name that points to a public and to a private address is not asked at all."""
    fetcher = open_fetcher(resolve=lambda _host, _port: ["127.0.0.1", "::1"])
    with pytest.raises(Refused):
        fetcher.get(Request(url=server.url("/a", host="two-faced.example"), kind="feed"))
    assert server._connections == 0


def test_second_address_is_tried(server: Server, open_fetcher: MakeFetcher) -> None:
    """A dead address does not hide a living one."""
    server.routes["/a"] = answer(body=b"a")
    fetcher = open_fetcher(resolve=lambda _host, _port: ["127.9.9.9", "127.0.0.1"])
    fetcher.get(Request(url=server.url("/a", host="half-dead.example"), kind="feed"))
    assert len(server.asked("/a")) == 1


def test_robots_are_guarded_too(open_fetcher: MakeFetcher) -> None:
    """A robots.txt that redirects to a private address is not followed, and the page waits."""
    with Server("127.0.1.1") as here, Server("127.0.2.1") as inside:
        here.routes["/robots.txt"] = redirect(inside.url("/secret"))
        with pytest.raises(FetchError, match=r"robots\.txt cannot be had"):
            open_fetcher(allow_private=["127.0.1.0/24"]).get(Request(url=here.url("/a"), kind="page"))
        assert inside._connections == 0
        assert not here.asked("/a")


def test_dns_failure(open_fetcher: MakeFetcher) -> None:
    """A name that does not exist is unreachable, with the resolver's words."""

    def unknown(host: str, port: int) -> list[str]:
        raise OSError(-2, "Name or service not known")

    with pytest.raises(Unreachable, match=r"DNS: .*not known"):
        open_fetcher(resolve=unknown).get(Request(url="http://gone.example/", kind="feed"))


def test_slow_dns_is_left_behind(open_fetcher: MakeFetcher) -> None:
    """A resolver that hangs costs the connection's time, not more."""
    release = threading.Event()

    def hanging(host: str, port: int) -> list[str]:
        release.wait(5)
        return ["127.0.0.1"]

    with pytest.raises(Unreachable, match="no answer"):
        open_fetcher(resolve=hanging, connect_timeout=0.3).get(Request(url="http://slow.example/", kind="feed"))
    release.set()
