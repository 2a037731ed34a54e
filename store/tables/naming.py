"""Who said what of a feed: the configuration, whoever added it, a list for one run, the feed itself. In this order, the
first word on each point is what stands in the feed's row; the others wait for theirs."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from store.encode import as_json, plain_or_none
from store.model import FeedSpec

# What the configuration says is all that it says by now; anybody else adds to what he said before.
_WHO = {"config": 0, "added": 1, "run": 2}
_ITSELF = 3
SAY = """
    INSERT INTO naming (feed_id, who, title, outlet, language, interval)
    SELECT id, :who, :title, :outlet, :language, :interval FROM feed WHERE {which}
    ON CONFLICT (feed_id, who) DO UPDATE SET
        title = CASE WHEN who = 0 THEN excluded.title ELSE coalesce(excluded.title, title) END,
        outlet = CASE WHEN who = 0 THEN excluded.outlet ELSE coalesce(excluded.outlet, outlet) END,
        language = CASE WHEN who = 0 THEN excluded.language ELSE coalesce(excluded.language, language) END,
        interval = CASE WHEN who = 0 THEN excluded.interval ELSE coalesce(excluded.interval, interval) END
    WHERE (title, outlet, language, interval)
        IS NOT (excluded.title, excluded.outlet, excluded.language, excluded.interval)"""
SAY_BY_URL, SAY_BY_ID = SAY.format(which="url = :url"), SAY.format(which="id = :id")
_FIRST = "(SELECT {0} FROM naming WHERE feed_id = feed.id AND {0} IS NOT NULL ORDER BY who LIMIT 1)"
RESOLVE = f"""
    UPDATE feed SET title = {_FIRST.format("title")}, outlet = {_FIRST.format("outlet")},
        language = {_FIRST.format("language")}, interval = {_FIRST.format("interval")}
    WHERE id IN (SELECT value FROM json_each(?))"""  # noqa: S608 -- our own text
ADDED = "SELECT url FROM naming JOIN feed ON feed.id = naming.feed_id WHERE who = 1 ORDER BY feed.id"
# Whom the configuration leaves out by now; of those, who was added by hand as well stays, on again if it was the
# configuration that switched it off.
TAKE_BACK = """
    DELETE FROM naming WHERE who = 0 AND feed_id NOT IN (
        SELECT id FROM feed WHERE url IN (SELECT value FROM json_each(?))) RETURNING feed_id"""
HAND_BACK = """
    UPDATE feed SET origin = 'added', enabled = enabled OR disabled_reason IS :as_configured,
        disabled_reason = nullif(disabled_reason, :as_configured)
    WHERE id IN (SELECT value FROM json_each(:ids)) AND id IN (SELECT feed_id FROM naming WHERE who = 1)"""
# A sitemap that somebody names himself is a feed of its own, below none.
FREE = "DELETE FROM listed_sitemap WHERE feed_id IN (SELECT id FROM feed WHERE url = ?)"
FORGET = "DELETE FROM naming WHERE feed_id IN (SELECT id FROM feed WHERE url IN (SELECT value FROM json_each(?)))"


def say(db: sqlite3.Connection, url: str, feed: FeedSpec) -> None:
    """What somebody says of the feed that is polled at `url`."""
    said = db.execute(SAY_BY_URL, {
        "who": _WHO[feed.origin], "title": plain_or_none(feed.title), "outlet": feed.outlet, "language": feed.language,
        "interval": feed.interval, "url": url,
    })  # fmt: skip
    if said.rowcount:
        db.execute(RESOLVE, (as_json(id_ for (id_,) in db.execute("SELECT id FROM feed WHERE url = ?", (url,))),))
        if feed.origin != "run":
            db.execute(FREE, (url,))


def say_itself(db: sqlite3.Connection, feed_id: int, *, title: str | None, language: str | None) -> None:
    """What the feed says of itself by now; None: nothing new."""
    names = {"who": _ITSELF, "title": plain_or_none(title), "outlet": None, "language": language, "interval": None}
    if (title or language) and db.execute(SAY_BY_ID, names | {"id": feed_id}).rowcount:
        db.execute(RESOLVE, (as_json([feed_id]),))


def take_back(db: sqlite3.Connection, configured: Sequence[str], as_configured: str) -> None:
    """The configuration names these feeds and no others: what it said of others before is said no longer."""
    dropped = as_json(feed_id for (feed_id,) in db.execute(TAKE_BACK, (as_json(configured),)).fetchall())
    if dropped != "[]":
        db.execute(RESOLVE, (dropped,))
        db.execute(HAND_BACK, {"ids": dropped, "as_configured": as_configured})


def added(db: sqlite3.Connection) -> list[str]:
    """Feeds that somebody has added, whether or not the configuration names them as well."""
    return [url for (url,) in db.execute(ADDED)]
