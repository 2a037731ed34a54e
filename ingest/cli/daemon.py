"""`ingest daemon`: the same cycle on a clock."""

from __future__ import annotations

import signal
import threading

import click

from ingest.cli.invocation import Command, Invocation, pass_invocation
from ingest.cli.run import stopped_by_signals


@click.command(cls=Command)
@pass_invocation
def daemon(invocation: Invocation) -> int:
    """Run again and again: poll each feed when it is due, until SIGTERM or SIGINT.

    \b
    ingest daemon

    Reading commands, `feeds add` and `seeds add` work while it runs; a second daemon or `ingest run` exits with 75.
    """
    from ingest.clock import clock_from
    from ingest.daemon import Daemon

    invocation.start_logs()
    stop = threading.Event()
    store = invocation.open_store()
    try:
        with store.cycle(wait=invocation.wait, holder="ingest daemon"), stopped_by_signals(stop) as stopped:
            invocation.say(f"watching, a look every {invocation.config.daemon.tick:g} s; stop with Ctrl-C")
            Daemon(invocation.open_store, invocation.config, clock=clock_from(None), stop=stop).run()
    finally:
        store.close()
    return 130 if stopped[0] == signal.SIGINT else 0
