"""Who asks the daemon how it is, and what it says; what addresses it may listen on."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.config import Daemon
from ingest.daemon import metrics
from ingest.daemon.health import PATIENCE, Health
from ingest.daemon.listen import Listener
from ingest.errors import ConfigError
from ingest.run import Summary
from ingest.settings import load
from tests.daemon.conftest import HERE, ask, free_port
from tests.e2e.conftest import REPOSITORY, Desk

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


class Clock:
    """A monotonic clock that stands until it is moved."""

    def __init__(self) -> None:
        self.at = 1000.0

    def __call__(self) -> float:
        return self.at


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def health(clock: Clock, tmp_path: Path) -> Health:
    return Health(tick=10, store_url=f"sqlite:///{tmp_path / 'news.db'}", monotonic=clock)


@pytest.fixture
def port(health: Health) -> Iterator[int]:
    with Listener((HERE, free_port()), health) as listener:
        yield listener.port


def reasons(port: int) -> list[str]:
    status, body = ask(port, "/readyz")
    said = json.loads(body)
    assert said["ready"] == (status == 200) == (not said["reasons"])
    return list(said["reasons"])


def test_it_is_alive_while_it_gives_signs(health: Health, clock: Clock, port: int) -> None:
    """Five ticks without a sign, and a minute at least, are too many; a cycle gives signs while it runs."""
    assert ask(port, "/livez") == (200, "alive\n")
    clock.at += PATIENCE
    assert ask(port, "/livez")[0] == 200
    clock.at += 1
    assert ask(port, "/livez") == (503, "no tick for 61 s\n")
    assert "no tick for 61 s" in reasons(port)
    health.running(Summary(NOW))
    assert ask(port, "/livez")[0] == 200


def test_it_is_ready_when_the_last_tick_did_its_work(health: Health, port: int) -> None:
    """Not before the first tick, not while something is in the way, not when it stops."""
    assert reasons(port) == ["no tick yet"]
    health.ticked(None)
    assert reasons(port) == []
    health.ticked("the disk is nearly full")
    assert reasons(port) == ["the disk is nearly full"]
    health.ticked(None)
    health.stopping()
    assert reasons(port) == ["stopping"]


def test_a_cycle_is_counted_once(health: Health) -> None:
    """Its figures show while it runs and stay when it has ended, well or not."""
    running = Summary(NOW)
    running.items.update(seen=3, new=2, failed=1)
    running.spent("store", 1.5)
    health.running(running)
    assert health.figures().items["new"] == 2
    health.cycled("done", at=NOW, seconds=2.0, summary=running)
    broken = Summary(NOW)
    broken.items["new"] = 1
    health.running(broken)
    health.cycled("postponed", at=NOW, seconds=1.0)
    figures = health.figures()
    assert figures.items["new"] == 3
    assert figures.seconds == {"store": 1.5}
    assert figures.cycles == {"done": 1, "postponed": 1}
    assert (figures.last_cycle, figures.last_cycle_seconds) == (NOW, 1.0)


@pytest.mark.parametrize("method", ["HEAD", "POST", "PUT", "DELETE", "OPTIONS", "TRACE", "BREW"])
def test_it_answers_get_alone(port: int, method: str) -> None:
    """Nothing but GET, nothing but the three paths."""
    assert ask(port, "/livez", method)[0] == 405
    assert ask(port, "/livez?verbose=1", "GET")[0] == 200
    assert ask(port, "/", "GET")[0] == 404
    assert ask(port, "/../etc/passwd", "GET")[0] == 404


def test_clients_that_dawdle_hold_nobody_up(health: Health) -> None:
    """Sixteen connections that say nothing: others are turned away or served, the end is not delayed."""
    with Listener((HERE, free_port()), health) as listener:
        silent = [socket.create_connection((HERE, listener.port)) for _ in range(15)]
        assert ask(listener.port, "/livez")[0] == 200
        silent += [socket.create_connection((HERE, listener.port)) for _ in range(5)]
        begun = time.monotonic()
    assert time.monotonic() - begun < 100  # the silent ones would stay for ever
    for one in silent:
        one.close()


def test_metrics_without_the_package_say_how_to_get_it(health: Health, monkeypatch: pytest.MonkeyPatch) -> None:
    """501 and the command that installs it; the other paths work."""
    monkeypatch.setattr(metrics, "INSTALLED", False)
    with Listener((HERE, free_port()), health) as listener:
        status, said = ask(listener.port, "/metrics")
        assert (status, "pip install 'newsfold[metrics]'" in said) == (501, True)
        assert ask(listener.port, "/livez")[0] == 200
    without = "import sys; sys.modules['prometheus_client'] = None"
    code = f"{without}; from ingest.daemon import metrics; sys.exit(metrics.INSTALLED)"
    subprocess.run([sys.executable, "-c", code], check=True, cwd=REPOSITORY)


def test_a_port_that_is_taken_is_a_matter_of_the_settings(desk: Desk) -> None:
    """Exit 4 in three lines that name the key."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        listen = f"127.0.0.1:{taken.getsockname()[1]}"
        done = desk.call("-q", "daemon", INGEST_DAEMON__LISTEN=listen)
    assert done.code == 4
    assert listen in done.error()[0]


@pytest.mark.parametrize(
    ("listen", "address"),
    [("127.0.0.1:9077", ("127.0.0.1", 9077)), ("localhost:80", ("127.0.0.1", 80)), ("[::1]:9077", ("::1", 9077)),
     ("[::]:9077", ("::", 9077)), ("192.0.2.7:1", ("192.0.2.7", 1))],
)  # fmt: skip
def test_addresses(listen: str, address: tuple[str, int]) -> None:
    """An IP address and a port; what other machines reach is written out."""
    assert Daemon(listen=listen).address == address


@pytest.mark.parametrize(
    "listen", ["9077", ":9077", "*:9077", "example.org:80", "127.0.0.1", "127.0.0.1:0", "127.0.0.1:65536", "::1", ""]
)
def test_addresses_that_are_refused(listen: str, tmp_path: Path) -> None:
    """Nobody opens it to others by leaving something away; a name may lead anywhere."""
    with pytest.raises(ConfigError) as caught:
        load(None, environ={"INGEST_DAEMON__LISTEN": f'"{listen}"'}, cwd=tmp_path)
    assert "daemon.listen" in caught.value.where
    assert "127.0.0.1:9077" in caught.value.fix


@given(st.text(max_size=30))
def test_any_address_is_taken_or_refused(listen: str) -> None:
    """No text breaks it: an address or a ValueError."""
    try:
        found = Daemon(listen=listen).address
    except ValueError:
        return
    assert found is not None
    assert 0 < found[1] < 65_536
