"""Clocks that are set and machines that sleep: polls go on within a tick, and there is no storm of them."""

from __future__ import annotations

import os
import shutil
import signal
import struct
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.daemon.conftest import TICK, configure, printed, watching
from tests.e2e.conftest import REPOSITORY, Desk, until
from tests.e2e.web import Web

pytestmark = pytest.mark.thorough

HOUR, LONG = 3600, 400 * 86_400
# Seconds: half a second until the step is seen, one tick, and what a busy machine takes for the poll itself.
SOON = 0.5 + TICK + 100


@dataclass(frozen=True)
class Clock:
    """A time of day that can be set: what a process needs to live by it, and what sets it (seconds off)."""

    environment: dict[str, str]
    put: Callable[[int], None]


@pytest.fixture
def clock(tmp_path: Path) -> Clock:
    """Skips without a C compiler."""
    compiler = shutil.which("cc")
    if compiler is None:
        pytest.skip("no C compiler for the clock that can be set")
    library, shift = tmp_path / "setclock.so", tmp_path / "shift"
    source = Path(__file__).with_name("setclock.c")
    done = subprocess.run([compiler, "-shared", "-fPIC", "-o", library, source], capture_output=True, check=False)
    if done.returncode:
        pytest.skip(f"the clock that can be set does not compile here: {done.stderr.decode()[-200:]}")
    shift.write_bytes(struct.pack("=q", 0))

    def put(seconds: int) -> None:
        with shift.open("r+b") as file:
            file.write(struct.pack("=q", seconds))

    return Clock({"LD_PRELOAD": str(library), "SETCLOCK": str(shift)}, put)


AT_WORK = """
import time
from pathlib import Path
from ingest.workers import Workers

def work(begun: Path, stepped: Path) -> float:
    begun.touch()
    while not stepped.exists():  # busy, as work on a page is
        pass
    ends = time.process_time() + 0.5
    while time.process_time() < ends:
        pass
    return time.time()

if __name__ == "__main__":
    with Workers(1, timeout=60, memory_mb=400) as pool:
        before = time.time()
        print(round((pool.submit(work, Path("begun"), Path("stepped")).result(200) - before) / 86400))
"""


@pytest.mark.parametrize("days", [1, -1])
def test_a_page_under_way_outlives_a_clock_that_is_set(clock: Clock, tmp_path: Path, days: int) -> None:
    """A day forth or back while a process is at a page: the page is read, since it took no more time by it."""
    script = tmp_path / "at_work.py"
    script.write_text(AT_WORK)
    here = {"PYTHONPATH": str(REPOSITORY)}
    with subprocess.Popen(
        [sys.executable, script], cwd=tmp_path, env=os.environ | here | clock.environment, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    ) as process:  # fmt: skip
        until((tmp_path / "begun").exists, 100)
        clock.put(days * 86_400)
        (tmp_path / "stepped").touch()
        out, err = process.communicate(timeout=200)
    assert (process.returncode, out) == (0, f"{days}\n"), err


def test_a_daemon_follows_a_clock_that_is_set(web: Web, desk: Desk, clock: Clock) -> None:
    """An hour and 400 days forth and back: the next poll comes within a tick, and then one an interval as before; a
    clock put right while the daemon is down keeps no feed waiting either."""
    feed = printed(web.site(), 9300)
    configure(desk, [feed], interval=3600)
    desk.settings |= clock.environment

    def polls() -> int:
        return len(web.asked(feed))

    with watching(desk) as watch:
        until(lambda: polls() == 1, 100)
        until(lambda: watch.events("cycle", "done"))
        for expected, at in enumerate((HOUR + 60, 0, LONG), start=2):
            clock.put(at)
            until(lambda: polls() >= expected, SOON)  # noqa: B023 -- used up within its turn
            time.sleep(2 * TICK)
            assert polls() == expected  # no storm
            until(lambda: len(watch.events("cycle", "done")) == expected)  # noqa: B023 -- as above
        assert len(watch.events("clock", "set")) >= 3  # a machine that stalls for a second looks like another step
        assert watch.end() < 90
    clock.put(0)
    with watching(desk) as watch:
        until(lambda: polls() == 5, 100)
        until(lambda: watch.events("cycle", "done"))
        asked = polls()
        # Suspended for five ticks, it takes up where it was, with one look instead of five.
        watch.process.send_signal(signal.SIGSTOP)
        time.sleep(5 * TICK)
        os.kill(watch.process.pid, signal.SIGCONT)
        until(watch.ready, SOON)
        clock.put(HOUR + 60)
        until(lambda: polls() == asked + 1, SOON)
        assert watch.end() < 90
        assert watch.codes == [0]
    assert desk.laws() == []
