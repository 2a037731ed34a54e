"""A store as an older newsfold left it, for tests of upgrades: what each migration did, undone."""

from __future__ import annotations

import sqlite3

from store.postings import Fresh

UNDONE = {
    "0018": "DROP TABLE standing",
    "0017": "DROP TABLE naming",
    "0016": "DROP TABLE weighing",
    "0015": "DROP INDEX story_large",
    "0014": "DROP TABLE posting_filter",
    "0013": "DROP TABLE dispatch",
    "0012": "DROP TABLE fresh_posting; DROP TABLE posting_part",
    "0011": "DROP TABLE listed_sitemap",
    "0010": "DROP TABLE occurrence",
    "0009": "DROP TABLE fed",
    "0008": (
        "DROP INDEX address_article_id; DROP INDEX decision_article_id; DROP INDEX decision_other_story_id;"
        "DROP INDEX reuse_other_text_id; DROP INDEX story_search_text_id"
    ),
    "0007": "DROP TABLE place",
    "0006": (
        "DROP TABLE frequency_page; DROP TABLE frequency_log;"
        "CREATE TABLE frequency (shingle INTEGER NOT NULL, articles INTEGER NOT NULL, "
        "CONSTRAINT frequency_key PRIMARY KEY (shingle)) STRICT, WITHOUT ROWID"
    ),
    "0005": "DROP TABLE provenance",
    "0004": "DROP TABLE ruled; DROP TABLE ruling",
    "0003": "DROP TABLE rhythm; DROP TABLE leftover; DROP TABLE IF EXISTS former; DROP TABLE recheck",
    "0002": "",  # made the search index anew
}


def make_older(db: sqlite3.Connection, version: str) -> None:
    """Bring the tables back to a version. Ends the transaction."""
    for later in sorted(UNDONE, reverse=True):
        if later > version:
            if later == "0012":
                db.executemany("INSERT OR IGNORE INTO posting VALUES (?, ?)", sorted(Fresh.load(db).rows()))
            db.executescript(UNDONE[later])
    db.execute("UPDATE alembic_version SET version_num = ?", (version,))
    db.commit()
