"""One request against a server that misbehaves."""

from __future__ import annotations

import gzip
import os
import socket
import struct
import time
import tracemalloc
import zlib
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest import __version__
from ingest.errors import BadStatus, FetchError, Refused, TimedOut, TooLarge, Unreachable
from ingest.fetch import Kind, Request
from ingest.fetch.decode import body_of, coding_of
from ingest.model import Hop, NotModified, Page, Validators
from tests.fetch.conftest import MakeFetcher
from tests.fetch.server import Asked, Server, answer, redirect, trickle

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"


def feed(url: str, **more: object) -> Request:
    return Request(url=url, kind="feed", **more)  # type: ignore[arg-type]  # passed through as named


def test_page_as_sent(server: Server, open_fetcher: MakeFetcher) -> None:
    """A page comes back with its body, type, charset and validators."""
    server.routes["/a"] = answer(
        body="Grüße".encode(), content_type='Text/HTML; charset="UTF-8"', etag='W/"x\xe9"', last_modified="yesterday"
    )
    page = open_fetcher().get(feed(server.url("/a#fragment")))
    assert isinstance(page, Page)
    assert (page.url, page.final_url, page.status) == (server.url("/a#fragment"), server.url("/a"), 200)
    assert (page.body.decode(), page.content_type, page.charset) == ("Grüße", "text/html", "utf-8")
    assert (page.etag, page.last_modified, page.hops) == ('W/"x\xe9"', "yesterday", ())


def test_headers_are_ours_alone(server: Server, open_fetcher: MakeFetcher, monkeypatch: pytest.MonkeyPatch) -> None:
    """A request names us and our contact, offers two codings, sends no cookie back and obeys no proxy variable."""
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")
    server.routes["/a"] = answer(body=b"x", set_cookie="id=1; Path=/")
    fetcher = open_fetcher(contact="https://paper.example/bot")
    fetcher.get(feed(server.url("/a")))
    fetcher.get(feed(server.url("/a")))
    headers = server.asked("/a")[1].headers
    assert headers["user-agent"] == f"newsfold/{__version__} (+https://paper.example/bot)"
    assert headers["accept-encoding"] == "gzip, deflate"
    assert set(headers) == {"host", "user-agent", "accept", "accept-encoding", "connection"}


def test_not_modified_is_a_value(server: Server, open_fetcher: MakeFetcher) -> None:
    """A 304 to a conditional request is an answer; both validators go along, byte by byte."""
    server.routes["/f"] = answer(304)
    result = open_fetcher().get(feed(server.url("/f"), validators=Validators(etag='"\xfc"', last_modified="then")))
    assert isinstance(result, NotModified)
    headers = server.asked("/f")[0].headers
    assert (headers["if-none-match"], headers["if-modified-since"]) == ('"\xfc"', "then")


def test_uncalled_for_304_is_an_error(server: Server, open_fetcher: MakeFetcher) -> None:
    """A 304 to an unconditional request is no page."""
    server.routes["/f"] = answer(304)
    with pytest.raises(BadStatus) as caught:
        open_fetcher().get(feed(server.url("/f"), validators=Validators(etag="evil\r\nX: y")))
    assert caught.value.status == 304
    assert "x" not in server.asked("/f")[0].headers


@pytest.mark.parametrize("status", [401, 403, 404, 410, 418, 500, 502, 206, 204])
def test_bad_status(server: Server, open_fetcher: MakeFetcher, status: int) -> None:
    """Whatever is no page is an error with its status."""
    server.routes["/a"] = answer(status, body=b"" if status == 204 else b"sorry")
    with pytest.raises(BadStatus) as caught:
        open_fetcher().get(feed(server.url("/a")))
    assert caught.value.status == status
    assert caught.value.chain == (server.url("/a"),)


# --- redirects ------------------------------------------------------------------------------------------------------


def test_redirects_are_recorded(server: Server, open_fetcher: MakeFetcher) -> None:
    """Each hop followed is kept with its status, so that a permanent move can be told from a temporary one."""
    server.routes |= {"/a": redirect("b?x=1", 301), "/b?x=1": redirect(server.url("/c"), 307), "/c": answer(body=b"c")}
    page = open_fetcher().get(feed(server.url("/a")))
    assert isinstance(page, Page)
    assert page.hops == (Hop(url=server.url("/a"), status=301), Hop(url=server.url("/b?x=1"), status=307))
    assert (page.url, page.final_url) == (server.url("/a"), server.url("/c"))


def test_redirect_loop_is_refused(server: Server, open_fetcher: MakeFetcher) -> None:
    """Redirects in a circle end with the chain in the error."""
    server.routes |= {"/a": redirect("/b"), "/b": redirect("/a")}
    with pytest.raises(Refused) as caught:
        open_fetcher().get(feed(server.url("/a")))
    assert caught.value.reason == "redirect"
    assert caught.value.chain == (server.url("/a"), server.url("/b"))


def test_too_many_redirects_are_refused(server: Server, open_fetcher: MakeFetcher) -> None:
    """The sixth redirect is not followed."""
    server.routes |= {f"/{n}": redirect(f"/{n + 1}") for n in range(9)}
    with pytest.raises(Refused) as caught:
        open_fetcher().get(feed(server.url("/0")))
    assert caught.value.reason == "redirect"
    assert len(server.log) == 6


@pytest.mark.parametrize(
    ("location", "reason"),
    [
        ("file:///etc/passwd", "scheme"),
        ("javascript:alert(1)", "url"),
        ("ftp://news.example/", "scheme"),
        ("http://user@127.0.0.1/", "userinfo"),
        ("http://news.example\\@127.0.0.1/", "url"),
        ("http://169.254.77.77/latest", "address"),
        ("http://[::ffff:10.0.0.1]/", "address"),
        ("http://0x7f.1/", "address"),
        ("http://[broken", "url"),
        ("http://%31%32%37.0.0.1/", "url"),
        ("http://127。1/", "address"),
        ("http://news.example:99999/", "url"),
        ("http://a b/", "url"),
    ],
)
def test_redirect_to_forbidden_places(server: Server, open_fetcher: MakeFetcher, location: str, reason: str) -> None:
    """Each hop is held to the same rules as the first address."""
    server.routes["/a"] = redirect(location.encode().decode("latin-1"))  # servers send UTF-8 where ASCII is due
    with pytest.raises(Refused) as caught:
        open_fetcher().get(feed(server.url("/a")))
    assert caught.value.reason == reason


def test_redirect_to_a_private_address_connects_nowhere(open_fetcher: MakeFetcher) -> None:
    """Where only one loopback network is open, a redirect into another one opens no connection."""
    with Server("127.0.1.1") as allowed, Server("127.0.2.1") as forbidden:
        allowed.routes["/a"] = redirect(forbidden.url("/secret"))
        with pytest.raises(Refused) as caught:
            open_fetcher(allow_private=["127.0.1.0/24"]).get(feed(allowed.url("/a")))
        assert caught.value.reason == "address"
        assert forbidden._connections == 0


def test_no_validators_across_origins(open_fetcher: MakeFetcher) -> None:
    """What one server gave us is not told to another: across origins the headers are those that everybody gets."""
    with Server("127.0.1.1") as here, Server("127.0.1.2") as there:
        here.routes |= {"/a": answer(302, location="/b", set_cookie="id=1"), "/b": redirect(there.url("/c"))}
        there.routes["/c"] = answer(body=b"c", set_cookie="id=2; Path=/")
        open_fetcher().get(feed(here.url("/a"), validators=Validators(etag='"1"', last_modified="then")))
        plain = {"host", "user-agent", "accept", "accept-encoding", "connection"}
        assert set(here.asked("/b")[0].headers) == plain | {"if-none-match", "if-modified-since"}
        assert set(there.asked("/c")[0].headers) == plain


def test_redirect_body_is_not_read(server: Server, open_fetcher: MakeFetcher) -> None:
    """A bomb on a redirect's body costs nothing: it is left unread."""
    endless = b"HTTP/1.1 302 Found\r\nLocation: /b\r\nContent-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n"
    server.routes |= {"/a": trickle([endless, *[b"5\r\nxxxxx\r\n"] * 12_000], 0.05), "/b": answer(body=b"b")}
    started = time.monotonic()
    page = open_fetcher().get(feed(server.url("/a")))
    assert isinstance(page, Page)
    assert page.body == b"b"
    assert time.monotonic() - started < 100  # the body would last ten minutes


# --- time -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "pieces",
    [
        [b"H", b"T", b"T", b"P", *[b"/"] * 12_000],
        [HEAD, *[b"X-%d: y\r\n" % n for n in range(12_000)]],
        [HEAD + b"Content-Length: 12000\r\n\r\n", *[b"x"] * 12_000],
        [HEAD + b"Transfer-Encoding: chunked\r\n\r\n", *[b"1\r\nx\r\n"] * 12_000],
        [b"HTTP/1.1 100 Continue\r\n\r\n"] * 12_000,
    ],
    ids=["status line", "headers", "body", "chunks", "interim answers"],
)
def test_total_deadline(server: Server, open_fetcher: MakeFetcher, pieces: list[bytes]) -> None:
    """A server that always sends a little in time does not hold a request beyond its total deadline."""
    server.routes["/slow"] = trickle(pieces, 0.05)
    started = time.monotonic()
    with pytest.raises(TimedOut):
        open_fetcher(timeout=0.3).get(feed(server.url("/slow")))
    assert time.monotonic() - started < 100  # the answer would last ten minutes


def test_deadline_covers_redirects(server: Server, open_fetcher: MakeFetcher) -> None:
    """Redirects do not start the time anew."""

    def slowly(connection: socket.socket, asked: Asked) -> None:
        time.sleep(0.3)
        connection.sendall(redirect(asked.path + "x"))

    server.routes |= {"/" + "x" * n: slowly for n in range(6)}
    with pytest.raises(TimedOut) as caught:
        open_fetcher(timeout=0.5).get(feed(server.url("/")))
    assert 1 <= len(caught.value.chain) <= 2  # six hops if each had a time of its own


def test_slow_tls_is_cut_off(open_fetcher: MakeFetcher) -> None:
    """A server that accepts and never shakes hands costs the connection's time and no more."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        started = time.monotonic()
        with pytest.raises(Unreachable):
            open_fetcher(connect_timeout=0.5).get(feed(f"https://127.0.0.1:{silent.getsockname()[1]}/"))
        assert time.monotonic() - started < 100  # without a limit of its own it would last as long as the server likes


# --- size and codings -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "reply",
    [
        answer(body=b"x" * 2000),
        HEAD + b"Content-Length: 99999999999999999999999999\r\n\r\n",
        answer(body=gzip.compress(b"x" * 2000, mtime=0), content_encoding="gzip"),
        HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + b"64\r\n" + b"x" * 100 + b"\r\n",
    ],
    ids=["announced", "absurd", "decoded", "endless"],
)
def test_too_large(server: Server, open_fetcher: MakeFetcher, reply: bytes) -> None:
    """A body beyond the cap is stopped while it streams."""

    def send(connection: socket.socket, _: Asked) -> None:
        connection.sendall(reply)
        while b"chunked" in reply:
            connection.sendall(b"64\r\n" + b"x" * 100 + b"\r\n")

    server.routes["/a"] = send
    with pytest.raises((TooLarge, Unreachable)) as caught:
        open_fetcher(max_feed_bytes=1000).get(feed(server.url("/a")))
    assert isinstance(caught.value, TooLarge) or b"9999" in reply


def test_gzip_bomb(server: Server, open_fetcher: MakeFetcher) -> None:
    """A gigabyte packed into a few megabytes ends at the cap, with memory bounded."""
    squeeze = zlib.compressobj(1, zlib.DEFLATED, zlib.MAX_WBITS | 16)
    bomb = b"".join(squeeze.compress(b"\0" * 2**20) for _ in range(1024)) + squeeze.flush()
    server.routes["/bomb"] = answer(body=bomb, content_encoding="gzip")
    fetcher = open_fetcher()
    tracemalloc.start()
    try:
        with pytest.raises(TooLarge):
            fetcher.get(feed(server.url("/bomb")))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 32 * 2**20


@pytest.mark.parametrize(
    ("coding", "packed"),
    [
        ("gzip", gzip.compress(b"one ", mtime=0) + gzip.compress(b"two", mtime=0) + b"\0" * 8),
        ("x-gzip", gzip.compress(b"one two", mtime=0)),
        ("deflate", zlib.compress(b"one two")),
        ("deflate", zlib.compress(b"one two")[2:-4]),
        ("identity", b"one two"),
        ("GZIP, identity", gzip.compress(b"one two", mtime=0)),
    ],
)
def test_codings(server: Server, open_fetcher: MakeFetcher, coding: str, packed: bytes) -> None:
    """Gzip of several members, both kinds of deflate and plain bodies come out as they went in."""
    server.routes["/a"] = answer(body=packed, content_encoding=coding)
    page = open_fetcher().get(feed(server.url("/a")))
    assert isinstance(page, Page)
    assert page.body == b"one two"


@pytest.mark.parametrize("coding", ["br", "zstd", "gzip, gzip", "deflate, gzip", "compress"])
def test_codings_not_offered(server: Server, open_fetcher: MakeFetcher, coding: str) -> None:
    """Codings that cannot be bounded, and codings inside codings, are refused unread."""
    server.routes["/a"] = answer(body=b"x", content_encoding=coding)
    with pytest.raises(Unreachable, match="coding"):
        open_fetcher().get(feed(server.url("/a")))


@given(st.binary(max_size=3000), st.sampled_from(["gzip", "deflate"]), st.integers(1, 500))
def test_decoding_law(body: bytes, coding: str, size: int) -> None:
    """Whatever the pieces, decoding undoes coding; and data cut anywhere are never taken for whole."""
    packed = gzip.compress(body, mtime=0) if coding == "gzip" else zlib.compress(body)
    pieces = [packed[at : at + size] for at in range(0, len(packed), size)]
    assert body_of(pieces, coding, cap=10_000) == body
    with pytest.raises(Unreachable, match="cut short"):
        body_of([packed[: max(len(packed) - size, 1)]], coding, cap=10_000)


def test_coding_list() -> None:
    """An empty or missing header means plain."""
    assert coding_of([]) is None
    assert coding_of(["", "identity"]) is None


def test_many_empty_members_are_refused() -> None:
    """A body of nothing but empty gzip members is a slow bomb."""
    with pytest.raises(Unreachable, match="members"):
        body_of([gzip.compress(b"", mtime=0) * 1000], "gzip", cap=2**20)


# --- broken connections ---------------------------------------------------------------------------------------------


def _reset(connection: socket.socket, _: Asked) -> None:
    connection.sendall(HEAD + b"Content-Length: 100\r\n\r\npart")
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    time.sleep(0.1)


def _raw(data: bytes) -> Callable[[socket.socket, Asked], None]:
    return lambda connection, _: connection.sendall(data)


@pytest.mark.parametrize(
    "reply",
    [
        _raw(HEAD + b"Content-Length: 100\r\n\r\npart"),
        _raw(HEAD + b"Transfer-Encoding: chunked\r\n\r\n5\r\nab"),
        _raw(answer(body=gzip.compress(b"x" * 1000, mtime=0)[:-4], content_encoding="gzip")),
        _reset,
    ],
    ids=["content-length", "chunk", "gzip", "reset"],
)
def test_cut_short(server: Server, open_fetcher: MakeFetcher, reply: Callable[[socket.socket, Asked], None]) -> None:
    """A body that ends early is never taken for a page."""
    server.routes["/a"] = reply
    with pytest.raises(Unreachable, match="cut short"):
        open_fetcher().get(feed(server.url("/a")))


@pytest.mark.parametrize("data", [b"", b"SSH-2.0-OpenSSH_9\r\n", HEAD + b"X: " + b"y" * 200_000])
def test_no_http(server: Server, open_fetcher: MakeFetcher, data: bytes) -> None:
    """Silence, another protocol and endless headers are protocol trouble."""
    server.routes["/a"] = _raw(data)
    with pytest.raises(Unreachable):
        open_fetcher().get(feed(server.url("/a")))


def test_refused_connection(open_fetcher: MakeFetcher) -> None:
    """A closed port is unreachable, with the reason."""
    with Server() as gone:
        url = gone.url("/")
    with pytest.raises(Unreachable, match="refused"):
        open_fetcher().get(feed(url))


def test_stale_kept_connection_is_replaced(open_fetcher: MakeFetcher, server: Server) -> None:
    """A kept connection that the server drops at the next request is no failure of the page."""
    dropped: list[Asked] = []

    def drop_once(connection: socket.socket, asked: Asked) -> None:
        if not dropped:
            dropped.append(asked)
            return
        connection.sendall(answer(body=b"b"))

    server.routes |= {"/a": answer(body=b"a"), "/b": drop_once}
    fetcher = open_fetcher(robots=False)
    for path in ("/a", "/b"):
        page = fetcher.get(Request(url=server.url(path), kind="page"))
    assert isinstance(page, Page)
    assert page.body == b"b"
    assert [asked.connection for asked in server.log] == [1, 1, 2]


def test_no_descriptors_leak(server: Server, open_fetcher: MakeFetcher) -> None:
    """Two hundred requests, good and bad, leave no open descriptor behind."""
    server.routes |= {"/0": answer(body=b"x"), "/1": redirect("/0"), "/2": _raw(HEAD), "/3": answer(500, body=b"no")}
    fetcher = open_fetcher()

    def sockets() -> int:
        links = [Path("/proc/self/fd") / name for name in os.listdir("/proc/self/fd")]  # noqa: PTH208  # names outlive
        return sum("socket" in str(link.readlink()) for link in links if link.is_symlink())

    def ask(number: int) -> None:
        kind: Kind = "page" if number % 8 > 3 else "feed"
        with suppress(FetchError):
            fetcher.get(Request(url=server.url(f"/{number % 4}"), kind=kind))

    for number in range(20):
        ask(number)
    before = sockets()
    for number in range(200):
        ask(number)
    ends = time.monotonic() + 60
    while sockets() > before + 2 and time.monotonic() < ends:
        time.sleep(0.05)  # the server closes its ends
    assert sockets() <= before + 2
