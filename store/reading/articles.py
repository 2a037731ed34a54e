"""Articles, their revisions and refused pages as the contract's objects."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from typing import Any

from store.encode import rfc3339, unpack
from store.query import ARTICLE_KEYS, REJECTED_KEYS, REVISION_KEYS, Chosen

ARTICLES = """
    SELECT a.url,
        (SELECT json_group_array(url) FROM (SELECT url FROM article_url WHERE article_id = a.id ORDER BY url)),
        a.story_id, s.canonical_id = a.id, a.relation, a.ordering, a.copied_share, a.canonical_share,
        (SELECT json_group_array(json_object('story_id', story_id, 'url', url, 'words', words, 'share', share)) FROM
            (SELECT t.story_id, r.words, r.share,
                (SELECT c.url FROM revision AS v JOIN article AS c ON c.id = v.article_id
                 WHERE v.text_id = t.id ORDER BY c.id LIMIT 1) AS url
             FROM reuse AS r JOIN text AS t ON t.id = r.other_text_id
             WHERE r.text_id = a.text_id AND t.story_id <> a.story_id ORDER BY r.words DESC, t.id)),
        a.outlet, a.owner, a.source, a.title, a.authors, a.published, a.published_from, a.modified, a.first_seen,
        a.last_seen, a.language, a.on_topic, a.on_topic_from, a.topic_hits, a.revisions, a.free, a.seed, a.agency,
        a.agency_id, p.credit, coalesce(p.agencies, '[]'), p.based_on, coalesce(p.kind, 'publisher'),
        coalesce(p.partial, 0), CASE WHEN fed.article_id IS NULL THEN 'page' ELSE 'feed' END, look.gone, look.walled,
        a.words, CASE WHEN t.sketch THEN NULL ELSE b.frame END, a.id
    FROM article AS a JOIN story AS s ON s.id = a.story_id JOIN text AS t ON t.id = a.text_id
    JOIN body AS b ON b.text_id = a.text_id LEFT JOIN provenance AS p ON p.article_id = a.id
    LEFT JOIN recheck AS look ON look.article_id = a.id LEFT JOIN fed ON fed.article_id = a.id"""
BY_TIME = "min(coalesce(a.published, a.first_seen), a.first_seen), a.id"
# An address that started over leads to the newest of its articles.
ARTICLE_BY_URL = """
    SELECT max(article_id) FROM (
        SELECT article_id FROM article_url WHERE url = :url UNION ALL SELECT article_id FROM address WHERE key = :url)
    HAVING max(article_id) IS NOT NULL"""
REVISIONS = """
    SELECT a.url, r.n, r.seen_from, coalesce(r.seen_to, a.last_seen), r.title,
        CASE WHEN t.sketch THEN NULL ELSE b.frame END, r.changes
    FROM revision AS r JOIN article AS a ON a.id = r.article_id JOIN text AS t ON t.id = r.text_id
    JOIN body AS b ON b.text_id = r.text_id"""
FIRST_TEXTS = """
    SELECT a.url, b.frame FROM article AS a JOIN revision AS r ON r.article_id = a.id JOIN text AS t ON t.id = r.text_id
    JOIN body AS b ON b.text_id = t.id WHERE a.story_id = ? AND a.revisions > 1 AND r.n = 1 AND NOT t.sketch"""
REJECTED = "SELECT url, state, reason, detail, first_seen FROM rejected ORDER BY url"


def articles(db: sqlite3.Connection, chosen: Chosen | None) -> Iterator[dict[str, Any]]:
    where, names = _among(chosen, "a.story_id")
    yield from (_article(row) for row in db.execute(f"{ARTICLES} {where} ORDER BY a.id", names))


def article(db: sqlite3.Connection, url: str) -> dict[str, Any] | None:
    id_ = article_id(db, url)
    row = db.execute(f"{ARTICLES} WHERE a.id = ?", (id_,)).fetchone()
    return None if row is None else _article(row)


def of_story(db: sqlite3.Connection, story_id: int) -> list[tuple[int, dict[str, Any]]]:
    """The articles of a story by time, each with its id."""
    rows = db.execute(f"{ARTICLES} WHERE a.story_id = ? ORDER BY {BY_TIME}", (story_id,))
    return [(row[-1], _article(row)) for row in rows.fetchall()]


def revisions(db: sqlite3.Connection, chosen: Chosen | None) -> Iterator[dict[str, Any]]:
    where, names = _among(chosen, "a.story_id")
    for url, n, seen_from, seen_to, title, frame, changes in db.execute(
        f"{REVISIONS} {where} ORDER BY r.article_id, r.n", names
    ):
        values = (url, n, rfc3339(seen_from), rfc3339(seen_to), title, _text(frame), json.loads(changes))
        yield dict(zip(REVISION_KEYS, values, strict=True))


def first_texts(db: sqlite3.Connection, story_id: int) -> dict[str, str]:
    return {url: unpack(frame) for url, frame in db.execute(FIRST_TEXTS, (story_id,))}


def rejected(db: sqlite3.Connection) -> Iterator[dict[str, Any]]:
    for url, state, reason, detail, first_seen in db.execute(REJECTED):
        values = (url, "rejected", state, reason, detail, rfc3339(first_seen))
        yield dict(zip(REJECTED_KEYS, values, strict=True))


def article_id(db: sqlite3.Connection, url: str) -> int | None:
    """The article a URL (or its address key) leads to; the newest, where the address started over."""
    row = db.execute(ARTICLE_BY_URL, {"url": url.encode("utf-8", "replace").decode()}).fetchone()
    return None if row is None else int(row[0])


def _among(chosen: Chosen | None, column: str) -> tuple[str, dict[str, Any]]:
    if chosen is None:
        return "", {}
    return f"WHERE {column} IN (SELECT id FROM ({chosen.sql}))", chosen.names  # noqa: S608 -- our own text


def _article(row: tuple[Any, ...]) -> dict[str, Any]:
    (url, urls, story_id, canonical, relation, order, copied, kept, reuses, outlet, owner, source, title, authors,
     published, published_from, modified, first_seen, last_seen, language, on_topic, on_topic_from, topic_hits, states,
     free, seed, agency, agency_id, credit, agencies, based_on, kind, partial, text_from, gone, walled, words,
     frame, _id) = row  # fmt: skip
    values = (
        1, url, json.loads(urls), story_id, bool(canonical), relation, order, copied, kept, json.loads(reuses), outlet,
        owner, source, title, json.loads(authors), rfc3339(published), published_from, rfc3339(modified),
        rfc3339(first_seen), rfc3339(last_seen), language, bool(on_topic), on_topic_from, *_hits(topic_hits), states,
        None if free is None else bool(free), bool(seed), agency, agency_id, credit, json.loads(agencies),
        based_on, kind, bool(partial), text_from, rfc3339(gone), rfc3339(walled), words, _text(frame),
    )  # fmt: skip
    return dict(zip(ARTICLE_KEYS, values, strict=True))


def _hits(found: str) -> tuple[list[list[str]], list[dict[str, Any]]]:
    """What speaks for the topic, and where each stands; rows of earlier versions do not know where."""
    hits = json.loads(found)
    return [hit[:2] for hit in hits], [{"in": hit[2], "word": hit[3]} for hit in hits if len(hit) > 2]


def _text(frame: bytes | None) -> str | None:
    """A text; None where only its sketch is known."""
    return None if frame is None else unpack(frame)
