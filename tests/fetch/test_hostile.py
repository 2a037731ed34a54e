"""Servers at their worst, one answer each; the same over TLS."""

from __future__ import annotations

import gzip
import shutil
import socket
import subprocess
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from ssl import PROTOCOL_TLS_SERVER, SSLContext

import pytest

from ingest.errors import BadStatus, FetchError, Refused, TimedOut, TooLarge, Unreachable
from ingest.fetch import Request
from ingest.model import NotModified, Page, Validators
from tests.fetch.conftest import MakeFetcher
from tests.fetch.server import Asked, Reply, Server, answer, redirect, trickle

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for the server's address, signed by itself; who trusts it accepts it."""
    if shutil.which("openssl") is None:
        pytest.skip("openssl makes the certificate of this test")
    path = tmp_path_factory.mktemp("tls") / "own.pem"
    key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", str(path)]
    name = ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"]
    made = ["openssl", "req", "-x509", *key, *name, "-days", "9", "-out", f"{path}.crt"]
    subprocess.run(made, check=True, capture_output=True)
    path.write_bytes(path.read_bytes() + Path(f"{path}.crt").read_bytes())
    return path


@pytest.fixture(params=["http", "https"])
def host(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """A server that speaks plain HTTP, and one that speaks TLS."""
    context = None
    if request.param == "https":
        certificate = request.getfixturevalue("certificate")
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        context = SSLContext(PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
    with Server(context=context) as running:
        yield running


def feed(server: Server, path: str = "/a", validators: Validators = Validators()) -> Request:  # noqa: B008  # frozen
    return Request(url=server.url(path), kind="feed", validators=validators)


def raw(data: bytes) -> Callable[[socket.socket, Asked], None]:
    """Send this and end the connection."""
    return lambda connection, _: connection.sendall(data)


def bomb(window: int) -> bytes:
    squeeze = zlib.compressobj(9, zlib.DEFLATED, window)
    return b"".join(squeeze.compress(bytes(2**20)) for _ in range(64)) + squeeze.flush()


GZIP, DEFLATE = zlib.MAX_WBITS | 16, zlib.MAX_WBITS
PAGE = b"<html>Kai gesperrt</html>"
# A header, and blocks of no length: a megabyte and a half that decodes to nothing.
EMPTY_BLOCKS = b"\x1f\x8b\x08\0\0\0\0\0\0\x03" + b"\0\0\0\xff\xff" * 300_000
CHUNKED = b"Transfer-Encoding: chunked\r\n\r\n"
WORST: dict[str, tuple[Reply, type[FetchError]]] = {
    "a drip of headers": (trickle([HEAD, *[b"X: y\r\n"] * 6000], 0.1), TimedOut),
    "a drip of the body": (trickle([HEAD + b"Content-Length: 6000\r\n\r\n", *[b"x"] * 6000], 0.1), TimedOut),
    "endless chunks": (trickle([HEAD + b"Transfer-Encoding: chunked\r\n\r\n", *[b"1\r\nx\r\n"] * 6000], 0.1), TimedOut),
    "a bomb in gzip": (answer(body=bomb(GZIP), content_encoding="gzip"), TooLarge),
    "a bomb in deflate": (answer(body=bomb(DEFLATE), content_encoding="deflate"), TooLarge),
    "gzip without end that holds nothing": (answer(body=EMPTY_BLOCKS, content_encoding="gzip"), TooLarge),
    "gzip cut off": (answer(body=gzip.compress(PAGE * 99)[:-9], content_encoding="gzip"), Unreachable),
    "plain text called gzip": (answer(body=PAGE, content_encoding="gzip"), Unreachable),
    "plain text called deflate": (answer(body=PAGE, content_encoding="deflate"), Unreachable),
    "gzip called deflate": (answer(body=gzip.compress(PAGE), content_encoding="deflate"), Unreachable),
    "deflate called gzip": (answer(body=zlib.compress(PAGE), content_encoding="gzip"), Unreachable),
    "a coding of its own": (answer(body=PAGE, content_encoding="rot13"), Unreachable),
    "300 KB in one header": (answer(body=PAGE, x_filler="y" * 300_000), Unreachable),
    "300 KB of headers": (answer(200, PAGE, **{f"x_{n}": "y" * 1000 for n in range(300)}), Unreachable),
    "a length too great": (raw(HEAD + b"Content-Length: 99\r\n\r\n" + PAGE), Unreachable),
    "two lengths": (raw(HEAD + b"Content-Length: 5\r\nContent-Length: 25\r\n\r\n" + PAGE), Unreachable),
    "a length below zero": (raw(HEAD + b"Content-Length: -5\r\n\r\n" + PAGE), Unreachable),
    "a chunk that is no number": (raw(HEAD + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n" + PAGE), Unreachable),
    "chunks cut off": (raw(HEAD + CHUNKED + b"ff\r\n" + PAGE), Unreachable),
    "a chunk of 2**80 bytes": (raw(HEAD + CHUNKED + b"f" * 20 + b"\r\n" + PAGE), Unreachable),
    "an extension of 300 KB": (raw(HEAD + CHUNKED + b"5;" + b"y" * 300_000), Unreachable),
    "300 KB of trailers": (raw(HEAD + CHUNKED + b"0\r\n" + b"X: y\r\n" * 50_000), Unreachable),
    "a drip of trailers": (trickle([HEAD + CHUNKED + b"0\r\n", *[b"X: y\r\n"] * 6000], 0.1), TimedOut),
    "a coding on the way": (raw(HEAD + b"Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n"), Unreachable),
    "a thousand gzip files in one": (answer(body=gzip.compress(b"") * 1000, content_encoding="gzip"), Unreachable),
    "a garbled status line": (raw(b"HTTP/1.1 zweihundert OK\r\n\r\n" + PAGE), Unreachable),
    "another protocol": (raw(b"220 mail.example ESMTP\r\n"), Unreachable),
    "an upgrade nobody asked for": (raw(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n"), FetchError),
    "nothing at all": (raw(b""), Unreachable),
    "redirects in a circle": (redirect("/a"), Refused),
}


@pytest.mark.parametrize(("reply", "error"), WORST.values(), ids=WORST.keys())
def test_the_worst_answers(
    host: Server,
    open_fetcher: MakeFetcher,
    reply: Reply,
    error: type[FetchError],
) -> None:
    """Each is an error of its kind within the time that a request has, and the host still serves the next one."""
    host.routes |= {"/a": reply, "/b": answer(body=PAGE)}
    fetcher = open_fetcher(timeout=0.5 if error is TimedOut else 60.0, max_feed_bytes=2**20)
    started = time.monotonic()
    with pytest.raises(error):
        fetcher.get(feed(host))
    assert time.monotonic() - started < 100  # those that drip would last ten minutes
    page = open_fetcher().get(feed(host, "/b"))
    assert isinstance(page, Page)
    assert page.body == PAGE


def test_black_hole(open_fetcher: MakeFetcher) -> None:
    """A server that accepts a request and never says a word costs the request's time, not more."""
    release = threading.Event()

    def silent(connection: socket.socket, _: Asked) -> None:
        release.wait(600)

    with Server() as server:
        server.routes["/a"] = silent
        started = time.monotonic()
        with pytest.raises(TimedOut):
            open_fetcher(timeout=0.5).get(feed(server))
        assert time.monotonic() - started < 100
        release.set()


def test_a_length_too_small(host: Server, open_fetcher: MakeFetcher) -> None:
    """What follows the announced bytes is no part of the page, and not taken for the next answer."""
    smuggled = HEAD + b"Content-Length: 4\r\n\r\nevil"
    host.routes |= {"/a": answer(body=b"short") + smuggled, "/b": answer(body=PAGE)}
    fetcher = open_fetcher(robots=False)
    bodies = []
    for path in ("/a", "/b"):
        page = fetcher.get(Request(url=host.url(path), kind="page"))
        assert isinstance(page, Page)
        bodies.append(page.body)
    assert bodies == [b"short", PAGE]


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("location", [None, ""], ids=["missing", "empty"])
def test_redirect_to_nowhere(server: Server, open_fetcher: MakeFetcher, status: int, location: str | None) -> None:
    """A redirect without a Location is an answer with a bad status; its body is no page."""
    headers = {} if location is None else {"location": location}
    server.routes["/a"] = answer(status, PAGE, **headers)
    with pytest.raises(BadStatus) as caught:
        open_fetcher().get(feed(server))
    assert caught.value.status == status
    assert len(server.log) == 1


@pytest.mark.parametrize("etag", ['"strong"', 'W/"weak"', "unquoted", "W/unquoted", '"a", "b"', "'single'", '"ü"'])
def test_validators_go_back_as_they_came(server: Server, open_fetcher: MakeFetcher, etag: str) -> None:
    """Weak, unquoted and odd ETags are sent back byte by byte: a server compares them with its own."""
    server.routes["/a"] = [answer(body=PAGE, etag=etag), answer(304), answer(304, etag='"another"')]
    fetcher = open_fetcher()
    page = fetcher.get(feed(server))
    assert isinstance(page, Page)
    for _ in range(2):
        assert isinstance(fetcher.get(feed(server, validators=Validators(etag=page.etag))), NotModified)
    assert [asked.headers.get("if-none-match") for asked in server.log] == [None, etag, etag]


def test_many_feeds_of_one_host(open_fetcher: MakeFetcher) -> None:
    """Five hundred feeds on one host are asked one at a time, and a lonely feed elsewhere is not behind them."""
    running, most, asked_so_far, lock, met = [0], [0], [0], threading.Lock(), threading.Event()

    def count(connection: socket.socket, asked: Asked) -> None:
        with lock:
            running[0] += 1
            most[0] = max(most[0], running[0])
            asked_so_far[0] += 1
            crowded_on = asked_so_far[0] > 50
        if crowded_on:
            met.wait(60)
        time.sleep(0.001)
        with lock:
            running[0] -= 1
        connection.sendall(answer(body=asked.path.encode()))

    def meet(connection: socket.socket, _: Asked) -> None:
        connection.sendall(answer(body=b"a"))
        met.set()

    with Server("127.0.8.1") as crowded, Server("127.0.8.2") as lonely:
        crowded.routes |= {f"/{n}": count for n in range(500)}
        lonely.routes["/a"] = meet
        done = []
        with open_fetcher(threads=8, spacing=0.0).crawl() as crawl:
            for n in range(500):
                crawl.add(feed(crowded, f"/{n}"))
            crawl.add(feed(lonely))
            for outcome in crawl:
                assert isinstance(outcome.result, Page), outcome.result
                done.append(outcome.request.url)
    assert len(set(done)) == 501
    assert most[0] == 1
    assert met.is_set()
    assert done.index(lonely.url("/a")) < 400
