"""Passwords and keys in addresses of feeds and pages come out of no command that is meant for others' eyes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from store import open_store
from store.model import FeedOutcome, FeedSpec, Rejected
from tests.cli.conftest import Done

NOW = datetime.now(UTC) - timedelta(hours=2)
FEED = "https://mara:geheim-1@kranbote.example/rss?api_key=geheim-2&rubrik=hafen"
PAGE = "https://kranbote.example/kai?token=geheim-3&id=77"


@pytest.fixture
def kept(tmp_path: Path) -> str:
    """A store with a feed that fails and a page that was refused, as an older version may have written them."""
    url = f"sqlite:///{tmp_path}/news.db"
    store = open_store(url)
    store.add_feeds([FeedSpec(url=FEED, origin="added")], now=NOW)
    [row] = store.feeds()
    for _ in range(6):
        failed = FeedOutcome(
            feed_id=row.id, polled=NOW, due_at=NOW, ok=False, error=f"HTTP 500: {FEED}", error_class="bad-status"
        )
        with store.placing() as placing:
            placing.finish_feed(failed)
    refused = Rejected(
        url=PAGE, state="rejected", reason="blocked", detail=f"HTTP 403: {PAGE}&sig=geheim-4", source=FEED,
        first_seen=NOW, last_seen=NOW,
    )  # fmt: skip
    with store.placing() as placing:
        placing.reject(refused)
    store.close()
    return url


@pytest.mark.parametrize(
    ("command", "named"),
    [
        (("doctor",), "https://***@kranbote.example/rss?api_key=***&rubrik=hafen"),
        (("doctor", "--format", "csv"), "https://***@kranbote.example/rss?api_key=***&rubrik=hafen"),
        (("export", "articles", "--rejected"), "https://kranbote.example/kai?token=***&id=77"),
        (("export", "articles", "--rejected", "--format", "csv"), "https://kranbote.example/kai?token=***&id=77"),
        (("feeds", "remove", "https://mara:geheim-1@kranbote.example/rs"), "no such feed"),
    ],
)
def test_commands_tell_no_secret(ingest: Callable[..., Done], kept: str, command: tuple[str, ...], named: str) -> None:
    """The feed and the page are named, what opens their doors is not."""
    done = ingest(*command, INGEST_STORE__URL=kept)
    said = done.out + done.err
    assert named in said
    assert "geheim" not in said


def test_a_list_of_feeds_is_whole(ingest: Callable[..., Done], kept: str) -> None:
    """What is read back as a list of feeds keeps the addresses as they are: without its key no feed can be asked."""
    assert "api_key=geheim-2" in ingest("feeds", "export", INGEST_STORE__URL=kept).out
