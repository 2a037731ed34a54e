"""What a run is told of answers that are no feed."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from ingest.model import Page
from ingest.run.tasks import Failure, read_feed

URL = "https://kranbote.example/feed"


def page(body: str) -> Page:
    return Page(
        url=URL, final_url=URL, status=200, body=body.encode(), content_type="text/html", charset=None, etag=None,
        last_modified=None, fetched_at=datetime(2026, 3, 2, tzinfo=UTC),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("body", "kind", "told"),
    [
        ("<html><head><link rel=alternate type='application/rss+xml' href='/rss.xml'></head></html>", "not-a-feed",
         "the page announces https://kranbote.example/rss.xml"),
        ("<html><head><link rel=alternate type='application/rss+xml' href='/rss.xml?token=geheim-7'></head></html>",
         "not-a-feed", "the page announces https://kranbote.example/rss.xml?token=***"),
        ("<rss><channel><title>Kranbote</title></channel></rss>", "empty-feed", "without a single entry"),
        ("", "not-a-feed", "the answer is empty"),
    ],
)  # fmt: skip
def test_what_is_no_feed_says_where_one_is(body: str, kind: str, told: str) -> None:
    """A page and an empty feed are two different things, and each error is the next step."""
    found = read_feed(page(body), 100)
    assert isinstance(found, Failure)
    assert found.kind == kind
    assert told in found.detail
