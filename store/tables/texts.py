"""Distinct texts: what the comparison reads of them, and their bodies."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from store.encode import as_numbers, instant, instant_or_none, micros, pack, unpack
from store.model import NewText, Print, StoredText

# Articles that speak for a text (outlets, URLs, dates) when many carry the same one.
CARRIERS = 24

TEXT_ID = "SELECT id FROM text WHERE sha256 = ?"
RUNS = """
    SELECT f.text_id, f.shingles FROM json_each(?) AS wanted CROSS JOIN fingerprint AS f ON f.text_id = wanted.value"""
TEXTS = """
    SELECT t.id, t.sha256, t.words, f.shingles, f.features, t.story_id, t.first_seen, t.sketch
    FROM json_each(?) AS wanted CROSS JOIN text AS t ON t.id = wanted.value JOIN fingerprint AS f ON f.text_id = t.id"""
# The first articles that carry or carried each text. Ten thousand copies of one stub must not come along every time.
CARRIED_BY = """
    SELECT wanted.value, a.outlet, a.url, a.published, a.language, a.seed
    FROM json_each(:ids) AS wanted CROSS JOIN article AS a ON a.id IN
        (SELECT article_id FROM revision WHERE text_id = wanted.value ORDER BY article_id LIMIT :most)
    ORDER BY wanted.value, a.id"""
BODIES = "SELECT text_id, frame FROM body WHERE text_id IN (SELECT value FROM json_each(?))"
ADD_TEXT = "INSERT INTO text (sha256, words, first_seen, story_id, sketch) VALUES (?, ?, ?, ?, ?)"
ADD_FINGERPRINT = "INSERT INTO fingerprint (text_id, shingles, features) VALUES (?, ?, ?)"
ADD_BODY = "INSERT INTO body (text_id, frame) VALUES (?, ?)"

# What `TEXTS` brings of one text.
Row = tuple[int, bytes, int, bytes, bytes, int, int, int]
# Outlet, URL, date, language and seed mark of an article.
Carrier = tuple[str, str, int | None, str | None, int]


def text_id(db: sqlite3.Connection, sha256: bytes) -> int | None:
    row = db.execute(TEXT_ID, (sha256,)).fetchone()
    return None if row is None else int(row[0])


def runs(db: sqlite3.Connection, ids: Iterable[int]) -> dict[int, bytes]:
    return dict(db.execute(RUNS, (as_numbers(set(ids)),)))


def prints(db: sqlite3.Connection, ids: Iterable[int]) -> dict[int, Print]:
    return {row[0]: Print(**_hashes(row)) for row in db.execute(TEXTS, (as_numbers(set(ids)),))}


def stored(db: sqlite3.Connection, ids: Iterable[int]) -> dict[int, StoredText]:
    wanted = as_numbers(set(ids))
    carriers: dict[int, list[Carrier]] = {}
    for text_id, *carrier in db.execute(CARRIED_BY, {"ids": wanted, "most": CARRIERS}):
        carriers.setdefault(text_id, []).append((carrier[0], carrier[1], carrier[2], carrier[3], carrier[4]))
    return {row[0]: _text(row, carriers.get(row[0], [])) for row in db.execute(TEXTS, (wanted,))}


def bodies(db: sqlite3.Connection, ids: Iterable[int]) -> dict[int, str]:
    return {text_id: unpack(frame) for text_id, frame in db.execute(BODIES, (as_numbers(set(ids)),))}


def add(db: sqlite3.Connection, text: NewText, *, story_id: int, at: datetime) -> int:
    """A text that is not stored yet, with fingerprint and body; its id."""
    added = db.execute(ADD_TEXT, (text.sha256, text.words, micros(at), story_id, int(text.sketch))).lastrowid
    assert added is not None  # noqa: S101 -- an INSERT of one row always has a row number; for the type checker
    db.execute(ADD_FINGERPRINT, (added, text.shingles, text.features))
    db.execute(ADD_BODY, (added, pack(text.body)))
    return added


def _text(row: Row, carriers: Sequence[Carrier]) -> StoredText:
    dates = [published for _, _, published, _, _ in carriers if published is not None]
    return StoredText(
        **_hashes(row),
        outlets=tuple(dict.fromkeys(outlet for outlet, *_ in carriers)),
        urls=tuple(dict.fromkeys(url for _, url, *_ in carriers)),
        published=instant_or_none(min(dates, default=None)),
        language=next((language for *_, language, _ in carriers if language is not None), None),
        seed=any(seed for *_, seed in carriers),
    )


def _hashes(row: Row) -> dict[str, Any]:
    id_, sha256, words, shingles, features, story_id, first_seen, sketch = row
    return {
        "id": id_, "sha256": sha256, "words": words, "shingles": shingles, "features": features, "story_id": story_id,
        "first_seen": instant(first_seen), "sketch": bool(sketch),
    }  # fmt: skip
