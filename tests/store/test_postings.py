"""Postings wait for their place in the table, and are found wherever they lie."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from store.base import Store
from store.postings import MOVE_EVERY, PARTS, Fresh
from tests.store.conftest import Opener
from tests.store.news import NOW
from tests.store.older import make_older
from tests.store.test_candidates import fill, found

TABLES = """
    CREATE TABLE text (id INTEGER PRIMARY KEY);
    CREATE TABLE posting (band INTEGER, text_id INTEGER, PRIMARY KEY (band, text_id)) WITHOUT ROWID;
    CREATE TABLE fresh_posting (text_id INTEGER PRIMARY KEY, bands BLOB);
    CREATE TABLE posting_part (part INTEGER PRIMARY KEY, upto INTEGER);
    CREATE TABLE posting_filter (part INTEGER PRIMARY KEY, bits BLOB)"""
# Few of them, so that texts meet in them; among them those at the ends of parts, and beyond 32 bits.
BANDS = (-(2**63), -(2**31) - 1, -(2**31), -(2**22) - 1, -(2**22), -1, 0, 2**22 - 1, 2**22, 2**31 - 1, 2**31, 2**63 - 1)


@pytest.fixture
def db() -> Iterator[sqlite3.Connection]:
    """The tables that postings are kept in, alone."""
    db = _tables()
    yield db
    db.close()


def _tables() -> sqlite3.Connection:
    db = sqlite3.connect(":memory:", isolation_level=None)
    db.executescript(TABLES)
    return db


def _add(db: sqlite3.Connection, fresh: Fresh, bands: Sequence[int]) -> int:
    text = int(db.execute("INSERT INTO text DEFAULT VALUES").lastrowid or 0)
    fresh.add(db, text, bands)
    return text


def _everywhere(db: sqlite3.Connection, fresh: Fresh, band: int) -> list[int]:
    """The texts of a band as a search finds them: those in the table, then those that wait."""
    moved = [text for (text,) in db.execute("SELECT text_id FROM posting WHERE band = ? ORDER BY 1", (band,))]
    return moved + fresh.of([band]).get(band, [])


@settings(max_examples=25, deadline=None)
@given(st.lists(st.lists(st.lists(st.sampled_from(BANDS), max_size=5), max_size=40), max_size=8), st.booleans())
def test_every_text_is_found_once_and_in_order(batches: list[list[list[int]]], again: bool) -> None:
    """Whatever was moved when, and whether or not the store was opened anew between, each band has all its texts."""
    db, fresh = _tables(), Fresh()
    texts: dict[int, list[int]] = defaultdict(list)
    for batch in batches:
        for bands in batch:
            text = _add(db, fresh, bands)
            for band in set(bands):
                texts[band].append(text)
        fresh.save(db)
        fresh = Fresh.load(db) if again else fresh
    assert {band: _everywhere(db, fresh, band) for band in BANDS} == {band: texts[band] for band in BANDS}
    rows = {(band, text) for band, held in texts.items() for text in held}
    assert fresh.rows() == rows - {*db.execute("SELECT band, text_id FROM posting")}
    db.close()


def test_every_part_has_its_turn(db: sqlite3.Connection) -> None:
    """Once all parts were moved, nothing of the texts until then waits any more."""
    fresh = Fresh()
    for number in range(MOVE_EVERY * PARTS):
        _add(db, fresh, [(number % PARTS - PARTS // 2) << 22])
        if number % 2000 == 0:
            fresh.save(db)
    assert db.execute("SELECT count(*) FROM fresh_posting").fetchone() == (MOVE_EVERY * PARTS,)
    fresh.save(db)
    [(kept,)] = db.execute("SELECT count(*) FROM fresh_posting")
    oldest = min(upto for (upto,) in db.execute("SELECT upto FROM posting_part"))
    assert kept == MOVE_EVERY * PARTS - oldest
    assert all(text > oldest for _, text in fresh.rows())


def test_what_failed_is_not_posted(store: Store) -> None:
    """A text of a transaction that was rolled back is nobody's candidate."""
    with store.placing() as place:
        fill(place, 2, bands=[7])
    with suppress(KeyError), store.placing() as place:
        fill(place, 1, bands=[7])
        raise KeyError
    assert found(store) == [1, 2]


def test_what_another_process_posted_is_found(store: Store, opener: Opener) -> None:
    """Texts that two stores on one file add in turn are candidates of both."""
    other = opener()
    for number in range(3):
        with (store, other)[number % 2].placing() as place:
            fill(place, 1, bands=[7])
    assert found(store) == found(other) == [1, 2, 3]


def test_older_store_keeps_what_it_posted(store: Store, path: Path, opener: Opener) -> None:
    """After an upgrade, what was posted before is found before what came since."""
    with store.placing() as place:
        fill(place, 2, bands=[7])
    store.close()
    db = sqlite3.connect(path)
    make_older(db, "0011")
    db.close()
    again = opener()
    with again.placing() as place:
        story = place.add_story(at=NOW)
        fill(place, 1, bands=[7], story=story)
        place.set_canonical(story, 3, reason="only")
    assert found(again) == [1, 2, 3]
    assert again.check() == []
