"""Stories as the contract's objects."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from typing import Any

from store.encode import rfc3339
from store.origin import as_fact
from store.query import Chosen, summary
from store.reading.articles import of_story
from store.tables import stories as tables

STORY = """
    SELECT s.title, a.url, s.canonical_reason, s.first_published, s.newest, s.last_seen
    FROM story AS s JOIN article AS a ON a.id = s.canonical_id WHERE s.id = ?"""
FACTS = """
    SELECT a.url, a.outlet, a.owner, a.language, a.agency, a.agency_id, a.published, a.published_from, a.first_seen,
        a.relation, a.on_topic, a.seed, a.copied_share, a.canonical_share, p.credit, coalesce(p.agencies, '[]'),
        p.based_on, a.canonical_claim, coalesce(p.kind, 'publisher'), coalesce(p.partial, 0)
    FROM article AS a LEFT JOIN provenance AS p ON p.article_id = a.id WHERE a.story_id = ?"""
HISTORY = """
    SELECT r.n, r.seen_from, coalesce(r.seen_to, a.last_seen), r.title, r.text_id, r.changes
    FROM revision AS r JOIN article AS a ON a.id = r.article_id WHERE a.id = ? ORDER BY r.n"""
MERGED = "SELECT id FROM story WHERE merged_into = ? ORDER BY id"
DECISIONS = """
    SELECT d.id, d.at, d.kind, d.story_id, d.other_story_id, a.url, d.facts, r.who, r.note, r.undoes, r.undone_by
    FROM decision AS d LEFT JOIN article AS a ON a.id = d.article_id LEFT JOIN ruling AS r ON r.decision_id = d.id
    WHERE d.story_id IN (SELECT id FROM story WHERE id = :story OR merged_into = :story) ORDER BY d.id"""


def stories(db: sqlite3.Connection, chosen: Chosen) -> Iterator[dict[str, Any]]:
    for (story_id,) in db.execute(chosen.sql, chosen.names):
        yield _story(db, story_id)


def story(db: sqlite3.Connection, story_id: int) -> dict[str, Any] | None:
    live = tables.live(db, story_id)
    if live is None:
        return None
    merged = db.execute(MERGED, (live,)).fetchall()
    return _story(db, live) | {
        "members": [row | {"history": _history(db, id_)} for id_, row in of_story(db, live)],
        "merged": [id_ for (id_,) in merged],
        "decisions": _decisions(db, live),
    }


def _decisions(db: sqlite3.Connection, story_id: int) -> list[dict[str, Any]]:
    return [
        {"id": id_, "at": rfc3339(at), "kind": kind, "story_id": of, "other_story_id": other, "url": url,
         "facts": json.loads(facts), "by": who, "note": note or None, "undoes": undoes, "undone_by": undone_by}
        for id_, at, kind, of, other, url, facts, who, note, undoes, undone_by in db.execute(
            DECISIONS, {"story": story_id}
        )
    ]  # fmt: skip


def _story(db: sqlite3.Connection, story_id: int) -> dict[str, Any]:
    [(title, url, reason, first_published, newest, last_seen)] = db.execute(STORY, (story_id,)).fetchall()
    facts = summary([as_fact(row) for row in db.execute(FACTS, (story_id,))])
    return {
        "story_id": story_id, "title": title, "canonical_url": url, "canonical_reason": reason,
        "origin": facts.pop("origin"), "first_published": rfc3339(first_published), "last_published": rfc3339(newest),
        "last_seen": rfc3339(last_seen),
    } | facts  # fmt: skip


def _history(db: sqlite3.Connection, article_id: int) -> list[dict[str, Any]]:
    return [
        {"n": n, "seen_from": rfc3339(seen_from), "seen_to": rfc3339(seen_to), "title": title, "text_id": text_id,
         "changes": json.loads(changes)}
        for n, seen_from, seen_to, title, text_id, changes in db.execute(HISTORY, (article_id,))
    ]  # fmt: skip
