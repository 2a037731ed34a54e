"""The numbers of agencies' dispatches that articles print, by the texts they carried at that time."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from typing import Final

from store.encode import as_json

SAY: Final = "INSERT INTO dispatch (number, text_id) VALUES (?, ?) ON CONFLICT DO NOTHING"
OF_TEXTS: Final = """
    SELECT text_id, number FROM dispatch WHERE text_id IN (SELECT value FROM json_each(?)) ORDER BY text_id, number"""
# Spread by content: what is read does not depend on who came first.
TEXTS: Final = """
    SELECT d.text_id FROM dispatch AS d CROSS JOIN text AS t ON t.id = d.text_id
    WHERE d.number = ? ORDER BY t.sha256 LIMIT ?"""


def say(db: sqlite3.Connection, number: str | None, text_id: int) -> None:
    """An article that carries this text prints this number; nothing where it prints none."""
    if number is not None:
        db.execute(SAY, (number, text_id))


def of_texts(db: sqlite3.Connection, text_ids: Iterable[int]) -> dict[int, frozenset[str]]:
    found: dict[int, set[str]] = {}
    for text_id, number in db.execute(OF_TEXTS, (as_json(set(text_ids)),)):
        found.setdefault(text_id, set()).add(number)
    return {text_id: frozenset(numbers) for text_id, numbers in found.items()}


def texts(db: sqlite3.Connection, number: str, limit: int) -> list[int]:
    return [text_id for (text_id,) in db.execute(TEXTS, (number, limit))]
