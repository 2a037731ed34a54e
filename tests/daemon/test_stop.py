"""SIGTERM and SIGINT end the daemon within ten seconds, at whatever it is."""

from __future__ import annotations

import random
import signal
import time
from pathlib import Path

from filelock import FileLock

from tests.daemon.conftest import configure, printed, watching
from tests.e2e import press
from tests.e2e.conftest import Desk, until
from tests.e2e.web import Web

PAGES = 12


def paper(web: Web, folder: Path, number: int) -> tuple[Desk, str]:
    """A desk over a feed of twelve articles, of which one is never answered; the feed's address."""
    folder.mkdir()
    desk, site = Desk(folder, settings={"INGEST_FETCH__TIMEOUT": "60"}), web.site()
    told = [press.story(number + n) for n in range(PAGES)]
    links = [site.put(f"/n/artikel-{n}", press.page(one)) for n, one in enumerate(told)]
    site.put(f"/n/artikel-{PAGES - 1}", delay=60)
    feed = site.put("/rss.xml", press.rss(list(zip(links, told, strict=True))))
    configure(desk, [feed], interval=1)
    return desk, feed


def test_a_stop_in_the_middle_of_a_cycle(web: Web, tmp_path: Path) -> None:
    """With pages under way, one of a host that hangs: a good end in time, the store's laws kept."""
    desks = [paper(web, tmp_path / name, 9200 + 50 * n) for n, name in enumerate(("term", "int"))]
    with watching(desks[0][0]) as first, watching(desks[1][0]) as second:
        until(lambda: all(web.asked(feed) for _, feed in desks), 40)
        time.sleep(random.random())  # noqa: S311 -- any moment will do
        second.process.send_signal(signal.SIGINT)
        assert first.end(signal.SIGTERM) < 10
        assert second.end(signal.SIGTERM) < 10
        assert (first.codes, second.codes) == ([0], [130])
    for desk, _ in desks:
        assert desk.laws() == []


def test_a_stop_while_another_process_writes(web: Web, desk: Desk) -> None:
    """A cycle that waits a minute for another process's transaction does not hold up the end; nothing is lost."""
    feed = printed(web.site(), 9100)
    configure(desk, [feed], interval=1)
    with watching(desk, "--wait", "60") as watch:
        until(lambda: watch.events("cycle", "done"), 30)
        with FileLock(desk.folder / "news.db.write.lock"):
            time.sleep(1.5)
            asked = len(web.asked(feed))
            time.sleep(1)
            assert len(web.asked(feed)) == asked  # it cannot claim the feed
            assert watch.end() < 10
        assert watch.codes == [0]
        assert len(watch.events("stop", "forced")) == 1
    assert desk.laws() == []
    assert len(desk.articles()) == 1


def test_a_stop_before_the_first_tick(desk: Desk) -> None:
    """Waiting for the cycle lock, it leaves at once with a good exit code."""
    configure(desk, [], interval=1)
    assert desk.call("db", "check").code in {0, 5}
    with FileLock(desk.folder / "news.db.cycle.lock"), watching(desk, "--wait", "60") as watch:
        until(desk.file.exists, 30)
        time.sleep(0.5)
        assert watch.end() < 3
        assert watch.codes == [0]
