"""Feeds, hosts, entries and pages."""

from __future__ import annotations

import sqlite3
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from store.base import Store
from store.model import FeedOutcome, FeedRow, FeedSpec, HostRow, ItemRow, PageRow
from tests.store.conftest import Opener
from tests.store.news import HOUR, NOW
from tests.store.older import make_older

A, B = "https://auebote.example/rss", "https://kurier.example/rss"


def finish(store: Store, **said: Any) -> FeedRow:
    given: dict[str, Any] = {"feed_id": 1, "polled": NOW, "due_at": NOW + HOUR, "ok": True}
    with store.placing() as place:
        place.finish_feed(FeedOutcome(**(given | said)))
    return store.feeds()[0]


def claim(store: Store, owner: str = "one", **said: Any) -> list[str]:
    given: dict[str, Any] = {"now": NOW, "lease": 60.0, "rest": 0, "urls": None, "force": False, "limit": 10}
    return [feed.url for feed in store.claim_feeds(owner=owner, **(given | said))]


@pytest.fixture
def fed(store: Store) -> Store:
    """A store with two feeds that are due."""
    store.add_feeds([FeedSpec(url=A, origin="config", outlet="auebote"), FeedSpec(url=B, origin="added")], now=NOW)
    return store


def test_feeds_are_added_once(fed: Store) -> None:
    """Adding a feed again refreshes what is said of it and counts no new one."""
    again = [FeedSpec(url=A, origin="run"), FeedSpec(url=B, origin="config", title="Kurier", interval=60)]
    assert fed.add_feeds(again, now=NOW) == 0
    first, second = fed.feeds()
    assert (first.origin, first.outlet, first.due_at) == ("config", "auebote", NOW)
    assert (second.origin, second.title, second.interval) == ("config", "Kurier", 60)


def test_the_first_word_on_a_feed_stands_until_it_is_taken_back(store: Store) -> None:
    """The configuration's word before that of `feeds add`, that before the feed's own; each comes to light again when
    those before it say nothing any more."""

    def told() -> tuple[object, ...]:
        [row] = store.feeds()
        return row.origin, row.title, row.outlet, row.language, row.interval

    def configure(**said: Any) -> None:
        store.add_feeds([FeedSpec(url=A, origin="config", **said)], now=NOW, complete=True)

    store.add_feeds([FeedSpec(url=A, origin="added", interval=600, outlet="aue")], now=NOW)
    finish(store, title="Auebote - Nachrichten", language="de")
    assert told() == ("added", "Auebote - Nachrichten", "aue", "de", 600)
    configure(interval=60, title="Auebote", language="nds")
    assert told() == ("config", "Auebote", "aue", "nds", 60)
    store.add_feeds([FeedSpec(url=A, origin="added", interval=900)], now=NOW)
    finish(store, title="Auebote - Neues", language="en")
    configure(title="Auebote", interval=60)
    assert told() == ("config", "Auebote", "aue", "en", 60)
    configure()
    assert told() == ("config", "Auebote - Neues", "aue", "en", 900)
    store.add_feeds([FeedSpec(url=A, origin="run", title="Aus der Liste")], now=NOW)
    configure(interval=60, outlet="bote", enabled=False)
    assert store.added_feeds() == [A]
    assert told() == ("config", "Aus der Liste", "bote", "en", 60)
    store.add_feeds([], now=NOW, complete=True)
    assert told() == ("added", "Aus der Liste", "aue", "en", 900)
    assert store.feeds()[0].enabled, "it was the configuration that had switched it off"
    store.remove_feeds([A])
    configure()
    assert told() == ("config", None, None, None, None)


def test_what_the_configuration_said_goes_with_its_feed(fed: Store) -> None:
    """A feed that it names no longer, and that nobody added, keeps none of its words; a run over other feeds takes
    nothing back."""
    fed.add_feeds([FeedSpec(url=B, origin="run")], now=NOW)
    assert fed.feeds()[0].outlet == "auebote"
    fed.add_feeds([FeedSpec(url="https://weser.example/rss", origin="config")], now=NOW, complete=True)
    assert [(row.origin, row.outlet) for row in fed.feeds()] == [("config", None), ("added", None), ("config", None)]


def test_an_older_store_knows_who_said_what(fed: Store, opener: Opener, path: Path) -> None:
    """What stood of a feed was said by whoever named it last, and a sitemap of somebody's own is below no index."""
    fed.add_feeds([FeedSpec(url=B, origin="added", interval=60, title="Kurier")], now=NOW)
    finish(fed, title="Auebote")
    fed.list_sitemaps(1, [f"{A}/1", f"{A}/2"], now=NOW)
    fed.close()
    with sqlite3.connect(path) as db:
        make_older(db, "0016")
        db.execute("UPDATE feed SET origin = 'added' WHERE url = ?", (f"{A}/1",))
    db.close()
    upgraded = opener()
    finish(upgraded, feed_id=2, title="Kurier - Neues")
    configured = [FeedSpec(url=A, origin="config"), FeedSpec(url=B, origin="config", interval=900)]
    upgraded.add_feeds(configured, now=NOW, complete=True)
    assert [(row.title, row.outlet, row.interval) for row in upgraded.feeds()][:2] == [
        ("Auebote", None, None), ("Kurier", None, 900),
    ]  # fmt: skip
    upgraded.add_feeds(configured[:1], now=NOW, complete=True)
    assert [(row.origin, row.title, row.interval) for row in upgraded.feeds()][1] == ("added", "Kurier", 60)
    assert upgraded.sitemaps_below([A]) == [f"{A}/2"]
    assert upgraded.check() == []


def test_switched_off_feeds_come_back_but_gone_ones_do_not(fed: Store) -> None:
    """The configuration switches on what it switched off; a feed that is gone stays so."""
    off = FeedSpec(url=A, origin="config", enabled=False)
    fed.add_feeds([off], now=NOW)
    assert claim(fed) == [B]
    fed.add_feeds([FeedSpec(url=A, origin="config")], now=NOW)
    assert fed.feeds()[0].enabled
    assert finish(fed, ok=False, error="410", disable="gone").disabled_reason == "gone"
    fed.add_feeds([off, FeedSpec(url=A, origin="config")], now=NOW)
    assert not fed.feeds()[0].enabled
    assert claim(fed, force=True, urls=[A]) == []


def test_claimed_feeds_are_nobody_elses(fed: Store) -> None:
    """A claim holds until the lease ends, the feed is finished or given back."""
    assert claim(fed, limit=1) == [A]
    assert claim(fed, "two") == [B]
    assert claim(fed, "three", force=True) == []
    assert claim(fed, "three", now=NOW + timedelta(seconds=61)) == [A, B]
    fed.release_feeds({2: NOW})
    assert claim(fed, "four") == [B]
    finish(fed)
    assert claim(fed, "four") == [B]
    assert claim(fed, "four", now=NOW + HOUR, urls=[A]) == [A]


def test_a_claimed_feed_is_asked_no_more_for_a_while(fed: Store) -> None:
    """Whatever becomes of who claimed a feed, it is due again after the least wait, or its own where that is shorter;
    one that was due later anyway stays so, and one that was not asked is due as before."""
    fed.add_feeds([FeedSpec(url=B, origin="added", interval=60)], now=NOW)
    least = timedelta(seconds=300)
    assert claim(fed, rest=300) == [A, B]
    assert [feed.due_at for feed in fed.feeds()] == [NOW + least, NOW + timedelta(minutes=1)]
    assert claim(fed, rest=300, now=NOW + timedelta(seconds=59)) == []
    assert claim(fed, rest=300, now=NOW + timedelta(seconds=60)) == [B]
    fed.release_feeds({1: NOW, 2: None})
    assert [feed.due_at for feed in fed.feeds()] == [NOW, NOW + timedelta(minutes=2)]
    finish(fed, feed_id=1, due_at=NOW + HOUR)
    assert claim(fed, rest=300, urls=[A], force=True) == [A]
    assert fed.feeds()[0].due_at == NOW + HOUR


def test_a_poll_is_remembered(fed: Store) -> None:
    """A new body replaces the validators, a 304 keeps them, an error keeps them and counts."""
    row = finish(fed, etag="1", body_hash=b"x", entries_seen=5, entries_new=3, title="Auebote")
    assert (row.etag, row.entries_seen, row.entries_new, row.title) == ("1", 5, 3, "Auebote")
    row = finish(fed, entries_new=1)
    assert (row.etag, row.body_hash, row.entries_seen, row.entries_new, row.title) == ("1", b"x", 5, 4, "Auebote")
    row = finish(fed, ok=False, error="no answer", error_class="timed-out", polled=NOW + HOUR)
    row = finish(fed, ok=False, error="no answer", error_class="timed-out", polled=NOW + HOUR)
    assert (row.etag, row.failures, row.last_success, row.last_error_class) == ("1", 2, NOW, "timed-out")
    row = finish(fed, last_modified="Mon", body_hash=b"y")
    assert (row.etag, row.last_modified, row.failures, row.last_error) == (None, "Mon", 0, None)


def test_moves_are_counted_in_a_row(fed: Store) -> None:
    """A move is taken over by the caller; until then sightings add up, another target or none begins anew."""
    for times in (1, 2):
        assert finish(fed, moved_to="https://neu.example/").moved_seen == times
    row = finish(fed, ok=False, error="no answer")
    assert (row.moved_to, row.moved_seen, row.moved_since) == ("https://neu.example/", 2, NOW)
    assert finish(fed, moved_to="https://anders.example/", polled=NOW + HOUR).moved_since == NOW + HOUR
    row = finish(fed)
    assert (row.moved_to, row.moved_seen, row.moved_since) == (None, 0, None)
    row = finish(fed, url="https://neu.example/")
    assert (row.url, row.moved_to) == ("https://neu.example/", None)
    row = finish(fed, url=B)
    assert (row.url, row.enabled) == ("https://neu.example/", False)
    assert "polled already" in str(row.disabled_reason)


def test_hosts_entries_and_pages_are_read_back(fed: Store) -> None:
    """Rows come back as they were written; first sights stay, the rest is renewed."""
    host = HostRow(host="auebote.example:8080", next_at=NOW, retry_after=NOW + HOUR, robots_status=200,
                   robots_body=b"User-agent: *", robots_fetched=NOW, robots_expires=NOW + HOUR)  # fmt: skip
    item = ItemRow(feed_id=1, key="k", url=A, guid="g\ud800", digest=b"1", first_seen=NOW, last_seen=NOW)
    page = PageRow(url=A, final_url=B, status=200, etag="e", last_modified=None, body_hash=b"h", fetched=NOW)
    with fed.placing() as place:
        place.save_hosts([HostRow(host="auebote.example:8080"), host])
        place.save_items([item])
        later = ItemRow(feed_id=1, key="k", url=B, guid="g", digest=b"2", first_seen=NOW + HOUR, last_seen=NOW + HOUR)
        place.save_items([later])
        place.save_pages([page])
    assert fed.hosts() == [host]
    [kept] = fed.items(1)
    assert (kept.first_seen, kept.last_seen, kept.digest, kept.url) == (NOW, NOW + HOUR, b"2", B)
    assert fed.items(2) == []
    assert fed.pages([A, B]) == {A: page}


def test_old_runs_are_forgotten(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """The newest are kept, and their numbers go on."""
    monkeypatch.setattr("store.tables.runs.RUNS_KEPT", 3)
    assert [store.record_run({"started": NOW, "items": {}}) for _ in range(5)] == [1, 2, 3, 4, 5]
    assert store.stats()["runs"] == 3


def test_old_entries_are_forgotten(fed: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """So many are remembered, whoever was listed last; all of the last reading, and other feeds' stay."""
    monkeypatch.setattr("store.tables.feeds.ITEMS_KEPT", 3)

    def read(feed: int, hour: int, *keys: str) -> list[str]:
        at = NOW + hour * HOUR
        rows = [ItemRow(feed_id=feed, key=k, url=A, guid=k, digest=b"1", first_seen=at, last_seen=at) for k in keys]
        with fed.placing() as place:
            place.save_items(rows)
        finish(fed, feed_id=feed, polled=at)
        return [item.key for item in fed.items(feed)]

    assert read(2, 0, "x", "y", "z") == ["x", "y", "z"]
    assert read(1, 0, "a", "b") == ["a", "b"]
    assert read(1, 1, "b", "c") == ["a", "b", "c"]
    assert read(1, 2, "d", "e") == ["b", "c", "d", "e"]  # as old as the third: both stay
    assert read(1, 3, "f", "g", "h", "i") == ["f", "g", "h", "i"]
    assert [item.key for item in fed.items(2)] == ["x", "y", "z"]


def test_sitemaps_below_an_index(store: Store) -> None:
    """They are feeds, due at once, known with their depth; what is a feed already stays so, and a circle ends."""
    store.add_feeds([FeedSpec(url=A, origin="config")], now=NOW)
    [top] = store.feeds()
    assert store.list_sitemaps(top.id, [f"{A}/1", f"{A}/2", A], now=NOW) == [f"{A}/1", f"{A}/2", A]
    one = next(row for row in store.feeds() if row.url == f"{A}/1")
    assert (one.origin, one.depth, one.due_at) == ("sitemap", 1, NOW)
    store.list_sitemaps(one.id, [f"{A}/3", f"{A}/2", A], now=NOW)
    assert {row.url.removeprefix(A): row.depth for row in store.feeds()} == {"": 0, "/1": 1, "/2": 1, "/3": 2}
    assert store.sitemaps_below([A]) == [f"{A}/1", f"{A}/2", f"{A}/3"]
    assert [turn.url for turn in store.turns()] == [row.url for row in store.feeds()]
    store.list_sitemaps(top.id, [f"{A}/2"], now=NOW)
    assert [row.url.removeprefix(A) for row in store.feeds()] == ["", "/2"], "a sitemap takes its own along"
    store.switch_feeds([A], off="by hand", now=NOW)
    assert store.sitemaps_below([A]) == []
    assert store.remove_feeds([A]) == 1
    assert store.feeds() == []


def test_a_sitemap_that_is_somebodys_own_is_below_no_index(store: Store) -> None:
    """An index below an index that was added, or is configured, keeps its sitemaps when that above it goes; one that
    the configuration names no longer is the index's again."""
    store.add_feeds([FeedSpec(url=A, origin="added")], now=NOW)

    def listed() -> dict[str, int]:
        ids = {row.url.removeprefix(A): row.id for row in store.feeds()}
        for above, below in (("", ["/1", "/2"]), ("/1", ["/3"]), ("/2", ["/4"])):
            if above in ids:
                store.list_sitemaps(ids[above], [A + one for one in below], now=NOW)
                ids = {row.url.removeprefix(A): row.id for row in store.feeds()}
        return {row.url.removeprefix(A): row.depth for row in store.feeds()}

    assert listed() == {"": 0, "/1": 1, "/2": 1, "/3": 2, "/4": 2}
    store.add_feeds([FeedSpec(url=f"{A}/1", origin="config")], now=NOW)
    store.add_feeds([FeedSpec(url=f"{A}/2", origin="added")], now=NOW)
    assert listed() == {"": 0, "/1": 0, "/2": 0, "/3": 1, "/4": 1}
    assert store.sitemaps_below([A]) == []
    store.add_feeds([], now=NOW, complete=True)
    assert listed() == {"": 0, "/1": 1, "/2": 0, "/3": 2, "/4": 1}
    store.switch_feeds([f"{A}/2"], off="by hand", now=NOW)
    assert store.sitemaps_below([A, f"{A}/2"]) == [f"{A}/1", f"{A}/3"]
    assert store.remove_feeds([A]) == 1
    assert [row.url.removeprefix(A) for row in store.feeds()] == ["/2", "/4"]
    assert store.check() == []


def test_a_feed_removed_while_it_is_asked(store: Store) -> None:
    """Its entries and its outcome are dropped without a word, and others of the batch are kept."""
    store.add_feeds([FeedSpec(url=A, origin="added"), FeedSpec(url=f"{A}/b", origin="added")], now=NOW)
    first, second = store.feeds()
    store.remove_feeds([A])
    with store.placing() as placing:
        for row in (first, second):
            placing.save_items([
                ItemRow(feed_id=row.id, key="k", url=None, guid=None, digest=b"d", first_seen=NOW, last_seen=NOW)
            ])  # fmt: skip
            placing.finish_feed(FeedOutcome(feed_id=row.id, polled=NOW, due_at=NOW, ok=True, rhythm={}, body_hash=b"x"))
    assert [row.url for row in store.feeds()] == [f"{A}/b"]
    assert (len(store.items(second.id)), store.items(first.id), store.check()) == (1, [], [])
