"""Feeds: what the configuration says of them, whose turn it is, and how their last poll ended."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import zstandard

from store.encode import as_json, instant, instant_or_none, micros, micros_or_none, plain_or_none
from store.model import FeedOutcome, FeedRow, FeedSpec, Leftover, Turn
from store.tables import naming

# The reason of a feed that the configuration switched off; only such a feed is switched on again by it.
AS_CONFIGURED = "as configured"
# Bytes. A feed is a megabyte at most times; the largest that is fetched at all has 15 MiB.
MAX_LEFTOVER = 64 * 2**20

# Entries remembered of one feed beside those of its last reading: weeks of the busiest. All of them are read at each
# poll, 1 KB each. One that is listed again after longer is known by its page's address, as an article or a refusal.
ITEMS_KEPT = 5_000

# A feed named for one run only keeps its standing. Switching off is the configuration's word, and only what it switched
# off does it switch on again: a feed that is gone stays so.
ADD_FEED = """
    INSERT INTO feed (url, origin, enabled, disabled_reason, due_at, failures, entries_seen, entries_new, moved_seen)
    VALUES (:url, :origin, :enabled, CASE WHEN :enabled THEN NULL ELSE :as_configured END, :now, 0, 0, 0, 0)
    ON CONFLICT (url) DO UPDATE SET
        origin = CASE WHEN excluded.origin = 'run' THEN origin ELSE excluded.origin END,
        enabled = CASE WHEN NOT excluded.enabled THEN 0 WHEN disabled_reason = :as_configured THEN 1 ELSE enabled END,
        disabled_reason = CASE WHEN NOT excluded.enabled THEN coalesce(disabled_reason, :as_configured)
            WHEN disabled_reason = :as_configured THEN NULL ELSE disabled_reason END"""
FEED_COLUMNS = """
    feed.id, url, origin, title, outlet, language, interval, enabled, disabled_reason, etag, last_modified, body_hash,
    due_at, last_polled, last_success, last_error, last_error_class, failures, entries_seen, entries_new, moved_to,
    moved_seen, moved_since, rhythm.facts, rhythm.full, coalesce(rhythm.gone_seen, 0),
    coalesce(listed.depth, 0), leftover.feed_id IS NOT NULL"""
FEED_PARTS = """LEFT JOIN rhythm ON rhythm.feed_id = feed.id LEFT JOIN leftover ON leftover.feed_id = feed.id
    LEFT JOIN listed_sitemap AS listed ON listed.feed_id = feed.id"""
FEEDS = f"SELECT {FEED_COLUMNS} FROM feed {FEED_PARTS} ORDER BY feed.id"  # noqa: S608 -- our own column list
# Of the feeds alone, in their order: with all that is known of ten thousand feeds this takes five times as long.
TURNS = "SELECT url, origin, due_at, last_polled FROM feed WHERE enabled ORDER BY id"
DUE_FEEDS = f"""
    SELECT {FEED_COLUMNS} FROM feed {FEED_PARTS}
    WHERE enabled AND (:force OR due_at <= :now)
        AND (lease_until IS NULL OR lease_until <= :now OR lease_owner = :owner)
        AND (:urls IS NULL OR url IN (SELECT value FROM json_each(:urls)))
    ORDER BY due_at, feed.id LIMIT :limit"""  # noqa: S608 -- our own column list
# An address that a feed has left and that is a feed of its own by now stays one: its row is found first.
PRESENT_URLS = """
    SELECT coalesce(own.url, feed.url, wanted.value) FROM json_each(?) AS wanted
    LEFT JOIN feed AS own ON own.url = wanted.value
    LEFT JOIN former ON former.url = wanted.value LEFT JOIN feed ON feed.id = former.feed_id ORDER BY wanted.key"""
# All feeds below some. Who named one of them himself has made it a feed of its own. Above a feed that is off, nothing
# asks whether its sitemaps are still listed.
BELOW = """
    WITH RECURSIVE below (id) AS (
        SELECT listed.feed_id FROM listed_sitemap AS listed JOIN feed AS above ON above.id = listed.parent_id
        WHERE above.url IN (SELECT value FROM json_each(:urls)) AND (above.enabled OR :off)
        UNION
        SELECT listed.feed_id FROM below JOIN listed_sitemap AS listed ON listed.parent_id = below.id)
    SELECT feed.url FROM below JOIN feed ON feed.id = below.id WHERE feed.origin = 'sitemap' ORDER BY feed.id"""
# What the configuration named and names no longer is the index's, if nobody else has added it.
ADD_SITEMAP = """
    INSERT INTO feed (url, origin, enabled, due_at, failures, entries_seen, entries_new, moved_seen)
    VALUES (:url, 'sitemap', 1, :now, 0, 0, 0, 0) ON CONFLICT (url) DO UPDATE SET origin = 'sitemap'
    WHERE origin = 'config' AND id NOT IN (SELECT feed_id FROM naming WHERE who < 2)"""
PUT_BELOW = """
    INSERT INTO listed_sitemap (feed_id, parent_id, depth)
    SELECT feed.id, :parent, 1 + coalesce((SELECT depth FROM listed_sitemap WHERE feed_id = :parent), 0)
    FROM feed WHERE url = :url AND origin = 'sitemap' AND id <> :parent
    ON CONFLICT (feed_id) DO UPDATE SET depth = excluded.depth
    WHERE parent_id = excluded.parent_id"""
NO_LONGER_LISTED = """
    SELECT feed.url FROM listed_sitemap AS listed JOIN feed ON feed.id = listed.feed_id
    WHERE listed.parent_id = :parent AND feed.origin = 'sitemap'
        AND feed.url NOT IN (SELECT value FROM json_each(:urls))"""
_FEED_IDS = "SELECT id FROM feed WHERE url IN (SELECT value FROM json_each(?))"
FORGET_ITEMS = f"DELETE FROM item WHERE feed_id IN ({_FEED_IDS})"  # noqa: S608 -- our own text
FORGET_RHYTHM = f"DELETE FROM rhythm WHERE feed_id IN ({_FEED_IDS})"  # noqa: S608 -- our own text
FORGET_LEFTOVER = f"DELETE FROM leftover WHERE feed_id IN ({_FEED_IDS})"  # noqa: S608 -- our own text
FORGET_FORMER = f"DELETE FROM former WHERE feed_id IN ({_FEED_IDS})"  # noqa: S608 -- our own text
FORGET_LISTED = f"""
    DELETE FROM listed_sitemap WHERE feed_id IN ({_FEED_IDS.replace("?", ":urls")})
        OR parent_id IN ({_FEED_IDS.replace("?", ":urls")})"""  # noqa: S608 -- our own text
REMOVE_FEEDS = "DELETE FROM feed WHERE url IN (SELECT value FROM json_each(?))"
SWITCH_FEEDS = """
    UPDATE feed SET enabled = :off IS NULL, disabled_reason = :off,
        due_at = CASE WHEN :off IS NULL AND NOT enabled THEN :now ELSE due_at END
    WHERE url IN (SELECT value FROM json_each(:urls))"""
# Whatever ends the process between the request and what is written of it, the feed was asked: it is due no sooner than
# a while after. Who comes to an end in order says which were not asked.
LEASE_FEEDS = """
    UPDATE feed SET lease_owner = :owner, lease_until = :until,
        due_at = max(due_at, :now + 1000000 * min(:rest, coalesce(interval, :rest)))
    WHERE id IN (SELECT value FROM json_each(:ids))"""
RELEASE_FEED = "UPDATE feed SET lease_owner = NULL, lease_until = NULL, due_at = coalesce(?, due_at) WHERE id = ?"
FINISH_FEED = """
    UPDATE feed SET
        last_polled = :polled, due_at = :due_at, lease_owner = NULL, lease_until = NULL,
        last_success = CASE WHEN :ok THEN :polled ELSE last_success END,
        last_error = :error, last_error_class = :error_class,
        failures = CASE WHEN :ok THEN 0 ELSE failures + 1 END,
        etag = CASE WHEN :fresh THEN :etag ELSE etag END,
        last_modified = CASE WHEN :fresh THEN :last_modified ELSE last_modified END,
        body_hash = CASE WHEN :fresh THEN :body_hash ELSE body_hash END,
        entries_seen = CASE WHEN :fresh THEN :entries_seen ELSE entries_seen END,
        entries_new = entries_new + :entries_new,
        enabled = CASE WHEN :disable IS NULL THEN enabled ELSE 0 END,
        disabled_reason = coalesce(:disable, disabled_reason),
        moved_seen = CASE WHEN :url IS NOT NULL THEN 0 WHEN :moved_to IS NULL AND :ok THEN 0
            WHEN :moved_to IS NULL THEN moved_seen WHEN moved_to = :moved_to THEN moved_seen + 1 ELSE 1 END,
        moved_since = CASE WHEN :url IS NOT NULL THEN NULL WHEN :moved_to IS NULL AND :ok THEN NULL
            WHEN :moved_to IS NULL OR moved_to = :moved_to THEN moved_since ELSE :polled END,
        moved_to = CASE WHEN :url IS NOT NULL THEN NULL WHEN :moved_to IS NULL AND NOT :ok THEN moved_to
            ELSE :moved_to END,
        url = coalesce(:url, url)
    WHERE id = :id"""
# Entries of one reading carry one time: however many there are, the last reading's stay.
FORGET_OLD_ITEMS = """
    DELETE FROM item WHERE feed_id = :feed AND last_seen < (
        SELECT last_seen FROM item WHERE feed_id = :feed ORDER BY last_seen DESC LIMIT 1 OFFSET :kept)"""
REMEMBER_FORMER = """
    INSERT INTO former (url, feed_id) SELECT url, id FROM feed WHERE id = :id
    ON CONFLICT (url) DO UPDATE SET feed_id = excluded.feed_id"""
MOVE_REFUSALS = "UPDATE rejected SET source = :url WHERE source = (SELECT url FROM feed WHERE id = :id)"
SAVE_RHYTHM = """
    INSERT INTO rhythm (feed_id, facts, full, gone_seen) VALUES (:id, coalesce(:facts, '{}'), :full, :gone)
    ON CONFLICT (feed_id) DO UPDATE SET facts = coalesce(:facts, facts), full = coalesce(:full, full),
        gone_seen = CASE WHEN :gone THEN gone_seen + 1 ELSE 0 END"""
KEEP_LEFTOVER = """
    INSERT OR REPLACE INTO leftover (feed_id, final_url, content_type, charset, frame) VALUES (?, ?, ?, ?, ?)"""
DROP_LEFTOVER = "DELETE FROM leftover WHERE feed_id = ?"
LEFTOVER = "SELECT final_url, content_type, charset, frame FROM leftover WHERE feed_id = ?"


def add(db: sqlite3.Connection, feeds: Sequence[FeedSpec], now: datetime, *, complete: bool = False) -> int:
    [(before,)] = db.execute("SELECT count(*) FROM feed")
    present = present_urls(db, [feed.url for feed in feeds])
    if complete:
        named = zip(feeds, present, strict=True)
        naming.take_back(db, [url for feed, url in named if feed.origin == "config"], AS_CONFIGURED)
    for feed, url in zip(feeds, present, strict=True):
        db.execute(ADD_FEED, {
            "url": url, "origin": feed.origin, "enabled": int(feed.enabled), "now": micros(now),
            "as_configured": AS_CONFIGURED,
        })  # fmt: skip
        naming.say(db, url, feed)
    [(after,)] = db.execute("SELECT count(*) FROM feed")
    return int(after - before)


def known(db: sqlite3.Connection) -> list[FeedRow]:
    return [_feed(row) for row in db.execute(FEEDS)]


def turns(db: sqlite3.Connection) -> list[Turn]:
    return [
        Turn(url, origin, instant(due_at), instant_or_none(last_polled))
        for url, origin, due_at, last_polled in db.execute(TURNS)
    ]


def below(db: sqlite3.Connection, urls: Sequence[str], *, off: bool = False) -> list[str]:
    """The sitemaps below some feeds; `off`: also below feeds that are off."""
    return [url for (url,) in db.execute(BELOW, {"urls": as_json(urls), "off": int(off)})]


def list_sitemaps(db: sqlite3.Connection, parent: int, urls: Sequence[str], now: datetime) -> list[str]:
    present = present_urls(db, urls)
    for url in present:
        names = {"url": url, "parent": parent, "now": micros(now)}
        db.execute(ADD_SITEMAP, names)
        db.execute(PUT_BELOW, names)
    remove(db, [url for (url,) in db.execute(NO_LONGER_LISTED, {"parent": parent, "urls": as_json(present)})])
    return present


def claim(  # noqa: PLR0913 -- what `claim_feeds` takes, and the connection
    db: sqlite3.Connection, *, now: datetime, lease: float, rest: int, owner: str, urls: Sequence[str] | None,
    force: bool, limit: int,
) -> list[FeedRow]:  # fmt: skip
    names = {
        "now": micros(now), "until": micros(now + timedelta(seconds=lease)), "owner": owner, "force": int(force),
        "rest": rest, "limit": limit, "urls": None if urls is None else as_json(urls),
    }  # fmt: skip
    due = [_feed(row) for row in db.execute(DUE_FEEDS, names)]
    # One statement for all: ten thousand single ones cost a fifth of a second.
    db.execute(LEASE_FEEDS, names | {"ids": as_json(feed.id for feed in due)})
    return due


def present_urls(db: sqlite3.Connection, urls: Sequence[str]) -> list[str]:
    return [url for (url,) in db.execute(PRESENT_URLS, (as_json(urls),))]


def remove(db: sqlite3.Connection, urls: Sequence[str]) -> int:
    # An index takes its sitemaps along.
    listed = set(below(db, urls, off=True)) - set(urls)
    names = (as_json([*urls, *listed]),)
    db.execute(FORGET_LISTED, {"urls": names[0]})
    for statement in (FORGET_ITEMS, FORGET_RHYTHM, FORGET_LEFTOVER, FORGET_FORMER, naming.FORGET):
        db.execute(statement, names)
    return db.execute(REMOVE_FEEDS, names).rowcount - len(listed)


def switch(db: sqlite3.Connection, urls: Sequence[str], off: str | None, now: datetime) -> int:
    names = {"urls": as_json(urls), "off": plain_or_none(off), "now": micros(now)}
    return db.execute(SWITCH_FEEDS, names).rowcount


def release(db: sqlite3.Connection, feeds: Mapping[int, datetime | None]) -> None:
    db.executemany(RELEASE_FEED, [(micros_or_none(due), feed_id) for feed_id, due in feeds.items()])


def finish(db: sqlite3.Connection, outcome: FeedOutcome) -> None:
    url, reason = outcome.url, outcome.disable
    if url is not None:
        # Two addresses have become one: whoever had it first keeps polling it.
        if db.execute("SELECT 1 FROM feed WHERE url = ? AND id <> ?", (url, outcome.feed_id)).fetchone():
            reason, url = f"moved to {url}, which is polled already", None
        else:
            # Articles keep the address they came by; what is asked again is found by the feed's present one.
            db.execute(MOVE_REFUSALS, {"id": outcome.feed_id, "url": url})
            db.execute(REMEMBER_FORMER, {"id": outcome.feed_id})
    validators = (outcome.etag, outcome.last_modified, outcome.body_hash)
    finished = db.execute(FINISH_FEED, {
        "id": outcome.feed_id, "polled": micros(outcome.polled), "due_at": micros(outcome.due_at),
        "ok": int(outcome.ok), "error": plain_or_none(outcome.error), "error_class": outcome.error_class,
        # An answer that brings any of them replaces all: a stale ETag beside a new body would hide the next change.
        "fresh": int(outcome.ok and any(value is not None for value in validators)), "etag": outcome.etag,
        "last_modified": outcome.last_modified, "body_hash": outcome.body_hash, "entries_seen": outcome.entries_seen,
        "entries_new": outcome.entries_new, "disable": plain_or_none(reason), "moved_to": outcome.moved_to, "url": url,
    })  # fmt: skip
    if not finished.rowcount:
        return  # removed while it was asked
    naming.say_itself(db, outcome.feed_id, title=outcome.title, language=outcome.language)
    db.execute(SAVE_RHYTHM, {
        "id": outcome.feed_id, "facts": None if outcome.rhythm is None else as_json(outcome.rhythm),
        "full": micros(outcome.polled) if outcome.full else None, "gone": int(outcome.gone),
    })  # fmt: skip
    if outcome.ok:
        db.execute(FORGET_OLD_ITEMS, {"feed": outcome.feed_id, "kept": ITEMS_KEPT})
    if outcome.leftover is not None:
        kept = outcome.leftover
        frame = zstandard.ZstdCompressor().compress(kept.body)
        row = (outcome.feed_id, kept.final_url, kept.content_type, kept.charset, frame)
        db.execute(KEEP_LEFTOVER, row)
    elif outcome.ok:
        db.execute(DROP_LEFTOVER, (outcome.feed_id,))


def leftover(db: sqlite3.Connection, feed_id: int) -> Leftover | None:
    row = db.execute(LEFTOVER, (feed_id,)).fetchone()
    if row is None:
        return None
    body = zstandard.ZstdDecompressor().decompress(row[3], max_output_size=MAX_LEFTOVER)
    return Leftover(final_url=row[0], content_type=row[1], charset=row[2], body=body)


def _feed(row: tuple[Any, ...]) -> FeedRow:
    """A feed, from the columns in its order."""
    enabled, due_at, polled, success, moved_since, rhythm, full = (row[at] for at in (7, 12, 13, 14, 22, 23, 24))
    return FeedRow._make((
        *row[:7], bool(enabled), *row[8:12], instant(due_at), instant_or_none(polled), instant_or_none(success),
        *row[15:22], instant_or_none(moved_since), {} if rhythm is None else json.loads(rhythm), instant_or_none(full),
        *row[25:27], bool(row[27]),
    ))  # fmt: skip
