"""Feeds, hosts, entries, pages and refusals: what is known of the world outside the articles."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from store import sql
from store.encode import as_json, instant, instant_or_none, micros, micros_or_none, plain, plain_or_none
from store.model import ArticleRef, FeedOutcome, FeedRow, FeedSpec, HostRow, ItemRow, PageRow, Rejected

# The reason of a feed that the configuration switched off; only such a feed is switched on again by it.
AS_CONFIGURED = "as configured"


def articles_at(db: sqlite3.Connection, keys: Sequence[str]) -> dict[str, ArticleRef]:
    return {
        at: ArticleRef(
            id=id_, url=url, text_id=text_id, story_id=story_id, revisions=revisions, title=title, outlet=outlet,
            on_topic=bool(on_topic), seed=bool(seed),
        )
        for at, id_, url, text_id, story_id, revisions, title, outlet, on_topic, seed
        in db.execute(sql.ARTICLES_AT, (as_json(keys),))
    }  # fmt: skip


# --- feeds ----------------------------------------------------------------------------------------------------------


def add_feeds(db: sqlite3.Connection, feeds: Sequence[FeedSpec], now: datetime) -> int:
    [(before,)] = db.execute("SELECT count(*) FROM feed")
    for feed in feeds:
        db.execute(sql.ADD_FEED, {
            "url": feed.url, "origin": feed.origin, "title": plain_or_none(feed.title), "outlet": feed.outlet,
            "language": feed.language, "interval": feed.interval, "enabled": int(feed.enabled), "now": micros(now),
            "as_configured": AS_CONFIGURED,
        })  # fmt: skip
    [(after,)] = db.execute("SELECT count(*) FROM feed")
    return int(after - before)


def feeds(db: sqlite3.Connection) -> list[FeedRow]:
    return [_feed(row) for row in db.execute(sql.FEEDS)]


def claim_feeds(
    db: sqlite3.Connection, *, now: datetime, lease: float, owner: str, urls: Sequence[str] | None, force: bool,
    limit: int,
) -> list[FeedRow]:  # fmt: skip
    names = {
        "now": micros(now), "until": micros(now + timedelta(seconds=lease)), "owner": owner, "force": int(force),
        "limit": limit, "urls": None if urls is None else as_json(urls),
    }  # fmt: skip
    claimed = [id_ for (id_,) in db.execute(sql.DUE_FEEDS, names)]
    db.executemany(sql.LEASE_FEED, [names | {"id": id_} for id_ in claimed])
    row_of = {row[0]: row for row in db.execute(sql.FEEDS)}
    return [_feed(row_of[id_]) for id_ in claimed]


def remove_feeds(db: sqlite3.Connection, urls: Sequence[str]) -> int:
    names = (as_json(urls),)
    db.execute(sql.FORGET_ITEMS, names)
    return db.execute(sql.REMOVE_FEEDS, names).rowcount


def switch_feeds(db: sqlite3.Connection, urls: Sequence[str], off: str | None, now: datetime) -> int:
    names = {"urls": as_json(urls), "off": plain_or_none(off), "now": micros(now)}
    return db.execute(sql.SWITCH_FEEDS, names).rowcount


def release_feeds(db: sqlite3.Connection, feed_ids: Sequence[int]) -> None:
    db.executemany(sql.RELEASE_FEED, [(feed_id,) for feed_id in feed_ids])


def finish_feed(db: sqlite3.Connection, outcome: FeedOutcome) -> None:
    url = outcome.url
    if url is not None:
        # Two addresses have become one: whoever had it first keeps polling it.
        taken = db.execute("SELECT 1 FROM feed WHERE url = ? AND id <> ?", (url, outcome.feed_id)).fetchone()
        if taken:
            outcome_reason: str | None = f"moved to {url}, which is polled already"
            url = None
        else:
            outcome_reason = outcome.disable
    else:
        outcome_reason = outcome.disable
    validators = (outcome.etag, outcome.last_modified, outcome.body_hash)
    db.execute(sql.FINISH_FEED, {
        "id": outcome.feed_id, "polled": micros(outcome.polled), "due_at": micros(outcome.due_at),
        "ok": int(outcome.ok), "error": plain_or_none(outcome.error), "error_class": outcome.error_class,
        # An answer that brings any of them replaces all: a stale ETag beside a new body would hide the next change.
        "fresh": int(outcome.ok and any(value is not None for value in validators)), "etag": outcome.etag,
        "last_modified": outcome.last_modified, "body_hash": outcome.body_hash, "title": plain_or_none(outcome.title),
        "language": outcome.language, "entries_seen": outcome.entries_seen, "entries_new": outcome.entries_new,
        "disable": plain_or_none(outcome_reason), "moved_to": outcome.moved_to, "url": url,
    })  # fmt: skip


def _feed(row: tuple[Any, ...]) -> FeedRow:
    (id_, url, origin, title, outlet, language, interval, enabled, disabled_reason, etag, last_modified, body_hash,
     due_at, last_polled, last_success, last_error, last_error_class, failures, entries_seen, entries_new, moved_to,
     moved_seen, moved_since) = row  # fmt: skip
    return FeedRow(
        id=id_, url=url, origin=origin, title=title, outlet=outlet, language=language, interval=interval,
        enabled=bool(enabled), disabled_reason=disabled_reason, etag=etag, last_modified=last_modified,
        body_hash=body_hash, due_at=instant(due_at), last_polled=instant_or_none(last_polled),
        last_success=instant_or_none(last_success), last_error=last_error, last_error_class=last_error_class,
        failures=failures, entries_seen=entries_seen, entries_new=entries_new, moved_to=moved_to,
        moved_seen=moved_seen, moved_since=instant_or_none(moved_since),
    )  # fmt: skip


def due_retries(db: sqlite3.Connection, now: datetime) -> set[int]:
    return {feed_id for (feed_id,) in db.execute(sql.DUE_RETRIES, (micros(now),))}


# --- hosts, entries, pages, refusals --------------------------------------------------------------------------------


def save_hosts(db: sqlite3.Connection, hosts: Sequence[HostRow]) -> None:
    rows = [
        (row.host, micros_or_none(row.next_at), micros_or_none(row.retry_after), row.robots_status, row.robots_body,
         micros_or_none(row.robots_fetched), micros_or_none(row.robots_expires))
        for row in hosts
    ]  # fmt: skip
    db.executemany(sql.SAVE_HOST, rows)


def hosts(db: sqlite3.Connection) -> list[HostRow]:
    return [
        HostRow(
            host=host, next_at=instant_or_none(next_at), retry_after=instant_or_none(retry_after),
            robots_status=status, robots_body=body, robots_fetched=instant_or_none(fetched),
            robots_expires=instant_or_none(expires),
        )
        for host, next_at, retry_after, status, body, fetched, expires in db.execute(sql.HOSTS)
    ]  # fmt: skip


def save_items(db: sqlite3.Connection, items: Sequence[ItemRow]) -> None:
    rows = [
        (row.feed_id, plain(row.key), row.url, plain_or_none(row.guid), row.digest, micros(row.first_seen),
         micros(row.last_seen))
        for row in items
    ]  # fmt: skip
    db.executemany(sql.SAVE_ITEM, rows)


def items(db: sqlite3.Connection, feed_id: int) -> list[ItemRow]:
    return [
        ItemRow(
            feed_id=feed_id, key=key, url=url, guid=guid, digest=digest, first_seen=instant(first_seen),
            last_seen=instant(last_seen),
        )
        for key, url, guid, digest, first_seen, last_seen in db.execute(sql.ITEMS, (feed_id,))
    ]  # fmt: skip


def save_pages(db: sqlite3.Connection, pages: Sequence[PageRow]) -> None:
    rows = [
        (row.url, row.final_url, row.status, row.etag, row.last_modified, row.body_hash, micros(row.fetched))
        for row in pages
    ]
    db.executemany(sql.SAVE_PAGE, rows)


def pages(db: sqlite3.Connection, urls: Sequence[str]) -> Mapping[str, PageRow]:
    return {
        url: PageRow(
            url=url, final_url=final_url, status=status, etag=etag, last_modified=last_modified, body_hash=body_hash,
            fetched=instant(fetched),
        )
        for url, final_url, status, etag, last_modified, body_hash, fetched in db.execute(sql.PAGES, (as_json(urls),))
    }  # fmt: skip


def reject(db: sqlite3.Connection, row: Rejected) -> None:
    db.execute(sql.REJECT, {
        "url": row.url, "state": row.state, "reason": row.reason, "detail": plain(row.detail),
        "title": plain_or_none(row.title), "source": row.source, "first_seen": micros(row.first_seen),
        "last_seen": micros(row.last_seen), "retry_at": micros_or_none(row.retry_at), "tries": row.tries,
    })  # fmt: skip


def refusals(db: sqlite3.Connection, urls: Sequence[str]) -> Mapping[str, Rejected]:
    return {
        url: Rejected(
            url=url, state=state, reason=reason, detail=detail, title=title, source=source,
            first_seen=instant(first_seen), last_seen=instant(last_seen), retry_at=instant_or_none(retry_at),
            tries=tries,
        )
        for url, state, reason, detail, title, source, first_seen, last_seen, retry_at, tries
        in db.execute(sql.REFUSALS, (as_json(urls),))
    }  # fmt: skip
