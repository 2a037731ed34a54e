"""How a command ends that was told to stop: soon by itself, else without its consent."""

from __future__ import annotations

import logging
import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final, NoReturn

log = logging.getLogger("ingest.cli")

# Seconds after a signal after which nothing is waited for any more: whoever stops us waits ten. Nine were too many on a
# machine with twelve times as much to do as it has processors: one of 50 stops then took 10.1 s.
LONGEST: Final = 8.0
# Seconds for the last word: whoever should read it may have stopped reading.
LAST_WORD: Final = 0.5
_TOLD, _OVER = b"!", b"."


@contextmanager
def stopped_by_signals(stop: threading.Event) -> Iterator[list[int]]:
    """SIGTERM and SIGINT set `stop`, a second SIGINT interrupts at once. Yields the place of the signal's number.

    Where what is under way does not end within LONGEST seconds, the process ends. The handler takes no lock, since the
    thread that it interrupts may hold it: it writes one byte to a thread that waits for it.
    """
    seen = [0]
    heard, tell = os.pipe()
    over = threading.Event()

    def note(number: int, _frame: object) -> None:
        if seen[0] and number == signal.SIGINT:
            raise KeyboardInterrupt
        seen[0] = number
        os.write(tell, _TOLD)

    def mind() -> None:
        if os.read(heard, 1) == _TOLD:
            stop.set()
            if not over.wait(LONGEST):
                give_up(130 if seen[0] == signal.SIGINT else 0)

    minder = threading.Thread(target=mind, name="stop", daemon=True)
    minder.start()
    before = {number: signal.signal(number, note) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield seen
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        over.set()
        os.write(tell, _OVER)
        minder.join()
        os.close(heard)
        os.close(tell)


def give_up(code: int) -> NoReturn:
    """End while something is still at work: it waits for another process, or the machine has no time for it.

    As safe as kill -9, after which the store needs no repair.
    """
    last_word = threading.Thread(target=_say_so, daemon=True)
    last_word.start()
    last_word.join(LAST_WORD)
    processes = sys.modules.get("multiprocessing")
    for child in processes.active_children() if processes is not None else ():
        child.kill()  # a worker at a page would notice the end of its parent only when it is through
    os._exit(code)


def _say_so() -> None:
    log.warning("stop", extra={"outcome": "forced"})
    logging.shutdown()
