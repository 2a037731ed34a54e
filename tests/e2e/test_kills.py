"""Killed without warning at any moment: nothing reported is lost, nothing is kept twice, nobody is left behind."""

from __future__ import annotations

import os
import random
import signal
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from subprocess import Popen

import pytest

from store.errors import StoreUnusable
from tests.e2e import press
from tests.e2e.conftest import Desk, kill_group, members, until
from tests.e2e.press import NOW
from tests.e2e.web import Site, Web

pytestmark = pytest.mark.thorough

# Runs killed; a thousand by hand take an hour.
KILLS = int(os.environ.get("NEWSFOLD_KILLS", "10"))
SEED = int(os.environ.get("NEWSFOLD_KILL_SEED", "4711"))


def _printed(site: Site, other: Site, numbers: range) -> list[str]:
    """Feeds of two houses: every article stands in both, under addresses of their own."""
    told = [press.story(number, paragraphs=3) for number in numbers]
    feeds = []
    for house in (site, other):
        links = [house.put(f"/n/artikel-{n}", press.page(one)) for n, one in zip(numbers, told, strict=True)]
        body = press.rss(list(zip(links, told, strict=True)))
        feeds.append(house.put("/rss.xml", body, etag=f'"{numbers.stop}"', kind="application/rss+xml"))
    return feeds


def test_killed_runs_lose_nothing_and_double_nothing(web: Web, tmp_path: Path) -> None:
    """After each kill the store's laws hold and what was there is there; the next run completes; two copies of each
    article are one story. No process survives its run."""
    halves = [KILLS - KILLS // 2, KILLS // 2]
    with ThreadPoolExecutor(len(halves)) as side_by_side:  # two stores at a time: most of it is waiting for starts
        for done in [side_by_side.submit(_series, web, tmp_path / str(n), half, n) for n, half in enumerate(halves)]:
            done.result()


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_a_feed_is_not_asked_again_because_a_run_was_ended(web: Web, tmp_path: Path, number: signal.Signals) -> None:
    """A run dies while its first feed is asked: started again, it leaves that feed alone until the least wait is over.
    One that was stopped in order takes up at once those whose turn had not come."""
    desk, site = Desk(tmp_path), web.site()
    told = [press.story(2980 + n) for n in range(2)]
    links = [site.put(f"/n/{n}", press.page(one)) for n, one in enumerate(told)]
    body, other = (press.rss([pair]) for pair in zip(links, told, strict=True))
    first, second = site.put("/a.xml", body, delay=300), site.put("/b.xml", other)
    with desk.start(*desk.asking([first, second], force=False), INGEST_FETCH__TIMEOUT="300") as run:
        until(lambda: web.asked(first))
        run.send_signal(number)
        run.communicate(timeout=100)
    site.put("/a.xml", body)
    web.forget()
    again = desk.run([first, second], force=False, now=NOW + timedelta(seconds=60))
    assert not web.asked(first)
    assert len(web.asked(second)) == (number == signal.SIGTERM)
    assert again.items.get("new", 0) == (number == signal.SIGTERM)
    later = desk.run([first, second], force=False, now=NOW + timedelta(minutes=20))
    assert len(web.asked(first)) == 1
    assert len(desk.articles()) == 2
    assert later.code == again.code == 0


def _series(web: Web, folder: Path, kills: int, number: int) -> None:
    """So many kills of runs over one store, and a last run that is let be."""
    folder.mkdir()
    desk, chance = Desk(folder), random.Random(SEED + number)  # noqa: S311 -- moments, not secrets
    site, other = web.site(), web.site()
    feeds: list[str] = []
    known: dict[str, int] = {}  # URL -> revisions
    alive = 0
    for turn in range(kills):
        feeds = _printed(site, other, range(2000, 2000 + 8 * (turn + 1)))
        heard = len(web.log)
        process = desk.start(*desk.asking(feeds))
        # Start-up takes a second: half of the kills count from the first page, when there is something to break.
        if turn % 2:
            _until_a_page(web, heard, {site.host, other.host}, process)
            time.sleep(chance.uniform(0.0, 1.5))
        else:
            time.sleep(chance.uniform(0.3, 2.5))
        alive += process.poll() is None
        if turn % 3:
            kill_group(process)
        else:
            process.send_signal(signal.SIGKILL)  # it alone: those it started have to notice
            process.communicate(timeout=100)
        until(lambda: not members(process.pid))  # noqa: B023 -- used up within its turn
        if _readable(desk):
            assert desk.laws() == []
            now = {url: row["revisions"] for url, row in desk.articles().items()}
            assert known.items() <= now.items()
            known = now
    assert alive >= max(kills // 5, 1)  # a quick machine is through before the signal more often
    done = desk.run(feeds)
    assert done.code == 0
    everything = desk.articles()
    assert len(everything) == 2 * 8 * kills
    assert {row["revisions"] for row in everything.values()} == {1}
    assert set(Counter(row["story_id"] for row in everything.values()).values()) == {2}
    assert desk.rejected() == {}
    assert desk.call("db", "check").code == 0


def _until_a_page(web: Web, heard: int, hosts: set[str], process: Popen[str]) -> None:
    """Wait until a run asks for its first page, or has ended."""
    until(
        lambda: (
            process.poll() is not None
            or any(asked.host in hosts and asked.path.startswith("/n/") for asked in web.log[heard:])
        ),
    )


def _readable(desk: Desk) -> bool:
    """Whether there are tables already; a store that was killed while it was made has none, and says so."""
    try:
        desk.laws()
    except StoreUnusable as error:
        assert error.what == "there is no store yet"  # noqa: PT017 -- any other state is none to be in
        return False
    return True
