"""A web server for one outlet on loopback: answers from memory, with ETags."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Final

# Linux and macOS both have it, and nothing else needs to be set up: outlets differ by port.
ADDRESS: Final = "127.0.0.1"
# Seconds until an idle connection is closed; longer than a round, so that none breaks under a request.
IDLE: Final = 30


@dataclass(frozen=True, slots=True)
class Answer:
    """What a path says."""

    body: bytes
    kind: str

    @property
    def etag(self) -> str:
        return f'"{hashlib.sha256(self.body).hexdigest()[:16]}"'


class Server:
    """Listens at a free port of 127.0.0.1 from the start; `close()` ends it. `answers` are by path with query."""

    def __init__(self) -> None:
        self._listener = _Listener((ADDRESS, 0), _Handler)
        self._thread = threading.Thread(
            target=self._listener.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True
        )
        self._thread.start()

    @property
    def home(self) -> str:
        return f"http://{ADDRESS}:{self._listener.server_address[1]}/"

    def publish(self, answers: Mapping[str, Answer]) -> None:
        """Say this from now on; every other path is 404."""
        self._listener.answers = dict(answers)

    def close(self) -> None:
        """Stop listening. May be called twice."""
        self._listener.shutdown()
        self._listener.server_close()
        self._thread.join()


class _Listener(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False  # idle connections would keep the demo waiting
    answers: Mapping[str, Answer] = {}

    def handle_error(self, *_: object) -> None:
        """A client that breaks off is no error; the standard library would print a traceback."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Listener
    timeout = IDLE

    def do_GET(self) -> None:
        answer = self.server.answers.get(self.path)
        known = answer is not None and self.headers.get("If-None-Match") == answer.etag
        body = b"" if known else answer.body if answer else b"not here\n"
        try:
            self.send_response(304 if known else 200 if answer else 404)
            if answer is not None:
                self.send_header("ETag", answer.etag)
            if not known:
                self.send_header("Content-Type", f"{answer.kind if answer else 'text/plain'}; charset=utf-8")
                self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
        except OSError:
            self.close_connection = True  # whoever asked has gone

    def log_message(self, *_: object) -> None:
        """The run's own log says what was asked."""
