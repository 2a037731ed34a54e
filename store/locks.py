"""Who may write (one transaction at a time) and who may run (one cycle at a time), across processes.

Both are files beside the database. The kernel drops a lock with the process that held it, so a killed run leaves none.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout

from store.errors import StoreBusy, StoreUnusable

# Seconds between two tries: a micro-batch takes about 200 ms, so a waiting `pin` comes in between two of them.
POLL = 0.02
# Tries to read the holder's name, half a second in all: of two daemons started at once the loser is there before the
# winner has signed.
LOOKS = 25


def write_lock(path: Path) -> FileLock:
    return FileLock(path.with_name(path.name + ".write.lock"), thread_local=False, poll_interval=POLL)


@contextmanager
def held(lock: FileLock, path: Path, *, wait: float) -> Iterator[None]:
    """Hold the write lock. Raises StoreBusy after `wait` seconds, StoreUnusable where there cannot be one."""
    try:
        lock.acquire(timeout=wait)
    except Timeout as exc:
        raise StoreBusy(
            "the store is busy", where=str(path), why=f"another process has been writing for {wait:g} s",
            fix="try again, or give it longer with --wait",
        ) from exc  # fmt: skip
    except OSError as exc:
        raise _no_lock(Path(lock.lock_file), exc) from exc
    try:
        yield
    finally:
        lock.release()


@contextmanager
def cycle(path: Path, *, wait: float, holder: str) -> Iterator[None]:
    """Hold the cycle lock, with the holder's name written in it. Raises StoreBusy naming who holds it."""
    file = path.with_name(path.name + ".cycle.lock")
    lock = FileLock(file, thread_local=False, poll_interval=POLL)
    try:
        lock.acquire(timeout=wait)
    except Timeout as exc:
        raise StoreBusy(
            "another run is at work on this store", where=str(path), why=f"held by {holder_of(file)}",
            fix="wait until it has finished, or stop it",
        ) from exc  # fmt: skip
    except OSError as exc:
        raise _no_lock(file, exc) from exc
    try:
        since = datetime.now(UTC).replace(microsecond=0).isoformat().replace("+00:00", "Z")
        _sign(file, json.dumps({"pid": os.getpid(), "command": holder, "since": since}))
        yield
    finally:
        _sign(file, "")
        lock.release()


def _no_lock(file: Path, exc: OSError) -> StoreUnusable:
    return StoreUnusable(
        "the store cannot be locked", where=str(file), why=exc.strerror or str(exc),
        fix="whoever writes needs its folder: make it, make it writable, free some space",
    )  # fmt: skip


def _sign(file: Path, name: str) -> None:
    # The lock is the kernel's, the name a courtesy: a full disk must not hide what a run has to say about it.
    with suppress(OSError):
        file.write_text(name, encoding="utf-8")


def holder_of(file: Path) -> str:
    """Who wrote their name into a lock file, in words. Who has just taken it gets a moment to sign."""
    for _ in range(LOOKS):
        try:
            said = json.loads(file.read_text(encoding="utf-8"))
            return f"{said['command']} (process {said['pid']}, since {said['since']})"
        except (OSError, ValueError, KeyError, TypeError):
            time.sleep(POLL)
    return "a process that has not said its name"
