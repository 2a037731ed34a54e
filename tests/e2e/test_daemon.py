"""The daemon: polls what is due, shares its store with other commands, and stops when told."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from subprocess import Popen

import pytest

from tests.daemon.conftest import watching
from tests.e2e import press
from tests.e2e.conftest import Desk, kill_group, members, until
from tests.e2e.web import Web

QUICK = {"INGEST_DAEMON__TICK": "0.3"}
# Seconds: ten are promised and two are usual; a host that hangs would keep it for minutes.
SOON = 90.0


@contextmanager
def running(desk: Desk, **env: str) -> Iterator[Popen[str]]:
    """A daemon over this desk's store; killed at the end where it still runs."""
    with desk.start("daemon", **QUICK, **env) as daemon:
        try:
            yield daemon
        finally:
            if daemon.poll() is None:
                kill_group(daemon)


def stop(desk: Desk, daemon: Popen[str]) -> float:
    """Seconds from SIGTERM to a good end, with nobody left."""
    begun = time.monotonic()
    daemon.send_signal(signal.SIGTERM)
    assert desk.end(daemon).code == 0
    took = time.monotonic() - begun
    until(lambda: not members(daemon.pid))
    return took


def test_a_daemon_polls_what_is_due_and_shares_its_store(web: Web, desk: Desk) -> None:
    """A feed is polled when due and not before, also after a restart; commands get through; a run beside it does not;
    a feed added meanwhile is polled; it stops in time though a host hangs."""
    site = web.site()
    told = [press.story(7000 + n) for n in range(3)]
    links = [site.put(f"/n/artikel-{n}", press.page(one)) for n, one in enumerate(told)]
    often = site.put("/oft.xml", press.rss([(links[0], told[0])]))
    rare = site.put("/selten.xml", press.rss([(links[1], told[1])]))
    added = site.put("/neu.xml", press.rss([(links[2], told[2])]))
    settings = desk.folder / "config.toml"
    settings.write_text(f'[[feeds]]\nurl = "{often}"\ninterval = 2\n[[feeds]]\nurl = "{rare}"\n', encoding="utf-8")
    reference = desk.folder / "vorlage.txt"
    reference.write_text(press.story(7010).title + "\n\n" + press.story(7010).text, encoding="utf-8")

    with running(desk) as daemon:
        until(lambda: len(web.asked(often)) >= 2, 100)
        beside = desk.call("run", "--wait", "0.1")
        assert beside.code == 75
        assert f"ingest daemon (process {daemon.pid}, " in beside.error()[1]
        assert desk.call("feeds", "add", added).code == 0
        assert desk.call("seeds", "add", reference).code == 0
        assert len(desk.call("stories").rows) >= 3
        until(lambda: web.asked(links[2]))
        until(lambda: len(desk.articles()) == 4)
        assert len(web.asked(rare)) == 1
        assert stop(desk, daemon) < SOON
    times = len(web.asked(often))
    assert desk.laws() == []

    site.put("/oft.xml", delay=300)
    with running(desk, INGEST_FETCH__TIMEOUT="300") as daemon:
        until(lambda: len(web.asked(often)) > times, 100)
        time.sleep(0.5)
        assert stop(desk, daemon) < SOON
    assert (len(web.asked(rare)), len(web.asked(added))) == (1, 1)


def _faked_clock(offset: Path) -> dict[str, str]:
    """The environment of a process whose time of day is off by what the file says; skips where that cannot be had."""
    library = next(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"), None)
    if library is None:
        pytest.skip("libfaketime is not installed")
    offset.write_text("+0", encoding="utf-8")
    faked = {
        "LD_PRELOAD": str(library), "FAKETIME_TIMESTAMP_FILE": str(offset), "FAKETIME_NO_CACHE": "1",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
    }  # fmt: skip
    sleep = [sys.executable, "-c", "import time; time.sleep(0.01)"]
    if subprocess.run(sleep, env=os.environ | faked, capture_output=True, check=False).returncode:
        pytest.skip("this libfaketime (0.9.10 is one) breaks time.sleep() where the monotonic clock is left alone")
    return faked


def test_a_daemon_outlives_steps_of_the_clock(web: Web, desk: Desk) -> None:
    """Set back by an hour, the clock stops no polls: they go on at the next due time without a storm."""
    faked = _faked_clock(desk.folder / "clock")
    site = web.site()
    told = press.story(7020)
    link = site.put("/n/artikel-0", press.page(told))
    feed = site.put("/oft.xml", press.rss([(link, told)]))
    (desk.folder / "config.toml").write_text(f'[[feeds]]\nurl = "{feed}"\ninterval = 1\n', encoding="utf-8")
    with running(desk, **faked) as daemon:
        until(lambda: len(web.asked(feed)) >= 2, 100)
        for step in ("+1h", "+0"):
            before = len(web.asked(feed))
            (desk.folder / "clock").write_text(step, encoding="utf-8")
            until(lambda: len(web.asked(feed)) >= before + 2)  # noqa: B023 -- used up within its turn
            assert len(web.asked(feed)) < before + 12
        assert stop(desk, daemon) < SOON


def test_a_daemon_waits_for_room(web: Web, desk: Desk) -> None:
    """Below the free-disk floor it fetches nothing and goes on when there is room; reading works all the while."""
    site = web.site()
    told = press.story(7030)
    feed = site.put("/rss.xml", press.rss([(site.put("/n/artikel-0", press.page(told)), told)]))
    assert desk.call("feeds", "add", feed).code == 0
    with watching(desk, INGEST_STORE__MIN_FREE_MB=str(10**9)) as watch:
        until(lambda: watch.events("cycle", "postponed"))
        ticks = watch.figures()["newsfold_ticks_total"]
        until(lambda: watch.figures()["newsfold_ticks_total"] >= ticks + 4)
        assert not web.asked(feed)
        assert desk.call("stories").code == 0
        assert watch.end() < SOON
    assert watch.codes == [0]
    assert len(watch.events("cycle", "postponed")) == 1
