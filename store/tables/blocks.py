"""In which articles a block of text was met, bounded in number and in time; and what was set aside of an article.

Rows are kept of blocks that were met before, so that what stands in one text only costs nothing. What is kept stays
bounded: whoever adds says what goes for it, and what articles long ago contained is forgotten, a 64th of all blocks at
a time, so that no transaction pays for all.
"""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from store.encode import as_numbers, instant, unpack
from store.model import Occurrence

# Articles after which a block is forgotten where none of them contained it. As long as shingles are remembered (see
# `store.frequencies`): an author box that comes once in a thousand articles is met a hundred times by then.
REMEMBERED: Final = 100_000
# Articles after which the next part of the blocks is looked through, and parts in all.
SWEEP_EVERY, PARTS = 32, 64

OCCURRENCES: Final = """
    SELECT o.block, a.id, a.outlet, a.owner, a.story_id, coalesce(a.published, a.first_seen)
    FROM json_each(?) AS wanted CROSS JOIN occurrence AS o ON o.block = wanted.value
    CROSS JOIN article AS a ON a.id = o.article_id ORDER BY o.block, a.id"""
ADD: Final = "INSERT INTO occurrence (block, article_id) VALUES (?, ?) ON CONFLICT DO NOTHING"
DROP: Final = "DELETE FROM occurrence WHERE block = ? AND article_id = ?"
FORGET: Final = "DELETE FROM occurrence WHERE block BETWEEN ? AND ? AND article_id < ?"
FURNITURE: Final = "SELECT furniture FROM revision WHERE article_id = ? ORDER BY n DESC LIMIT 1"


def occurrences(db: sqlite3.Connection, blocks: Iterable[int]) -> Mapping[int, list[Occurrence]]:
    found: dict[int, list[Occurrence]] = defaultdict(list)
    for block, article_id, outlet, owner, story_id, at in db.execute(OCCURRENCES, (as_numbers(sorted(set(blocks))),)):
        found[block].append(Occurrence(article_id, outlet, owner, story_id, instant(at)))
    return found


def add(db: sqlite3.Connection, article_id: int, blocks: Sequence[int]) -> None:
    db.executemany(ADD, [(block, article_id) for block in sorted(blocks)])
    if article_id % SWEEP_EVERY == 0:
        part = article_id // SWEEP_EVERY % PARTS
        width = 2**64 // PARTS
        first = part * width - 2**63
        db.execute(FORGET, (first, first + width - 1, article_id - REMEMBERED))


def drop(db: sqlite3.Connection, rows: Sequence[tuple[int, int]]) -> None:
    db.executemany(DROP, rows)


def furniture_of(db: sqlite3.Connection, article_id: int) -> tuple[str, ...]:
    row = db.execute(FURNITURE, (article_id,)).fetchone()
    return tuple(unpack(row[0]).splitlines()) if row and row[0] is not None else ()
