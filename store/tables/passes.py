"""What a pass over the stored texts asks: which come next, what was touched since, and how far it had come."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping
from typing import Any, Final

from store.encode import as_json
from store.model import Extent, Touched

NEXT: Final = "SELECT id FROM text WHERE id > ? AND id <= ? ORDER BY id LIMIT ?"
# Stories that decisions of these numbers name, redirects followed.
STORIES: Final = """
    WITH named(id) AS (
        SELECT story_id FROM decision
        WHERE id > :after AND id <= :until AND (:all OR kind IN ('merged', 'split', 'moved'))
        UNION SELECT other_story_id FROM decision
        WHERE id > :after AND id <= :until AND (:all OR kind IN ('merged', 'split', 'moved'))),
    live(id) AS MATERIALIZED (
        SELECT DISTINCT coalesce(story.merged_into, story.id) FROM named CROSS JOIN story ON story.id = named.id)"""
# Of stories that have grown large, only what came since: ten thousand copies are not weighed again for one more.
TOUCHED: Final = f"""{STORIES}
    SELECT text.id FROM live CROSS JOIN story ON story.id = live.id CROSS JOIN text ON text.story_id = live.id
    WHERE story.articles <= :large OR text.id > :new ORDER BY text.id"""  # noqa: S608 -- our own text
# And what was compared with them: a story that grew popular leaves its own runs out of every comparison.
BESIDE: Final = f"""{STORIES},
    own(id) AS MATERIALIZED (SELECT text.id FROM live CROSS JOIN text ON text.story_id = live.id)
    SELECT id FROM own UNION SELECT link.b FROM own CROSS JOIN link ON link.a = own.id
    UNION SELECT link.a FROM own CROSS JOIN link ON link.b = own.id ORDER BY 1"""  # noqa: S608 -- our own text
# Texts that were compared with one of a story of so many articles, and stand in another story.
STRAYS: Final = """
    WITH own(id, story) AS MATERIALIZED (
        SELECT text.id, story.id FROM story CROSS JOIN text ON text.story_id = story.id
        WHERE story.articles >= :articles)
    SELECT text.id FROM own CROSS JOIN link ON link.a = own.id CROSS JOIN text ON text.id = link.b
    WHERE text.story_id <> own.story
    UNION SELECT text.id FROM own CROSS JOIN link ON link.b = own.id CROSS JOIN text ON text.id = link.a
    WHERE text.story_id <> own.story ORDER BY 1"""
# Texts that share a passage with one that came later, and of which less than such a share stands in one that they are
# linked to: now that more is known, they may be seen to be round-ups.
MIXED: Final = """
    WITH near(id) AS (
        SELECT a FROM link WHERE b > :after UNION SELECT other_text_id FROM reuse WHERE text_id > :after)
    SELECT id FROM near
    WHERE EXISTS (SELECT 1 FROM link WHERE a = near.id AND linked AND containment_a < :most)
        OR EXISTS (SELECT 1 FROM link WHERE b = near.id AND linked = 1 AND containment_b < :most) ORDER BY id"""
EXTENT: Final = """
    SELECT (SELECT coalesce(max(id), 0) FROM text), (SELECT coalesce(max(id), 0) FROM decision),
        (SELECT coalesce(max(id), 0) FROM story), (SELECT count(*) FROM article)"""
DIGESTS: Final = """
    SELECT a FROM link WHERE rule = 'digest' AND a <= :until
    UNION SELECT b FROM link WHERE rule = 'digest' AND b <= :until ORDER BY 1"""
STANDING: Final = """
    SELECT t.id, t.story_id, (SELECT count(*) FROM article WHERE text_id = t.id)
    FROM text AS t WHERE t.id IN (SELECT value FROM json_each(?)) ORDER BY t.id"""
KEEP: Final = "INSERT INTO meta (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value"


def next_texts(db: sqlite3.Connection, *, after: int, until: int, limit: int) -> list[int]:
    return [text for (text,) in db.execute(NEXT, (after, until, limit))]


def touched(db: sqlite3.Connection, what: Touched) -> list[int]:
    names = {"after": what.after, "until": what.until, "all": what.large is not None}
    if what.large is None:
        return [text for (text,) in db.execute(BESIDE, names)]
    return [text for (text,) in db.execute(TOUCHED, names | {"large": what.large, "new": what.new})]


def strays(db: sqlite3.Connection, *, articles: int) -> list[int]:
    return [text for (text,) in db.execute(STRAYS, {"articles": articles})]


def mixed(db: sqlite3.Connection, *, after: int, most: float) -> list[int]:
    return [text for (text,) in db.execute(MIXED, {"after": after, "most": most})]


def extent(db: sqlite3.Connection) -> Extent:
    return Extent(*db.execute(EXTENT).fetchone())


def digests(db: sqlite3.Connection, *, until: int) -> list[int]:
    return [text for (text,) in db.execute(DIGESTS, {"until": until})]


def noted(db: sqlite3.Connection, name: str) -> dict[str, Any] | None:
    row = db.execute("SELECT value FROM meta WHERE name = ?", (name,)).fetchone()
    return None if row is None else json.loads(row[0])


def note(db: sqlite3.Connection, name: str, value: Mapping[str, Any] | None) -> None:
    if value is None:
        db.execute("DELETE FROM meta WHERE name = ?", (name,))
    else:
        db.execute(KEEP, (name, as_json(value)))


def standing(db: sqlite3.Connection, text_ids: Iterable[int]) -> list[tuple[int, int, int]]:
    return db.execute(STANDING, (as_json(set(text_ids)),)).fetchall()
