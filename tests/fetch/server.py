"""A web server on loopback that misbehaves on purpose: answers are bytes, sent as they are."""

from __future__ import annotations

import socket
import ssl
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Self


@dataclass(frozen=True, slots=True)
class Asked:
    """One request as it came over the wire."""

    path: str
    headers: dict[str, str]  # names in lower case
    at: float  # monotonic seconds
    connection: int


Reply = bytes | Callable[[socket.socket, Asked], None]  # a callable sends what it likes and ends the connection


def answer(status: int = 200, body: bytes = b"", **headers: str) -> bytes:
    """A well-formed answer; header names are given with underscores."""
    fields = {"content-length": str(len(body)), **{name.replace("_", "-"): value for name, value in headers.items()}}
    if status == 304:
        del fields["content-length"]
    head = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
    return f"HTTP/1.1 {status} Whatever\r\n{head}\r\n".encode("latin-1") + body


def redirect(location: str, status: int = 302) -> bytes:
    return answer(status, location=location)


def trickle(pieces: list[bytes], pause: float) -> Callable[[socket.socket, Asked], None]:
    """Send piece after piece with pauses between."""

    def send(connection: socket.socket, _: Asked) -> None:
        for piece in pieces:
            connection.sendall(piece)
            time.sleep(pause)

    return send


@dataclass
class Server:
    """Serves `routes` (path to reply, or list of replies one after the other, the last for ever) from one address."""

    address: str = "127.0.0.1"
    routes: dict[str, Reply | list[Reply]] = field(default_factory=dict)
    context: ssl.SSLContext | None = None
    log: list[Asked] = field(default_factory=list)

    def __enter__(self) -> Self:
        self._listener = socket.create_server((self.address, 0), backlog=256)
        self.port: int = self._listener.getsockname()[1]
        self._connections = 0
        self._closed = threading.Event()
        self._lock = threading.Lock()
        self._open: set[socket.socket] = set()
        self._thread = threading.Thread(target=self._accept, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._closed.set()
        with socket.socket() as knock:  # wakes accept()
            knock.connect((self.address, self.port))
        self._thread.join()
        self._listener.close()
        with self._lock:
            for connection in self._open:
                connection.close()

    def url(self, path: str = "/", *, host: str | None = None, scheme: str | None = None) -> str:
        scheme = scheme or ("https" if self.context else "http")
        return f"{scheme}://{host or self.address}:{self.port}{path}"

    @property
    def host(self) -> str:
        return f"{self.address}:{self.port}"

    def asked(self, path: str) -> list[Asked]:
        with self._lock:
            return [asked for asked in self.log if asked.path == path]

    def _accept(self) -> None:
        while True:
            connection, _ = self._listener.accept()
            if self._closed.is_set():
                connection.close()
                return
            with self._lock:
                self._connections += 1
                number = self._connections
                self._open.add(connection)
            threading.Thread(target=self._serve, args=(connection, number), daemon=True).start()

    def _serve(self, connection: socket.socket, number: int) -> None:
        stream = connection
        try:
            if self.context is not None:
                stream = self.context.wrap_socket(connection, server_side=True)
            while (asked := self._heard(stream, number)) is not None:
                reply = self._reply(asked)
                if callable(reply):
                    reply(stream, asked)
                    return
                stream.sendall(reply)
                if asked.headers.get("connection") == "close":
                    return
        except OSError:
            return  # the client went away, as it should from many of these answers
        finally:
            stream.close()
            with self._lock:
                self._open.discard(connection)
            connection.close()

    def _heard(self, stream: socket.socket, number: int) -> Asked | None:
        head = b""
        while b"\r\n\r\n" not in head:
            piece = stream.recv(65536)
            if not piece:
                return None
            if piece.startswith(b"\x16\x03"):  # a TLS greeting on a plain port
                stream.sendall(answer(400))
                return None
            head += piece
        first, *lines = head.split(b"\r\n\r\n")[0].decode("latin-1").split("\r\n")
        pairs = (line.partition(":") for line in lines)
        headers = {name.strip().lower(): value.strip() for name, _, value in pairs}
        asked = Asked(first.split()[1], headers, time.monotonic(), number)
        with self._lock:
            self.log.append(asked)
        return asked

    def _reply(self, asked: Asked) -> Reply:
        with self._lock:
            reply = self.routes.get(asked.path, answer(404))
            if isinstance(reply, list):
                return reply.pop(0) if len(reply) > 1 else reply[0]
            return reply
