"""SIGTERM and SIGINT end the daemon within ten seconds, at whatever it is."""

from __future__ import annotations

import random
import signal
import threading
import time
from pathlib import Path

import pytest
from filelock import FileLock

from tests.daemon.conftest import Watch, configure, printed, watching
from tests.e2e import press
from tests.e2e.conftest import Desk, until
from tests.e2e.web import Web

pytestmark = pytest.mark.thorough

PAGES = 12


def paper(web: Web, folder: Path, number: int) -> tuple[Desk, str]:
    """A desk over a feed of twelve articles, of which one is never answered; the feed's address."""
    folder.mkdir()
    desk, site = Desk(folder, settings={"INGEST_FETCH__TIMEOUT": "300"}), web.site()
    told = [press.story(number + n) for n in range(PAGES)]
    links = [site.put(f"/n/artikel-{n}", press.page(one)) for n, one in enumerate(told)]
    site.put(f"/n/artikel-{PAGES - 1}", delay=300)
    feed = site.put("/rss.xml", press.rss(list(zip(links, told, strict=True))))
    configure(desk, [feed], interval=1)
    return desk, feed


def test_a_stop_comes_in_time_at_any_moment(web: Web, tmp_path: Path, desk: Desk) -> None:
    """In a cycle that waits a minute for another process's transaction; meanwhile, since that takes seven seconds,
    before the first tick, and in cycles with pages under way of which one never comes. Nothing is lost."""
    feed = printed(web.site(), 9100)
    configure(desk, [feed], interval=1)
    with watching(desk, "--wait", "60") as watch:
        until(lambda: watch.events("cycle", "done"), 100)
        with FileLock(desk.folder / "news.db.write.lock"):
            until(lambda: _waits(watch))
            begun, asked = time.monotonic(), len(web.asked(feed))
            watch.process.send_signal(signal.SIGTERM)
            ended = threading.Thread(target=watch.process.wait)
            ended.start()
            _stop_before_the_first_tick(tmp_path / "early")
            _stop_in_the_middle_of_a_cycle(web, tmp_path)
            ended.join(max(begun + 90 - time.monotonic(), 0))
            assert not ended.is_alive()
        assert watch.process.returncode == 0
        assert len(web.asked(feed)) == asked  # it could not claim the feed
        until(lambda: watch.events("stop", "forced"))  # what it said last is read by a thread
    assert desk.laws() == []
    assert len(desk.articles()) == 1


def _waits(watch: Watch) -> bool:
    """Whether a cycle is under way that does not get on: its feed is due, and no tick ends for a second."""
    before = watch.figures()
    time.sleep(1)
    after = watch.figures()
    return after["newsfold_feeds_due"] == 1 and after["newsfold_ticks_total"] == before["newsfold_ticks_total"]


def _stop_before_the_first_tick(folder: Path) -> None:
    """Waiting for the cycle lock, it leaves at once with a good exit code."""
    folder.mkdir()
    desk = Desk(folder)
    configure(desk, [], interval=1)
    with FileLock(desk.folder / "news.db.cycle.lock"), watching(desk, "--wait", "60") as watch:
        until(desk.file.exists, 100)
        time.sleep(0.3)
        assert watch.end() < 90
        assert watch.codes == [0]


def _stop_in_the_middle_of_a_cycle(web: Web, folder: Path) -> None:
    """With pages under way, one of a host that hangs: a good end in time, the store's laws kept."""
    desks = [paper(web, folder / name, 9200 + 50 * n) for n, name in enumerate(("term", "int"))]
    with watching(desks[0][0]) as first, watching(desks[1][0]) as second:
        until(lambda: all(web.asked(feed) for _, feed in desks), 100)
        time.sleep(random.random())  # noqa: S311 -- any moment will do
        second.process.send_signal(signal.SIGINT)
        assert first.end(signal.SIGTERM) < 90
        assert second.process.wait(100) == 130
        assert first.codes == [0]
    for desk, _ in desks:
        assert desk.laws() == []
