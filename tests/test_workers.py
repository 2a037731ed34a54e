"""Worker processes: whatever a task does, the caller gets an answer and the others go on."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, wait
from pathlib import Path
from typing import Any

import pytest
from pebble import ProcessFuture

from ingest.errors import NoArticle, Refused
from ingest.workers import Killed, Workers

ROOT = Path(__file__).resolve().parent.parent
# Seconds after which something never happens, however busy the machine is.
LONG = 100


def double(number: int) -> int:
    return number * 2


def hang() -> None:
    while True:
        time.sleep(0.05)


def hang_once(trace: Path) -> int:
    if not trace.exists():
        trace.touch()
        hang()
    return 7


def work(seconds: float) -> int:
    """Use so much processor time."""
    ends = time.process_time() + seconds
    while time.process_time() < ends:
        pass
    return 1


def spin() -> None:
    while True:
        pass


def swell() -> int:
    blocks = []
    while True:
        blocks.append(bytearray(16 * 2**20))


def swell_and_lie() -> None:
    """What lxml does at the limit: it meets a failed allocation and reports a syntax error."""
    try:
        swell()
    except MemoryError:
        raise ValueError("syntax error") from None


def crash() -> None:
    os.kill(os.getpid(), signal.SIGSEGV)


def leave() -> None:
    os._exit(3)


def refuse() -> None:
    raise NoArticle("stub", "no text", where="https://example.org/")


def refuse_by_keyword() -> None:
    raise Refused("private", reason="address")


def sigint_is_ignored() -> bool:
    return signal.getsignal(signal.SIGINT) is signal.SIG_IGN


@pytest.fixture(scope="module")
def workers() -> Iterator[Workers]:
    with Workers(2, timeout=1.5, memory_mb=400) as pool:
        yield pool


def test_result(workers: Workers) -> None:
    """A task's value comes back, in whatever order the caller asks."""
    futures = [workers.submit(double, n) for n in range(20)]
    assert [f.result(LONG) for f in reversed(futures)] == [n * 2 for n in reversed(range(20))]


def test_own_exception(workers: Workers) -> None:
    """A function's own exception arrives with its attributes."""
    with pytest.raises(NoArticle) as caught:
        workers.submit(refuse).result(LONG)
    assert (caught.value.reason, caught.value.detail, caught.value.where) == ("stub", "no text", "https://example.org/")


def test_unpicklable_exception(workers: Workers) -> None:
    """An exception that cannot be unpickled becomes a description instead of breaking the pool."""
    with pytest.raises(RuntimeError, match="Refused: private"):
        workers.submit(refuse_by_keyword).result(LONG)
    assert workers.submit(double, 4).result(LONG) == 8


@pytest.mark.parametrize("task", [hang, spin])
def test_time(task: Callable[[], object]) -> None:
    """A task that hangs, asleep or busy, is killed by time, and the next one goes on."""
    with Workers(1, timeout=0.25, memory_mb=400) as pool:
        with pytest.raises(Killed) as caught:
            pool.submit(task).result(LONG)
        assert caught.value.cause == "time"
        assert pool.submit(double, 1).result(LONG) == 2


def test_a_task_that_waited_once_is_tried_again(tmp_path: Path) -> None:
    """Long without the processor says nothing about a task: the machine slept. The second time it does its work."""
    with Workers(1, timeout=0.5, memory_mb=400) as pool:
        assert pool.submit(hang_once, tmp_path / "hung").result(LONG) == 7


def test_limits_are_for_one_task_each() -> None:
    """Processor time that a worker used for earlier tasks counts against no later one."""
    with Workers(1, timeout=1.0, memory_mb=400) as pool:
        assert [pool.submit(work, 0.25).result(LONG) for _ in range(5)] == [1] * 5


@pytest.mark.parametrize("task", [swell, swell_and_lie])
def test_memory(workers: Workers, task: Callable[[], object]) -> None:
    """A task over the memory limit is killed by memory, also where a library reports something else."""
    with pytest.raises(Killed) as caught:
        workers.submit(task).result(LONG)
    assert caught.value.cause == "memory"


@pytest.mark.parametrize("task", [crash, leave])
def test_crash(workers: Workers, task: Callable[[], object]) -> None:
    """A worker that dies is reported as a crash."""
    with pytest.raises(Killed) as caught:
        workers.submit(task).result(LONG)
    assert caught.value.cause == "crash"


def test_poison_stops_nobody_else(workers: Workers) -> None:
    """Good tasks among poison all come back."""
    poison: list[Future[Any]] = [workers.submit(crash), workers.submit(swell), workers.submit(leave)]
    good = [workers.submit(double, n) for n in range(30)]
    poison.append(workers.submit(crash))
    wait(poison, timeout=LONG)
    assert [f.result(LONG) for f in good] == [n * 2 for n in range(30)]
    assert all(isinstance(f.exception(LONG), Killed) for f in poison)


def test_a_lost_task_comes_back(monkeypatch: pytest.MonkeyPatch) -> None:
    """A task that the pool forgot ends as a crash, and not never; what is really at work is left alone."""
    with Workers(1, timeout=0.25, memory_mb=400) as pool:
        with monkeypatch.context() as lapse:
            lapse.setattr(pool, "_longest", 1.5)  # seconds
            lapse.setattr(pool._pool, "schedule", lambda *_args, **_kwargs: ProcessFuture())  # Pebble forgets it
            lost = pool.submit(double, 1)
            with pytest.raises(Killed) as caught:
                lost.result(LONG)
        assert caught.value.cause == "crash"
        assert pool.submit(double, 2).result(LONG) == 4


def test_workers_ignore_interrupts(workers: Workers) -> None:
    """Ctrl-C reaches every process of the terminal; the parent alone decides."""
    assert workers.submit(sigint_is_ignored).result(LONG)


def test_error_inside_stops_at_once() -> None:
    """Leaving the context by an error does not wait for what hangs."""
    started = time.monotonic()
    with pytest.raises(KeyError), Workers(1, timeout=300, memory_mb=400) as pool:  # noqa: PT012  # the body is the test
        pending = [pool.submit(hang) for _ in range(3)]
        time.sleep(0.3)
        raise KeyError
    assert time.monotonic() - started < LONG
    assert all(f.cancelled() or f.exception(LONG) for f in pending)


def test_cancel_ends_the_task() -> None:
    """A cancelled future frees its worker."""
    with Workers(1, timeout=300, memory_mb=400) as pool:
        stuck = pool.submit(hang)
        assert pool.submit(double, 1).done() is False
        stuck.cancel()
        assert pool.submit(double, 2).result(LONG) == 4


def test_idle_worker_killed_from_outside() -> None:
    """A worker that is shot while idle, which breaks the pool, costs no later task."""
    with Workers(1, timeout=10, memory_mb=400) as pool:
        os.kill(pool.submit(os.getpid).result(LONG), signal.SIGKILL)
        time.sleep(0.5)
        assert [pool.submit(double, n).result(LONG) for n in range(3)] == [0, 2, 4]


def test_closed_workers_refuse() -> None:
    """Nothing is taken after the end."""
    pool = Workers(1, timeout=5, memory_mb=400)
    pool.close()
    with pytest.raises(RuntimeError):
        pool.submit(double, 1)


def test_size_zero_means_one_per_core() -> None:
    """Zero is as many workers as cores."""
    with Workers(0, timeout=5, memory_mb=400) as pool:
        assert pool.size == os.cpu_count()


SCRIPT = """
import sys, time
from ingest.workers import Workers
if __name__ == "__main__":
    pool = Workers(2, timeout=60, memory_mb=400)
    print(pool.submit(divmod, 7, 2).result(100), flush=True)
    hanging = pool.submit(time.sleep, 50)
    time.sleep(0.3)
    {end}
"""


@pytest.mark.parametrize("end", ["sys.exit(0)", "raise SystemExit(0)"])
def test_forgotten_workers_do_not_hang_the_interpreter(tmp_path: Path, end: str) -> None:
    """A program that ends without closing its workers ends all the same."""
    script = tmp_path / "forgets.py"
    script.write_text(SCRIPT.format(end=end))
    done = subprocess.run(
        [sys.executable, script], cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True,
        text=True, timeout=LONG, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout.strip()) == (0, "(3, 1)"), done.stderr
