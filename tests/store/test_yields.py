"""What feeds brought, counted for all of them at once."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from store import open_store
from store.base import Store
from store.model import FeedSpec, Rejected

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def refuse(store: Store, url: str, reason: str, source: str, *, days: int = 0) -> None:
    at = NOW - timedelta(days=days)
    with store.placing() as placing:
        placing.reject(
            Rejected(url=url, state="rejected", reason=reason, detail="", source=source, first_seen=at, last_seen=at)
        )


def test_refusals_are_counted_by_feed_and_reason(tmp_path: Path) -> None:
    """Each feed has its own, old ones are left out, a feed that brought nothing is there with nothing."""
    store = open_store(f"sqlite:///{tmp_path}/news.db")
    feeds = [f"http://{name}.example/rss" for name in "abc"]
    store.add_feeds([FeedSpec(url=url, origin="added") for url in feeds], now=NOW)
    for n in range(3):
        refuse(store, f"http://a.example/{n}", "paywall", feeds[0])
    refuse(store, "http://a.example/9", "robots", feeds[0])
    refuse(store, "http://b.example/1", "stub", feeds[1], days=40)
    found = store.feed_yields(since=NOW - timedelta(days=30))
    store.close()
    assert [(one.url, one.articles, one.copies, one.refused) for one in found] == [
        (feeds[0], 0, 0, {"paywall": 3, "robots": 1}),
        (feeds[1], 0, 0, {}),
        (feeds[2], 0, 0, {}),
    ]


def test_many_feeds_are_one_question(tmp_path: Path) -> None:
    """2,000 feeds with 20,000 refusals are counted in a fraction of a second; one by one it takes minutes."""
    store = open_store(f"sqlite:///{tmp_path}/news.db", synchronous="NORMAL")
    feeds = [f"http://h{n}.example/rss" for n in range(2000)]
    store.add_feeds([FeedSpec(url=url, origin="added") for url in feeds], now=NOW)
    with store.placing() as placing:
        for n in range(20_000):
            placing.reject(
                Rejected(
                    url=f"http://h{n % 2000}.example/{n}",
                    state="rejected",
                    reason=("stub", "listing")[n % 2],
                    detail="",
                    source=feeds[n % 2000],
                    first_seen=NOW,
                    last_seen=NOW,
                )
            )
    begun = time.process_time()
    found = store.feed_yields(since=NOW - timedelta(days=1))
    spent = time.process_time() - begun
    store.close()
    assert sum(sum(one.refused.values()) for one in found) == 20_000
    assert spent < 5
