"""A small web on loopback: several hosts, each answer switchable while it runs, every request noted."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self


@dataclass(frozen=True, slots=True)
class Asked:
    """One request as a host heard it."""

    host: str
    path: str
    headers: Mapping[str, str]  # names in lower case


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a path says. With an `etag`, a request that names it is answered 304. `delay`: seconds before a word."""

    body: bytes = b""
    status: int = 200
    kind: str = "text/html; charset=utf-8"
    etag: str | None = None
    delay: float = 0.0
    headers: Mapping[str, str] = field(default_factory=dict)


class _Listener(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False  # hosts that hang would keep the test waiting
    request_queue_size = 128
    site: Site

    def handle_error(self, request: object, client_address: object) -> None:
        """Clients that were killed in the middle of a word are what some tests are about."""


class Site:
    """One host. Paths it has no answer for are 404; so is its robots.txt unless one is put there."""

    def __init__(self, web: Web, address: str) -> None:
        self._web = web
        self._answers: dict[str, Answer] = {}
        self._server = _Listener((address, 0), _Handler)
        self._server.site = self
        self.host = f"{address}:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        self._thread.start()

    def url(self, path: str) -> str:
        return f"http://{self.host}{path}"

    def put(self, path: str, body: bytes | str = b"", **said: Any) -> str:
        """Say this at a path from now on; the path's URL. `said` are fields of Answer."""
        self._answers[path] = Answer(body=body.encode() if isinstance(body, str) else body, **said)
        return self.url(path)

    def heard(self, path: str, headers: Mapping[str, str]) -> Answer:
        """Note a request and look up its answer."""
        self._web.log.append(Asked(self.host, path, headers))
        return self._answers.get(path, Answer(status=404, body=b"nothing here", kind="text/plain"))

    def wait(self, seconds: float) -> None:
        """Keep a client waiting, at most until the web closes."""
        self._web.closing.wait(seconds)

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class Web:
    """Hosts on 127.81.0.x. A context manager."""

    def __init__(self) -> None:
        self.log: list[Asked] = []
        self.closing = threading.Event()
        self._sites: list[Site] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.closing.set()
        for site in self._sites:
            site.close()

    def site(self) -> Site:
        """One more host, at an address of its own."""
        number = len(self._sites) + 1
        site = Site(self, f"127.81.{number // 250}.{number % 250 + 1}")
        self._sites.append(site)
        return site

    def asked(self, url: str) -> list[Asked]:
        """The requests for one URL so far."""
        return [asked for asked in list(self.log) if f"http://{asked.host}{asked.path}" == url]

    def forget(self) -> None:
        """Start the log anew."""
        self.log.clear()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Listener
    timeout = 10  # of an idle connection

    def do_GET(self) -> None:
        heard = {name.lower(): value for name, value in self.headers.items()}
        answer = self.server.site.heard(self.path, heard)
        if answer.delay:
            self.server.site.wait(answer.delay)
        known = answer.etag is not None and heard.get("if-none-match") == answer.etag
        body = b"" if known else answer.body
        try:
            self.send_response(304 if known else answer.status)
            if not known:
                self.send_header("Content-Type", answer.kind)
                self.send_header("Content-Length", str(len(body)))
            if answer.etag is not None:
                self.send_header("ETag", answer.etag)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)
        except OSError:
            self.close_connection = True  # the client was killed, or has had enough

    def log_message(self, *_: object) -> None:
        """The requests are in the web's log; nothing is printed."""
