"""Worker processes that can be killed: for work on bytes from strangers, which may hang, swell or crash.

The only import of Pebble. Limits are set here, in the worker, and kept by the kernel, so that a worker that no longer
answers ends by itself even when its parent is gone: memory by RLIMIT_AS, time by two timers. Pebble's own time limit is
not used: it goes by the time of day, and a clock set forward by a minute would condemn every page under way.

Workers are forked from a fork server, not from the parent: the parent has threads, and a fork copies locks they hold.
The server imports the module of `warm` once for all workers: with the extractor a worker then holds 84 MB of its own
instead of 107 MB under `spawn`; the start itself, loading models included, takes 0.7 s either way.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import pickle
import resource
import signal
import time
from collections.abc import Callable
from concurrent import futures
from concurrent.futures import CancelledError, Future, InvalidStateError
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, replace
from multiprocessing.context import BaseContext
from pathlib import Path
from threading import Lock, Thread, Timer
from types import TracebackType
from typing import Any, Final, Generic, Literal, ParamSpec, Self, TypeVar

from pebble import ProcessExpired, ProcessPool

from ingest.errors import IngestError

P = ParamSpec("P")
T = TypeVar("T")
Cause = Literal["time", "memory", "crash"]

# Tasks after which a worker is replaced: bounds what leaks in C libraries can add up to (200 pages are about 10 s).
_MAX_TASKS: Final = 500
# A worker's exit code when it met its memory limit (any number that no signal and no interpreter error uses).
_OUT_OF_MEMORY: Final = 87
# Share of the limit from which a failure is put down to memory: libraries hide it (lxml reports a syntax error).
_NEAR_LIMIT: Final = 0.9
# Monotonic seconds a task may take for each second of processor time it may use. Work on bytes uses the processor all
# the time, so that only what waits for ever comes here, or what runs beside three others on each processor.
_WALL: Final = 4
# Seconds beyond a task's limit without any task ending, after which what is open was lost: Pebble forgets a task whose
# worker died before it said that it had begun (seen on a busy machine, once in some hundred crashes).
_LOST_AFTER: Final = 10.0
# Seconds to wait for the processes of a stopped pool, which are killed; its threads end with this process at last.
_JOIN: Final = 5.0
# Times that a task is tried when the pool broke under it, through no fault of its own.
_TRIES: Final = 3
# Times that a task is tried that took long without using its processor time: the machine slept, or had no time for it.
_WAITS: Final = 2


class Killed(IngestError):  # the tree names what happened, as NoArticle does
    """A worker was ended, or ended itself, while at a task. `cause` says why."""

    def __init__(self, cause: Cause, detail: str = "") -> None:
        super().__init__(f"worker killed: {cause}", why=detail)
        self.cause: Cause = cause

    def __reduce__(self) -> tuple[type[Killed], tuple[Cause, str]]:
        return type(self), (self.cause, self.why)


@dataclass(frozen=True, slots=True)
class _Done(Generic[T]):
    value: T


@dataclass(frozen=True, slots=True)
class _Failed:
    error: Exception


class Workers:
    """A pool of killable workers. A context manager: leaving it waits for what was submitted, or, on an error, stops.

    `size`: processes, 0 for one per core. `timeout`: seconds of processor time a task may take; one that waits is ended
    after four times as long, twice. `memory_mb`: address space of one worker, MiB. `warm`: called once in every worker
    before its first task; a module-level function.
    """

    def __init__(self, size: int, *, timeout: float, memory_mb: int, warm: Callable[[], object] | None = None) -> None:
        self.size = size or os.cpu_count() or 1
        self._timeout = timeout
        self._longest = _WALL * timeout + _LOST_AFTER
        self._memory = memory_mb * 2**20
        self._warm = warm
        self._lock = Lock()
        self._closed = False
        self._ends: list[Thread] = []  # of pools that are being ended
        self._open: set[Future[Any]] = set()
        self._moved = time.monotonic()  # when a task was last given or ended
        self._watch: Timer | None = None
        self._pool = self._new_pool()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close(wait=kind is None)

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Run `fn` in a worker. Function, arguments and result must be picklable.

        The future's result() raises what `fn` raised, or Killed. Cancelling the future ends the task.
        """
        future: Future[T] = Future()
        self._start(future, fn, args, kwargs, _Chances())
        with self._lock:
            self._open.add(future)
            if self._watch is None:
                self._look_again()
        future.add_done_callback(self._ended)
        return future

    def close(self, *, wait: bool = True) -> None:
        """End the workers: after all that was submitted (`wait`), or at once, cancelling it. May be called twice."""
        with self._lock:
            self._closed = True
            left = list(self._open)
        if wait:
            # Not by the pool's own count, which never comes down again for a task that it forgot.
            futures.wait(left)
        for future in left:
            future.cancel()
        with self._lock:
            self._end(self._pool)
            ends = self._ends
        for end in ends:
            end.join(_JOIN)
        with self._lock:
            if self._watch is not None:
                self._watch.cancel()

    # --- the parent's side ------------------------------------------------------------------------------------------

    def _ended(self, future: Future[Any]) -> None:
        with self._lock:
            self._open.discard(future)
            self._moved = time.monotonic()

    def _look_again(self) -> None:
        """Look for lost tasks later; called with the lock held."""
        self._watch = Timer(self._longest, self._find_lost)
        self._watch.daemon = True
        self._watch.start()

    def _find_lost(self) -> None:
        """What is still open although nothing ended for longer than any task may take was lost by the pool."""
        with self._lock:
            self._watch = None
            stalled = time.monotonic() - self._moved >= self._longest
            lost = list(self._open) if stalled else []
            if self._open and not stalled:
                self._look_again()
        for future in lost:
            with contextlib.suppress(InvalidStateError):
                future.set_exception(Killed("crash", "lost with its worker"))

    def _end(self, pool: ProcessPool) -> None:
        """Stop a pool, in a thread: this may be one of the pool's own. Called with the lock held."""
        pool.stop()  # type: ignore[no-untyped-call]  # Pebble types only some of its methods
        end = Thread(target=pool.join, daemon=True)
        end.start()
        self._ends = [*(thread for thread in self._ends if thread.is_alive()), end]

    def _new_pool(self) -> ProcessPool:
        return ProcessPool(
            max_workers=self.size,
            max_tasks=_MAX_TASKS,
            initializer=_enlist,
            initargs=(self._memory, self._warm),
            context=_context(self._warm),
        )

    def _start(
        self, future: Future[T], fn: Callable[..., T], args: tuple[object, ...], kwargs: dict[str, Any], left: _Chances
    ) -> None:
        with self._lock:
            if self._closed:
                raise RuntimeError("the workers are closed")
            if not self._pool.active:
                self._end(self._pool)
                self._pool = self._new_pool()
            task = self._pool.schedule(_run, args=(fn, args, kwargs, self._timeout))
            self._moved = time.monotonic()

        def settle(done: Future[_Done[T] | _Failed]) -> None:
            again = None if done.cancelled() or future.cancelled() else left.after(done.exception())
            if again is not None:
                with contextlib.suppress(RuntimeError):  # closed meanwhile: then the task's own end stands
                    return self._start(future, fn, args, kwargs, again)
            return _settle(future, done, self._timeout)

        def stop(outer: Future[T]) -> None:
            if outer.cancelled() or not task.done():
                task.cancel()  # type: ignore[no-untyped-call]  # as above

        task.add_done_callback(settle)
        future.add_done_callback(stop)


def _context(warm: Callable[[], object] | None) -> BaseContext:
    """The fork server, asked to import what the workers will need. On the first call only: it is one per process."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([__name__, *([warm.__module__] if warm is not None else [])])
    return context


@dataclass(frozen=True, slots=True)
class _Chances:
    """How often a task may still come to no end that it is to blame for, this time included."""

    broken: int = _TRIES
    waited: int = _WAITS

    def after(self, error: BaseException | None) -> _Chances | None:
        """What is left after such an end; None where that is the task's last word."""
        if isinstance(error, BrokenProcessPool):
            left = replace(self, broken=self.broken - 1)
        elif isinstance(error, ProcessExpired) and error.exitcode == -signal.SIGALRM:
            left = replace(self, waited=self.waited - 1)
        else:
            return None
        return left if left.broken and left.waited else None


def _settle(future: Future[T], done: Future[_Done[T] | _Failed], timeout: float) -> None:
    """Hand a task's end on to the future that the caller holds."""
    with contextlib.suppress(InvalidStateError):  # cancelled by the caller meanwhile
        error = CancelledError() if done.cancelled() else done.exception()
        if isinstance(error, CancelledError):
            future.cancel()
        elif error is not None:
            future.set_exception(_killed(error, timeout))
        elif isinstance(outcome := done.result(), _Failed):
            future.set_exception(outcome.error)
        else:
            future.set_result(outcome.value)


def _killed(error: BaseException, timeout: float) -> BaseException:
    if isinstance(error, ProcessExpired):
        code = error.exitcode
        if code == _OUT_OF_MEMORY:
            return Killed("memory", "met its limit")
        if code == -signal.SIGPROF:
            return Killed("time", f"over {timeout:g} s of processor time")
        if code == -signal.SIGALRM:
            return Killed("time", f"no end within {_WALL * timeout:g} s, {_WAITS} times")
        # SIGKILL is the kernel's answer to a machine without memory: nothing here sends it to a worker at a task.
        return Killed("memory" if code == -signal.SIGKILL else "crash", f"exit code {code}")
    if isinstance(error, BrokenProcessPool):
        return Killed("crash", str(error))
    return error


# --- the workers' side ----------------------------------------------------------------------------------------------

_limit: int = 0  # bytes of address space this worker may use; 0 in the parent


def _enlist(memory: int, warm: Callable[[], object] | None) -> None:
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


def _run(fn: Callable[..., T], args: tuple[object, ...], kwargs: dict[str, Any], timeout: float) -> _Done[T] | _Failed:
    """Run one task; every end of it that is no death is a value."""
    before = _peak()
    _limit_time(timeout)
    try:
        return _Done(fn(*args, **kwargs))
    except MemoryError:
        os._exit(_OUT_OF_MEMORY)
    except Exception as error:  # noqa: BLE001  # handed to the caller, whatever it is
        peak = _peak()
        if peak > before and peak >= _NEAR_LIMIT * _limit:
            os._exit(_OUT_OF_MEMORY)
        return _Failed(_portable(error))
    finally:
        _limit_time(0)


def _limit_time(seconds: float) -> None:
    """End this process after so many seconds of processor time, or after a multiple of them on a clock that nobody
    sets and that stands still while the machine sleeps; 0 takes the limit away."""
    signal.setitimer(signal.ITIMER_PROF, seconds)
    signal.setitimer(signal.ITIMER_REAL, _WALL * seconds)


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
