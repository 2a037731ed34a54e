"""The parent's side: a pool of workers, and what is done when one of them ends. This file and `ends` know Pebble."""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Callable
from concurrent import futures
from concurrent.futures import Future, InvalidStateError
from threading import Lock, Thread, Timer
from types import TracebackType
from typing import Any, Final, ParamSpec, Self, TypeVar

from pebble import ProcessPool

from ingest.workers.ends import Chances, settle
from ingest.workers.forks import fork_server
from ingest.workers.killed import Killed
from ingest.workers.worker import WALL, Done, Failed, enlist, run

P = ParamSpec("P")
T = TypeVar("T")

# Tasks after which a worker is replaced: bounds what leaks in C libraries can add up to (500 pages are about 10 s).
_MAX_TASKS: Final = 500
# Seconds beyond a task's limit without any task ending, after which what is open was lost: Pebble forgets a task whose
# worker died before it said that it had begun (seen on a busy machine, once in some hundred crashes).
_LOST_AFTER: Final = 10.0
# Seconds to wait for the processes of a stopped pool, which are killed; its threads end with this process at last.
_JOIN: Final = 5.0


class Workers:
    """A pool of killable workers. A context manager: leaving it waits for what was submitted, or, on an error, stops.

    `size`: processes, 0 for one per core. `timeout`: seconds of processor time a task may take; one that waits is ended
    after four times as long, twice. `memory_mb`: address space of one worker, MiB. `warm`: called once in every worker
    before its first task; a module-level function.
    """

    def __init__(self, size: int, *, timeout: float, memory_mb: int, warm: Callable[[], object] | None = None) -> None:
        self.size = size or os.cpu_count() or 1
        self._timeout = timeout
        self._longest = WALL * timeout + _LOST_AFTER
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
        self._start(future, fn, args, kwargs, Chances())
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
            initializer=enlist,
            initargs=(self._memory, self._warm),
            context=fork_server(__name__, self._warm),
        )

    def _start(
        self, future: Future[T], fn: Callable[..., T], args: tuple[object, ...], kwargs: dict[str, Any], left: Chances
    ) -> None:
        with self._lock:
            if self._closed:
                raise RuntimeError("the workers are closed")
            if not self._pool.active:
                self._end(self._pool)
                self._pool = self._new_pool()
            task = self._pool.schedule(run, args=(fn, args, kwargs, self._timeout))
            self._moved = time.monotonic()

        def ended(done: Future[Done[T] | Failed]) -> None:
            again = None if done.cancelled() or future.cancelled() else left.after(done.exception())
            if again is not None:
                with contextlib.suppress(RuntimeError):  # closed meanwhile: then the task's own end stands
                    return self._start(future, fn, args, kwargs, again)
            return settle(future, done, self._timeout)

        def stop(outer: Future[T]) -> None:
            if outer.cancelled() or not task.done():
                task.cancel()  # type: ignore[no-untyped-call]  # as above

        task.add_done_callback(ended)
        future.add_done_callback(stop)
