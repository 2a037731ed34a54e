"""Told to stop, a command ends: by itself where it can, without its consent where it cannot."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.e2e.conftest import REPOSITORY

# Seconds after which something never happens, however busy the machine is.
LONG = 100
SCRIPT = """
import os, signal, sys, threading, time
from ingest.cli import ending
from ingest.workers import Workers

if __name__ == "__main__":
    ending.LONGEST = 1.0
    stop = threading.Event()
    def tell(): print("begun", flush=True)
    with ending.stopped_by_signals(stop) as seen:
        {does}
    print(seen[0], flush=True)
"""
OBEYS = "tell(); stop.wait()"
DEAF = "tell(); time.sleep(1000)"
# Somebody stopped reading: the pipe is full, and the lock of the log is held.
STUCK = """import logging
        logging.basicConfig(stream=sys.stderr)
        threading.Thread(target=lambda: (time.sleep(0.5), tell()), daemon=True).start()
        while True: logging.error("x" * 10_000)
"""
# A worker that is busy would notice the end of its parent only when it is through.
AT_WORK = """pool = Workers(1, timeout=1000, memory_mb=400)
        print(pool.submit(os.getpid).result(90), flush=True)
        tell(); pool.submit(sum, range(10**12)).result()
"""


def start(tmp_path: Path, does: str) -> subprocess.Popen[str]:
    script = tmp_path / "told.py"
    script.write_text(SCRIPT.format(does=does))
    return subprocess.Popen(
        [sys.executable, script], env={**os.environ, "PYTHONPATH": str(REPOSITORY)}, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True,
    )  # fmt: skip


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_what_obeys_ends_by_itself(tmp_path: Path, number: signal.Signals) -> None:
    """The command goes on after the block, with the number of the signal."""
    with start(tmp_path, OBEYS) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "begun\n"
        process.send_signal(number)
        out, err = process.communicate(timeout=LONG)
    assert (process.returncode, out) == (0, f"{int(number)}\n"), err


@pytest.mark.parametrize(
    ("does", "number", "code"), [(DEAF, signal.SIGTERM, 0), (DEAF, signal.SIGINT, 130), (STUCK, signal.SIGTERM, 0)]
)
def test_what_is_deaf_is_ended(tmp_path: Path, does: str, number: signal.Signals, code: int) -> None:
    """It sleeps, or waits for a reader of its log who has gone for good."""
    with start(tmp_path, does) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "begun\n"
        process.send_signal(number)
        assert process.wait(LONG) == code
        assert process.stderr is not None
        assert "Traceback" not in process.stderr.read()


def test_the_last_of_it_takes_its_workers_along(tmp_path: Path) -> None:
    """A worker in the middle of a long task is gone as well."""
    with start(tmp_path, AT_WORK) as process:
        assert process.stdout is not None
        worker = int(process.stdout.readline())
        assert process.stdout.readline() == "begun\n"
        process.send_signal(signal.SIGTERM)
        assert process.wait(LONG) == 0
        ends = time.monotonic() + LONG
        while _alive(worker):
            assert time.monotonic() < ends, "the worker lives on"
            time.sleep(0.05)


def _alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
