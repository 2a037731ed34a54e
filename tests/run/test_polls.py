"""Feeds over many polls: real answers over real sockets, one cycle after the other, over one store."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from ingest.cli.coverage import covered
from ingest.clock import clock_from
from ingest.config import Config, Extract, Fetch
from ingest.run import Summary, Wanted, poll, prepare
from ingest.run.tasks import crew
from ingest.workers import Workers
from store import open_store
from store.base import Store
from store.model import FeedRow, FeedSpec
from tests.e2e import press
from tests.e2e.press import NOW
from tests.fetch.server import Server, answer, redirect

CONFIG = Config(
    fetch=Fetch(allow_private=["127.82.0.0/16"], spacing=0, timeout=60, patience=0, robots=False, recheck=[]),
    extract=Extract(workers=1),
)
LOGIN = b"<!doctype html><html><body><form>Passwort: <input name=p></form></body></html>"
DAY = timedelta(days=1)


@pytest.fixture(scope="module")
def workers() -> Iterator[Workers]:
    with crew(CONFIG.extract) as running:
        yield running


@pytest.fixture
def server() -> Iterator[Server]:
    with Server("127.82.0.1") as running:
        yield running


class Desk:
    """A store, and cycles over it."""

    def __init__(self, store: Store, workers: Workers) -> None:
        self.store = store
        self._workers = workers

    def run(self, *feeds: str, now: datetime = NOW, config: Config = CONFIG, **more: Any) -> Summary:
        """One cycle over these feeds at a given time, due or not. `more` are fields of Wanted."""
        listed = [FeedSpec(url=feed, origin="run") for feed in feeds]
        wanted = Wanted(listed=listed, only=True, force=True, **more)
        clock = clock_from(now)
        polled = prepare(self.store, config, wanted, clock=clock)
        return poll(self.store, config, polled, wanted, clock=clock, stop=threading.Event(), workers=self._workers)

    def feed(self, url: str) -> FeedRow:
        [row] = [row for row in self.store.feeds() if row.url == url]
        return row


@pytest.fixture
def desk(tmp_path: Path, workers: Workers) -> Iterator[Desk]:
    store = open_store(f"sqlite:///{tmp_path}/news.db", synchronous="NORMAL")
    yield Desk(store, workers)
    assert store.check() == []
    store.close()


def put(server: Server, *numbers: int, path: str = "/rss", **headers: str) -> str:
    """A feed of articles that are there; its address."""
    told = {server.url(f"/n/bericht-{number}"): press.story(number) for number in numbers}
    for number in numbers:
        server.routes[f"/n/bericht-{number}"] = answer(body=press.page(press.story(number)).encode())
    server.routes[path] = answer(200, press.rss(list(told.items())).encode(), **headers)
    return server.url(path)


def outcomes(done: Summary) -> dict[str, int]:
    return {name: count for name, count in done.feeds.items() if count}


def test_304_without_an_etag_keeps_the_one_we_have(server: Server, desk: Desk) -> None:
    """ "Not modified" need not repeat the ETag: the next poll is conditional all the same."""
    feed = put(server, 6000, etag='W/"1"', last_modified="Mon, 02 Mar 2026 08:00:00 GMT")
    desk.run(feed)
    server.routes["/rss"] = answer(304)
    for hours in (1, 2):
        assert outcomes(desk.run(feed, now=NOW + timedelta(hours=hours))) == {"unchanged": 1}
    said = [(one.headers.get("if-none-match"), one.headers.get("if-modified-since")) for one in server.asked("/rss")]
    assert said == [(None, None), *[('W/"1"', "Mon, 02 Mar 2026 08:00:00 GMT")] * 2]


def test_the_same_body_under_new_etags_is_not_read_again(server: Server, desk: Desk) -> None:
    """A server that knows no 304, or changes its ETag at every poll: the body is known by its hash."""
    feed = put(server, 6010, etag='"1"')
    body = server.routes["/rss"]
    assert isinstance(body, bytes)
    assert desk.run(feed).items["new"] == 1
    for poll_ in (2, 3):
        server.routes["/rss"] = body.replace(b'etag: "1"', b'etag: "%d"' % poll_)
        done = desk.run(feed, now=NOW + timedelta(hours=poll_))
        assert (outcomes(done), done.items["seen"]) == ({"unchanged": 1}, 0)
        assert "extract" not in done.seconds
    assert [one.headers.get("if-none-match") for one in server.asked("/rss")] == [None, '"1"', '"2"']
    assert len(server.asked("/n/bericht-6010")) == 1


def test_a_stale_etag_is_not_trusted_for_ever(server: Server, desk: Desk) -> None:
    """A server that says "not modified" whatever happens is asked without conditions after a week."""
    feed = put(server, 6020, etag='"1"')
    desk.run(feed)
    for days in (1, 3, 8):
        server.log.clear()
        server.routes["/rss"] = answer(304)
        if days == 8:
            put(server, 6020, 6021, etag='"1"')
        done = desk.run(feed, now=NOW + days * DAY)
        assert ("if-none-match" in server.asked("/rss")[0].headers) == (days < 8)
    assert done.items["new"] == 1


def test_a_run_says_that_nobody_can_be_reached(server: Server, desk: Desk) -> None:
    """Feeds are asked and the settings name no contact: a warning that says what to set, and none where one is named,
    also in a user agent of one's own, or nothing is asked."""
    said: list[str] = []
    handler = logging.Handler(logging.WARNING)
    handler.emit = lambda record: said.append(record.getMessage())  # type: ignore[method-assign]
    log = logging.getLogger("ingest.run")
    log.addHandler(handler)
    try:
        named = msgspec.structs.replace(CONFIG.fetch, contact="mailto:desk@kurier.example")
        own = msgspec.structs.replace(CONFIG.fetch, user_agent="kurier-bot (+https://kurier.example/bot)")
        for fetch in (named, own):
            desk.run(put(server, 6022), config=msgspec.structs.replace(CONFIG, fetch=fetch))
        desk.run()
        assert said == []
        desk.run(put(server, 6023))
        assert said == ["contact"]
    finally:
        log.removeHandler(handler)


def test_what_a_feed_brought_is_counted(server: Server, desk: Desk) -> None:
    """Each feed's new articles add up over its polls, although they are written after it was read."""
    one, other = put(server, 6025, 6026, path="/eins"), put(server, 6027, path="/zwei")
    assert desk.run(one, other).items["new"] == 3
    put(server, 6025, 6026, 6028, path="/eins")
    assert desk.run(one, other, now=NOW + DAY).items["new"] == 1
    assert (desk.feed(one).entries_new, desk.feed(other).entries_new) == (3, 1)


def test_an_answer_of_new_entries_alone_is_a_gap(server: Server, desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    """Nothing of the last answer is listed any more: others may have come and gone. It is told, with since when, and
    the feed is asked again in half the time; an answer that still lists one of the old, and a first one, are none."""
    caplog.set_level(logging.INFO, "ingest.run")
    told: list[tuple[float, list[tuple[int, str]]]] = []
    for hours, numbers in ((0, (6300, 6301, 6302)), (3, (6302, 6303, 6304)), (6, (6305, 6306, 6307))):
        caplog.clear()
        feed = put(server, *numbers)
        desk.run(feed, now=NOW + timedelta(hours=hours))
        gaps = [(one.__dict__["entries"], one.__dict__["since"][:13]) for one in caplog.records if one.msg == "gap"]
        row = desk.feed(feed)
        assert row.last_polled is not None
        told.append((round((row.due_at - row.last_polled).total_seconds() / 3600, 1), gaps))
    assert [gaps for _, gaps in told] == [[], [], [(3, "2026-03-02T12")]]
    assert told[2][0] < told[1][0], told


def test_404_then_there_again(server: Server, desk: Desk) -> None:
    """Failures are counted and wait; the first good answer ends them, and nothing is lost."""
    feed = put(server, 6030)
    there = server.routes["/rss"]
    desk.run(feed)
    server.routes["/rss"] = answer(404)
    waits = []
    for hours in (1, 2, 3):
        assert outcomes(desk.run(feed, now=NOW + timedelta(hours=hours))) == {"failed": 1}
        waits.append((desk.feed(feed).due_at - NOW - timedelta(hours=hours)) / timedelta(minutes=1))
    assert waits == sorted(waits)
    assert waits[2] > 2 * waits[0]
    assert (desk.feed(feed).failures, desk.feed(feed).enabled) == (3, True)
    put(server, 6030, 6031)
    assert there != server.routes["/rss"]
    assert desk.run(feed, now=NOW + timedelta(hours=4)).items["new"] == 1
    assert (desk.feed(feed).failures, desk.feed(feed).last_error) == (0, None)


@pytest.mark.parametrize(
    ("hours", "moves"), [((0,), False), ((0, 1, 2), False), ((0, 12, 25), True)], ids=["once", "in a day", "thrice"]
)
def test_301_moves_a_feed_that_moved(server: Server, desk: Desk, hours: tuple[int, ...], moves: bool) -> None:
    """Entries come through at once; the address is taken over after three sightings over a day, and asked from then."""
    old, new = server.url("/alt"), put(server, 6040, path="/neu")
    server.routes["/alt"] = redirect("/neu", 301)
    for hour in hours:
        desk.run(old, now=NOW + timedelta(hours=hour))
    assert [row.url for row in desk.store.feeds()] == [new if moves else old]
    assert len(list(desk.store.articles())) == 1
    server.log.clear()
    desk.run(new if moves else old, now=NOW + 2 * DAY)
    assert bool(server.asked("/alt")) != moves


def test_301_to_a_feed_we_have(server: Server, desk: Desk) -> None:
    """Two addresses that became one: the old one is off and says where it went; the other is polled on."""
    new = put(server, 6050, path="/neu")
    old = server.url("/alt")
    server.routes["/alt"] = redirect("/neu", 308)
    for hour in (0, 12, 25):
        desk.run(old, new, now=NOW + timedelta(hours=hour))
    assert [row.url for row in desk.store.feeds() if row.enabled] == [new]
    assert "polled already" in (desk.feed(old).disabled_reason or "")
    assert len(list(desk.store.articles())) == 1


def test_301_to_a_login_page(server: Server, desk: Desk) -> None:
    """A captive portal or a wall answers for the feed over days: it fails, keeps its address, and comes back."""
    feed = put(server, 6060)
    there = server.routes["/rss"]
    desk.run(feed)
    server.routes |= {"/rss": redirect("/login", 301), "/login": answer(body=LOGIN, content_type="text/html")}
    for days in (1, 2, 3, 4):
        done = desk.run(feed, now=NOW + days * DAY)
        assert [error["class"] for error in done.errors] == ["not-a-feed"]
    server.routes["/rss"] = there
    assert outcomes(desk.run(feed, now=NOW + 5 * DAY)) in ({"ok": 1}, {"unchanged": 1})
    assert (desk.feed(feed).failures, desk.feed(feed).moved_to) == (0, None)


def test_types_and_bodies_that_do_not_fit(server: Server, desk: Desk) -> None:
    """A feed sent as a web page is read; a page sent as a feed, an empty body and a mere index are failures that say
    what came; a feed cut off gives what is whole."""
    as_page = put(server, 6070, path="/a", content_type="text/html")
    cut = put(server, 6071, 6072, path="/b", content_type="application/rss+xml")
    whole = server.routes["/b"]
    assert isinstance(whole, bytes)
    body = whole.partition(b"\r\n\r\n")[2]
    server.routes["/b"] = answer(body=body[: body.rindex(b"<item>") + 9])
    index = b"<sitemapindex><sitemap><loc>%s</loc></sitemap></sitemapindex>" % server.url("/s").encode()
    server.routes |= {
        "/p": answer(body=LOGIN, content_type="application/rss+xml"), "/e": answer(), "/s": answer(body=index),
    }  # fmt: skip
    done = desk.run(as_page, cut, *map(server.url, ("/p", "/e", "/s")))
    assert done.items["new"] == 2
    failed = {error["url"]: error["class"] for error in done.errors}
    assert failed == dict.fromkeys(map(server.url, ("/p", "/e", "/s")), "not-a-feed")
    assert len(server.asked("/s")) == 1, "an index that lists itself is not followed"


def test_feeds_that_lead_to_a_host_that_wants_to_be_left_alone(server: Server, desk: Desk) -> None:
    """Two feeds lead to one host, which says "later" to the first: the second was asked where it is named alone, and
    is not asked there again before."""
    with Server("127.82.0.2") as far:
        far.routes["/rss"] = answer(503, retry_after="7200")
        server.routes |= {"/a": redirect(far.url("/rss")), "/b": redirect(far.url("/rss"))}
        done = desk.run(server.url("/a"), server.url("/b"))
        assert outcomes(done) == {"failed": 1, "skipped": 1}
        assert (len(far.log), len(server.log)) == (1, 2)
    for feed in desk.store.feeds():
        assert timedelta(minutes=110) <= feed.due_at - NOW <= timedelta(minutes=140)


def test_42000_entries(server: Server, desk: Desk) -> None:
    """Of a feed with an endless archive the first thousand are looked at, in one cycle, and no more are asked for."""
    items = "".join(f"<item><title>Meldung {n}</title><guid>{n}</guid></item>" for n in range(42_000))
    server.routes["/rss"] = answer(body=f"<rss><channel>{items}</channel></rss>".encode())
    done = desk.run(server.url("/rss"))
    assert (done.items["seen"], outcomes(done)) == (1000, {"ok": 1})


def test_links_that_run_something(server: Server, desk: Desk) -> None:
    """Entries whose links are no web addresses are rejected with the reason, and nothing is asked."""
    links = ("javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "vbscript:x", "ftp://a.example/x")
    items = "".join(f"<item><title>Kai {n}</title><link>{link}</link></item>" for n, link in enumerate(links))
    server.routes["/rss"] = answer(body=f"<rss><channel>{items}</channel></rss>".encode())
    done = desk.run(server.url("/rss"))
    assert (done.items["seen"], done.items["rejected"], len(server.log)) == (5, 5, 1)
    assert {row["reason"] for row in desk.store.rejected()} == {"not-html"}


@pytest.mark.parametrize(
    ("body", "kind", "told"),
    [
        (b"\n Your query was too short\x07 or too long.\nAsk again.", "text/plain",
         "the answer is text/plain, it says: Your query was too short or too long."),
        (b"Please limit requests to one every 5 seconds. \x1b[31m" + b"Please. " * 400, "text/plain", "\u2026"),
        (b"HTTP 404 is what I meant", "text/plain", "(the answer is text/plain, it says: HTTP 404 is what I meant)"),
        (b"<html><head><title>Just a\nmoment...</title></head></html>", "text/html", "it says: Just a moment..."),
        (b'{\n "error": "unknown key geheim-55"\n}', "application/json", 'it says: { "error": "unknown key ***" }'),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\1", "image/png", "(the answer is image/png)"),
    ],
)  # fmt: skip
def test_what_a_source_answers_is_told(server: Server, desk: Desk, body: bytes, kind: str, told: str) -> None:
    """A search that refuses in words and with a status of success: its first line, bounded, without what acts on a
    terminal and without our key, stands in the summary and beside the feed."""
    feed = server.url("/search?q=moor&key=geheim-55")
    server.routes["/search?q=moor&key=geheim-55"] = answer(body=body, content_type=kind)
    [error] = desk.run(feed).errors
    row = desk.feed(feed)
    trouble = str(covered(row, None, now=NOW)["trouble"])
    assert told in trouble
    assert trouble.startswith("answers with something that is no feed (")
    assert (error["class"], error["message"]) == ("not-a-feed", row.last_error)
    assert error["message"].isprintable()
    assert len(error["message"]) < 250
    assert "geheim" not in error["message"]


def test_a_feed_is_in_the_language_that_was_said(server: Server, desk: Desk) -> None:
    """The settings' word on the language of entries decides where their letters do not, over the feed's own."""
    page = press.page(press.story(6085)).replace('<html lang="de">', "<html>")
    entries = press.rss([(server.url("/n/a"), press.story(6085))])
    server.routes |= {"/rss": answer(body=entries.encode()), "/n/a": answer(body=page.encode())}
    desk.store.add_feeds([FeedSpec(url=server.url("/rss"), origin="config", language="lb")], now=NOW)
    desk.run(server.url("/rss"))
    assert [article["language"] for article in desk.store.articles()] == ["lb"]


def test_no_key_of_a_feed_is_told(server: Server, desk: Desk) -> None:
    """A feed is asked with its key; summary, stored error and the refusal of its page name it without."""
    feed = server.url("/rss?api_key=geheim-77&a=1")
    told = press.story(6080)
    page = server.url("/n/bericht?token=geheim-88")
    server.routes["/rss?api_key=geheim-77&a=1"] = [answer(body=press.rss([(page, told)]).encode()), answer(500)]
    server.routes["/n/bericht?token=geheim-88"] = redirect("http://mara:geheim-99@127.0.0.1/?sig=geheim-66")
    first, second = desk.run(feed), desk.run(feed, now=NOW + timedelta(hours=1))
    assert len(server.asked("/n/bericht?token=geheim-88")) >= 1
    shown = f"{first.errors}{second.errors}{desk.feed(feed).last_error}"
    assert second.errors[0]["url"] == server.url("/rss?api_key=***&a=1")
    assert "geheim" not in shown + "".join(row["detail"] for row in desk.store.rejected())


@pytest.mark.parametrize("body", ["rss", "json"])
def test_numbers_beyond_all_measure(server: Server, desk: Desk, body: str) -> None:
    """Lengths, ages, numbers of entries and dates that no column and no calendar holds: the feed is read, its next poll
    is within our bounds, and the store's laws hold."""
    huge = "9" * 400
    link = server.url("/n/bericht-6085")
    server.routes["/n/bericht-6085"] = answer(
        body=press.page(press.story(6085)).encode(), cache_control=f"max-age={huge}"
    )
    rss = (
        f'<rss xmlns:sy="http://purl.org/rss/1.0/modules/syndication/"><channel><ttl>{huge}</ttl>'
        f"<skipHours><hour>{huge}</hour><hour>-{huge}</hour></skipHours><sy:updatePeriod>yearly</sy:updatePeriod>"
        f"<sy:updateFrequency>{huge}</sy:updateFrequency><item><title>Kai</title><link>{link}</link><guid>{huge}</guid>"
        f"<pubDate>Mon, 02 Mar {huge} 08:00:00 +{huge}</pubDate></item></channel></rss>"
    )
    found = f'{{"version":"https://jsonfeed.org/version/1.1","items":[{{"id":{huge},"url":"{link}","title":{huge}}}]}}'
    server.routes["/rss"] = [
        answer(body=(rss if body == "rss" else found).encode(), cache_control=f"max-age={huge}", age=huge),
        answer(503, retry_after=huge),
    ]
    feed = server.url("/rss")
    done = desk.run(feed)
    assert (done.items["seen"], done.items["new"]) == (1, 1)
    row = desk.feed(feed)
    assert row.last_polled is not None
    assert row.due_at - row.last_polled <= DAY
    desk.run(feed, now=NOW + DAY)
    row = desk.feed(feed)
    assert row.last_polled is not None
    assert (row.failures, row.due_at - row.last_polled <= 2 * DAY) == (1, True)


def test_a_failed_feed_is_a_warning(server: Server, desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    """Who keeps warnings alone hears of feeds that failed, with what was wrong, and of no others."""
    good = put(server, 6087)
    server.routes["/gone"] = answer(410)
    server.routes["/page"] = answer(body=LOGIN)
    with caplog.at_level(logging.INFO, logger="ingest.run"):
        desk.run(good, server.url("/gone"), server.url("/page"))
    told = {event.url: event for event in caplog.records if event.message == "feed"}  # type: ignore[attr-defined]
    assert {url.rpartition("/")[2]: event.levelname for url, event in told.items()} == {
        "rss": "INFO", "gone": "WARNING", "page": "WARNING",
    }  # fmt: skip
    assert "410" in told[server.url("/gone")].error  # type: ignore[attr-defined]
