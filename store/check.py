"""The laws of the store, looked at one by one.

Not looked at: whether the counts of shingles (`store.frequencies`) equal a recomputation. They count articles over all
their states, so that every state would have to be read again (hours for a million articles); a wrong count shifts a
weight, it loses nothing.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

import zstandard

from store.encode import unpack
from store.standing import misplaced

# Offending rows named per law: enough to look into, not a flood.
NAMED = 3
# Bodies that are unpacked: every frame would take minutes; damage to a disk rarely hits one row.
BODIES = 500
# Texts all of whose postings are held against the filters, 4 million, in 5 s; of twice as many every second part is.
FILTERED = 60_000

# What became of the entries a run saw; the parts of the contract's run summary.
FATES = ("new", "revised", "unchanged", "duplicate_url", "off_topic", "rejected", "failed", "deferred")
_FATES = " + ".join(f"coalesce(json_extract(summary, '$.items.{fate}'), 0)" for fate in FATES)

# Articles of merges in force, without those that a later split took out of them.
_TIED = """
    SELECT r.decision_id, a.story_id FROM ruling AS r JOIN ruled AS n ON n.decision_id = r.decision_id
    JOIN article AS a ON a.id = n.article_id
    WHERE r.kind = 'tied' AND r.undone_by IS NULL AND NOT EXISTS (
        SELECT 1 FROM ruled AS x JOIN ruling AS p ON p.decision_id = x.decision_id
        WHERE x.article_id = n.article_id AND x.side = 0 AND p.kind = 'parted' AND p.undone_by IS NULL
            AND p.decision_id > r.decision_id AND EXISTS (
                SELECT 1 FROM ruled AS y JOIN ruled AS z ON z.article_id = y.article_id
                WHERE y.decision_id = p.decision_id AND y.side = 1 AND z.decision_id = r.decision_id))"""
# Texts of splits in force with their side; a text that came to be carried on both is on neither.
_PARTED = """
    SELECT r.decision_id, a.text_id, a.story_id, min(n.side) AS side FROM ruling AS r
    JOIN ruled AS n ON n.decision_id = r.decision_id JOIN article AS a ON a.id = n.article_id
    WHERE r.kind = 'parted' AND r.undone_by IS NULL
    GROUP BY r.decision_id, a.text_id HAVING min(n.side) = max(n.side)"""

# Each law in words, and a query for the rows that break it.
LAWS = (
    (
        "a live story has one canonical article, its member",
        (
            "SELECT s.id FROM story AS s LEFT JOIN article AS a ON a.id = s.canonical_id AND a.story_id = s.id "
            "WHERE s.merged_into IS NULL AND a.id IS NULL"
        ),
    ),
    (
        "the canonical article of a story, and no other, has the relation canonical",
        (
            "SELECT a.id FROM article AS a JOIN story AS s ON s.id = a.story_id "
            "WHERE (a.relation = 'canonical') <> (s.canonical_id IS a.id)"
        ),
    ),
    (
        "a merged story redirects to a live one",
        "SELECT s.id FROM story AS s JOIN story AS t ON t.id = s.merged_into WHERE t.merged_into IS NOT NULL",
    ),
    (
        "no text and no article stands in a merged story",
        (
            "SELECT s.id FROM story AS s WHERE s.merged_into IS NOT NULL AND "
            "(s.id IN (SELECT story_id FROM text) OR s.id IN (SELECT story_id FROM article))"
        ),
    ),
    (
        "an article stands in the story of its text",
        "SELECT a.id FROM article AS a JOIN text AS t ON t.id = a.text_id WHERE a.story_id <> t.story_id",
    ),
    (
        "an article's current text is that of its latest revision",
        (
            "SELECT a.id FROM article AS a LEFT JOIN revision AS r ON r.article_id = a.id AND r.n = a.revisions "
            "WHERE r.text_id IS NOT a.text_id"
        ),
    ),
    (
        "revisions are numbered from 1 without a gap",
        (
            "SELECT a.id FROM article AS a JOIN revision AS r ON r.article_id = a.id GROUP BY a.id "
            "HAVING count(*) <> a.revisions OR max(r.n) <> a.revisions"
        ),
    ),
    (
        "a text is carried by an article",
        "SELECT t.id FROM text AS t WHERE NOT EXISTS (SELECT 1 FROM revision WHERE text_id = t.id)",
    ),
    (
        "a text has a fingerprint and a body",
        (
            "SELECT t.id FROM text AS t LEFT JOIN fingerprint AS f ON f.text_id = t.id "
            "LEFT JOIN body AS b ON b.text_id = t.id WHERE f.text_id IS NULL OR b.text_id IS NULL"
        ),
    ),
    (
        "a fingerprint is of whole hashes",
        "SELECT text_id FROM fingerprint WHERE length(shingles) % 8 <> 0",
    ),
    (
        "lists and facts can be read",
        (
            "SELECT id FROM article WHERE NOT json_valid(authors) OR NOT json_valid(topic_hits) "
            "UNION ALL SELECT article_id FROM provenance WHERE NOT json_valid(agencies) "
            "UNION ALL SELECT article_id FROM revision WHERE NOT json_valid(changes) "
            "UNION ALL SELECT id FROM decision WHERE NOT json_valid(facts) "
            "UNION ALL SELECT feed_id FROM rhythm WHERE NOT json_valid(facts) "
            "UNION ALL SELECT name FROM meta WHERE NOT json_valid(value)"
        ),
    ),
    ("a text has postings", "SELECT id FROM text WHERE NOT waits(id) EXCEPT SELECT text_id FROM posting"),
    (
        "a posting names a text",
        (
            "SELECT text_id FROM (SELECT text_id FROM posting UNION SELECT text_id FROM fresh_posting) "
            "EXCEPT SELECT id FROM text"
        ),
    ),
    (
        "an article is known under its own URL",
        (
            "SELECT a.id FROM article AS a WHERE NOT EXISTS "
            "(SELECT 1 FROM article_url WHERE url = a.url AND article_id = a.id)"
        ),
    ),
    (
        "a story's row counts its members",
        "SELECT s.id FROM story AS s WHERE s.articles <> (SELECT count(*) FROM article WHERE story_id = s.id)",
    ),
    (
        "a story is found by its canonical text and title",
        (
            "SELECT s.id FROM story AS s LEFT JOIN article AS a ON a.id = s.canonical_id "
            "WHERE s.search_text_id IS NOT a.text_id OR (a.id IS NOT NULL AND s.title <> a.title) "
            "OR (s.search_text_id IS NOT NULL) <> (s.id IN (SELECT id FROM story_fts_docsize))"
        ),
    ),
    (
        "a ruling is a decision of its kind",
        "SELECT r.decision_id FROM ruling AS r JOIN decision AS d ON d.id = r.decision_id WHERE d.kind <> r.kind",
    ),
    (
        "a ruling is out of force while, and only while, an undoing of it is in force",
        (
            "SELECT r.decision_id FROM ruling AS r LEFT JOIN ruling AS u ON u.undoes = r.decision_id "
            "AND u.undone_by IS NULL GROUP BY r.decision_id "
            "HAVING r.undone_by IS NOT max(u.decision_id) OR count(u.decision_id) > 1"
        ),
    ),
    (
        "what an analyst split stands apart",
        (
            f"WITH side AS MATERIALIZED ({_PARTED}) SELECT DISTINCT l.decision_id FROM side AS l JOIN side AS s "  # noqa: S608 -- ours
            "ON s.decision_id = l.decision_id AND s.story_id = l.story_id WHERE l.side = 0 AND s.side = 1"
        ),
    ),
    (
        "what an analyst merged stands together, unless a split holds it apart",
        (
            f"WITH tied AS MATERIALIZED ({_TIED}), side AS MATERIALIZED ({_PARTED}) "  # noqa: S608 -- our own text
            "SELECT DISTINCT t.decision_id FROM tied AS t JOIN tied AS o "
            "ON o.decision_id = t.decision_id AND o.story_id > t.story_id WHERE NOT EXISTS "
            "(SELECT 1 FROM side AS l JOIN side AS s ON s.decision_id = l.decision_id AND s.side <> l.side "
            "WHERE l.story_id = t.story_id AND s.story_id = o.story_id)"
        ),
    ),
    (
        "the article that was pinned last stands for its story",
        (
            "SELECT r.decision_id FROM ruling AS r JOIN ruled AS n ON n.decision_id = r.decision_id "
            "JOIN article AS a ON a.id = n.article_id JOIN story AS s ON s.id = a.story_id "
            "WHERE r.kind = 'pinned' AND r.undone_by IS NULL AND NOT EXISTS "
            "(SELECT 1 FROM ruling AS p JOIN ruled AS m ON m.decision_id = p.decision_id WHERE p.kind = 'pinned' "
            "AND p.undone_by IS NULL AND p.decision_id >= r.decision_id AND m.article_id = s.canonical_id)"
        ),
    ),
    (
        "a run's accounts add up",
        f"SELECT id FROM run WHERE json_extract(summary, '$.items.seen') <> {_FATES}",  # noqa: S608 -- our own text
    ),
)


def check(db: sqlite3.Connection) -> list[str]:
    """Every law that does not hold, in words; also what a damaged file makes impossible to tell."""
    broken = [*_pragma(db, "integrity_check"), *_pragma(db, "foreign_key_check")]
    waiting = _waiting(db, broken)
    db.create_function("waits", 1, waiting.__contains__)
    for law, offenders in LAWS:
        try:
            rows = db.execute(f"SELECT *, count(*) OVER () FROM ({offenders}) LIMIT {NAMED}").fetchall()  # noqa: S608 -- our own text
        except sqlite3.Error as exc:
            broken.append(f"{law}: cannot be told: {exc}")
            continue
        if rows:
            named = ", ".join(str(row[0]) for row in rows)
            broken.append(f"{law}: not so for {rows[0][-1]} (number {named}{', ...' if rows[0][-1] > NAMED else ''})")
    return broken + _filters(db) + _standing(db) + _counts(db) + _bodies(db)


def _waiting(db: sqlite3.Connection, broken: list[str]) -> set[int]:
    """The texts of which postings wait for their place in the table."""
    from store.postings import Fresh  # numpy, which nothing else here needs

    try:
        return Fresh.load(db).texts()
    except (sqlite3.Error, ValueError, TypeError, IndexError) as exc:
        broken.append(f"postings that wait can be read: cannot be told: {exc}")
        return set()


def _filters(db: sqlite3.Connection) -> list[str]:
    """Hold postings against the filters that say which bands nobody has."""
    from store.postings import denied

    law = "a posting in its place is possible for its filter"
    try:
        [(most,)] = db.execute("SELECT coalesce(max(id), 0) FROM text")
        found = denied(db, every=1 + most // FILTERED)
    except (sqlite3.Error, ValueError, TypeError) as exc:
        return [f"{law}: cannot be told: {exc}"]
    return _broken(law, found)


def _standing(db: sqlite3.Connection) -> list[str]:
    """Hold texts against the blocks that say in which story they stand."""
    law = "a text stands in the story that its block says"
    try:
        return _broken(law, misplaced(db))
    except (sqlite3.Error, ValueError, TypeError) as exc:
        return [f"{law}: cannot be told: {exc}"]


def _broken(law: str, found: Sequence[int]) -> list[str]:
    named = ", ".join(map(str, found[:NAMED]))
    return [f"{law}: not so for {len(found)} (number {named}{', ...' if len(found) > NAMED else ''})"] if found else []


def _counts(db: sqlite3.Connection) -> list[str]:
    """Can the counts of shingles be read?"""
    from store.frequencies import Frequencies

    try:
        Frequencies.load(db)
    except (sqlite3.Error, zstandard.ZstdError, ValueError, TypeError, IndexError) as exc:
        return [f"counts of shingles can be read: cannot be told: {exc}"]
    return []


def _pragma(db: sqlite3.Connection, name: str) -> list[str]:
    try:
        rows = db.execute(f"PRAGMA {name}").fetchmany(100)
    except sqlite3.Error as exc:
        return [f"{name}: {exc}"]
    return [f"{name}: {' '.join(str(value) for value in row)}" for row in rows if row != ("ok",)]


def _bodies(db: sqlite3.Connection) -> list[str]:
    """Unpack a sample of the stored texts, spread over the table."""
    broken = []
    try:
        [(most,)] = db.execute("SELECT coalesce(max(text_id), 0) FROM body")
        step = max(1, most // BODIES)
        for text_id, frame in db.execute("SELECT text_id, frame FROM body WHERE text_id % ? = 0", (step,)):
            try:
                unpack(frame)
            except (zstandard.ZstdError, ValueError, TypeError) as exc:
                broken.append(f"a stored text can be unpacked: not so for number {text_id}: {exc}")
    except (sqlite3.Error, TypeError) as exc:
        broken.append(f"a stored text can be unpacked: cannot be told: {exc}")
    return broken[: NAMED + 1]
