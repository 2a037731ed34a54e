"""What is said of a feed in the list: plain words, shares, silence."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from ingest.cli import coverage
from ingest.fetch.schedule import Rhythm
from store.model import FeedRow, FeedYield

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
URL = "http://a.example/rss"


def feed(**known: Any) -> FeedRow:
    blank: dict[str, Any] = dict.fromkeys(FeedRow._fields)
    usual = {"id": 1, "url": URL, "origin": "added", "enabled": True, "due_at": NOW, "failures": 0, "entries_seen": 9,
             "entries_new": 9, "moved_seen": 0, "rhythm": {}, "gone_seen": 0, "leftover": False}  # fmt: skip
    return FeedRow(**(blank | usual | known))


def test_shares_are_of_what_was_read() -> None:
    """Pages that were never fetched, or lie beside the topic, do not count against the reading."""
    brought = FeedYield(url=URL, articles=6, copies=3, refused={"paywall": 2, "off-topic": 40, "robots": 9})
    said = coverage.covered(feed(), brought, now=NOW)
    assert (said["articles"], said["copies_share"], said["read_share"]) == (6, 0.5, 0.75)
    assert coverage.refusals(said["refused"]) == "off-topic 40, robots 9, paywall 2"
    assert said["trouble"] is None


@pytest.mark.parametrize(
    ("kind", "message", "words"),
    [
        ("bad-status", "HTTP 404", "has nothing there (HTTP 404)"),
        ("bad-status", "HTTP 503", "is in trouble (HTTP 503)"),
        ("not-a-feed", "no feed: a web page", "answers with something that is no feed (a web page)"),
        ("empty-feed", "no entries: a feed (rss) without a single entry", "has no entries"),
        ("timed-out", "timed out", "takes too long to answer"),
        ("something-new", "x", "something new"),
    ],
)  # fmt: skip
def test_errors_are_told_in_plain_words(kind: str, message: str, words: str) -> None:
    """Each class has its words, and what the server said stands behind them."""
    assert coverage.in_words(kind, message) == words
    told = coverage.covered(feed(last_error_class=kind, last_error=message, failures=3), None, now=NOW)["trouble"]
    assert told == f"{words}, 3 times running"


def test_silence_is_told_where_nothing_worse_is() -> None:
    """A feed that answers and brings nothing for far longer than ever is called silent; one that is off is not."""
    facts = Rhythm(gaps=(3600,) * 12, newest=NOW - timedelta(days=9)).facts()
    said = coverage.covered(feed(rhythm=facts), None, now=NOW)
    assert (said["silent_since"], said["trouble"]) == (NOW - timedelta(days=9), "silent for 9 days")
    off = coverage.covered(feed(rhythm=facts, enabled=False, disabled_reason="by hand"), None, now=NOW)
    assert (off["silent_since"], off["trouble"]) == (None, "off: by hand")
