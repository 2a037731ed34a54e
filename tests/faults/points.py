"""Where a process can be stopped: before and after named calls of the store, and at its system calls.

Nothing of this is known to the product. Named calls are wrapped in a process that was forked for it; system calls are
met from outside by strace, which ends the process or answers with an error in the kernel's place.
"""

from __future__ import annotations

import ctypes
import os
import shutil
import signal
import sqlite3
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import store.backup
import store.connect
import store.migrations
from store.placing import SqlitePlacing

# What a run calls within its write transactions.
CALLS = (
    "articles_at", "candidates", "sample", "add_text", "count_shingles", "add_links", "add_story", "assign", "merge",
    "add_article", "add_revision", "saw_article", "set_canonical", "set_relations", "set_reuses", "add_decision",
    "reject", "accept", "save_items", "save_pages", "finish_feed", "save_hosts", "settle",
)  # fmt: skip
STATEMENTS = {"BEGIN IMMEDIATE": "begin", "COMMIT": "commit"}
# System calls by which SQLite changes files and waits for the disk.
SYSTEM_CALLS = ("pwrite64", "fdatasync", "fsync", "ftruncate", "unlink")
_SET_TRACER, _ANYBODY = 0x59616D61, ctypes.c_ulong(-1)  # of <sys/prctl.h>


@dataclass(slots=True)
class Fuse:
    """Ends the process with SIGKILL before or after call number `nth` of `name`; counts all calls on the way."""

    name: str = ""
    when: str = "before"
    nth: int = 0
    calls: Counter[str] = field(default_factory=Counter)

    @contextmanager
    def at(self, name: str) -> Iterator[None]:
        self.calls[name] += 1
        burns = name == self.name and self.calls[name] == self.nth
        if burns and self.when == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        yield
        if burns:
            os.kill(os.getpid(), signal.SIGKILL)


def arm(fuse: Fuse) -> None:
    """Wrap the named calls in this process, for good: call it in a process that was forked for it."""
    for name in CALLS:
        setattr(SqlitePlacing, name, _watched(fuse, name, getattr(SqlitePlacing, name)))
    store.migrations.upgrade = _watched(fuse, "upgrade", store.migrations.upgrade)

    class Connection(sqlite3.Connection):
        def execute(self, statement: str, *values: Any) -> sqlite3.Cursor:
            with fuse.at(STATEMENTS.get(statement, "statement")):
                return super().execute(statement, *values)

        def close(self) -> None:
            with fuse.at("close"):
                super().close()

    sqlite3.connect = partial(sqlite3.connect, factory=Connection)  # type: ignore[assignment]


def _watched(fuse: Fuse, name: str, call: Callable[..., Any]) -> Callable[..., Any]:
    def watched(*args: Any, **named: Any) -> Any:
        with fuse.at(name):
            return call(*args, **named)

    return watched


def can_trace() -> bool:
    """Whether this machine lets us meet the system calls of our own processes: tried on one."""
    if shutil.which("strace") is None:
        return False
    pid = os.fork()
    if not pid:
        wait_for_tracer(60)
        os._exit(0)
    with traced(pid, "trace=none"):
        return os.waitpid(pid, 0)[1] == 0


def wait_for_tracer(seconds: float = 100) -> None:
    """In the process to be traced: go on when strace has hold of it."""
    ctypes.CDLL(None).prctl(_SET_TRACER, _ANYBODY)  # else some systems let only a parent trace
    ends = time.monotonic() + seconds
    while "TracerPid:\t0\n" in Path("/proc/self/status").read_text():
        if time.monotonic() > ends:
            os._exit(98)
        time.sleep(0.001)


@contextmanager
def traced(pid: int, *rules: str, to: Path | None = None, options: Sequence[str] = ()) -> Iterator[None]:
    """strace on a process that waits for it. `rules` are expressions such as "inject=fdatasync:error=EIO:when=3"."""
    command = ["strace", "-f", "-qq", "-o", str(to or os.devnull), "-p", str(pid), *options]
    for rule in rules:
        command += ["-e", rule]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as tracer:
        yield
        tracer.wait(timeout=300)


def count_system_calls(log: Path) -> Counter[str]:
    """How often each system call stands in what strace wrote."""
    names = (line.split("(")[0].split()[-1] for line in log.read_text("utf-8", "replace").splitlines() if "(" in line)
    return Counter(name for name in names if name in SYSTEM_CALLS)
