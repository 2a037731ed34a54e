"""Articles as the members of a story: what the choice of the canonical one and the relations need of them."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from typing import Any

from store.encode import as_json, instant, instant_or_none
from store.model import Member, RelationRow

MEMBER_COLUMNS = """
    a.id, a.url, a.text_id, t.sha256, a.story_id, a.outlet, a.language, a.published, a.published_from, a.first_seen,
    a.words, a.free, a.seed, a.agency, a.agency_id, a.on_topic, a.on_topic_from, s.canonical_id = a.id, a.relation,
    t.sketch, coalesce((SELECT partial FROM provenance WHERE article_id = a.id), 0), a.revisions > 1"""
MEMBERS = f"""
    SELECT {MEMBER_COLUMNS}
    FROM json_each(?) AS wanted CROSS JOIN article AS a ON a.story_id = wanted.value
    JOIN text AS t ON t.id = a.text_id JOIN story AS s ON s.id = a.story_id ORDER BY a.story_id, a.id"""  # noqa: S608 -- our own column list
BESIDE_CANONICAL = f"""
    SELECT {MEMBER_COLUMNS}
    FROM story AS s CROSS JOIN article AS a ON a.id IN (s.canonical_id, ?) AND a.story_id = s.id
    JOIN text AS t ON t.id = a.text_id WHERE s.id = ? ORDER BY a.id"""  # noqa: S608 -- our own column list
SET_RELATION = """
    UPDATE article SET relation = ?, ordering = ?, copied_share = ?, canonical_share = ? WHERE id = ?"""
SET_ON_TOPIC = "UPDATE article SET on_topic = ?, on_topic_from = ? WHERE id = ?"


def of_stories(db: sqlite3.Connection, story_ids: Iterable[int]) -> list[Member]:
    return [_member(row) for row in db.execute(MEMBERS, (as_json(set(story_ids)),))]


def beside_canonical(db: sqlite3.Connection, story_id: int, article_id: int) -> list[Member]:
    return [_member(row) for row in db.execute(BESIDE_CANONICAL, (article_id, story_id))]


def set_relations(db: sqlite3.Connection, rows: Sequence[RelationRow]) -> None:
    db.executemany(
        SET_RELATION, [(row.relation, row.order, row.copied_share, row.canonical_share, row.article_id) for row in rows]
    )


def set_on_topic(db: sqlite3.Connection, article_ids: Iterable[int], *, source: str | None) -> None:
    db.executemany(SET_ON_TOPIC, [(int(source is not None), source, article_id) for article_id in article_ids])


def _member(row: tuple[Any, ...]) -> Member:
    """An article of a story. Who is canonical is the story's word, whatever the relation still says."""
    (id_, url, text_id, sha256, story_id, outlet, language, published, published_from, first_seen, words, free, seed,
     agency, agency_id, on_topic, on_topic_from, canonical, relation, sketch, partial, revised) = row  # fmt: skip
    return Member(
        id=id_, url=url, text_id=text_id, text_sha256=sha256, story_id=story_id, outlet=outlet, language=language,
        published=instant_or_none(published), published_from=published_from, first_seen=instant(first_seen),
        words=words, free=None if free is None else bool(free), seed=bool(seed), agency=agency, agency_id=agency_id,
        on_topic=bool(on_topic), on_topic_from=on_topic_from, canonical=bool(canonical),
        relation="canonical" if canonical else "rewrite" if relation == "canonical" else relation, sketch=bool(sketch),
        partial=bool(partial), revised=bool(revised),
    )  # fmt: skip
