"""Which feeds a tick polls, and that a tick without any does nothing."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest

from ingest.daemon.due import MOST, Due, due
from store.model import Turn
from tests.daemon.conftest import Watch, configure, printed, watching
from tests.e2e import press
from tests.e2e.conftest import Desk, until
from tests.e2e.web import Web

pytestmark = pytest.mark.thorough

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def feed(url: str, *, due_in: float, polled_in: float = -60) -> Turn:
    """A feed that is due, and was polled, so many seconds from now."""
    due_at, polled = (NOW + timedelta(seconds=seconds) for seconds in (due_in, polled_in))
    return Turn(url=url, origin="config", due_at=due_at, last_polled=polled)


A, B, PORT = "https://a.example/rss", "http://b.example/rss", "http://a.example:8080/rss"


def test_feeds_are_due_when_their_time_has_come() -> None:
    """Not before, and not where their host asked for time; a host is a name with its port."""
    rows = [feed(A, due_in=0), feed(B, due_in=1), feed(PORT, due_in=-9)]
    assert due(rows, set(), now=NOW, spacing=1) == Due([PORT, A])
    assert due(rows, {"a.example"}, now=NOW, spacing=1) == Due([PORT])
    assert due(rows, {"a.example", "a.example:8080", "b.example"}, now=NOW, spacing=1) == Due([])
    assert due(rows, {"A.EXAMPLE"}, now=NOW, spacing=1) == Due([PORT, A])


def test_feeds_polled_in_the_future_come_first() -> None:
    """A clock that was set back: they are asked though not due, and no others; unless their host asked for time."""
    rows = [feed(A, due_in=9e6, polled_in=8e6), feed(B, due_in=-1)]
    assert due(rows, set(), now=NOW, spacing=1) == Due([A], force=True)
    assert due(rows, {"a.example"}, now=NOW, spacing=1) == Due([B])


def test_feeds_of_one_host_do_not_hold_up_the_others() -> None:
    """Of 500 feeds of one host a cycle takes on a minute's worth, those due longest; all others are asked."""
    slow = [feed(f"https://slow.example/{n}", due_in=-n) for n in range(500)]
    others = [feed(f"https://o{n}.example/rss", due_in=-0.5) for n in range(50)]
    found = due([*slow, *others], set(), now=NOW, spacing=1)
    assert {row.url for row in others} <= set(found.urls)
    assert [url for url in found.urls if "slow" in url] == [f"https://slow.example/{n}" for n in range(499, 439, -1)]
    assert len(due(slow, set(), now=NOW, spacing=120).urls) == 1
    assert len(due(slow, set(), now=NOW, spacing=0).urls) == 500


def test_a_cycle_takes_on_so_many_feeds() -> None:
    """Of ten thousand due at once the first two thousand are this cycle's."""
    rows = [feed(f"https://h{n}.example/rss", due_in=-n) for n in range(10_000)]
    found = due(rows, set(), now=NOW, spacing=1)
    assert found.urls == [f"https://h{n}.example/rss" for n in range(9_999, 9_999 - MOST, -1)]


def test_an_address_that_is_none_is_left_to_the_cycle() -> None:
    """It fails there, with a reason, and backs off."""
    assert due([feed("http://[half", due_in=0)], {"a.example"}, now=NOW, spacing=1) == Due(["http://[half"])


def test_ticks_without_a_feed_to_ask_write_nothing(web: Web, desk: Desk) -> None:
    """Feeds stay due while their host asks for time: no cycle begins, no row is written, until others are due."""
    site, other = web.site(), web.site()
    first = site.put("/busy.xml", status=429, headers={"Retry-After": "3600"})
    second = printed(site, 9400)
    third = printed(other, 9401)
    configure(desk, [first, second], interval=1)
    with watching(desk, INGEST_FETCH__PER_HOST="1", INGEST_FETCH__THREADS="1") as watch:
        until(lambda: web.asked(first))
        _settled(watch)
        asked, before, state = len(web.asked(second)), watch.figures(), _state(desk)
        until(lambda: watch.figures()["newsfold_ticks_total"] >= before["newsfold_ticks_total"] + 6)
        after = watch.figures()
        assert after["newsfold_cycles_total done"] == before["newsfold_cycles_total done"]
        assert after["newsfold_feeds_due"] == 0
        assert after["newsfold_ready"] == 1
        assert _state(desk) == state
        assert len(web.asked(second)) == asked
        desk.call("feeds", "add", third)
        until(lambda: web.asked(third))
        assert watch.end() < 90
        assert watch.codes == [0]
    assert desk.laws() == []
    with closing(sqlite3.connect(desk.file)) as db:
        runs = [json.loads(feeds) for (feeds,) in db.execute("SELECT json_extract(summary, '$.feeds') FROM run")]
    assert runs
    assert all(run["ok"] + run["unchanged"] + run["failed"] for run in runs)


def _settled(watch: Watch) -> None:
    """Wait until nothing is due and the cycle that found it out has ended."""
    until(lambda: "newsfold_cycles_total done" in watch.figures())
    until(lambda: watch.figures()["newsfold_feeds_due"] == 0)


def _state(desk: Desk) -> list[str]:
    """The store's file and its log, byte for byte."""
    files = [desk.file, desk.file.with_name("news.db-wal")]
    return [hashlib.sha256(file.read_bytes()).hexdigest() if file.exists() else "" for file in files]


def test_a_slow_host_holds_up_no_other_feed(web: Web, desk: Desk) -> None:
    """While a cycle waits for a host that wants minutes between two pages, a feed that falls due meanwhile is asked."""
    slow, other = web.site(), web.site()
    slow.put("/robots.txt", "User-agent: *\nCrawl-delay: 60", kind="text/plain")
    told = [press.story(9410 + n) for n in range(5)]
    links = [slow.put(f"/n/artikel-{n}", press.page(one)) for n, one in enumerate(told)]
    configure(desk, [slow.put("/rss.xml", press.rss(list(zip(links, told, strict=True))))], interval=3600)
    late = printed(other, 9415)
    with watching(desk) as watch:
        until(lambda: web.asked(slow.url("/robots.txt")))
        desk.call("feeds", "add", late)
        until(lambda: other.url("/n/artikel-9415") in desk.articles())
        assert not watch.events("cycle", "done")
        assert watch.end() < 90
    assert len(web.asked(late)) == 1
    assert desk.laws() == []
