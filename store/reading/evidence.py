"""Why an article stands where it stands: compared pairs, rulings, the text itself."""

from __future__ import annotations

import sqlite3
from typing import Any

from store.encode import rfc3339, unpack
from store.reading.articles import article_id
from store.tables import rulings

LINKS_OF_ARTICLE = """
    WITH own(id) AS MATERIALIZED (SELECT DISTINCT text_id FROM revision WHERE article_id = :article),
    pair AS (
        SELECT a AS own, b AS other, linked, rule, score, containment_a, containment_b, jaccard, shared, version
        FROM own CROSS JOIN link ON link.a = own.id WHERE link.b NOT IN (SELECT id FROM own)
        UNION ALL
        SELECT b, a, linked, rule, score, containment_b, containment_a, jaccard, shared, version
        FROM own CROSS JOIN link ON link.b = own.id WHERE link.a NOT IN (SELECT id FROM own))
    SELECT pair.*, text.story_id FROM pair JOIN text ON text.id = pair.other
    ORDER BY linked DESC, score DESC, own, other"""
CARRIED = """
    SELECT a.url, a.title, a.outlet, a.story_id, max(r.n), a.revisions, max(r.seen_from)
    FROM revision AS r JOIN article AS a ON a.id = r.article_id WHERE r.text_id = ?
    GROUP BY a.id ORDER BY a.id LIMIT 24"""
# The last state of an article that had each of its texts.
STATES = "SELECT text_id, max(n) FROM revision WHERE article_id = :article GROUP BY text_id"
SKETCHED = """
    SELECT f.shingles FROM article AS a JOIN text AS t ON t.id = a.text_id AND t.sketch
    JOIN fingerprint AS f ON f.text_id = t.id WHERE a.id = ?"""

RULES = "SELECT version, count(*) FROM link WHERE rule != 'revision' GROUP BY version"


def links(db: sqlite3.Connection, url: str) -> list[dict[str, Any]]:
    names = {"article": article_id(db, url)}
    states = dict(db.execute(STATES, names))
    pairs = []
    for own, other, linked, rule, score, here, there, jaccard, shared, version, story_id in db.execute(
        LINKS_OF_ARTICLE, names
    ).fetchall():
        pairs.append({
            "text_id": own, "other_text_id": other, "other_story_id": story_id, "linked": bool(linked), "rule": rule,
            "score": score, "containment": here, "containment_other": there, "jaccard": jaccard, "shared": shared,
            "version": version, "state": states[own], "articles": _carriers(db, other),
        })  # fmt: skip
    return pairs


def rules(db: sqlite3.Connection) -> dict[int, int]:
    return dict(db.execute(RULES))


def rulings_on(db: sqlite3.Connection, url: str) -> list[dict[str, Any]]:
    return rulings.on_article(db, article_id(db, url))


def sketched(db: sqlite3.Connection, url: str) -> bytes | None:
    row = db.execute(SKETCHED, (article_id(db, url),)).fetchone()
    return None if row is None else bytes(row[0])


def body(db: sqlite3.Connection, text_id: int) -> str | None:
    row = db.execute("SELECT frame FROM body WHERE text_id = ?", (text_id,)).fetchone()
    return None if row is None else unpack(row[0])


def _carriers(db: sqlite3.Connection, text_id: int) -> list[dict[str, Any]]:
    return [
        {
            "url": url,
            "title": title,
            "outlet": outlet,
            "story_id": story_id,
            "state": state,
            "states": states,
            "seen_from": rfc3339(seen_from),
        }
        for url, title, outlet, story_id, state, states, seen_from in db.execute(CARRIED, (text_id,))
    ]
