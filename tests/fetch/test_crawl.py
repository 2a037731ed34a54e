"""Many requests at once: turns, time asked for, robots.txt, stops."""

from __future__ import annotations

import socket
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest

from ingest.config import Fetch
from ingest.errors import BadStatus, Deferred, FetchError, Refused, Unreachable
from ingest.fetch import Fetcher, Outcome, Request
from ingest.fetch.hosts import HostBook
from ingest.fetch.robots import Robots
from ingest.model import Page
from store.model import HostRow
from tests.fetch.conftest import MakeFetcher, utc_now
from tests.fetch.server import Asked, Server, answer, redirect


@pytest.fixture
def servers() -> Iterator[Callable[[int], list[Server]]]:
    with ExitStack() as stack:
        yield lambda count: [stack.enter_context(Server(f"127.0.7.{n + 1}")) for n in range(count)]


class Crowd:
    """Answers after a while, and counts how many requests were under way at once at most. It waits until so many have
    been: on a machine that is busy they take their time."""

    def __init__(self, seconds: float, *, wanted: int = 1) -> None:
        self._seconds, self._lock, self._running, self.most = seconds, threading.Lock(), 0, 0
        self._wanted, self._reached = wanted, threading.Event()

    def answer(self, connection: socket.socket, _: Asked) -> None:
        with self._lock:
            self._running += 1
            self.most = max(self.most, self._running)
            if self.most >= self._wanted:
                self._reached.set()
        self._reached.wait(60)
        time.sleep(self._seconds)
        with self._lock:
            self._running -= 1
        connection.sendall(answer(body=b"x"))


def crawl(fetcher: Fetcher, requests: list[Request]) -> list[Outcome]:
    with fetcher.crawl() as pool:
        for request in requests:
            pool.add(request)
        return list(pool)


def feeds(server: Server, count: int) -> list[Request]:
    server.routes |= {f"/{n}": answer(body=b"%d" % n) for n in range(count)}
    return [Request(url=server.url(f"/{n}"), kind="feed", tag=n) for n in range(count)]


def pages(server: Server, count: int) -> list[Request]:
    return [replace(request, kind="page") for request in feeds(server, count)]


def gaps(server: Server, *paths: str) -> list[float]:
    times = [asked.at for asked in server.log if not paths or asked.path in paths]
    return [late - early for early, late in pairwise(times)]


# --- turns ----------------------------------------------------------------------------------------------------------


def test_every_request_is_answered_once(servers: Callable[[int], list[Server]], open_fetcher: MakeFetcher) -> None:
    """All outcomes come back, each with its request, and more can be added while reading."""
    requests = [replace(request, tag=(s.host, request.tag)) for s in servers(4) for request in feeds(s, 5)]
    with open_fetcher().crawl() as pool:
        for request in requests[:7]:
            pool.add(request)
        rest = iter(requests[7:])
        seen = []
        for outcome in pool:
            seen.append(outcome.request.tag)
            assert isinstance(outcome.result, Page)
            assert outcome.result.body == b"%d" % outcome.request.tag[1]  # type: ignore[index]
            assert outcome.seconds > 0
            for request in [r for r in [next(rest, None)] if r]:
                pool.add(request)
        assert Counter(seen) == Counter(request.tag for request in requests)
        pool.add(requests[0])
        assert len(list(pool)) == 1


def test_spacing_is_kept_per_host(servers: Callable[[int], list[Server]], open_fetcher: MakeFetcher) -> None:
    """Requests to one host keep their distance, measured from the end of one; hosts run side by side."""
    many, begun = servers(3), threading.Barrier(3)

    def together(connection: socket.socket, _: Asked) -> None:
        begun.wait(60)  # all three hosts are asked at once
        connection.sendall(answer(body=b"together"))

    def slow(connection: socket.socket, _: Asked) -> None:
        time.sleep(0.1)
        connection.sendall(answer(body=b"slow"))

    requests = [request for s in many for request in feeds(s, 4)]
    for s in many:
        s.routes |= {"/0": together, "/1": slow}
    outcomes = crawl(open_fetcher(spacing=0.2, robots=False), requests)
    assert all(isinstance(outcome.result, Page) for outcome in outcomes)
    for s in many:
        assert all(gap >= 0.19 for gap in gaps(s))
        assert sum(gap >= 0.29 for gap in gaps(s)) >= 1
    assert not begun.broken


def test_spacing_is_kept_after_a_failure(server: Server, open_fetcher: MakeFetcher) -> None:
    """A request that got no answer was a request: the next one keeps its distance, too."""
    requests = feeds(server, 4)
    server.routes |= dict.fromkeys(("/0", "/2"), lambda _connection, _asked: None)
    results = [outcome.result for outcome in crawl(open_fetcher(spacing=0.3, robots=False), requests)]
    assert Counter(map(type, results)) == {Unreachable: 2, Page: 2}
    assert all(gap >= 0.29 for gap in gaps(server))


def test_busy_host_delays_nobody(servers: Callable[[int], list[Server]], open_fetcher: MakeFetcher) -> None:
    """A host with many requests and wide spacing holds no thread: with a single one the others are done before it."""
    busy, *others = servers(6)
    requests = feeds(busy, 6) + [request for s in others for request in feeds(s, 2)]
    done: dict[str, float] = {}
    with open_fetcher(threads=1, spacing=0.3).crawl() as pool:
        for request in requests:
            pool.add(request)
        for outcome in pool:
            done[outcome.request.url.split("/")[2]] = time.monotonic()
    assert max(done[s.host] for s in others) < done[busy.host]


def test_hosts_that_share_an_address_share_its_turns(server: Server, open_fetcher: MakeFetcher) -> None:
    """Where hosts stand is learned by asking them; from then on, also in the next run, no more requests of them all are
    under way than one address may have."""
    crowd = Crowd(0.05)
    server.routes["/feed"] = crowd.answer
    names = [f"blog-{n}.example" for n in range(8)]
    requests = [Request(url=server.url("/feed", host=name), kind="feed") for name in names]
    facts: dict[str, Any] = {"per_address": 2, "spacing": 0.1, "robots": False, "resolve": lambda *_: ["127.0.0.1"]}
    first = open_fetcher(**facts)
    assert all(isinstance(outcome.result, Page) for outcome in crawl(first, requests))
    hosts = first.changed_hosts()
    assert {row.address for row in hosts} == {"127.0.0.1"}
    crowd.most = 0
    second = open_fetcher(hosts=hosts, **facts)
    assert all(isinstance(outcome.result, Page) for outcome in crawl(second, requests))
    assert crowd.most <= 2


def test_a_shared_address_is_learned_on_the_way(server: Server, open_fetcher: MakeFetcher) -> None:
    """From a host's second request on, in the same run too, no more of all that share its address are under way."""
    crowd = Crowd(0.05)
    server.routes |= {"/first": answer(body=b"x"), "/later": crowd.answer}
    hosts = [server.url("", host=f"blog-{n}.example") for n in range(8)]
    requests = [Request(url=host + path, kind="feed") for path in ("/first", "/later") for host in hosts]
    fetcher = open_fetcher(per_address=2, robots=False, resolve=lambda *_: ["127.0.0.1"])
    assert all(isinstance(outcome.result, Page) for outcome in crawl(fetcher, requests))
    assert (len(server.asked("/later")), crowd.most <= 2) == (8, True)


def test_one_at_a_time_per_host(server: Server, open_fetcher: MakeFetcher) -> None:
    """No more requests of one host are under way than allowed."""
    crowd = Crowd(0.03)
    requests = feeds(server, 10)
    server.routes |= {f"/{n}": crowd.answer for n in range(10)}
    crawl(open_fetcher(), requests)
    assert crowd.most == 1
    several = Crowd(0.03, wanted=2)
    server.routes |= {f"/{n}": several.answer for n in range(10)}
    crawl(open_fetcher(per_host=3), requests)
    assert several.most in {2, 3}


def test_slow_reader_slows_the_network(servers: Callable[[int], list[Server]], open_fetcher: MakeFetcher) -> None:
    """Results that nobody reads are bounded: the network waits, and goes on when they are read."""
    many = servers(8)
    requests = [request for s in many for request in feeds(s, 12)]
    with open_fetcher(threads=4).crawl() as pool:
        for request in requests:
            pool.add(request)
        time.sleep(0.6)
        assert sum(len(s.log) for s in many) <= 32 + 4
        assert len(list(pool)) == 96


def test_an_address_that_is_none_is_answered(server: Server, open_fetcher: MakeFetcher) -> None:
    """Addresses that cannot be asked are outcomes like others."""
    bad = ["javascript:alert(1)", "http://u:p@127.0.0.1/", "http://10.0.0.1/", "nonsense"]
    outcomes = crawl(open_fetcher(), [Request(url=url, kind="page") for url in bad] + feeds(server, 1))
    reasons = {o.request.url: o.result.reason for o in outcomes if isinstance(o.result, Refused)}
    assert reasons == dict(zip(bad, ["scheme", "userinfo", "address", "scheme"], strict=True))
    assert len(outcomes) == 5


def test_bug_in_a_thread_ends_the_crawl(server: Server, open_fetcher: MakeFetcher) -> None:
    """What is no fetch error is raised where the crawl is read, not swallowed by a thread."""

    def broken() -> datetime:
        if threading.current_thread() is not threading.main_thread():
            raise KeyError("no time")
        return utc_now()

    with pytest.raises(KeyError, match="no time"):
        crawl(open_fetcher(clock=broken), feeds(server, 2))


# --- time asked for -------------------------------------------------------------------------------------------------


def test_short_retry_after_is_waited_for(server: Server, open_fetcher: MakeFetcher) -> None:
    """A host that asks for a moment gets it; meanwhile nothing else is asked of it, then the request goes again."""
    requests = feeds(server, 4)
    server.routes["/0"] = [answer(429, retry_after="1"), answer(body=b"0")]
    outcomes = crawl(open_fetcher(), requests)
    assert all(isinstance(outcome.result, Page) for outcome in outcomes)
    assert [asked.path for asked in server.log] == ["/0", "/0", "/1", "/2", "/3"]
    assert gaps(server)[0] >= 0.99


def test_second_refusal_is_taken_at_its_word(server: Server, open_fetcher: MakeFetcher) -> None:
    """A host that asks for time again is left to the next run, with all that waits for it."""
    requests = feeds(server, 4)
    server.routes["/0"] = answer(503, retry_after="1")
    outcomes = crawl(open_fetcher(), requests)
    assert all(isinstance(outcome.result, Deferred) for outcome in outcomes)
    assert len(server.log) == 2


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ({"retry_after": "120"}, 120),
        ({"retry_after": "99999999999999999999"}, 86_400),
        ({"retry_after": "soon"}, 60),
        ({"retry_after": "-5"}, 60),
        ({}, 60),
        ({"retry_after": "Wed, 01 Jan 2020 00:10:00 GMT", "date": "Wed, 01 Jan 2020 00:00:00 GMT"}, 600),
    ],
)
def test_long_retry_after_defers(
    server: Server, open_fetcher: MakeFetcher, header: dict[str, str], seconds: float
) -> None:
    """A longer wait is left to the next run, and known to it; nonsense counts as a minute, the absurd as a day."""
    requests = feeds(server, 3)
    server.routes["/0"] = answer(429, b"", **header)
    fetcher = open_fetcher(patience=5)
    started = utc_now()
    outcomes = crawl(fetcher, requests)
    ended, rest, second = utc_now(), timedelta(seconds=seconds), timedelta(seconds=1)
    assert len(server.log) == 1
    for outcome in outcomes:
        assert isinstance(outcome.result, Deferred)
        assert started - second <= outcome.result.until - rest <= ended + second
    (row,) = fetcher.changed_hosts()
    assert row.host == server.host
    assert row.retry_after is not None
    assert started - second <= row.retry_after - rest <= ended + second
    assert fetcher.changed_hosts() == []


def test_retry_after_in_the_past(server: Server, open_fetcher: MakeFetcher) -> None:
    """A date that has passed asks for nothing: the request is deferred and the host goes on."""
    requests = feeds(server, 2)
    server.routes["/0"] = answer(503, retry_after="Wed, 01 Jan 2020 00:00:00 GMT")
    outcomes = {outcome.request.tag: outcome.result for outcome in crawl(open_fetcher(), requests)}
    assert isinstance(outcomes[0], Deferred)
    assert isinstance(outcomes[1], Page)


def test_stored_retry_after_is_obeyed(server: Server, open_fetcher: MakeFetcher) -> None:
    """What the store knows of a host holds for the next run; a time further ahead than the longest that is honoured was
    written by a wrong clock, and counts for nothing."""
    later = HostRow(host=server.host, retry_after=utc_now() + timedelta(hours=23))
    (outcome,) = crawl(open_fetcher(hosts=[later]), feeds(server, 1))
    assert isinstance(outcome.result, Deferred)
    assert timedelta(hours=22) < outcome.result.until - utc_now() < timedelta(hours=24)
    assert not server.log
    ahead = utc_now() + timedelta(days=4000)
    for wrong in (HostRow(host=server.host, retry_after=ahead), HostRow(host=server.host, next_at=ahead)):
        (outcome,) = crawl(open_fetcher(hosts=[wrong], deadline=30), feeds(server, 1))
        assert isinstance(outcome.result, Page)


def test_stored_robots_of_a_wrong_clock(server: Server, open_fetcher: MakeFetcher) -> None:
    """A robots.txt fetched in what is the future now is asked for anew; one that would hold for a year holds a day."""
    server.routes |= {"/robots.txt": answer(body=b"User-agent: *\nDisallow:"), "/n/1": answer(body=b"x")}
    now, year = utc_now(), timedelta(days=365)
    told: dict[str, Any] = {"robots_status": 200, "robots_body": b"User-agent: *\nDisallow: /"}
    kept = HostRow(host=server.host, robots_fetched=now - timedelta(hours=1), robots_expires=now + year, **told)
    fetcher = open_fetcher(hosts=[kept])
    with pytest.raises(Refused):
        fetcher.get(Request(url=server.url("/n/1"), kind="page"))
    robots = fetcher.book.robots(server.host)
    assert robots is not None
    assert robots.expires <= utc_now() + timedelta(days=1)
    assert not server.log
    ahead = HostRow(host=server.host, robots_fetched=now + year, robots_expires=now + year, **told)
    assert isinstance(open_fetcher(hosts=[ahead]).get(Request(url=server.url("/n/1"), kind="page")), Page)
    assert [one.path for one in server.log] == ["/robots.txt", "/n/1"]


def test_stored_times_are_in_the_runs_clock(server: Server, open_fetcher: MakeFetcher) -> None:
    """A simulated clock decides about stored times; waiting takes real time."""
    born = time.monotonic()

    def clock() -> datetime:
        return datetime(2031, 5, 1, tzinfo=UTC) + timedelta(seconds=time.monotonic() - born)

    waits = HostRow(host=server.host, next_at=datetime(2031, 5, 1, tzinfo=UTC) + timedelta(seconds=0.5))
    fetcher = open_fetcher(hosts=[waits], clock=clock, spacing=1000.0)
    (outcome,) = crawl(fetcher, feeds(server, 1))
    assert isinstance(outcome.result, Page)
    assert outcome.result.fetched_at.year == 2031
    assert server.log[0].at - born >= 0.45
    (row,) = fetcher.changed_hosts()
    assert row.next_at is not None
    assert timedelta(seconds=500) < row.next_at - clock() <= timedelta(seconds=1000)


def test_dead_host_is_given_a_rest(open_fetcher: MakeFetcher) -> None:
    """After three failures in a row the rest of a dead host's requests are deferred."""
    with Server() as gone:
        requests = feeds(gone, 50)
    results = [outcome.result for outcome in crawl(open_fetcher(), requests)]
    assert sum(isinstance(result, Unreachable) for result in results) == 3
    assert sum(isinstance(result, Deferred) for result in results) == 47


# --- robots.txt -----------------------------------------------------------------------------------------------------


def robots(text: str) -> bytes:
    return answer(body=text.encode(), content_type="text/plain")


def test_robots_is_asked_once_and_obeyed(server: Server, open_fetcher: MakeFetcher) -> None:
    """One robots.txt for all pages of a host; what it forbids is refused, to us by name, and feeds do not ask it."""
    requests = [*pages(server, 6), *[Request(url=server.url("/3"), kind="feed", tag="feed")]]
    server.routes["/robots.txt"] = robots("\ufeffUser-agent: newsfold\nDisallow: /3\n\nUser-agent: *\nDisallow: /\n")
    fetcher = open_fetcher(per_host=4)
    outcomes = {outcome.request.tag: outcome.result for outcome in crawl(fetcher, requests)}
    assert isinstance(refused := outcomes.pop(3), Refused)
    assert refused.reason == "robots"
    assert all(isinstance(result, Page) for result in outcomes.values())
    assert len(server.asked("/robots.txt")) == 1
    assert server.log[0].path == "/robots.txt"
    (row,) = fetcher.changed_hosts()
    assert row.robots_status == 200
    assert row.robots_expires is not None
    again = open_fetcher(hosts=[row])
    crawl(again, requests)
    assert len(server.asked("/robots.txt")) == 1


def test_forbidden_pages_wait_for_nothing(server: Server, open_fetcher: MakeFetcher) -> None:
    """A hundred forbidden pages are refused at once, without the host's spacing."""
    requests = pages(server, 100)
    server.routes["/robots.txt"] = robots("User-agent: *\nDisallow: /")
    started = time.monotonic()
    outcomes = crawl(open_fetcher(spacing=5.0), requests)
    assert all(isinstance(o.result, Refused) and o.result.reason == "robots" for o in outcomes)
    assert time.monotonic() - started < 100  # with the spacing it would be 500 s
    assert len(server.log) == 1


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410])
def test_missing_robots_allow(server: Server, open_fetcher: MakeFetcher, status: int) -> None:
    """A 4xx means: there are no rules."""
    requests = pages(server, 1)
    server.routes["/robots.txt"] = answer(status)
    (outcome,) = crawl(open_fetcher(), requests)
    assert isinstance(outcome.result, Page)


@pytest.mark.parametrize(
    "reply", [answer(500), answer(503), answer(429), b"garbage\r\n\r\n", answer(content_encoding="br")]
)
def test_robots_in_trouble_defer(server: Server, open_fetcher: MakeFetcher, reply: bytes) -> None:
    """While robots.txt cannot be had, pages are put off, not refused."""
    requests = pages(server, 3)
    server.routes["/robots.txt"] = reply
    fetcher = open_fetcher()
    outcomes = crawl(fetcher, requests)
    assert all(isinstance(outcome.result, Deferred) for outcome in outcomes)
    assert len(server.log) == 1
    (row,) = fetcher.changed_hosts()
    assert row.robots_expires is not None
    assert row.robots_expires - utc_now() < timedelta(minutes=11)


def test_robots_that_ask_for_a_moment(server: Server, open_fetcher: MakeFetcher) -> None:
    """A short Retry-After on robots.txt is waited for, once; it is never asked in a circle."""
    requests = pages(server, 2)
    server.routes["/robots.txt"] = [answer(503, retry_after="1"), robots("")]
    outcomes = crawl(open_fetcher(), requests)
    assert all(isinstance(outcome.result, Page) for outcome in outcomes)
    server.log.clear()
    server.routes["/robots.txt"] = answer(503, retry_after="0")
    outcomes = crawl(open_fetcher(), requests)
    assert all(isinstance(outcome.result, Deferred) for outcome in outcomes)
    assert len(server.log) == 1


def test_last_word_stands_while_robots_are_in_trouble(server: Server, open_fetcher: MakeFetcher) -> None:
    """A server that fails today does not undo what its robots.txt said yesterday."""
    requests = pages(server, 2)
    server.routes["/robots.txt"] = answer(500)
    now = utc_now()
    row = HostRow(
        host=server.host,
        robots_status=200,
        robots_body=b"User-agent: *\nDisallow: /1",
        robots_fetched=now - timedelta(days=2),
        robots_expires=now - timedelta(days=1),
    )
    outcomes = {outcome.request.tag: outcome.result for outcome in crawl(open_fetcher(hosts=[row]), requests)}
    assert isinstance(outcomes[0], Page)
    assert isinstance(outcomes[1], Refused)
    assert len(server.asked("/robots.txt")) == 1


def test_robots_redirects(servers: Callable[[int], list[Server]], open_fetcher: MakeFetcher) -> None:
    """Redirects of a robots.txt are followed to other hosts, five at most; beyond that there are no rules."""
    near, far = servers(2)
    requests = pages(near, 2)
    near.routes["/robots.txt"] = redirect(far.url("/rules"))
    far.routes["/rules"] = robots("User-agent: *\nDisallow: /1")
    results = {o.request.tag: o.result for o in crawl(open_fetcher(), requests)}
    assert isinstance(results[0], Page)
    assert isinstance(results[1], Refused)
    near.routes |= {
        "/robots.txt": redirect("/r"),
        **{"/" + "r" * n: redirect("/" + "r" * (n + 1)) for n in range(1, 9)},
    }
    assert all(isinstance(outcome.result, Page) for outcome in crawl(open_fetcher(), requests))


@pytest.mark.parametrize("per_host", [1, 3])
def test_redirects_of_robots_wait_for_their_turn(
    servers: Callable[[int], list[Server]], open_fetcher: MakeFetcher, per_host: int
) -> None:
    """A robots.txt that stands at another host is asked for in its turn, with its spacing, by a single thread too; of
    the hosts that it rules over nothing is asked before, and each asks once."""
    *many, far = servers(4)
    far.routes |= {"/rules": robots("User-agent: *\nDisallow: /1"), "/robots.txt": redirect("/rules")}
    requests = [request for s in many for request in pages(s, 3)] + pages(far, 2)
    for s in many:
        s.routes["/robots.txt"] = redirect(far.url("/rules"))
    outcomes = crawl(open_fetcher(spacing=0.15, threads=1, per_host=per_host), requests)
    assert Counter(type(outcome.result) for outcome in outcomes) == {Page: 7, Refused: 4}
    for s in many:
        assert [asked.path for asked in s.log] == ["/robots.txt", "/0", "/2"]
        assert s.log[1].at > min(asked.at for asked in far.asked("/rules"))
    assert all(gap >= 0.14 for gap in gaps(far))
    assert len(far.asked("/rules")) == 4
    far.log.clear()
    crawl(open_fetcher(spacing=0.15, per_host=per_host), requests[:9])
    assert len(far.log) == 3, "of which nothing else is wanted"
    assert per_host > 1 or all(gap >= 0.14 for gap in gaps(far))


def test_robots_that_stand_at_each_others(servers: Callable[[int], list[Server]], open_fetcher: MakeFetcher) -> None:
    """Two hosts whose robots.txt lead to one another do not wait for each other for ever, one after the other or in a
    circle."""
    one, two = servers(2)
    one.routes |= {"/robots.txt": redirect(two.url("/rules")), "/rules": robots("User-agent: *\nDisallow: /1")}
    two.routes |= {"/robots.txt": redirect(one.url("/rules")), "/rules": robots("User-agent: *\nDisallow: /0")}
    results = {o.request.url: o.result for o in crawl(open_fetcher(threads=2), [*pages(one, 2), *pages(two, 2)])}
    refused = {url for url, result in results.items() if isinstance(result, Refused)}
    assert refused == {one.url("/0"), two.url("/1")}
    one.routes["/robots.txt"], two.routes["/robots.txt"] = (
        redirect(two.url("/robots.txt")),
        redirect(one.url("/robots.txt")),
    )
    outcomes = crawl(open_fetcher(threads=1), [*pages(one, 2), *pages(two, 2)])
    assert all(isinstance(outcome.result, Page) for outcome in outcomes)


@pytest.mark.parametrize("known", [False, True])
def test_robots_at_a_host_that_wants_to_be_left_alone(
    servers: Callable[[int], list[Server]], open_fetcher: MakeFetcher, known: bool
) -> None:
    """Whoever has another host's robots.txt is not asked while it wants to be left alone, nor by a "later" of its own
    in vain: the pages are left for the next run, and their own host is asked for nothing but its robots.txt, once."""
    near, far = servers(2)
    near.routes["/robots.txt"] = redirect(far.url("/rules"))
    far.routes["/rules"] = answer(429, retry_after="3600")
    until = utc_now() + timedelta(hours=1)
    fetcher = open_fetcher(hosts=[HostRow(host=far.host, retry_after=until)] if known else [])
    outcomes = crawl(fetcher, pages(near, 5))
    assert len(outcomes) == 5
    for outcome in outcomes:
        assert isinstance(outcome.result, Deferred)
        assert timedelta(minutes=50) < outcome.result.until - utc_now() < timedelta(minutes=70)
    assert (len(near.log), len(far.log)) == (1, 0 if known else 1)
    (outcome,) = crawl(fetcher, feeds(far, 1))
    assert isinstance(outcome.result, Deferred)
    (outcome,) = crawl(fetcher, feeds(near, 1))
    assert isinstance(outcome.result, Page)


def test_huge_robots(server: Server, open_fetcher: MakeFetcher) -> None:
    """Five hundred KiB of a robots.txt count; a bomb is cut there as well."""
    requests = pages(server, 2)
    filler = "".join(f"# {n:080d}\n" for n in range(20_000))
    server.routes["/robots.txt"] = robots(f"User-agent: *\nDisallow: /0\n{filler}Disallow: /1\n")
    results = {o.request.tag: o.result for o in crawl(open_fetcher(), requests)}
    assert isinstance(results[0], Refused)
    assert isinstance(results[1], Page)


def test_crawl_delay(server: Server, open_fetcher: MakeFetcher) -> None:
    """Crawl-delay widens the spacing, for feeds too once it is known, up to our cap."""
    requests = pages(server, 2)
    server.routes["/robots.txt"] = robots("User-agent: *\nCrawl-delay: 0.25")
    fetcher = open_fetcher()
    crawl(fetcher, requests)
    crawl(fetcher, [replace(requests[0], kind="feed")])
    assert all(gap >= 0.24 for gap in gaps(server))
    assert len(server.log) == 4
    server.log.clear()
    server.routes["/robots.txt"] = robots("User-agent: *\nCrawl-delay: 4000")
    crawl(open_fetcher(max_crawl_delay=0.1), requests)
    assert all(0.09 <= gap < 600 for gap in gaps(server))  # an hour if the cap did not hold


def test_spacing_that_a_host_asks_for_in_words() -> None:
    """GDELT wants five seconds between two requests and says so in its answers alone; Crawl-delay may widen that."""
    book, now = HostBook(Fetch(spacing=1.0), utc_now, []), utc_now()
    assert (book.of("api.gdeltproject.org").times.delay, book.of("blog.gdeltproject.org").times.delay) == (5.0, 1.0)
    for wanted, kept in ((b"2", 5.0), (b"9", 9.0)):
        body = b"User-agent: *\nCrawl-delay: " + wanted
        book.set_robots("api.gdeltproject.org", Robots(status=200, body=body, fetched=now, expires=now))
        assert book.of("api.gdeltproject.org").times.delay == kept


def test_robots_hold_for_redirect_targets(servers: Callable[[int], list[Server]], open_fetcher: MakeFetcher) -> None:
    """A redirect does not lead round the rules of the host it leads to."""
    near, far = servers(2)
    near.routes["/a"] = redirect(far.url("/private"))
    far.routes["/robots.txt"] = robots("User-agent: *\nDisallow: /private")
    (outcome,) = crawl(open_fetcher(), [Request(url=near.url("/a"), kind="page")])
    assert isinstance(outcome.result, Refused)
    assert outcome.result.chain == (near.url("/a"),)
    assert not far.asked("/private")


def test_redirects_wait_for_their_turn(servers: Callable[[int], list[Server]], open_fetcher: MakeFetcher) -> None:
    """A redirect is asked for in the turn of the host that it leads to, be it the same host or one that several lead
    to: spacing and Crawl-delay hold between any two requests, and no thread is held meanwhile."""
    one, two, far = servers(3)
    far.routes |= {"/robots.txt": robots("User-agent: *\nCrawl-delay: 0.3"), "/z": answer(body=b"z")}
    for s in (one, two):
        s.routes |= {f"/{n}": redirect(f"/{n}/") for n in range(2)}
        s.routes |= {f"/{n}/": redirect(far.url("/z")) for n in range(2)}
    requests = [Request(url=s.url(f"/{n}"), kind="page") for s in (one, two) for n in range(2)]
    outcomes = crawl(open_fetcher(spacing=0.2, threads=1), [*requests, Request(url=far.url("/z"), kind="page")])
    assert all(isinstance(outcome.result, Page) for outcome in outcomes)
    for s, delay in ((one, 0.19), (two, 0.19), (far, 0.29)):
        assert all(gap >= delay for gap in gaps(s))
    assert [len(s.log) for s in (one, two, far)] == [5, 5, 6]
    assert {len(outcome.result.hops) for outcome in outcomes if isinstance(outcome.result, Page)} == {0, 2}


def test_redirect_targets_that_ask_for_time(servers: Callable[[int], list[Server]], open_fetcher: MakeFetcher) -> None:
    """A host that asked for a moment gets it, though the request came by a redirect, which is not asked for again."""
    near, far = servers(2)
    near.routes["/a"] = redirect(far.url("/b"), 301)
    far.routes["/b"] = [answer(429, retry_after="1"), answer(body=b"b")]
    (outcome,) = crawl(open_fetcher(), [Request(url=near.url("/a"), kind="feed")])
    assert isinstance(outcome.result, Page)
    assert [hop.url for hop in outcome.result.hops] == [near.url("/a")]
    assert (len(near.log), len(far.log)) == (1, 2)
    assert gaps(far)[0] >= 0.99


def test_robots_can_be_switched_off(server: Server, open_fetcher: MakeFetcher) -> None:
    """The setting that says so leaves robots.txt alone."""
    crawl(open_fetcher(robots=False), pages(server, 1))
    assert [asked.path for asked in server.log] == ["/0"]


# --- the end --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("how", ["stop", "deadline", "close"])
def test_end_comes_at_once(servers: Callable[[int], list[Server]], open_fetcher: MakeFetcher, how: str) -> None:
    """A stop or the run's deadline answers everything that is left, also what is under way, at once."""
    many, hanging, over = servers(3), threading.Barrier(4), threading.Event()

    def hang(_connection: socket.socket, _: Asked) -> None:
        if how != "deadline":
            hanging.wait(60)
        over.wait(600)

    requests = [request for s in many for request in feeds(s, 20)]
    for s in many:
        s.routes["/1"] = hang
    stop = threading.Event()
    fetcher = open_fetcher(stop=stop, deadline=1 if how == "deadline" else 600, timeout=600)
    with fetcher.crawl() as pool:
        for request in requests:
            pool.add(request)
        if how != "deadline":
            hanging.wait(60)
        if how == "stop":
            stop.set()
        if how == "close":
            pool.close()
        started = time.monotonic()
        results = [outcome.result for outcome in pool]
        assert time.monotonic() - started < 100  # the servers hold their answers for ten minutes
        assert len(results) == 60
        found = Counter(type(result) for result in results)
        assert found == {Page: 3, Deferred: 57} or (how == "deadline" and found[Deferred] >= 57)
        pool.add(requests[0])
        (late,) = list(pool)
        assert isinstance(late.result, Deferred)
    over.set()
    assert not pool._threads


def test_winding_up_interrupts_nothing(servers: Callable[[int], list[Server]], open_fetcher: MakeFetcher) -> None:
    """What is under way is answered in its time; what waits, and what is added later, is left for the next run."""
    many, begun, release = servers(3), threading.Semaphore(0), threading.Event()

    def held(connection: socket.socket, _: Asked) -> None:
        begun.release()
        release.wait(60)
        connection.sendall(answer(body=b"late"))

    requests = [request for s in many for request in feeds(s, 20)]
    for s in many:
        s.routes["/0"] = held
    with open_fetcher(timeout=60).crawl() as pool:
        for request in requests:
            pool.add(request)
        for _ in many:
            begun.acquire(timeout=60)
        pool.wind_up()
        pool.add(requests[1])
        release.set()
        results = [outcome.result for outcome in pool]
    assert Counter(type(result) for result in results) == {Page: 3, Deferred: 58}
    assert {result.body for result in results if isinstance(result, Page)} == {b"late"}
    assert sum(len(s.log) for s in many) == 3


def test_leaving_early_leaves_no_threads(servers: Callable[[int], list[Server]], open_fetcher: MakeFetcher) -> None:
    """A reader that breaks off ends the threads with the block."""
    requests = [request for s in servers(4) for request in feeds(s, 30)]
    with open_fetcher().crawl() as pool:
        for request in requests:
            pool.add(request)
        next(iter(pool))
    assert not pool._threads


def test_failures_are_outcomes(server: Server, open_fetcher: MakeFetcher) -> None:
    """One bad answer is one bad outcome."""
    requests = feeds(server, 3)
    server.routes["/1"] = answer(410)
    results = {o.request.tag: o.result for o in crawl(open_fetcher(), requests)}
    assert isinstance(results[1], BadStatus)
    assert sum(isinstance(result, FetchError) for result in results.values()) == 1
