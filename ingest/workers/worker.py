"""The workers' side: a process under limits that the kernel keeps, and one task in it.

Set here, in the worker, they end it even when it no longer answers and its parent is gone: memory by RLIMIT_AS, time
by two timers. Pebble's own time limit is not used: it goes by the time of day, and a clock set forward by a minute
would condemn every page under way.
"""

from __future__ import annotations

import gc
import os
import pickle
import resource
import signal
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Generic, TypeVar

T = TypeVar("T")

# A worker's exit code when it met its memory limit (any number that no signal and no interpreter error uses).
OUT_OF_MEMORY: Final = 87
# Monotonic seconds a task may take for each second of processor time it may use. Work on bytes uses the processor all
# the time, so that only what waits for ever comes here, or what runs beside three others on each processor.
WALL: Final = 4
# Share of the limit from which a failure is put down to memory: libraries hide it (lxml reports a syntax error).
_NEAR_LIMIT: Final = 0.9

_limit: int = 0  # bytes of address space this worker may use; 0 in the parent


@dataclass(frozen=True, slots=True)
class Done(Generic[T]):
    value: T


@dataclass(frozen=True, slots=True)
class Failed:
    error: Exception


def enlist(memory: int, warm: Callable[[], object] | None) -> None:
    """Make this process a worker."""
    global _limit  # noqa: PLW0603  # a process has one memory limit
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides what an interrupt means
    for ends in (signal.SIGPROF, signal.SIGALRM):
        signal.signal(ends, signal.SIG_DFL)  # the kernel ends the process, whatever code it is in
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    _limit = memory if hard == resource.RLIM_INFINITY else min(memory, hard)
    resource.setrlimit(resource.RLIMIT_AS, (_limit, hard))
    if warm is not None:
        warm()
    # What was loaded stays for good: looked through by no collection, whose marks would make it this worker's own copy.
    gc.freeze()


def run(fn: Callable[..., T], args: tuple[object, ...], kwargs: dict[str, Any], timeout: float) -> Done[T] | Failed:
    """Run one task; every end of it that is no death is a value."""
    before = _peak()
    _limit_time(timeout)
    try:
        return Done(fn(*args, **kwargs))
    except MemoryError:
        os._exit(OUT_OF_MEMORY)
    except Exception as error:  # noqa: BLE001  # handed to the caller, whatever it is
        peak = _peak()
        if peak > before and peak >= _NEAR_LIMIT * _limit:
            os._exit(OUT_OF_MEMORY)
        return Failed(_portable(error))
    finally:
        _limit_time(0)


def _limit_time(seconds: float) -> None:
    """End this process after so many seconds of processor time, or after a multiple of them on a clock that nobody
    sets and that stands still while the machine sleeps; 0 takes the limit away."""
    signal.setitimer(signal.ITIMER_PROF, seconds)
    signal.setitimer(signal.ITIMER_REAL, WALL * seconds)


def _peak() -> int:
    """The most address space this process ever had, bytes; 0 where the system does not tell."""
    try:
        status = Path("/proc/self/status").read_text("ascii", "replace")
    except OSError:
        return 0
    line = next((line for line in status.splitlines() if line.startswith("VmPeak:")), "VmPeak: 0 kB")
    return int(line.split()[1]) * 1024


def _portable(error: Exception) -> Exception:
    """The error if it survives the way to the parent, else its description: one that does not would break the pool."""
    try:
        copy = pickle.loads(pickle.dumps(error))  # noqa: S301  # our own bytes
    except Exception as exc:  # noqa: BLE001  # a class may fail in any way here
        return RuntimeError(f"{type(error).__name__}: {error} (not picklable: {type(exc).__name__})")
    error.__traceback__ = None
    return error if type(copy) is type(error) else RuntimeError(f"{type(error).__name__}: {error}")
