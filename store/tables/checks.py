"""Pages that are looked at again: which are due, and what was found there."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from store.encode import as_json, instant, instant_or_none, micros, micros_or_none, plain_or_none
from store.model import Check, DueCheck, PageRow

# Due pages looked through for each one that is taken, so that one host with thousands of them does not fill a cycle.
LOOKED_THROUGH = 10

COLUMNS = "article_id, url, due_at, checked, changed, missing, gone, walled"
# The index on `due_at` gives the first of them in order; nothing else of a million rows is read.
DUE = "SELECT article_id, url FROM recheck WHERE due_at <= ? ORDER BY due_at, article_id LIMIT ?"
FIRST = "SELECT min(due_at) FROM recheck WHERE due_at IS NOT NULL"
# CROSS JOIN keeps the order of the tables, from the few that are wanted to their rows.
FACTS = f"""
    SELECT r.{COLUMNS.replace(", ", ", r.")}, p.final_url, p.status, p.etag, p.last_modified, p.body_hash, p.fetched,
        a.title, a.language, a.outlet, a.source, a.words, a.story_id, a.authors,
        CASE WHEN a.published_from = 'feed' THEN a.published END
    FROM json_each(?) AS wanted CROSS JOIN recheck AS r ON r.article_id = wanted.value
    CROSS JOIN article AS a ON a.id = r.article_id CROSS JOIN page AS p ON p.url = r.url
    ORDER BY wanted.key"""  # noqa: S608 -- our own column list
OF_ARTICLE = f"SELECT {COLUMNS} FROM recheck WHERE article_id = ?"  # noqa: S608 -- our own column list
AT_URL = f"SELECT {COLUMNS} FROM recheck WHERE url = ?"  # noqa: S608 -- our own column list
# A page that now holds another article is that one's: the former is looked for no more.
TAKE = "DELETE FROM recheck WHERE url = :url AND article_id <> :article_id"
SAVE = f"""
    INSERT INTO recheck ({COLUMNS})
    VALUES (:article_id, :url, :due_at, :checked, :changed, :missing, :gone, :walled)
    ON CONFLICT (article_id) DO UPDATE SET url = excluded.url, due_at = excluded.due_at, checked = excluded.checked,
        changed = excluded.changed, missing = excluded.missing, gone = excluded.gone, walled = excluded.walled"""  # noqa: S608 -- our own column list


def due(db: sqlite3.Connection, *, now: datetime, limit: int, per_host: int) -> list[DueCheck]:
    taken: list[int] = []
    hosts: Counter[str] = Counter()
    for article_id, url in db.execute(DUE, (micros(now), limit * LOOKED_THROUGH)):
        host = url.split("/", 3)[2] if url.count("/") > 1 else url
        hosts[host] += 1
        if hosts[host] <= per_host:
            taken.append(article_id)
            if len(taken) >= limit:
                break
    return [_due(row) for row in db.execute(FACTS, (as_json(taken),))]


def first(db: sqlite3.Connection) -> datetime | None:
    [(first,)] = db.execute(FIRST)
    return instant_or_none(first)


def of_article(db: sqlite3.Connection, article_id: int) -> Check | None:
    row = db.execute(OF_ARTICLE, (article_id,)).fetchone()
    return None if row is None else _check(row)


def at_url(db: sqlite3.Connection, url: str) -> Check | None:
    row = db.execute(AT_URL, (plain_or_none(url),)).fetchone()
    return None if row is None else _check(row)


def save(db: sqlite3.Connection, checks: Sequence[Check]) -> None:
    for check in checks:
        names = {
            "article_id": check.article_id, "url": plain_or_none(check.url), "due_at": micros_or_none(check.due_at),
            "checked": micros(check.checked), "changed": micros(check.changed), "missing": check.missing,
            "gone": micros_or_none(check.gone), "walled": micros_or_none(check.walled),
        }  # fmt: skip
        db.execute(TAKE, names)
        db.execute(SAVE, names)


def _check(row: tuple[Any, ...]) -> Check:
    article_id, url, due_at, checked, changed, missing, gone, walled = row
    return Check(
        article_id=article_id, url=url, due_at=instant_or_none(due_at), checked=instant(checked),
        changed=instant(changed), missing=missing, gone=instant_or_none(gone), walled=instant_or_none(walled),
    )  # fmt: skip


def _due(row: tuple[Any, ...]) -> DueCheck:
    final_url, status, etag, last_modified, body_hash, fetched = row[8:14]
    title, language, outlet, source, words, story_id, authors, published = row[14:]
    return DueCheck(
        check=_check(row[:8]),
        page=PageRow(
            url=row[1], final_url=final_url, status=status, etag=etag, last_modified=last_modified,
            body_hash=body_hash, fetched=instant(fetched),
        ),
        title=title, language=language, outlet=outlet, source=source, words=words, story_id=story_id,
        authors=tuple(json.loads(authors)), published=instant_or_none(published),
    )  # fmt: skip
