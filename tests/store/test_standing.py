"""In which story each text stands, as its block remembers it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from store.base import Store
from store.standing import ASKED, TEXTS, Standing, misplaced
from tests.store.conftest import Opener
from tests.store.news import HOUR, NOW
from tests.store.test_candidates import fill

SAID = "a text stands in the story that its block says"


@pytest.fixture
def db() -> Iterator[sqlite3.Connection]:
    """A database with the two tables that matter here."""
    made = sqlite3.connect(":memory:")
    made.execute("CREATE TABLE text (id INTEGER PRIMARY KEY, story_id INTEGER NOT NULL)")
    made.execute("CREATE TABLE standing (block INTEGER PRIMARY KEY, stories BLOB NOT NULL)")
    yield made
    made.close()


def put(db: sqlite3.Connection, known: Standing, text: int, story: int) -> None:
    db.execute("INSERT OR REPLACE INTO text VALUES (?, ?)", (text, story))
    known.stands(db, text, story)


@settings(max_examples=40, deadline=None)
@given(
    moves=st.lists(st.tuples(st.integers(1, 3 * TEXTS), st.integers(1, 2**32 - 1)), max_size=60),
    asked=st.lists(st.integers(1, 3 * TEXTS), max_size=30),
)
def test_blocks_say_what_the_rows_say(moves: list[tuple[int, int]], asked: list[int]) -> None:
    """However texts come, move and are asked for, and whenever the blocks are read anew."""
    made = sqlite3.connect(":memory:")
    made.execute("CREATE TABLE text (id INTEGER PRIMARY KEY, story_id INTEGER NOT NULL)")
    made.execute("CREATE TABLE standing (block INTEGER PRIMARY KEY, stories BLOB NOT NULL)")
    made.executemany("INSERT INTO text VALUES (?, ?)", [(text, text) for text in range(1, TEXTS + 9)])
    known = Standing()
    for turn, (text, story) in enumerate(moves):
        put(made, known, text, story)
        if turn % 7 == 3:
            known.save(made)
            known.forget()
        if turn % 5 == 0:
            assert known.of(made, asked) == dict(
                made.execute(f"SELECT id, story_id FROM text WHERE id IN ({','.join(map(str, asked)) or 'NULL'})")  # noqa: S608
            )
    known.save(made)
    assert misplaced(made) == []
    made.close()


def test_block_is_made_when_it_has_been_asked_for_a_few_times(db: sqlite3.Connection) -> None:
    """Who asks once writes nothing; in a store from before, the block comes with use."""
    db.executemany("INSERT INTO text VALUES (?, ?)", [(text, 5) for text in range(1, 40)])
    known = Standing()
    assert known.of(db, [1]) == {1: 5}
    known.save(db)
    assert db.execute("SELECT count(*) FROM standing").fetchone() == (0,)
    assert known.of(db, range(2, 2 + ASKED)) == dict.fromkeys(range(2, 2 + ASKED), 5)
    known.save(db)
    assert db.execute("SELECT block FROM standing").fetchall() == [(0,)]
    db.execute("DELETE FROM text")
    assert Standing().of(db, [39]) == {39: 5}  # read from the block alone


def test_unknown_text_stands_nowhere(db: sqlite3.Connection) -> None:
    """A text that is not stored is left out, also where its block is known."""
    known = Standing()
    put(db, known, 1, 1)
    assert known.of(db, [1, 2, TEXTS]) == {1: 1}


def test_damaged_block_is_refused(db: sqlite3.Connection) -> None:
    """A row of another length is no block."""
    db.execute("INSERT INTO standing VALUES (0, x'0102')")
    with pytest.raises(ValueError, match="2 bytes"):
        Standing().of(db, [1])


def test_moves_merges_and_splits_are_kept(store: Store, opener: Opener) -> None:
    """After each, whoever opens the store reads the same, and the check is content."""
    with store.placing() as place:
        stories = fill(place, 6, bands=[7])
    with store.placing() as place:
        place.merge(stories[1], stories[0], at=NOW + HOUR)
        place.assign({3: stories[0]})
        place.merge(stories[2], stories[0], at=NOW + HOUR)
    expected = {1: stories[0], 2: stories[0], 3: stories[0], 4: stories[3]}
    for one in (store, opener()):
        with one.placing() as place:
            assert place.stories_of([1, 2, 3, 4]) == expected
    assert SAID not in " ".join(store.check())


def test_what_was_rolled_back_moved_nothing(store: Store, opener: Opener) -> None:
    """Neither in memory nor in the rows."""
    with store.placing() as place:
        stories = fill(place, 3, bands=[7])
    with suppress(KeyError), store.placing() as place:
        place.merge(stories[1], stories[0], at=NOW)
        assert place.stories_of([2]) == {2: stories[0]}
        raise KeyError
    for one in (store, opener()):
        with one.placing() as place:
            assert place.stories_of([2]) == {2: stories[1]}


def test_two_who_write_in_turn_see_each_others_moves(store: Store, opener: Opener) -> None:
    """What one knew is forgotten when the other has written, and what it then writes is right."""
    other = opener()
    with store.placing() as place:
        stories = fill(place, 2, bands=[7])
    with other.placing() as place:
        stories += fill(place, 2, bands=[7])
        place.merge(stories[1], stories[0], at=NOW)
    with store.placing() as place:
        assert place.stories_of([1, 2, 3, 4]) == {1: stories[0], 2: stories[0], 3: stories[2], 4: stories[3]}
        place.merge(stories[3], stories[2], at=NOW)
    with other.placing() as place:
        assert place.stories_of([4]) == {4: stories[2]}
    assert SAID not in " ".join(store.check())


def test_check_names_a_text_that_its_block_misplaces(store: Store, path: Path) -> None:
    """A text that moved without its block being told is found by the check."""
    with store.placing() as place:
        fill(place, 2, bands=[7])
    assert store.check() == []
    db = sqlite3.connect(path)
    db.execute("UPDATE standing SET stories = zeroblob(2048)")
    db.commit()
    db.close()
    assert store.check() == [f"{SAID}: not so for 2 (number 1, 2)"]
