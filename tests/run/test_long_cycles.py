"""A cycle that a slow host keeps under way: others join it, and it comes to an end."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from datetime import timedelta

import msgspec

from ingest.config import Config
from ingest.run import Summary
from store.model import FeedSpec
from tests.e2e import press
from tests.e2e.press import NOW
from tests.fetch.server import Asked, Server, answer
from tests.run.test_polls import CONFIG, Desk, desk, put, server, workers

# The fixtures of the polls are those of these tests too.
__all__ = ("desk", "server", "workers")

# Requests are held until something has happened, which takes as long as it takes.
PATIENT: Config = msgspec.structs.replace(CONFIG, fetch=msgspec.structs.replace(CONFIG.fetch, timeout=100.0))


def holding(page: bytes, release: threading.Event) -> Callable[[socket.socket, Asked], None]:
    """A page that is not said before the event."""

    def send(connection: socket.socket, _: Asked) -> None:
        release.wait(90)
        connection.sendall(answer(body=page))

    return send


def test_feeds_that_fall_due_join_a_cycle_under_way(server: Server, desk: Desk) -> None:
    """A page that keeps the cycle busy holds up no other feed: one that falls due meanwhile is asked, never before, and
    again when it is due again; its articles are there before the slow one has come, each asked for once."""
    release = threading.Event()
    slow = put(server, 6100)
    server.routes["/n/bericht-6100"] = holding(press.page(press.story(6100)).encode(), release)
    with Server("127.82.0.2") as other:
        late = put(other, 6101)
        first = other.routes["/rss"]
        put(other, 6101, 6102)
        second, page = other.routes["/rss"], other.routes["/n/bericht-6102"]
        assert isinstance(first, bytes)
        assert isinstance(second, bytes)
        assert isinstance(page, bytes)
        other.routes["/rss"] = [first, second]

        def give(connection: socket.socket, _: Asked) -> None:
            release.set()
            connection.sendall(page)

        other.routes["/n/bericht-6102"] = give
        desk.store.add_feeds([FeedSpec(url=late, origin="added", interval=1)], now=NOW)

        def joining() -> list[str]:
            return [late] if server.asked("/n/bericht-6100") and not release.is_set() else []

        done = desk.run(slow, config=PATIENT, joining=joining)
        assert (done.items["new"], done.items["unchanged"], done.items["seen"]) == (3, 1, 4)
        asked = [one.at for one in other.asked("/rss")]
        assert len(asked) == done.feeds["ok"] - 1 == 2
        assert asked[1] - asked[0] >= 0.9
        assert all(len(other.asked(f"/n/bericht-{n}")) == 1 for n in (6101, 6102))


def test_a_cycle_that_lasts_too_long_leaves_the_rest(server: Server, desk: Desk) -> None:
    """What is under way is waited for, what waits is left for the next cycle, which comes as soon as the feed may be
    asked again; nothing is asked twice, nothing is lost."""
    release = threading.Event()
    feed = put(server, *range(6110, 6116), etag='"1"')
    server.routes["/n/bericht-6110"] = holding(press.page(press.story(6110)).encode(), release)

    def left(summary: Summary, _under_way: int) -> None:
        if summary.items["deferred"]:
            release.set()

    # While its first page is held, a host is asked for nothing else.
    done = desk.run(feed, config=PATIENT, enough=lambda: bool(server.asked("/n/bericht-6110")), progress=left)
    assert (done.items["seen"], done.items["new"], done.items["deferred"]) == (6, 1, 5)
    row = desk.feed(feed)
    assert row.leftover
    assert row.last_polled is not None
    assert row.due_at - row.last_polled <= timedelta(minutes=5)
    server.routes["/rss"] = answer(304)
    later = desk.run(feed, now=NOW + timedelta(minutes=5))
    assert (later.items["new"], later.items["unchanged"], later.items["deferred"]) == (5, 1, 0)
    assert all(len(server.asked(f"/n/bericht-{n}")) == 1 for n in range(6110, 6116))


def test_feeds_that_were_not_asked_stay_due(server: Server, desk: Desk) -> None:
    """A cycle that has had enough before a feed's turn came leaves its row as it was."""
    release = threading.Event()
    first, second = put(server, 6120, path="/a"), put(server, 6121, path="/b")
    # Both are due at one moment, so that they are asked in this order.
    desk.store.add_feeds([FeedSpec(url=feed, origin="added") for feed in (first, second)], now=NOW)
    body = server.routes["/a"]
    assert isinstance(body, bytes)

    def held(connection: socket.socket, _: Asked) -> None:
        release.wait(90)
        connection.sendall(body)

    server.routes["/a"] = held

    def left(summary: Summary, _under_way: int) -> None:
        if summary.feeds["skipped"]:
            release.set()

    done = desk.run(first, second, config=PATIENT, enough=lambda: bool(server.asked("/a")), progress=left)
    assert (done.feeds["ok"], done.feeds["skipped"], done.items["deferred"]) == (1, 1, 1)
    assert (desk.feed(second).last_polled, desk.feed(second).due_at) == (None, NOW)
    assert not server.asked("/b")


def test_a_page_fetched_for_a_feed_holds_up_no_second_look(server: Server, desk: Desk) -> None:
    """Of three pages due for a second look the second is being fetched for a feed meanwhile: the third is asked for
    at once, not when that feed is through."""
    looking = msgspec.structs.replace(
        PATIENT, fetch=msgspec.structs.replace(PATIENT.fetch, recheck=[900], per_host=2)
    )  # fmt: skip
    first = put(server, 6130, 6131, 6132)
    other = put(server, 6131, path="/zweiter")
    desk.run(first, config=PATIENT)
    desk.run(other, config=PATIENT)
    told = press.story(6131).but(title="Hafen nun doch offen")
    server.routes["/zweiter"] = answer(body=press.rss([(server.url("/n/bericht-6131"), told)]).encode())
    asked = {n: threading.Event() for n in (6131, 6132)}
    in_time: list[bool] = []

    def send(number: int, after: int | None) -> Callable[[socket.socket, Asked], None]:
        def reply(connection: socket.socket, _: Asked) -> None:
            if number in asked:
                asked[number].set()
            if after is not None:
                in_time.append(asked[after].wait(60))
            connection.sendall(answer(body=press.page(press.story(number)).encode()))

        return reply

    for number, after in ((6130, 6131), (6131, 6132), (6132, None)):
        server.routes[f"/n/bericht-{number}"] = send(number, after)
    done = desk.run(other, now=NOW + timedelta(minutes=20), config=looking)
    assert in_time == [True, True]
    assert (done.rechecks["asked"], done.rechecks["unchanged"], done.items["unchanged"]) == (2, 2, 1)


def test_second_looks_leave_threads_to_the_feeds(server: Server, desk: Desk) -> None:
    """While feeds are being worked through, pages that are looked at again take up half of the threads: a host that
    dawdles over them, and a second one, do not keep a new article waiting."""
    looking = msgspec.structs.replace(PATIENT, fetch=msgspec.structs.replace(PATIENT.fetch, recheck=[900], threads=2))
    asked, waited = threading.Event(), list[bool]()

    def dawdle(number: int) -> Callable[[socket.socket, Asked], None]:
        def reply(connection: socket.socket, _: Asked) -> None:
            waited.append(asked.wait(30))
            connection.sendall(answer(body=press.page(press.story(number)).encode()))

        return reply

    def give(connection: socket.socket, _: Asked) -> None:
        asked.set()
        connection.sendall(answer(body=press.page(press.story(6153)).encode()))

    with Server("127.82.0.2") as second, Server("127.82.0.3") as third:
        desk.run(put(second, 6151), put(third, 6152), config=PATIENT)
        second.routes["/n/bericht-6151"], third.routes["/n/bericht-6152"] = dawdle(6151), dawdle(6152)
        feed = put(server, 6153)
        server.routes["/n/bericht-6153"] = give
        done = desk.run(feed, now=NOW + timedelta(minutes=20), config=looking)
    assert (done.rechecks["asked"], done.items["new"], waited) == (2, 1, [True, True])


def test_a_new_page_waits_behind_one_second_look(server: Server, desk: Desk) -> None:
    """Of one host a single page at a time is handed over to be looked at again: a new article of that host comes next,
    not after all of them."""
    looking = msgspec.structs.replace(PATIENT, fetch=msgspec.structs.replace(PATIENT.fetch, recheck=[900]))
    desk.run(put(server, 6161, 6162, 6163), config=PATIENT)
    listed = threading.Event()
    for number in (6161, 6162, 6163):
        server.routes[f"/n/bericht-{number}"] = holding(press.page(press.story(number)).encode(), listed)
    feed = put(server, 6164, path="/zweiter")
    server.log.clear()

    def seen(summary: Summary, _under_way: int) -> None:
        if summary.items["seen"]:
            listed.set()

    done = desk.run(feed, now=NOW + timedelta(minutes=20), config=looking, progress=seen)
    assert (done.rechecks["asked"], done.items["new"]) == (3, 1)
    pages = [int(one.path[-4:]) for one in server.log if one.path.startswith("/n/")]
    assert pages.index(6164) == 1, pages


def test_a_change_announced_after_a_second_look_is_fetched(server: Server, desk: Desk) -> None:
    """A page was looked at again in this cycle; a feed that joins it says that the article has changed since: the page
    is asked for once more, and the revision is there."""
    looking = msgspec.structs.replace(PATIENT, fetch=msgspec.structs.replace(PATIENT.fetch, recheck=[900]))
    looked, release, page = threading.Event(), threading.Event(), "/n/bericht-6141"
    first, other = put(server, 6141), put(server, 6141, path="/zweiter")
    desk.run(first, config=PATIENT)
    desk.run(other, config=PATIENT)
    told = press.story(6141)
    more = told.but(title="Hafen doch offen", paragraphs=(*told.paragraphs, "Am Abend meldete sich der Hafenmeister."))
    server.log.clear()

    def joining() -> list[str]:
        if not looked.is_set() or release.is_set():
            return []
        server.routes |= {
            page: answer(body=press.page(more).encode()),
            "/zweiter": answer(body=press.rss([(server.url(page), more)]).encode()),
        }
        return [other]

    def seen(summary: Summary, _under_way: int) -> None:
        if summary.rechecks["unchanged"]:
            looked.set()
        if summary.items["revised"]:
            release.set()

    with Server("127.82.0.3") as third:
        slow = put(third, 6142)
        third.routes["/n/bericht-6142"] = holding(press.page(press.story(6142)).encode(), release)
        done = desk.run(slow, now=NOW + timedelta(hours=2), config=looking, joining=joining, progress=seen)
    assert (done.rechecks["asked"], done.items["revised"], done.items["new"]) == (1, 1, 1)
    assert len(server.asked(page)) == 2
