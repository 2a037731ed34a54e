"""Stories: new ones, merges and redirects, and what a story's row says of its members."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping
from datetime import datetime

from store.encode import as_numbers, micros, plain
from store.model import LARGE

# Articles, one counted after the other, that are said to have been counted with the first of them: half of what passes
# until all pages of the counts are written once, and a story of any size is a short list.
SPAN = 1024

# Canonical 0 is no article: the transaction cannot end before the canonical article is set.
ADD_STORY = """
    INSERT INTO story (canonical_id, canonical_reason, created, title, articles, outlets, newest, last_seen)
    VALUES (0, '', :at, '', 0, 0, :at, :at)"""
STANDING = "SELECT id, story_id FROM text WHERE id IN (SELECT value FROM json_each(?))"
MOVE_TEXT = "UPDATE text SET story_id = :story WHERE id = :text AND story_id <> :story"
MOVE_ARTICLES = "UPDATE article SET story_id = :story WHERE text_id = :text AND story_id <> :story"
MERGE_ARTICLES = "UPDATE article SET story_id = :into WHERE story_id = :story"
MERGE_TEXTS = "UPDATE text SET story_id = :into WHERE story_id = :story RETURNING id"
MERGE_STORY = """
    UPDATE story SET canonical_id = NULL, canonical_reason = '', merged_into = :into, last_seen = max(last_seen, :at)
    WHERE id = :story"""
# A redirect always names a live story: one step, never a chain.
MERGE_REDIRECTS = "UPDATE story SET merged_into = :into WHERE merged_into = :story"
LIVE_STORY = "SELECT coalesce(merged_into, id) FROM story WHERE id = ?"
# Who stood for a redirect is what its last merge says, and who stood for the story that it leads to.
REDIRECTS = """
    SELECT s.id, s.merged_into, a.text_id, (
        SELECT stood.text_id FROM article AS stood
        WHERE stood.id = json_extract(d.facts, '$.stood') AND d.story_id = s.merged_into)
    FROM json_each(?) AS wanted
    CROSS JOIN story AS s ON s.merged_into = wanted.value
    JOIN decision AS d ON d.id = (
        SELECT max(id) FROM decision WHERE kind = 'merged' AND other_story_id = s.id AND story_id IN (
            SELECT id FROM story WHERE id = s.merged_into OR merged_into = s.merged_into))
    JOIN article AS a ON a.id = d.article_id ORDER BY d.id"""
# As a story again it begins like a new one, see ADD_STORY.
REDIRECT = """
    UPDATE story SET merged_into = :into, canonical_id = CASE WHEN :into IS NULL THEN 0 END WHERE id = :story"""
SET_CANONICAL = "UPDATE story SET canonical_id = :article_id, canonical_reason = :reason WHERE id = :story"
BE_CANONICAL = """
    UPDATE article SET relation = 'canonical', ordering = 'same', copied_share = 1, canonical_share = 1
    WHERE id = :article_id"""
# A former canonical article, or one that came from another story.
UNSET_CANONICAL = """
    UPDATE article SET relation = 'rewrite', ordering = 'unknown', copied_share = 0, canonical_share = 0
    WHERE story_id = :story AND relation = 'canonical'
        AND id <> (SELECT canonical_id FROM story WHERE id = :story)"""
# What a story's row says of its members, and what its search entry holds: `title` and `search_text_id` are exactly what
# was indexed, because the index holds no texts and must be told what to forget.
SETTLE_STORY = """
    UPDATE story SET (articles, outlets, first_published, newest, last_seen) = (
        SELECT count(*), count(DISTINCT outlet), min(min(published, first_seen)),
            coalesce(max(min(coalesce(published, first_seen), first_seen)), story.newest),
            coalesce(max(last_seen), story.last_seen)
        FROM article WHERE story_id = story.id)
    WHERE id = ?"""
STORY_SIZES = "SELECT id, articles, outlets FROM story WHERE id IN (SELECT value FROM json_each(?))"
# Its index has the large stories alone, which is a few pages where their rows are all over the table.
LARGE_STORIES = f"""
    SELECT id, articles, outlets FROM story INDEXED BY story_large
    WHERE articles >= {LARGE} AND id IN (SELECT value FROM json_each(?))"""  # noqa: S608 -- our own number
# When the articles of a story were counted: each with its first revision, of which there is one for every count.
FIRST_COUNTED = """
    SELECT revision.id / :span, count(*) FROM article CROSS JOIN revision ON revision.article_id = article.id
    WHERE article.story_id = :story AND revision.n = 1 GROUP BY 1"""
NEWEST_REVISION = "SELECT coalesce(max(id), 0) FROM revision"


def add(db: sqlite3.Connection, *, at: datetime) -> int:
    added = db.execute(ADD_STORY, {"at": micros(at)}).lastrowid
    assert added is not None  # noqa: S101 -- an INSERT of one row always has a row number; for the type checker
    return added


def assign(db: sqlite3.Connection, story_of: Mapping[int, int]) -> dict[int, int]:
    """Put texts, and the articles that carry them now, into stories; the texts that moved, and from which story."""
    moved: dict[int, int] = {}
    for text_id, before in db.execute(STANDING, (as_numbers(story_of.keys()),)).fetchall():
        after = story_of[text_id]
        if before != after:
            db.execute(MOVE_TEXT, {"text": text_id, "story": after})
            db.execute(MOVE_ARTICLES, {"text": text_id, "story": after})
            moved[text_id] = before
    return moved


def merge(db: sqlite3.Connection, story_id: int, into: int, *, at: datetime) -> list[int]:
    """Make one story part of another; the texts that moved."""
    if story_id == into:
        raise ValueError(f"story {story_id} cannot be merged into itself")
    names = {"story": story_id, "into": into, "at": micros(at)}
    db.execute(MERGE_ARTICLES, names)
    moved = [text_id for (text_id,) in db.execute(MERGE_TEXTS, names).fetchall()]
    for statement in (MERGE_STORY, MERGE_REDIRECTS):
        db.execute(statement, names)
    return moved


def live(db: sqlite3.Connection, story_id: int) -> int | None:
    row = db.execute(LIVE_STORY, (story_id,)).fetchone()
    return None if row is None else int(row[0])


def redirects(db: sqlite3.Connection, story_ids: Iterable[int]) -> list[tuple[int, int, int, int | None]]:
    return db.execute(REDIRECTS, (as_numbers(set(story_ids)),)).fetchall()


def redirect(db: sqlite3.Connection, story_id: int, into: int | None) -> None:
    db.execute(REDIRECT, {"story": story_id, "into": into})


def set_canonical(db: sqlite3.Connection, story_id: int, article_id: int, *, reason: str) -> None:
    names = {"story": story_id, "article_id": article_id, "reason": plain(reason)}
    for statement in (SET_CANONICAL, BE_CANONICAL):
        db.execute(statement, names)


def sizes(db: sqlite3.Connection, story_ids: Iterable[int]) -> dict[int, tuple[int, int]]:
    rows = db.execute(STORY_SIZES, (as_numbers(story_ids),))
    return {story_id: (articles, outlets) for story_id, articles, outlets in rows}


def large(db: sqlite3.Connection, story_ids: Iterable[int]) -> dict[int, tuple[int, int]]:
    rows = db.execute(LARGE_STORIES, (as_numbers(story_ids),))
    return {story_id: (articles, outlets) for story_id, articles, outlets in rows}


def count(db: sqlite3.Connection, story_ids: Iterable[int]) -> None:
    """Bring the counts and dates in the rows of these stories up to date."""
    db.executemany(SETTLE_STORY, [(story_id,) for story_id in sorted(story_ids)])


def unset_former(db: sqlite3.Connection, story_id: int) -> None:
    """Whoever is not the story's canonical article is not called so any more."""
    db.execute(UNSET_CANONICAL, {"story": story_id})


def counted(db: sqlite3.Connection, story_id: int, *, articles: int) -> dict[int, int]:
    """How many of a story's articles were the n-th to be counted, by n, where `articles` were counted in all.

    Revisions that were not counted (those of sketches) are taken to be the oldest: an article may seem older than it
    is, and be worth less, never younger.
    """
    [(newest,)] = db.execute(NEWEST_REVISION)
    uncounted = max(0, newest - articles)
    return {span * SPAN - uncounted: n for span, n in db.execute(FIRST_COUNTED, {"story": story_id, "span": SPAN})}
