"""Feeds, hosts, entries, pages and refusals: what is known of the world outside the articles."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import zstandard

from store import sql
from store.encode import as_json, instant, instant_or_none, micros, micros_or_none, plain, plain_or_none
from store.model import ArticleRef, FeedOutcome, FeedRow, FeedSpec, HostRow, ItemRow, Leftover, PageRow, Rejected

# The reason of a feed that the configuration switched off; only such a feed is switched on again by it.
AS_CONFIGURED = "as configured"
# Bytes. A feed is a megabyte at most times; the largest that is fetched at all has 15 MiB.
MAX_LEFTOVER = 64 * 2**20

# Entries remembered of one feed beside those of its last reading: weeks of the busiest. All of them are read at each
# poll, 1 KB each. One that is listed again after longer is known by its page's address, as an article or a refusal.
ITEMS_KEPT = 5_000


def articles_at(db: sqlite3.Connection, keys: Sequence[str]) -> dict[str, ArticleRef]:
    return {
        at: ArticleRef(
            id=id_, url=url, text_id=text_id, story_id=story_id, revisions=revisions, title=title, outlet=outlet,
            on_topic=bool(on_topic), seed=bool(seed), agency=agency, agency_id=agency_id, agency_credit=credit,
        )
        for at, id_, url, text_id, story_id, revisions, title, outlet, on_topic, seed, agency, agency_id, credit
        in db.execute(sql.ARTICLES_AT, (as_json(keys),))
    }  # fmt: skip


# --- feeds ----------------------------------------------------------------------------------------------------------


def add_feeds(db: sqlite3.Connection, feeds: Sequence[FeedSpec], now: datetime) -> int:
    [(before,)] = db.execute("SELECT count(*) FROM feed")
    for feed, url in zip(feeds, present_urls(db, [feed.url for feed in feeds]), strict=True):
        db.execute(sql.ADD_FEED, {
            "url": url, "origin": feed.origin, "title": plain_or_none(feed.title), "outlet": feed.outlet,
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
    # One statement for all: ten thousand single ones cost a fifth of a second.
    due = [id_ for (id_,) in db.execute(sql.DUE_FEEDS, names)]
    db.execute(sql.LEASE_FEEDS, names | {"ids": as_json(due)})
    return [_feed(row) for row in db.execute(sql.CLAIMED_FEEDS, (as_json(due),))]


def present_urls(db: sqlite3.Connection, urls: Sequence[str]) -> list[str]:
    return [url for (url,) in db.execute(sql.PRESENT_URLS, (as_json(urls),))]


def remove_feeds(db: sqlite3.Connection, urls: Sequence[str]) -> int:
    names = (as_json(urls),)
    for statement in (sql.FORGET_ITEMS, sql.FORGET_RHYTHM, sql.FORGET_LEFTOVER, sql.FORGET_FORMER):
        db.execute(statement, names)
    return db.execute(sql.REMOVE_FEEDS, names).rowcount


def switch_feeds(db: sqlite3.Connection, urls: Sequence[str], off: str | None, now: datetime) -> int:
    names = {"urls": as_json(urls), "off": plain_or_none(off), "now": micros(now)}
    return db.execute(sql.SWITCH_FEEDS, names).rowcount


def release_feeds(db: sqlite3.Connection, feed_ids: Sequence[int]) -> None:
    db.executemany(sql.RELEASE_FEED, [(feed_id,) for feed_id in feed_ids])


def finish_feed(db: sqlite3.Connection, outcome: FeedOutcome) -> None:
    url, reason = outcome.url, outcome.disable
    if url is not None:
        # Two addresses have become one: whoever had it first keeps polling it.
        if db.execute("SELECT 1 FROM feed WHERE url = ? AND id <> ?", (url, outcome.feed_id)).fetchone():
            reason, url = f"moved to {url}, which is polled already", None
        else:
            # Articles keep the address they came by; what is asked again is found by the feed's present one.
            db.execute(sql.MOVE_REFUSALS, {"id": outcome.feed_id, "url": url})
            db.execute(sql.REMEMBER_FORMER, {"id": outcome.feed_id})
    validators = (outcome.etag, outcome.last_modified, outcome.body_hash)
    db.execute(sql.FINISH_FEED, {
        "id": outcome.feed_id, "polled": micros(outcome.polled), "due_at": micros(outcome.due_at),
        "ok": int(outcome.ok), "error": plain_or_none(outcome.error), "error_class": outcome.error_class,
        # An answer that brings any of them replaces all: a stale ETag beside a new body would hide the next change.
        "fresh": int(outcome.ok and any(value is not None for value in validators)), "etag": outcome.etag,
        "last_modified": outcome.last_modified, "body_hash": outcome.body_hash, "title": plain_or_none(outcome.title),
        "language": outcome.language, "entries_seen": outcome.entries_seen, "entries_new": outcome.entries_new,
        "disable": plain_or_none(reason), "moved_to": outcome.moved_to, "url": url,
    })  # fmt: skip
    db.execute(sql.SAVE_RHYTHM, {
        "id": outcome.feed_id, "facts": None if outcome.rhythm is None else as_json(outcome.rhythm),
        "full": micros(outcome.polled) if outcome.full else None, "gone": int(outcome.gone),
    })  # fmt: skip
    if outcome.ok:
        db.execute(sql.FORGET_OLD_ITEMS, {"feed": outcome.feed_id, "kept": ITEMS_KEPT})
    if outcome.leftover is not None:
        kept = outcome.leftover
        frame = zstandard.ZstdCompressor().compress(kept.body)
        row = (outcome.feed_id, kept.final_url, kept.content_type, kept.charset, frame)
        db.execute(sql.KEEP_LEFTOVER, row)
    elif outcome.ok:
        db.execute(sql.DROP_LEFTOVER, (outcome.feed_id,))


def leftover(db: sqlite3.Connection, feed_id: int) -> Leftover | None:
    row = db.execute(sql.LEFTOVER, (feed_id,)).fetchone()
    if row is None:
        return None
    body = zstandard.ZstdDecompressor().decompress(row[3], max_output_size=MAX_LEFTOVER)
    return Leftover(final_url=row[0], content_type=row[1], charset=row[2], body=body)


def _feed(row: tuple[Any, ...]) -> FeedRow:
    (id_, url, origin, title, outlet, language, interval, enabled, disabled_reason, etag, last_modified, body_hash,
     due_at, last_polled, last_success, last_error, last_error_class, failures, entries_seen, entries_new, moved_to,
     moved_seen, moved_since, rhythm, full, gone_seen, leftover) = row  # fmt: skip
    return FeedRow(
        id=id_, url=url, origin=origin, title=title, outlet=outlet, language=language, interval=interval,
        enabled=bool(enabled), disabled_reason=disabled_reason, etag=etag, last_modified=last_modified,
        body_hash=body_hash, due_at=instant(due_at), last_polled=instant_or_none(last_polled),
        last_success=instant_or_none(last_success), last_error=last_error, last_error_class=last_error_class,
        failures=failures, entries_seen=entries_seen, entries_new=entries_new, moved_to=moved_to,
        moved_seen=moved_seen, moved_since=instant_or_none(moved_since),
        rhythm={} if rhythm is None else json.loads(rhythm), full=instant_or_none(full), gone_seen=gone_seen,
        leftover=bool(leftover),
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
    db.executemany(sql.SAVE_PLACE, [(row.host, row.address) for row in hosts if row.address is not None])


def resting_hosts(db: sqlite3.Connection, after: datetime, until: datetime) -> set[str]:
    return {host for (host,) in db.execute(sql.RESTING_HOSTS, (micros(after), micros(until)))}


def hosts(db: sqlite3.Connection) -> list[HostRow]:
    return [
        HostRow(
            host=host, next_at=instant_or_none(next_at), retry_after=instant_or_none(retry_after),
            robots_status=status, robots_body=body, robots_fetched=instant_or_none(fetched),
            robots_expires=instant_or_none(expires), address=address,
        )
        for host, next_at, retry_after, status, body, fetched, expires, address in db.execute(sql.HOSTS)
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
