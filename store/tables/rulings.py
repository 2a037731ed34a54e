"""What an analyst ruled: written once, in force until it is undone."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from typing import Any, Final

from store.encode import as_json, instant, micros, plain, rfc3339
from store.model import NewRuling, Ruled, Ruling

ANY: Final = "SELECT EXISTS (SELECT 1 FROM ruling)"
COLUMNS: Final = "r.decision_id, d.at, r.kind, r.who, r.note, r.undoes, r.undone_by"
FROM: Final = "FROM ruling AS r JOIN decision AS d ON d.id = r.decision_id"
IN_FORCE: Final = f"SELECT {COLUMNS} {FROM} WHERE r.undone_by IS NULL ORDER BY r.decision_id"
ONE: Final = f"SELECT {COLUMNS} {FROM} WHERE r.decision_id = ?"
# From the texts to their articles to what was ruled on those, each over an index.
TOUCHING: Final = f"""
    SELECT {COLUMNS} {FROM} WHERE r.undone_by IS NULL AND r.decision_id IN (
        SELECT n.decision_id FROM json_each(?) AS wanted CROSS JOIN article AS a ON a.text_id = wanted.value
        CROSS JOIN ruled AS n ON n.article_id = a.id)
    ORDER BY r.decision_id"""  # noqa: S608 -- our own column list
ON_ARTICLE: Final = f"""
    SELECT {COLUMNS} {FROM} WHERE r.decision_id IN (SELECT decision_id FROM ruled WHERE article_id = ?)
    ORDER BY r.decision_id"""  # noqa: S608 -- our own column list
NAMED: Final = """
    SELECT a.id, a.text_id, a.story_id, a.url, n.side
    FROM ruled AS n JOIN article AS a ON a.id = n.article_id WHERE n.decision_id = ? ORDER BY a.id"""
# From the few pins there are, not from the thousands of articles a story may have.
PINS: Final = """
    SELECT n.article_id, r.decision_id FROM ruling AS r CROSS JOIN ruled AS n ON n.decision_id = r.decision_id
    JOIN article AS a ON a.id = n.article_id
    WHERE r.kind = 'pinned' AND r.undone_by IS NULL AND a.story_id IN (SELECT value FROM json_each(?))
    ORDER BY r.decision_id"""
ADD_RULING: Final = "INSERT INTO ruling (decision_id, kind, who, note, undoes) VALUES (?, ?, ?, ?, ?)"
ADD_RULED: Final = "INSERT INTO ruled (decision_id, article_id, side) VALUES (?, ?, ?)"
SET_UNDONE: Final = "UPDATE ruling SET undone_by = ? WHERE decision_id = ?"


def touching(db: sqlite3.Connection, text_ids: Iterable[int]) -> list[Ruling]:
    """Rulings in force on articles whose present text is one of these."""
    if not db.execute(ANY).fetchone()[0]:
        return []
    return [_ruling(db, row) for row in db.execute(TOUCHING, (as_json(set(text_ids)),)).fetchall()]


def in_force(db: sqlite3.Connection) -> list[Ruling]:
    """All of them, oldest first."""
    return [_ruling(db, row) for row in db.execute(IN_FORCE).fetchall()]


def one(db: sqlite3.Connection, decision_id: int) -> Ruling | None:
    """In force or not; None where this is no decision of an analyst."""
    row = db.execute(ONE, (decision_id,)).fetchone()
    return None if row is None else _ruling(db, row)


def pins(db: sqlite3.Connection, story_ids: Iterable[int]) -> dict[int, int]:
    """Pinned articles of these stories -> the decision that pinned them last."""
    if not db.execute(ANY).fetchone()[0]:
        return {}
    return dict(db.execute(PINS, (as_json(set(story_ids)),)).fetchall())


def add(db: sqlite3.Connection, decision_id: int, ruling: NewRuling) -> None:
    """A ruling beside its decision."""
    row = (decision_id, ruling.kind, plain(ruling.who), plain(ruling.note), ruling.undoes)
    db.execute(ADD_RULING, row)
    db.executemany(ADD_RULED, [(decision_id, article, side) for article, side in sorted(ruling.articles.items())])


def set_undone(db: sqlite3.Connection, decision_id: int, *, by: int | None) -> None:
    """Taken back by this decision, or (None) in force again."""
    db.execute(SET_UNDONE, (by, decision_id))


def on_article(db: sqlite3.Connection, article_id: int | None) -> list[dict[str, Any]]:
    """What was ever ruled on an article, JSON-ready, oldest first."""
    return [as_dict(_ruling(db, row)) for row in db.execute(ON_ARTICLE, (article_id,)).fetchall()]


def as_dict(ruling: Ruling) -> dict[str, Any]:
    """A ruling as people see it."""
    return {
        "id": ruling.id, "at": rfc3339(micros(ruling.at)), "kind": ruling.kind, "by": ruling.who,
        "note": ruling.note or None, "undoes": ruling.undoes, "undone_by": ruling.undone_by,
        "articles": [{"url": one.url, "story_id": one.story_id, "side": one.side} for one in ruling.articles],
    }  # fmt: skip


def _ruling(db: sqlite3.Connection, row: tuple[Any, ...]) -> Ruling:
    id_, at, kind, who, note, undoes, undone_by = row
    named = tuple(Ruled(*found) for found in db.execute(NAMED, (id_,)))
    return Ruling(
        id=id_, at=instant(at), kind=kind, who=who, note=note, undoes=undoes, undone_by=undone_by, articles=named
    )
