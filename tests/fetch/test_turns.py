"""Requests on their way between hosts: whose turn they wait for, and what the way has cost."""

from __future__ import annotations

from datetime import timedelta

import httpx

from ingest.errors import FetchError
from ingest.fetch import Request
from ingest.fetch.pace import Wait
from ingest.fetch.redirects import Trip
from ingest.fetch.robots import objection
from ingest.fetch.turns import Late, Task, Turns
from tests.fetch.conftest import MakeFetcher, utc_now

PAGE, OTHER = httpx.URL("http://blatt.example/1"), httpx.URL("http://blatt.example/2")
RULES = httpx.URL("http://regeln.example/robots.txt")


def taken(turns: Turns) -> Task:
    task = turns.take()
    assert isinstance(task, Task)
    return task


def test_the_way_to_a_robots_txt_is_not_paid_by_the_page(open_fetcher: MakeFetcher) -> None:
    """A robots.txt behind redirects has a time of its own: the page that waited for it has all of its own left."""
    turns = Turns(open_fetcher())
    for url in (PAGE, OTHER):
        turns.add(Request(url=str(url), kind="page"), url)
    task = taken(turns)
    assert turns.wants_robots(task)
    assert turns.take() == Wait(None), "the other page waits for the same robots.txt"
    turns.on_errand(task, Trip(RULES), 7.0)
    assert taken(turns) is task
    assert (task.host, task.home, task.away, task.spent) == ("regeln.example", "blatt.example", 7.0, 0.0)
    waiting = turns.waiting(task)
    assert [one.trip.url for one in waiting] == [PAGE, OTHER]
    turns.resume(task, waiting)
    assert (task.host, task.away, task.spent) == ("blatt.example", 0.0, 0.0)
    assert len(turns) == 2


def test_whose_robots_txt_cannot_be_had_is_told_so(open_fetcher: MakeFetcher) -> None:
    """The host that has it wants to be left alone: what waits for it there is late, and what came for the robots.txt
    goes home, where it learns until when."""
    fetcher = open_fetcher(patience=5)
    turns = Turns(fetcher)
    for url in (PAGE, RULES.copy_with(path="/3")):
        turns.add(Request(url=str(url), kind="page"), url)
    task = taken(turns)
    turns.on_errand(task, Trip(RULES), 1.0)
    fetcher.book.block("regeln.example", 3600)
    late = turns.take()
    assert isinstance(late, Late)
    assert (late.host, [one.trip.url.path for one in late.tasks]) == ("regeln.example", ["/3"])
    assert taken(turns) is task
    assert (task.host, task.errand, turns.wants_robots(task)) == ("blatt.example", None, False)
    robots = fetcher.book.robots("blatt.example")
    assert robots is not None
    why = objection(robots, task.request, str(PAGE))
    assert isinstance(why, FetchError)
    assert timedelta(minutes=50) < robots.expires - utc_now() < timedelta(minutes=70)
