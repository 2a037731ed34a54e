"""Entries of feeds, the pages they lead to, and which of those are refused."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from datetime import datetime

from store.encode import as_json, instant, instant_or_none, micros, micros_or_none, plain, plain_or_none
from store.model import ItemRow, PageRow, Rejected

# A feed may be removed while a cycle asks it: its entries are nobody's then.
SAVE_ITEM = """
    INSERT INTO item (feed_id, key, url, guid, digest, first_seen, last_seen)
    SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7 FROM feed WHERE id = ?1
    ON CONFLICT (feed_id, key) DO UPDATE SET url = excluded.url, guid = excluded.guid, digest = excluded.digest,
        last_seen = max(last_seen, excluded.last_seen)"""
ITEMS = "SELECT key, url, guid, digest, first_seen, last_seen FROM item WHERE feed_id = ? ORDER BY key"
SAVE_PAGE = """
    INSERT OR REPLACE INTO page (url, final_url, status, etag, last_modified, body_hash, fetched)
    VALUES (?, ?, ?, ?, ?, ?, ?)"""
PAGES = """
    SELECT url, final_url, status, etag, last_modified, body_hash, fetched
    FROM page WHERE url IN (SELECT value FROM json_each(?))"""
REJECT = """
    INSERT INTO rejected (url, state, reason, detail, title, source, first_seen, last_seen, retry_at, tries)
    VALUES (:url, :state, :reason, :detail, :title, :source, :first_seen, :last_seen, :retry_at, :tries)
    ON CONFLICT (url) DO UPDATE SET state = excluded.state, reason = excluded.reason, detail = excluded.detail,
        title = coalesce(excluded.title, title), source = coalesce(excluded.source, source),
        last_seen = max(last_seen, excluded.last_seen), retry_at = excluded.retry_at, tries = tries + excluded.tries"""
ACCEPT = "DELETE FROM rejected WHERE url IN (SELECT value FROM json_each(?))"
REFUSALS = """
    SELECT url, state, reason, detail, title, source, first_seen, last_seen, retry_at, tries
    FROM rejected WHERE url IN (SELECT value FROM json_each(?))"""
# Entries of one reading carry one time: the newest is that of the last reading. CROSS JOIN keeps the order of the
# tables, from the few refusals that are due to the entries of their feeds.
DUE_RETRIES = """
    SELECT DISTINCT feed.id FROM rejected CROSS JOIN feed ON feed.url = rejected.source
    CROSS JOIN item ON item.feed_id = feed.id AND item.url = rejected.url
    WHERE rejected.retry_at <= ?
        AND item.last_seen = (SELECT max(last_seen) FROM item AS any_item WHERE any_item.feed_id = feed.id)"""


def save_items(db: sqlite3.Connection, items: Sequence[ItemRow]) -> None:
    rows = [
        (row.feed_id, plain(row.key), row.url, plain_or_none(row.guid), row.digest, micros(row.first_seen),
         micros(row.last_seen))
        for row in items
    ]  # fmt: skip
    db.executemany(SAVE_ITEM, rows)


def items(db: sqlite3.Connection, feed_id: int) -> list[ItemRow]:
    return [
        ItemRow(
            feed_id=feed_id, key=key, url=url, guid=guid, digest=digest, first_seen=instant(first_seen),
            last_seen=instant(last_seen),
        )
        for key, url, guid, digest, first_seen, last_seen in db.execute(ITEMS, (feed_id,))
    ]  # fmt: skip


def save_pages(db: sqlite3.Connection, pages: Sequence[PageRow]) -> None:
    rows = [
        (row.url, row.final_url, row.status, row.etag, row.last_modified, row.body_hash, micros(row.fetched))
        for row in pages
    ]
    db.executemany(SAVE_PAGE, rows)


def pages(db: sqlite3.Connection, urls: Sequence[str]) -> dict[str, PageRow]:
    return {
        url: PageRow(
            url=url, final_url=final_url, status=status, etag=etag, last_modified=last_modified, body_hash=body_hash,
            fetched=instant(fetched),
        )
        for url, final_url, status, etag, last_modified, body_hash, fetched in db.execute(PAGES, (as_json(urls),))
    }  # fmt: skip


def reject(db: sqlite3.Connection, row: Rejected) -> None:
    db.execute(REJECT, {
        "url": row.url, "state": row.state, "reason": row.reason, "detail": plain(row.detail),
        "title": plain_or_none(row.title), "source": row.source, "first_seen": micros(row.first_seen),
        "last_seen": micros(row.last_seen), "retry_at": micros_or_none(row.retry_at), "tries": row.tries,
    })  # fmt: skip


def accept(db: sqlite3.Connection, urls: Sequence[str]) -> None:
    db.execute(ACCEPT, (as_json(urls),))


def refusals(db: sqlite3.Connection, urls: Sequence[str]) -> dict[str, Rejected]:
    return {
        url: Rejected(
            url=url, state=state, reason=reason, detail=detail, title=title, source=source,
            first_seen=instant(first_seen), last_seen=instant(last_seen), retry_at=instant_or_none(retry_at),
            tries=tries,
        )
        for url, state, reason, detail, title, source, first_seen, last_seen, retry_at, tries
        in db.execute(REFUSALS, (as_json(urls),))
    }  # fmt: skip


def due_retries(db: sqlite3.Connection, now: datetime) -> set[int]:
    return {feed_id for (feed_id,) in db.execute(DUE_RETRIES, (micros(now),))}
