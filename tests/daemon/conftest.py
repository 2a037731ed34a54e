"""A daemon over the small web of the end-to-end tests, with its health on a port of its own."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

from prometheus_client.parser import text_string_to_metric_families

from tests.e2e import press
from tests.e2e.conftest import Desk, desk, members, until, web
from tests.e2e.web import Site

# The fixtures of the end-to-end tests are those of these tests too.
__all__ = ("desk", "web")

TICK = 0.3
# An address of this process alone: a port that was free a moment ago is nobody else's by then.
HERE = f"127.90.{os.getpid() // 250 % 250}.{os.getpid() % 250 + 1}"


@dataclass
class Watch:
    """A daemon that runs, and what is said about it."""

    process: subprocess.Popen[str]
    port: int
    desk: Desk
    said: list[str] = field(default_factory=list)  # lines of stderr so far
    codes: list[int] = field(default_factory=list)

    def ask(self, path: str, method: str = "GET") -> tuple[int, str]:
        """Status and body; 0 where nobody listens."""
        return ask(self.port, path, method)

    def figures(self) -> dict[str, float]:
        """The metrics: name and labels -> value."""
        status, text = self.ask("/metrics")
        assert status == 200
        return {
            sample.name + "".join(f" {value}" for value in sample.labels.values()): sample.value
            for family in text_string_to_metric_families(text)
            for sample in family.samples
        }

    def ready(self) -> bool:
        return self.ask("/readyz")[0] == 200

    def events(self, name: str, outcome: str) -> list[dict[str, Any]]:
        """The log events of that name and outcome so far."""
        lines = (json.loads(line) for line in list(self.said) if line.startswith("{"))
        return [line for line in lines if line["event"] == name and line["outcome"] == outcome]

    def end(self, number: int = signal.SIGTERM) -> float:
        """Seconds from the signal to an end with nobody left; the exit code goes to `codes`."""
        begun = time.monotonic()
        self.process.send_signal(number)
        self.codes.append(self.process.wait(100))
        took = time.monotonic() - begun
        until(lambda: not members(self.process.pid))
        assert not any("Traceback" in line for line in self.said), self.said
        return took


def ask(port: int, path: str, method: str = "GET") -> tuple[int, str]:
    """Status and body of one request to HERE; 0 where nobody listens."""
    connection = http.client.HTTPConnection(HERE, port, timeout=60)
    try:
        connection.request(method, path)
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    except OSError:
        return 0, ""
    finally:
        connection.close()


def free_port() -> int:
    with socket.create_server((HERE, 0)) as server:
        return int(server.getsockname()[1])


@contextmanager
def watching(desk: Desk, *args: str, tick: float = TICK, **env: str) -> Iterator[Watch]:
    """`ingest daemon` over this desk's store and settings; killed at the end where it still runs."""
    port = free_port()
    asked = {"INGEST_DAEMON__TICK": str(tick), "INGEST_DAEMON__LISTEN": f"{HERE}:{port}"}
    with desk.start("--log-format", "json", "daemon", *args, **(asked | env)) as process:
        watch = Watch(process, port, desk)
        assert process.stderr is not None
        # Somebody has to read what it says: a full pipe would stop it.
        reader = threading.Thread(target=watch.said.extend, args=(process.stderr,), daemon=True)
        reader.start()
        try:
            yield watch
        finally:
            if process.poll() is None:
                with suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
            process.wait(10)
            reader.join(10)


def configure(desk: Desk, feeds: Sequence[str], *, interval: int, more: str = "") -> None:
    """The settings file of this desk: these feeds alone."""
    listed = "".join(f'[[feeds]]\nurl = "{url}"\ninterval = {interval}\n' for url in feeds)
    (desk.folder / "config.toml").write_text(more + "\n" + listed, encoding="utf-8")


def printed(site: Site, number: int, path: str = "/rss.xml") -> str:
    """A feed with one invented article; its address."""
    told = press.story(number)
    link = site.put(f"/n/artikel-{number}", press.page(told))
    return site.put(path, press.rss([(link, told)]))
