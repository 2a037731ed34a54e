"""Decisions: one row a change, only ever added."""

from __future__ import annotations

import json
import sqlite3

from store.encode import as_json, instant, micros
from store.model import Decision

ADD_DECISION = """
    INSERT INTO decision (at, kind, story_id, article_id, other_story_id, facts) VALUES (?, ?, ?, ?, ?, ?)"""
DECISION = "SELECT at, kind, story_id, article_id, other_story_id, facts FROM decision WHERE id = ?"


def add(db: sqlite3.Connection, decision: Decision) -> int:
    row = (
        micros(decision.at), decision.kind, decision.story_id, decision.article_id, decision.other_story_id,
        as_json(decision.facts),
    )  # fmt: skip
    added = db.execute(ADD_DECISION, row).lastrowid
    assert added is not None  # noqa: S101 -- an INSERT of one row always has a row number; for the type checker
    return added


def one(db: sqlite3.Connection, decision_id: int) -> Decision | None:
    row = db.execute(DECISION, (decision_id,)).fetchone()
    if row is None:
        return None
    at, kind, story_id, article_id, other_story_id, facts = row
    return Decision(
        at=instant(at), kind=kind, story_id=story_id, article_id=article_id, other_story_id=other_story_id,
        facts=json.loads(facts),
    )  # fmt: skip
