"""How a task ended: with a value, an error, or its worker."""

from __future__ import annotations

import contextlib
import signal
from concurrent.futures import CancelledError, Future, InvalidStateError
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, replace
from typing import Final, TypeVar

from pebble import ProcessExpired

from ingest.workers.killed import Killed
from ingest.workers.worker import OUT_OF_MEMORY, WALL, Done, Failed

T = TypeVar("T")

# Times that a task is tried when the pool broke under it, through no fault of its own.
_TRIES: Final = 3
# Times that a task is tried that took long without using its processor time: the machine slept, or had no time for it.
_WAITS: Final = 2


@dataclass(frozen=True, slots=True)
class Chances:
    """How often a task may still come to no end that it is to blame for, this time included."""

    broken: int = _TRIES
    waited: int = _WAITS

    def after(self, error: BaseException | None) -> Chances | None:
        """What is left after such an end; None where that is the task's last word."""
        if isinstance(error, BrokenProcessPool):
            left = replace(self, broken=self.broken - 1)
        elif isinstance(error, ProcessExpired) and error.exitcode == -signal.SIGALRM:
            left = replace(self, waited=self.waited - 1)
        else:
            return None
        return left if left.broken and left.waited else None


def settle(future: Future[T], done: Future[Done[T] | Failed], timeout: float) -> None:
    """Hand a task's end on to the future that the caller holds."""
    with contextlib.suppress(InvalidStateError):  # cancelled by the caller meanwhile
        error = CancelledError() if done.cancelled() else done.exception()
        if isinstance(error, CancelledError):
            future.cancel()
        elif error is not None:
            future.set_exception(_killed(error, timeout))
        elif isinstance(outcome := done.result(), Failed):
            future.set_exception(outcome.error)
        else:
            future.set_result(outcome.value)


def _killed(error: BaseException, timeout: float) -> BaseException:
    if isinstance(error, ProcessExpired):
        code = error.exitcode
        if code == OUT_OF_MEMORY:
            return Killed("memory", "met its limit")
        if code == -signal.SIGPROF:
            return Killed("time", f"over {timeout:g} s of processor time")
        if code == -signal.SIGALRM:
            return Killed("time", f"no end within {WALL * timeout:g} s, {_WAITS} times")
        # SIGKILL is the kernel's answer to a machine without memory: nothing here sends it to a worker at a task.
        return Killed("memory" if code == -signal.SIGKILL else "crash", f"exit code {code}")
    if isinstance(error, BrokenProcessPool):
        return Killed("crash", str(error))
    return error
