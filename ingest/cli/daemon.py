"""`ingest daemon`: the same cycle on a clock."""

from __future__ import annotations

import signal
import threading
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from ingest.cli.ending import give_up, stopped_by_signals
from ingest.cli.invocation import Command, Invocation, pass_invocation
from store.errors import StoreError

if TYPE_CHECKING:
    from ingest.config import Config
    from store.base import Store


@click.command(cls=Command)
@pass_invocation
def daemon(invocation: Invocation) -> int:
    """Example: ingest daemon

    Run again and again: poll each feed when it is due, until SIGTERM or SIGINT.

    Reading commands, `feeds add` and `seeds add` work while it runs; a second daemon or `ingest run` exits with 75.
    SIGHUP reads the settings anew: feeds, topic, everything but [store], [daemon] and [log]. With daemon.listen set,
    /livez, /readyz and /metrics answer there.
    """
    signal.signal(signal.SIGTERM, _leave)
    from ingest.clock import clock_from
    from ingest.daemon import Daemon

    invocation.start_logs()
    stop = threading.Event()
    store = invocation.open_store()
    try:
        with store.cycle(wait=invocation.wait, holder="ingest daemon"), stopped_by_signals(stop) as stopped:
            watch = Daemon(
                invocation.open_store, invocation.config, load=lambda: _settings(invocation), clock=clock_from(None),
                stop=stop, ready=lambda: _greet(invocation),
            )  # fmt: skip
            signal.signal(signal.SIGHUP, lambda _number, _frame: watch.reload())
            ended = watch.run()
            code = 130 if stopped[0] == signal.SIGINT else 0
            if not ended:
                give_up(code)
            _write_back(store)
    finally:
        store.close()
    return code


def _write_back(store: Store) -> None:
    """Leave one file that holds everything. Whoever closes a store last writes its log back, and only a connection that
    may write can: this one has read alone, and was open all the while. Where that cannot be done now, the log stays,
    and the next command that writes does it."""
    with suppress(StoreError), store.placing():
        pass


def _greet(invocation: Invocation) -> None:
    settings = invocation.config.daemon
    where = f", health on http://{settings.listen}/readyz" if settings.listen else ""
    invocation.say(f"watching, a look every {settings.tick:g} s{where}; stop with Ctrl-C")


def _settings(invocation: Invocation) -> Config:
    """The settings as they are now. Raises ConfigError."""
    from ingest.settings import load

    return load(
        invocation.config_path, environ=invocation.environ, cwd=Path.cwd(), store=invocation.store_url
    ).config  # fmt: skip


def _leave(_number: int, _frame: object) -> NoReturn:
    """SIGTERM before anything is under way: out through every `finally`."""
    raise SystemExit(0)
