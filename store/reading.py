"""Answers as the contract's objects: plain dicts, every key there, unknown = None, times in RFC 3339 UTC."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator
from typing import Any

from store import rulings, sql
from store.encode import rfc3339, unpack
from store.origin import as_fact
from store.query import ARTICLE_KEYS, REJECTED_KEYS, REVISION_KEYS, Chosen, summary

Rows = Callable[[sqlite3.Connection], Iterator[dict[str, Any]]]


def articles(db: sqlite3.Connection, chosen: Chosen | None) -> Iterator[dict[str, Any]]:
    where, names = _among(chosen, "a.story_id")
    yield from (_article(row) for row in db.execute(f"{sql.ARTICLES} {where} ORDER BY a.id", names))


def article(db: sqlite3.Connection, url: str) -> dict[str, Any] | None:
    id_ = _article_id(db, url)
    row = db.execute(f"{sql.ARTICLES} WHERE a.id = ?", (id_,)).fetchone()
    return None if row is None else _article(row)


def revisions(db: sqlite3.Connection, chosen: Chosen | None) -> Iterator[dict[str, Any]]:
    where, names = _among(chosen, "a.story_id")
    for url, n, seen_from, seen_to, title, frame, changes in db.execute(
        f"{sql.REVISIONS} {where} ORDER BY r.article_id, r.n", names
    ):
        values = (url, n, rfc3339(seen_from), rfc3339(seen_to), title, _text(frame), json.loads(changes))
        yield dict(zip(REVISION_KEYS, values, strict=True))


def rejected(db: sqlite3.Connection) -> Iterator[dict[str, Any]]:
    for url, state, reason, detail, first_seen in db.execute(sql.REJECTED):
        values = (url, "rejected", state, reason, detail, rfc3339(first_seen))
        yield dict(zip(REJECTED_KEYS, values, strict=True))


def stories(db: sqlite3.Connection, chosen: Chosen) -> Iterator[dict[str, Any]]:
    for (story_id,) in db.execute(chosen.sql, chosen.names):
        yield _story(db, story_id)


def story(db: sqlite3.Connection, story_id: int) -> dict[str, Any] | None:
    live = db.execute("SELECT coalesce(merged_into, id) FROM story WHERE id = ?", (story_id,)).fetchone()
    if live is None:
        return None
    found = _story(db, live[0])
    members = db.execute(f"{sql.ARTICLES} WHERE a.story_id = ? ORDER BY {sql.BY_TIME}", live)
    found["members"] = [_article(row) | {"history": _history(db, row[-1])} for row in members.fetchall()]
    found["merged"] = [id_ for (id_,) in db.execute("SELECT id FROM story WHERE merged_into = ? ORDER BY id", live)]
    found["decisions"] = [
        {"id": id_, "at": rfc3339(at), "kind": kind, "story_id": of, "other_story_id": other, "url": url,
         "facts": json.loads(facts), "by": who, "note": note or None, "undoes": undoes, "undone_by": undone_by}
        for id_, at, kind, of, other, url, facts, who, note, undoes, undone_by in db.execute(
            sql.DECISIONS, {"story": live[0]}
        )
    ]  # fmt: skip
    return found


def links(db: sqlite3.Connection, url: str) -> list[dict[str, Any]]:
    names = {"article": _article_id(db, url)}
    pairs = []
    for own, other, linked, rule, score, here, there, jaccard, shared, version, story_id in db.execute(
        sql.LINKS_OF_ARTICLE, names
    ).fetchall():
        pairs.append({
            "text_id": own, "other_text_id": other, "other_story_id": story_id, "linked": bool(linked), "rule": rule,
            "score": score, "containment": here, "containment_other": there, "jaccard": jaccard, "shared": shared,
            "version": version, "articles": _carriers(db, other),
        })  # fmt: skip
    return pairs


def rulings_on(db: sqlite3.Connection, url: str) -> list[dict[str, Any]]:
    return rulings.on_article(db, _article_id(db, url))


def sketched(db: sqlite3.Connection, url: str) -> bytes | None:
    row = db.execute(sql.SKETCHED, (_article_id(db, url),)).fetchone()
    return None if row is None else bytes(row[0])


def body(db: sqlite3.Connection, text_id: int) -> str | None:
    row = db.execute("SELECT frame FROM body WHERE text_id = ?", (text_id,)).fetchone()
    return None if row is None else unpack(row[0])


def stats(db: sqlite3.Connection) -> dict[str, Any]:
    [(pages,)] = db.execute("PRAGMA page_count")
    [(page_size,)] = db.execute("PRAGMA page_size")
    [(version,)] = db.execute("SELECT version_num FROM alembic_version")
    counts: dict[str, Any] = dict(db.execute(sql.COUNTS))
    latest = db.execute("SELECT started, ended FROM run ORDER BY id DESC LIMIT 1").fetchone()
    return counts | {
        "bytes": pages * page_size, "schema": version, "engine": f"SQLite {sqlite3.sqlite_version}",
        "last_run": None if latest is None else {"started": latest[0], "ended": latest[1]},
    }  # fmt: skip


# --- rows -----------------------------------------------------------------------------------------------------------


def _among(chosen: Chosen | None, column: str) -> tuple[str, dict[str, Any]]:
    if chosen is None:
        return "", {}
    return f"WHERE {column} IN (SELECT id FROM ({chosen.sql}))", chosen.names  # noqa: S608 -- our own text


def _article_id(db: sqlite3.Connection, url: str) -> int | None:
    """The article a URL (or its address key) leads to; the newest, where the address started over."""
    row = db.execute(sql.ARTICLE_BY_URL, {"url": url.encode("utf-8", "replace").decode()}).fetchone()
    return None if row is None else int(row[0])


def _article(row: tuple[Any, ...]) -> dict[str, Any]:
    (url, urls, story_id, canonical, relation, order, copied, kept, reuses, outlet, owner, source, title, authors,
     published, published_from, modified, first_seen, last_seen, language, on_topic, on_topic_from, topic_hits, states,
     free, seed, agency, agency_id, credit, agencies, based_on, kind, partial, text_from, gone, walled, words,
     frame, _id) = row  # fmt: skip
    values = (
        1, url, json.loads(urls), story_id, bool(canonical), relation, order, copied, kept, json.loads(reuses), outlet,
        owner, source, title, json.loads(authors), rfc3339(published), published_from, rfc3339(modified),
        rfc3339(first_seen), rfc3339(last_seen), language, bool(on_topic), on_topic_from, *_hits(topic_hits), states,
        None if free is None else bool(free), bool(seed), agency, agency_id, credit, json.loads(agencies),
        based_on, kind, bool(partial), text_from, rfc3339(gone), rfc3339(walled), words, _text(frame),
    )  # fmt: skip
    return dict(zip(ARTICLE_KEYS, values, strict=True))


def _hits(found: str) -> tuple[list[list[str]], list[dict[str, Any]]]:
    """What speaks for the topic, and where each stands; rows of earlier versions do not know where."""
    hits = json.loads(found)
    return [hit[:2] for hit in hits], [{"in": hit[2], "word": hit[3]} for hit in hits if len(hit) > 2]


def _text(frame: bytes | None) -> str | None:
    """A text; None where only its sketch is known."""
    return None if frame is None else unpack(frame)


def _story(db: sqlite3.Connection, story_id: int) -> dict[str, Any]:
    [(title, url, reason, first_published, last_seen)] = db.execute(sql.STORY, (story_id,)).fetchall()
    facts = summary([as_fact(row) for row in db.execute(sql.FACTS, (story_id,))])
    return {
        "story_id": story_id, "title": title, "canonical_url": url, "canonical_reason": reason,
        "origin": facts.pop("origin"), "first_published": rfc3339(first_published), "last_seen": rfc3339(last_seen),
    } | facts  # fmt: skip


def _history(db: sqlite3.Connection, article_id: int) -> list[dict[str, Any]]:
    return [
        {"n": n, "seen_from": rfc3339(seen_from), "seen_to": rfc3339(seen_to), "title": title, "text_id": text_id,
         "changes": json.loads(changes)}
        for n, seen_from, seen_to, title, text_id, changes in db.execute(sql.HISTORY, (article_id,))
    ]  # fmt: skip


def _carriers(db: sqlite3.Connection, text_id: int) -> list[dict[str, Any]]:
    return [
        {"url": url, "title": title, "outlet": outlet, "story_id": story_id}
        for url, title, outlet, story_id, _ in db.execute(sql.CARRIED, (text_id,))
    ]
