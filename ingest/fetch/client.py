"""One exchange with one server: headers out, a bounded answer back, every failure one of ours.

The only place that speaks httpx. Redirects, robots.txt and politeness are decided elsewhere.
"""

from __future__ import annotations

import logging
import os
import ssl
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import cache
from http.cookiejar import CookieJar, DefaultCookiePolicy
from types import TracebackType
from typing import Final, Self

import httpcore
import httpx

from ingest.errors import Refused, TooLarge, Unreachable
from ingest.fetch.backend import Budget, GuardedBackend, spending
from ingest.fetch.decode import ACCEPT_ENCODING, body_of, coding_of
from ingest.fetch.requests import Kind

# httpx logs a line for every request at level info; the run has its own events.
logging.getLogger("httpx").setLevel(logging.WARNING)

# Connections kept for further pages of a host, and for how long (seconds). httpcore scans its whole pool for every
# request, so the pool stays small; between two pages of one host lies one second of spacing.
_KEPT: Final = 16
_KEPT_SECONDS: Final = 8.0
# What X.509 verification found wrong, by OpenSSL's number.
_CERTIFICATE: Final = {
    9: "certificate not yet valid", 10: "certificate expired", 18: "self-signed certificate",
    19: "self-signed certificate in the chain", 20: "certificate of an unknown issuer",
    21: "certificate of an unknown issuer", 62: "certificate for another host", 64: "certificate for another host",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """Status and headers, and the decoded body where it was wanted."""

    status: int
    headers: httpx.Headers
    body: bytes | None

    def field(self, name: str) -> str | None:
        """A header's value byte by byte (latin-1), so that it can be sent back unchanged."""
        wanted = name.encode("ascii").lower()
        return next((value.decode("latin-1") for key, value in self.headers.raw if key.lower() == wanted), None)


class _Transport(httpx.BaseTransport):
    """httpx over an httpcore pool with our network underneath (httpx's own transport cannot be given one)."""

    def __init__(self, context: ssl.SSLContext, backend: GuardedBackend, kept: int) -> None:
        # No limit on connections: the crawl decides how many requests are under way, and nobody waits for a pool.
        self._pool = httpcore.ConnectionPool(
            ssl_context=context,
            max_connections=None,
            max_keepalive_connections=kept,
            keepalive_expiry=_KEPT_SECONDS,
            network_backend=backend,
        )

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        url = httpcore.URL(
            scheme=request.url.raw_scheme, host=request.url.raw_host, port=request.url.port, target=request.url.raw_path
        )
        response = self._pool.handle_request(
            httpcore.Request(request.method, url, headers=request.headers.raw, extensions=request.extensions)
        )
        return httpx.Response(response.status, headers=response.headers, stream=_Body(response))

    def close(self) -> None:
        self._pool.close()


class _Body(httpx.SyncByteStream):
    def __init__(self, response: httpcore.Response) -> None:
        self._response = response

    def __iter__(self) -> Iterator[bytes]:
        yield from self._response.iter_stream()

    def close(self) -> None:
        if _said_more(self._response):
            self._response.extensions["network_stream"].close()  # the pool finds it closed and drops it
        self._response.close()


def _said_more(response: httpcore.Response) -> bool:
    """Whether bytes lie behind the answer's end: a server that counted wrong, or one that slips in an answer to what
    nobody has asked yet. On a kept connection they would be read as the next page."""
    connection = getattr(getattr(response.stream, "_stream", None), "_connection", None)
    state = getattr(connection, "_h11_state", None)  # httpcore shows them for upgrades alone
    return state is not None and bool(state.trailing_data[0])


class Web:
    """The network as the fetcher uses it. Thread-safe. A context manager: leaving it closes all connections."""

    def __init__(self, backend: GuardedBackend, user_agent: str) -> None:
        context = _tls(os.environ.get("SSL_CERT_FILE"), os.environ.get("SSL_CERT_DIR"))
        self._stack = ExitStack()
        self._clients: dict[Kind, httpx.Client] = {
            "feed": self._client(_Transport(context, backend, kept=0), user_agent),
            "page": self._client(_Transport(context, backend, kept=_KEPT), user_agent),
        }

    def _client(self, transport: _Transport, user_agent: str) -> httpx.Client:
        return self._stack.enter_context(
            httpx.Client(
                transport=transport,
                trust_env=False,
                follow_redirects=False,
                timeout=None,  # noqa: S113  # the backend pays every operation from the request's budget
                cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),  # nobody is remembered
                headers={"User-Agent": user_agent, "Accept-Encoding": ACCEPT_ENCODING},
            )
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._stack.close()

    def ask(
        self,
        url: httpx.URL,
        *,
        kind: Kind,
        headers: Mapping[str, bytes],
        budget: Budget,
        cap: int,
        truncate: bool = False,
    ) -> Answer:
        """GET one address, following nothing. The body is read (up to `cap` bytes) for 200 and 203 alone.

        Raises Refused (address), TooLarge, TimedOut, Unreachable, and Interrupted where the run was stopped.
        """
        fields = [(name.encode("ascii"), value) for name, value in headers.items()]
        request = self._clients[kind].build_request("GET", url, headers=fields)
        with spending(budget):
            response = self._sent(self._clients[kind], request, budget)
            try:
                with _mapped("cut short", budget):
                    return _read(response, cap, truncate=truncate)
            finally:
                response.close()

    def _sent(self, client: httpx.Client, request: httpx.Request, budget: Budget) -> httpx.Response:
        opened = budget.connections
        try:
            with _mapped("unreachable", budget):
                return client.send(request, stream=True)
        except Unreachable:
            if budget.connections > opened:
                raise
        # A kept connection that the server gave up meanwhile says nothing about the server: ask once more.
        with _mapped("unreachable", budget):
            return client.send(request, stream=True)


@cache
def _tls(file: str | None, folder: str | None) -> ssl.SSLContext:  # noqa: ARG001  # read from the environment by httpx
    """One TLS context for all clients: it costs 42 ms, and a daemon opens a fetcher every few seconds.

    SSL_CERT_FILE and SSL_CERT_DIR may name other authorities (intranets); everything else in the environment, proxies
    above all, would lead around the guard.
    """
    return httpx.create_ssl_context()


def _read(response: httpx.Response, cap: int, *, truncate: bool) -> Answer:
    status, headers = response.status_code, response.headers
    if status == 304:
        for _ in response.iter_raw():  # has no body; reading its end lets the connection be kept
            pass
    if status not in {200, 203}:
        return Answer(status=status, headers=headers, body=None)
    coding = coding_of(headers.get_list("content-encoding"))
    length = headers.get("content-length", "")
    if length.isascii() and length.isdigit() and int(length[:20]) > cap and not truncate:
        raise TooLarge("too large", why=f"{length[:20]} bytes announced, {cap} allowed")
    return Answer(status=status, headers=headers, body=body_of(response.iter_raw(), coding, cap=cap, truncate=truncate))


@contextmanager
def _mapped(what: str, budget: Budget) -> Iterator[None]:
    """Foreign errors become ours, once, here. What the backend and the decoder raise is ours already."""
    try:
        yield
    except httpcore.TimeoutException as exc:
        budget.left()  # raises TimedOut where the whole request's time is up, not just the connection's
        raise Unreachable(what, why=f"no answer: {_words(exc)}") from exc
    except (httpx.RemoteProtocolError, httpx.InvalidURL) as exc:  # httpx parses Location even if it is not to follow it
        raise Refused("refused redirect", reason="url", why=_words(exc)) from exc
    except (httpcore.NetworkError, httpcore.ProtocolError, httpcore.UnsupportedProtocol, httpx.HTTPError) as exc:
        raise Unreachable(what, why=_trouble(exc)) from exc


def _trouble(error: BaseException) -> str:
    """The cause in words a user can act on: certificates by what is wrong with them."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return f"TLS: {_CERTIFICATE.get(cause.verify_code, cause.verify_message)}"
        if isinstance(cause, ssl.SSLError):
            return f"TLS: {cause.reason or _words(cause)}"
        cause = cause.__cause__ or cause.__context__  # httpcore's pool clears the cause, not the context
    return _words(error)


def _words(error: BaseException) -> str:
    return str(error)[:200] or type(error).__name__
