"""How polls end: moves that are believed, answers that are kept, feeds that are gone, empty or shut."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from ingest.config import Fetch
from ingest.errors import BadStatus, Deferred
from ingest.fetch.schedule import Rhythm
from ingest.model import Hop, NotModified, Page, Wishes
from ingest.run.outcomes import failed, succeeded
from ingest.run.tasks import Failure
from ingest.run.work import FeedWork
from store import open_store
from store.base import Store
from store.model import FeedOutcome, FeedRow, FeedSpec, Rejected

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
FEED = "http://kurier.example/rss"
NEW = "http://neu.example/rss"
HOUR = timedelta(hours=1)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(f"sqlite:///{tmp_path}/news.db")
    opened.add_feeds([FeedSpec(url=FEED, origin="config")], now=NOW)
    yield opened
    opened.close()


def page(*statuses: int) -> Page:
    return Page(
        url=FEED, final_url=NEW if statuses else FEED, status=200, body=b"x", content_type=None, charset=None,
        etag='"2"', last_modified=None, fetched_at=NOW, hops=tuple(Hop(url=FEED, status=status) for status in statuses),
    )  # fmt: skip


def work(row: FeedRow, answer: Page | NotModified, **said: object) -> FeedWork:
    body = answer if isinstance(answer, Page) else None
    return FeedWork(row, answer=answer, page=body, **said)  # type: ignore[arg-type]  # fields of FeedWork


def after(row: FeedRow, *statuses: int, now: datetime = NOW) -> tuple[str | None, str | None]:
    done = succeeded(work(row, page(*statuses)), now=now, settings=Fetch())
    return done.moved_to, done.url


def keep(store: Store, outcome: FeedOutcome) -> FeedRow:
    with store.placing() as placing:
        placing.finish_feed(outcome)
    return store.feeds()[0]


def test_moves_are_believed_when_they_last(store: Store) -> None:
    """A permanent redirect is noted; a temporary one is not; it is taken over after three polls over a day, also where
    the polls were answered "not modified". What was refused follows, and the old address leads to the feed."""
    row = store.feeds()[0]
    assert after(row, 301) == (NEW, None)
    assert after(row, 302) == (None, None)
    assert after(row, 301, 302) == (None, None)
    with store.placing() as placing:
        placing.reject(
            Rejected(
                url="http://kurier.example/1",
                state="rejected",
                reason="consent",
                detail="",
                source=FEED,
                first_seen=NOW,
                last_seen=NOW,
            )
        )
    for hours in (0, 1, 25):
        now = NOW + timedelta(hours=hours)
        answer: Page | NotModified = page(308)
        if hours == 1:
            answer = NotModified(url=FEED, final_url=NEW, fetched_at=now, hops=(Hop(url=FEED, status=301),))
        done = succeeded(work(store.feeds()[0], answer), now=now, settings=Fetch())
        assert (done.url is not None) == (hours == 25)
        keep(store, done)
    assert store.feeds()[0].url == NEW
    assert store.refusals(["http://kurier.example/1"])["http://kurier.example/1"].source == NEW
    assert store.add_feeds([FeedSpec(url=FEED, origin="config", title="Kurier")], now=NOW) == 0
    [row] = store.feeds()
    assert (row.url, row.title) == (NEW, "Kurier")
    assert store.present_urls([FEED, "http://other.example/"]) == [NEW, "http://other.example/"]


def test_a_move_is_believed_at_its_third_sighting(store: Store) -> None:
    """Two sightings are not enough, however far apart."""
    for days, moves in ((0, False), (9, False), (18, True)):
        now = NOW + timedelta(days=days)
        done = succeeded(work(store.feeds()[0], page(301)), now=now, settings=Fetch())
        assert (done.url is not None) == moves
        keep(store, done)


def test_a_portal_steals_no_feed(store: Store) -> None:
    """Three sightings within a day are not enough, and an answer that is no feed is none."""
    for minutes in (0, 30, 60, 90):
        now = NOW + timedelta(minutes=minutes)
        done = succeeded(work(store.feeds()[0], page(301)), now=now, settings=Fetch())
        assert done.url is None
        keep(store, done)
    for days in (2, 3):
        lost = failed(
            work(store.feeds()[0], page(301)), "not-a-feed", "a page", now=NOW + timedelta(days=days), settings=Fetch()
        )
        assert lost.url is None
        keep(store, lost)
    assert store.feeds()[0].url == FEED
    row = keep(store, succeeded(work(store.feeds()[0], page()), now=NOW + timedelta(days=4), settings=Fetch()))
    assert (row.moved_to, row.moved_seen) == (None, 0)


def test_an_answer_with_entries_left_is_kept(store: Store) -> None:
    """Where an entry was deferred, the answer stays until one is worked through; its ETag is known all the same."""
    row = keep(store, succeeded(work(store.feeds()[0], page(), deferred=True), now=NOW, settings=Fetch()))
    assert (row.etag, row.leftover) == ('"2"', True)
    kept = store.leftover(row.id)
    assert kept is not None
    assert (kept.body, kept.final_url) == (b"x", FEED)
    row = keep(store, failed(work(row, page()), "unreachable", "no route", now=NOW, settings=Fetch()))
    assert row.leftover
    row = keep(store, succeeded(work(row, page()), now=NOW, settings=Fetch()))
    assert (row.leftover, store.leftover(row.id)) == (False, None)


def test_failures_back_off_and_obey_the_host(store: Store) -> None:
    """Each failure doubles the wait; a host's own time is not undercut; who is shut out waits hours."""
    row = store.feeds()[0]
    once = failed(FeedWork(row), "unreachable", "no route", now=NOW, settings=Fetch())
    assert timedelta(minutes=54) <= once.due_at - NOW <= timedelta(minutes=60)
    until = NOW + timedelta(hours=5)
    late = Deferred("deferred", until=until, status=429)
    assert failed(FeedWork(row), "deferred", "429", now=NOW, settings=Fetch(), error=late).due_at == until
    shut = BadStatus("HTTP 403", status=403)
    assert failed(FeedWork(row), "bad-status", "403", now=NOW, settings=Fetch(), error=shut).due_at >= NOW + 6 * HOUR


def test_a_run_that_was_over_comes_back_soon(store: Store) -> None:
    """Entries left because the run was over are met as soon as the feed may be asked; those left because their host
    wanted so, at the feed's usual time."""
    row = store.feeds()[0]
    usual = succeeded(work(row, page(), deferred=True), now=NOW + HOUR, settings=Fetch()).due_at
    assert usual - NOW - HOUR >= timedelta(minutes=27)
    soon = succeeded(work(row, page(), deferred=True, cut_short=True), now=NOW + HOUR, settings=Fetch()).due_at
    assert soon == NOW + HOUR  # the answer was given an hour ago
    at_once = succeeded(work(row, page(), deferred=True, cut_short=True), now=NOW, settings=Fetch()).due_at
    assert at_once == NOW + timedelta(minutes=5)


def test_gone_twice_is_gone(store: Store) -> None:
    """One 410 backs off, and is forgotten with the next answer; two in a row disable the feed and say why."""
    gone = BadStatus("HTTP 410", status=410)

    def say() -> FeedRow:
        return keep(
            store, failed(FeedWork(store.feeds()[0]), "bad-status", "410", now=NOW, settings=Fetch(), error=gone)
        )

    assert say().enabled
    keep(store, succeeded(work(store.feeds()[0], page()), now=NOW, settings=Fetch()))
    row = say()
    assert row.enabled
    assert row.due_at >= NOW + 6 * HOUR, "a repair may take hours"
    row = say()
    assert (row.enabled, row.disabled_reason) == (False, "gone: the server said so twice (410)")


def test_an_empty_feed_has_not_failed(store: Store) -> None:
    """It is said, and the feed comes back at its usual time, however often it is empty."""
    row = store.feeds()[0]
    for _ in range(5):
        why = Failure(kind="empty-feed", detail="no entries")
        row = keep(store, succeeded(work(row, page()), now=NOW, settings=Fetch(), error=why))
        assert (row.failures, row.last_error_class, row.last_success) == (0, "empty-feed", NOW)
        assert timedelta(minutes=27) <= row.due_at - NOW <= timedelta(minutes=30)


def test_the_rhythm_is_kept(store: Store) -> None:
    """What an answer told of the feed's pace is there at the next poll, also after "not modified"."""
    row = store.feeds()[0]
    dates = tuple(NOW - timedelta(minutes=10 * n) for n in range(6))
    feed = work(row, page(), fresh=6, dates=dates, wishes=Wishes(), listed=True, items=Counter(seen=6), full=True)
    row = keep(store, succeeded(feed, now=NOW, settings=Fetch()))
    assert timedelta(minutes=9) <= row.due_at - NOW <= timedelta(minutes=10)
    assert row.full == NOW
    later = NOW + HOUR
    answer = NotModified(url=FEED, final_url=FEED, fetched_at=later, max_age=1200)
    row = keep(store, succeeded(work(row, answer), now=later, settings=Fetch()))
    assert row.due_at == later + timedelta(minutes=20)
    assert row.full == NOW


def test_new_entries_alone_bring_the_next_poll_forward(store: Store) -> None:
    """A feed of a few entries a day of which all are new after an hour: asked again within half an hour, not at its
    usual time; not so where one of the old ones is still listed."""
    rhythm = Rhythm(gaps=(14_400,) * 20, newest=NOW - HOUR).facts()
    row = store.feeds()[0]._replace(rhythm=rhythm, last_success=NOW - HOUR)
    waits = []
    for fresh in (3, 2):
        feed = work(row, page(), fresh=fresh, wishes=Wishes(), listed=True, items=Counter(seen=3))
        waits.append(succeeded(feed, now=NOW, settings=Fetch()).due_at - NOW)
    assert waits[0] <= HOUR / 2
    assert waits[1] >= 3 * HOUR
