"""How a feed's poll ended: what is remembered of the answer, and when the feed is asked again. Pure."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final

from ingest.config import Fetch
from ingest.errors import Deferred, FetchError
from ingest.fetch.schedule import GONE, Polled, Rhythm, heard, is_gone, is_shut_out, next_poll, overlooked
from ingest.model import Page
from ingest.run.tasks import Failure
from ingest.run.work import FeedWork
from store.model import FeedOutcome, FeedRow, Leftover

# A permanent move is believed when it was seen on three polls over a day: captive portals redirect "permanently" too.
MOVE_SIGHTINGS: Final = 3
MOVE_AGE: Final = timedelta(days=1)
_PERMANENT: Final = frozenset({301, 308})


def succeeded(feed: FeedWork, *, now: datetime, settings: Fetch, error: Failure | None = None) -> FeedOutcome:
    """A feed's outcome after an answer that could be read, or that was "not modified".

    `error`: a feed without entries is none that failed; it is said, and asked again at its usual time. Where an entry
    was left for the next cycle, the answer is kept, so that it is read again whatever the server says then. How many
    entries became articles the writer knows.
    """
    row, page, answer = feed.row, feed.page, feed.answer
    rhythm = Rhythm.of(row.rhythm)
    before = None
    if feed.wishes is not None:
        max_age = answer.max_age if answer else None
        rhythm = heard(rhythm, now=now, fresh=feed.fresh, dates=feed.dates, wishes=feed.wishes, max_age=max_age)
        if overlooked(entries=feed.items["seen"], fresh=feed.fresh, polled_before=row.last_success is not None):
            before = row.last_success
    elif answer is not None and answer.max_age is not None:
        rhythm = replace(rhythm, max_age=answer.max_age)
    target = _moved_to(feed)
    poll = Polled(
        now=now, interval=row.interval, rhythm=rhythm, before=before,
        left=answer.fetched_at if answer and feed.cut_short else None,
    )  # fmt: skip
    return FeedOutcome(
        feed_id=row.id,
        polled=now,
        due_at=next_poll(row.url, poll, settings),
        ok=True,
        error=error.detail if error else None,
        error_class=error.kind if error else None,
        etag=page.etag if page else None,
        last_modified=page.last_modified if page else None,
        body_hash=sha256(page.body).digest() if page else None,
        title=feed.title,
        language=feed.language,
        entries_seen=feed.items["seen"] if feed.listed else 0 if error else row.entries_seen,
        moved_to=target,
        url=target if target is not None and _settled(row, target, now) else None,
        rhythm=rhythm.facts(),
        full=feed.full,
        leftover=_leftover(page) if feed.deferred and page is not None else None,
    )


def _leftover(page: Page) -> Leftover:
    return Leftover(
        final_url=page.final_url, content_type=page.content_type, charset=page.charset, body=page.body
    )  # fmt: skip


def _moved_to(feed: FeedWork) -> str | None:
    """Where permanent redirects alone led to."""
    answer = feed.answer
    if answer is None or not answer.hops or any(hop.status not in _PERMANENT for hop in answer.hops):
        return None
    return answer.final_url if answer.final_url != feed.row.url else None


def _settled(row: FeedRow, target: str, now: datetime) -> bool:
    """Whether a move was seen often and long enough to be believed."""
    seen = target == row.moved_to and row.moved_seen + 1 >= MOVE_SIGHTINGS
    return seen and row.moved_since is not None and now - row.moved_since >= MOVE_AGE


def failed(
    feed: FeedWork, kind: str, message: str, *, now: datetime, settings: Fetch, error: FetchError | None = None
) -> FeedOutcome:
    """A feed's outcome after an answer that could not be had (`error`) or read."""
    row = feed.row
    gone = error is not None and is_gone(error)
    poll = Polled(
        now=now,
        interval=row.interval,
        rhythm=Rhythm.of(row.rhythm),
        failures=row.failures + 1,
        shut_out=gone or (error is not None and is_shut_out(error)),
        not_before=error.until if isinstance(error, Deferred) else None,
    )
    return FeedOutcome(
        feed_id=row.id,
        polled=now,
        due_at=next_poll(row.url, poll, settings),
        ok=False,
        error=message,
        error_class=kind,
        disable="gone: the server said so twice (410)" if gone and row.gone_seen + 1 >= GONE else None,
        gone=gone,
    )
