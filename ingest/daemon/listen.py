"""Health over HTTP: GET /livez, /readyz and /metrics on the configured address, and nothing else."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, HTTPServer, ThreadingHTTPServer
from types import TracebackType
from typing import Final, Self

from ingest.daemon.health import Health
from ingest.daemon.metrics import MISSING, exposition
from ingest.errors import ConfigError

# Requests answered at once: a scraper, a probe and a person need three; more wait in nobody's memory.
_AT_ONCE: Final = 16
# Seconds a client may take for its request.
_PATIENCE: Final = 5.0
_TEXT: Final = "text/plain; charset=utf-8"


class Listener:
    """Answers from a thread of its own. A context manager. Raises ConfigError where the address cannot be had."""

    def __init__(self, address: tuple[str, int], health: Health) -> None:
        kind = _Server6 if ":" in address[0] else _Server
        try:
            self._server = kind(address, _Handler)
        except OSError as exc:
            raise ConfigError(
                "the daemon cannot listen", where=f"daemon.listen = {address[0]}:{address[1]}",
                why=exc.strerror or str(exc), fix="choose an address of this machine and a port that is free",
            ) from exc  # fmt: skip
        self._server.health = health
        self._server.metrics = exposition(health)
        self._thread = threading.Thread(target=self._server.serve_forever, name="listener", daemon=True)

    @property
    def port(self) -> int:
        return int(self._server.server_address[1])

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _Handler(BaseHTTPRequestHandler):
    """One request, then the connection is closed."""

    server: _Server
    timeout = _PATIENCE
    server_version, sys_version = "newsfold", ""

    def do_GET(self) -> None:
        path = self.path.partition("?")[0]  # probes and scrapers may be set to send parameters
        answer = {"/livez": self._alive, "/readyz": self._ready, "/metrics": self._metrics}.get(path)
        if answer is None:
            self._say(HTTPStatus.NOT_FOUND, _TEXT, b"there are /livez, /readyz and /metrics\n")
        else:
            answer()

    def parse_request(self) -> bool:
        if not super().parse_request():
            return False
        if self.command == "GET":
            return True
        self.close_connection = True
        self._say(HTTPStatus.METHOD_NOT_ALLOWED, _TEXT, b"only GET\n")
        return False

    def _alive(self) -> None:
        silent = self.server.health.stalled()
        if silent is None:
            self._say(HTTPStatus.OK, _TEXT, b"alive\n")
        else:
            self._say(HTTPStatus.SERVICE_UNAVAILABLE, _TEXT, f"no tick for {silent:.0f} s\n".encode())

    def _ready(self) -> None:
        reasons = self.server.health.blocked()
        body = json.dumps({"ready": not reasons, "reasons": reasons}).encode() + b"\n"
        self._say(HTTPStatus.SERVICE_UNAVAILABLE if reasons else HTTPStatus.OK, "application/json", body)

    def _metrics(self) -> None:
        if self.server.metrics is None:
            self._say(HTTPStatus.NOT_IMPLEMENTED, _TEXT, MISSING.encode())
        else:
            self._say(HTTPStatus.OK, *self.server.metrics())

    def _say(self, status: HTTPStatus, kind: str, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        if status == HTTPStatus.METHOD_NOT_ALLOWED:
            self.send_header("Allow", "GET")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """A probe every few seconds is no event."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False  # a client that dawdles must not delay the stop
    health: Health
    metrics: Callable[[], tuple[str, bytes]] | None

    def __init__(self, address: tuple[str, int], handler: type[BaseHTTPRequestHandler]) -> None:
        self._places = threading.BoundedSemaphore(_AT_ONCE)
        super().__init__(address, handler)

    def server_bind(self) -> None:
        # HTTPServer would ask the DNS for the machine's name here, which may take seconds and is used for nothing.
        super(HTTPServer, self).server_bind()
        self.server_name, self.server_port = "newsfold", int(self.server_address[1])

    def process_request(self, request: socket.socket | tuple[bytes, socket.socket], client_address: object) -> None:
        if self._places.acquire(blocking=False):
            super().process_request(request, client_address)
        else:
            self.shutdown_request(request)

    def process_request_thread(
        self, request: socket.socket | tuple[bytes, socket.socket], client_address: object
    ) -> None:
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._places.release()

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that went away in the middle of a word is no event either."""


class _Server6(_Server):
    address_family = socket.AF_INET6
