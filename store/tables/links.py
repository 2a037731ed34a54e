"""Compared pairs of texts, the components that links make of them, and passages shared across stories."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from typing import Any

from store.encode import as_json, as_numbers
from store.model import Component, LinkRow, Reuse

# Two recursive arms, each over its own index; one arm with OR would scan the table at every step.
REACHED = """
    WITH RECURSIVE reached(id) AS (
        SELECT value FROM json_each(:ids)
        UNION SELECT link.b FROM reached CROSS JOIN link ON link.a = reached.id WHERE link.linked
        UNION SELECT link.a FROM reached CROSS JOIN link ON link.b = reached.id AND link.linked = 1)
    SELECT text.id, text.story_id, text.sha256 FROM reached CROSS JOIN text ON text.id = reached.id ORDER BY text.id"""
LINK_COLUMNS = "a, b, linked, rule, score, containment_a, containment_b, jaccard, shared, version"
# The plus keeps the planner from seeking every pair of ids: ten times slower for a component of 1,000 texts.
LINKS_AMONG = f"""
    WITH wanted(id) AS MATERIALIZED (SELECT value FROM json_each(:ids))
    SELECT {LINK_COLUMNS} FROM wanted CROSS JOIN link ON link.a = wanted.id
    WHERE +link.b IN (SELECT id FROM wanted)"""  # noqa: S608 -- our own column list
LINKS_OF = f"""
    WITH wanted(id) AS MATERIALIZED (SELECT value FROM json_each(:ids))
    SELECT {LINK_COLUMNS} FROM wanted CROSS JOIN link ON link.a = wanted.id
    UNION SELECT {LINK_COLUMNS} FROM wanted CROSS JOIN link ON link.b = wanted.id ORDER BY 1, 2"""  # noqa: S608 -- our own column list
ADD_LINK = f"""
    INSERT INTO link ({LINK_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (a, b) DO UPDATE SET linked = excluded.linked, rule = excluded.rule, score = excluded.score,
        containment_a = excluded.containment_a, containment_b = excluded.containment_b, jaccard = excluded.jaccard,
        shared = excluded.shared, version = excluded.version"""  # noqa: S608 -- our own column list
WEIGHED_AT = """
    SELECT w.a, w.b, w.texts FROM json_each(?) AS pair
    CROSS JOIN weighing AS w ON w.a = json_extract(pair.value, '$[0]') AND w.b = json_extract(pair.value, '$[1]')"""
NOTE_WEIGHED = """
    INSERT INTO weighing (a, b, texts) VALUES (?, ?, ?) ON CONFLICT (a, b) DO UPDATE SET texts = excluded.texts"""
FORGET_REUSES = "DELETE FROM reuse WHERE text_id = ?"
ADD_REUSE = "INSERT OR REPLACE INTO reuse (text_id, other_text_id, words, share) VALUES (?, ?, ?, ?)"


def component(db: sqlite3.Connection, text_ids: Iterable[int]) -> Component:
    reached = db.execute(REACHED, {"ids": as_numbers(set(text_ids))}).fetchall()
    links = [_link(row) for row in db.execute(LINKS_AMONG, {"ids": as_numbers(row[0] for row in reached)})]
    return Component(
        story_of={text: story for text, story, _ in reached},
        sha256={text: sha256 for text, _, sha256 in reached},
        links=links,
    )


def of_texts(db: sqlite3.Connection, text_ids: Iterable[int]) -> list[LinkRow]:
    return [_link(row) for row in db.execute(LINKS_OF, {"ids": as_numbers(set(text_ids))})]


def add(db: sqlite3.Connection, links: Sequence[LinkRow]) -> None:
    db.executemany(ADD_LINK, [link._replace(linked=bool(link.linked)) for link in sorted(links)])


def weighed_at(db: sqlite3.Connection, pairs: Iterable[tuple[int, int]]) -> dict[tuple[int, int], int]:
    return {(a, b): texts for a, b, texts in db.execute(WEIGHED_AT, (as_json(pairs),))}


def note_weighed(db: sqlite3.Connection, pairs: Iterable[tuple[int, int]], texts: int) -> None:
    db.executemany(NOTE_WEIGHED, [(*pair, texts) for pair in pairs])


def set_reuses(db: sqlite3.Connection, text_id: int, reuses: Sequence[Reuse]) -> None:
    db.execute(FORGET_REUSES, (text_id,))
    db.executemany(ADD_REUSE, [(text_id, reuse.other_text_id, reuse.words, reuse.share) for reuse in reuses])


def _link(row: tuple[Any, ...]) -> LinkRow:
    return LinkRow(row[0], row[1], row[2] == 1, *row[3:])
