"""SIGTERM and SIGINT end the daemon within ten seconds, at whatever it is."""

from __future__ import annotations

import random
import signal
import time

import pytest
from filelock import FileLock

from tests.daemon.conftest import configure, printed, watching
from tests.e2e import press
from tests.e2e.conftest import Desk, until
from tests.e2e.web import Web


def test_a_stop_while_another_process_writes(web: Web, desk: Desk) -> None:
    """A cycle that waits a minute for another process's transaction does not hold up the end; nothing is lost."""
    feed = printed(web.site(), 9100)
    configure(desk, [feed], interval=1)
    with watching(desk, "--wait", "60") as watch:
        until(lambda: watch.events("cycle", "done"), 30)
        with FileLock(desk.folder / "news.db.write.lock"):
            asked = len(web.asked(feed))
            time.sleep(2)
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


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=["term", "int"])
def test_a_stop_in_the_middle_of_a_cycle(web: Web, desk: Desk, number: signal.Signals) -> None:
    """With pages under way, a slow one among them: a good end in time, laws kept; the next cycle does the rest."""
    site = web.site()
    told = [press.story(9200 + n) for n in range(12)]
    links = [site.put(f"/n/artikel-{n}", press.page(one)) for n, one in enumerate(told)]
    feed = site.put("/rss.xml", press.rss(list(zip(links, told, strict=True))))
    site.put("/n/artikel-9", delay=30)
    configure(desk, [feed], interval=1)
    with watching(desk, INGEST_FETCH__TIMEOUT="60") as watch:
        until(lambda: web.asked(feed), 30)
        time.sleep(random.random())  # noqa: S311 -- any moment will do
        assert watch.end(number) < 10
        assert watch.codes == [130 if number == signal.SIGINT else 0]
    assert desk.laws() == []
    site.put("/n/artikel-9", press.page(told[9]))
    assert desk.call("run", "--force").code == 0
    assert len(desk.articles()) == 12
