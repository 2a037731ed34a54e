"""Pages that are looked at again: which are due, whose they are, and what an upgrade makes of known ones."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from store.base import Store
from store.model import Check, PageRow
from tests.store.conftest import Opener
from tests.store.news import NOW, save
from tests.store.older import make_older

HOUR = timedelta(hours=1)


def url(host: str, number: int) -> str:
    return f"https://{host}.example/n/{number}"


def keep(store: Store, article: int, at: str, *, due: timedelta | None, missing: int = 0) -> Check:
    """An article's page is known and due at some time after NOW."""
    check = Check(
        article_id=article, url=at, due_at=None if due is None else NOW + due, checked=NOW, changed=NOW, missing=missing
    )
    page = PageRow(url=at, final_url=at, status=200, etag='"1"', last_modified=None, body_hash=b"h", fetched=NOW)
    with store.placing() as placing:
        placing.save_pages([page])
        placing.save_checks([check])
    return check


def due(store: Store, after: timedelta, *, limit: int = 10, per_host: int = 10) -> list[str]:
    return [one.check.url for one in store.due_checks(now=NOW + after, limit=limit, per_host=per_host)]


def test_the_longest_due_come_first_and_no_host_takes_all(store: Store) -> None:
    """By due time, bounded in all and for each host; what is never due again is not named."""
    for number in range(6):
        host = "weser" if number < 4 else "aller"
        article = save(store, url(host, number), f"Nr. {number}").article
        keep(store, article, url(host, number), due=number * HOUR if number != 1 else None)
    assert store.first_check() == NOW
    assert due(store, -HOUR) == []
    assert due(store, 9 * HOUR) == [url("weser", 0), url("weser", 2), url("weser", 3), url("aller", 4), url("aller", 5)]
    assert due(store, 9 * HOUR, limit=2) == [url("weser", 0), url("weser", 2)]
    assert due(store, 9 * HOUR, per_host=1) == [url("weser", 0), url("aller", 4)]


def test_a_page_belongs_to_one_article(store: Store) -> None:
    """Where an address starts over, its page is the new article's, and the old one is looked for no more."""
    old, new = (save(store, url("weser", n), f"Text {n}").article for n in (1, 2))
    check = keep(store, old, url("weser", 1), due=HOUR, missing=1)
    with store.placing() as placing:
        assert placing.check_of(old) == placing.check_at(url("weser", 1)) == check
        placing.save_checks([replace(check, article_id=new, missing=0)])
        assert placing.check_of(old) is None
        assert placing.check_of(new) == replace(check, article_id=new, missing=0)
    assert store.check() == []


def test_an_older_store_knows_what_to_look_at(store: Store, opener: Opener, path: Path) -> None:
    """Articles whose page was fetched before are due three days after that; others, and pages without an article, are
    not."""
    article = save(store, url("weser", 1), "Alt").article
    save(store, url("weser", 2), "Ohne Seite")
    keep(store, article, url("weser", 1), due=None)
    keep(store, article, url("weser", 3), due=None)
    store.close()
    with sqlite3.connect(path) as db:
        make_older(db, "0002")
    db.close()
    upgraded = opener()
    assert upgraded.first_check() == NOW + timedelta(days=3)
    assert due(upgraded, timedelta(days=4)) == [url("weser", 1)]
    assert upgraded.check() == []
